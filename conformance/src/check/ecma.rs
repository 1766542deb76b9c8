//! Translates ECMA-262 patterns, which JSON Schema uses, to the dialect of the regex engines here.
//! Translated are the classes that mean ASCII in ECMA, the dot, and the content of brackets.

use regex::Regex;

/// A pattern in the dialect of `regex` and `regex-syntax`, with the meaning it has in ECMA-262.
///
/// What has no counterpart (look-around, back references) is left as it is and refused when it is compiled.
pub(crate) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut out, &mut chars),
            '[' if class => out.push_str("\\["),
            '[' => {
                class = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // ECMA reads `[]` as a class of nothing; the engines here read a bracket.
                if chars.next_if_eq(&']').is_some() {
                    class = false;
                    let all = out.ends_with('^');
                    out.truncate(out.len() - 1 - usize::from(all));
                    out.push_str(if all { "(?s:.)" } else { "[^\\x{0}-\\x{10FFFF}]" });
                }
            }
            ']' => {
                class = false;
                out.push(']');
            }
            // Set operations of the engines here, plain characters in ECMA.
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            '.' if !class => out.push_str("[^\\n\\r\\x{2028}\\x{2029}]"),
            c => out.push(c),
        }
    }
    out
}

fn escape(out: &mut String, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    const SPACE: &str =
        "\\t\\n\\x0b\\x0c\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
    // Inside brackets this is a nested class, which keeps its negation to itself.
    let mut set = |members: &str, negated: bool| {
        out.push_str(if negated { "[^" } else { "[" });
        out.push_str(members);
        out.push(']');
    };
    match chars.next() {
        Some('d') => set("0-9", false),
        Some('D') => set("0-9", true),
        Some('w') => set("0-9A-Z_a-z", false),
        Some('W') => set("0-9A-Z_a-z", true),
        Some('s') => set(SPACE, false),
        Some('S') => set(SPACE, true),
        Some('u') if chars.peek().is_some_and(char::is_ascii_hexdigit) => {
            let digits: String = std::iter::from_fn(|| chars.next_if(char::is_ascii_hexdigit)).take(4).collect();
            out.push_str(&format!("\\x{{{digits}}}"));
        }
        // Escapes that mean the same in both.
        Some(c @ ('b' | 'B' | 'n' | 'r' | 't' | 'f' | 'v' | 'x' | 'p' | 'P' | 'u' | '0'..='9' | 'k')) => {
            out.push('\\');
            out.push(c);
        }
        Some(c) if c.is_ascii_punctuation() && !matches!(c, '<' | '>') => {
            out.push('\\');
            out.push(c);
        }
        Some(c) => out.push(c),
        None => out.push('\\'),
    }
}

/// Compiles a pattern; the error says what the engine cannot do.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&translate(pattern)).map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn means_what_ecma_means() {
        for (pattern, yes, no) in [
            (r"^\d+$", "12", "१२"),
            (r"^\w$", "_", "é"),
            (r"^\s$", "\u{a0}", "x"),
            (r"^[\d\-]+$", "1-2", "1.2"),
            (r"^[^\d]$", "x", "1"),
            (r"^[A-Za-z0-9-_.]*\.[a-z]{3,4}$", "a-b_c.jpg", "a/b.jpg"),
            (r"^a\/b$", "a/b", "a\\/b"),
            (r"^[[&&a]+$", "[&a", "b"),
            (r"^.$", "x", "\u{2028}"),
            (r"^\u0041$", "A", "B"),
            (r"^[^]$", "\n", ""),
            ("b", "abc", "acd"),
            ("a$", "a", "a\n"),
        ] {
            let regex = compile(pattern).unwrap();
            assert!(regex.is_match(yes), "{pattern} should match {yes:?}");
            assert!(!regex.is_match(no), "{pattern} should not match {no:?}");
        }
    }

    #[test]
    fn refuses_what_has_no_counterpart() {
        assert!(compile("(?=a)").is_err());
        assert!(compile("(").is_err());
        assert!(compile("^[]$").unwrap().captures("").is_none());
    }
}
