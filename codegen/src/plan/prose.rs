//! Texts of specifications as documentation: one paragraph each, as sentences that rustdoc shows as they are meant.

use crate::name::capital;

/// Text of a specification as lines of documentation: one paragraph, no markup that rustdoc would trip over.
pub(crate) fn prose(text: Option<&str>) -> Option<Vec<String>> {
    let text = text?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| vec![sentence(&escape(&text))])
}

/// Text of a specification as one sentence; `None` when there is none.
pub(super) fn one_sentence(text: &str) -> Option<String> {
    prose(Some(text)).and_then(|mut lines| lines.pop())
}

fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?', ':']) { text } else { format!("{text}.") }
}

/// Keeps brackets, angle brackets and bare addresses from being read as links or HTML.
fn escape(text: &str) -> String {
    let mut code = false;
    let words = text.split(' ').map(|word| {
        let address = !code && (word.starts_with("http://") || word.starts_with("https://"));
        if address {
            let end = word.trim_end_matches(['.', ',', ')']);
            return format!("<{end}>{}", &word[end.len()..]);
        }
        let mut out = String::with_capacity(word.len());
        for c in word.chars() {
            if c == '`' {
                code = !code;
            }
            if !code && matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '\\' | '|' | '~') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    });
    let escaped = words.collect::<Vec<_>>().join(" ");
    // An odd number of backticks would swallow what follows.
    if code { escaped.replace('`', "'") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn prose_survives_rustdoc() {
        let cases = [
            ("list[] of <b>codes</b>", "List\\[\\] of \\<b\\>codes\\</b\\>."),
            ("see https://example.com/a_b, or `x<y>`", "See <https://example.com/a_b>, or `x<y>`."),
            ("odd ` tick", "Odd ' tick."),
            ("two\n  lines", "Two lines."),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(Some(text)).unwrap(), [expected], "{text}");
        }
        assert_eq!(prose(Some("  ")), None);
    }
}
