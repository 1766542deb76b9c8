//! HTML to text: lists become indented bullets, blocks become lines, everything else is left out.
//! Sufficient for documentation pages as browsers save them; plain text is returned unchanged.

/// Elements that begin a line of their own.
const BLOCKS: [&str; 14] =
    ["p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre", "section", "article", "table"];

/// The text of a page.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut depth = 0usize;
    while let Some(at) = rest.find('<') {
        push(&mut out, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "script" | "style" if !closing => {
                let close = format!("</{name}");
                let end = rest.to_ascii_lowercase().find(&close).unwrap_or(rest.len());
                rest = &rest[end..];
            }
            "ul" | "ol" => {
                depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
                out.push('\n');
            }
            "li" if !closing => {
                out.push('\n');
                out.push_str(&" ".repeat(depth));
                out.push_str("• ");
            }
            name if BLOCKS.contains(&name) => out.push('\n'),
            _ => {}
        }
    }
    push(&mut out, rest);
    out
}

/// Text between tags: white space collapsed, entities decoded.
fn push(out: &mut String, text: &str) {
    let text = decode(&text.replace(['\n', '\r', '\t'], " ")).replace('\u{a0}', " ");
    if text.trim().is_empty() {
        if !text.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    } else {
        out.push_str(&text);
    }
}

/// Entities by name that pages use for more than decoration.
const ENTITIES: [(&str, &str); 8] = [
    ("nbsp", " "),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("amp", "&"),
];

/// Letters with an accent are named after the letter and the accent.
const ACCENTS: [(&str, &str, &str); 3] = [
    ("acute", "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
    ("caron", "cdenrstzCDENRSTZ", "čďěňřšťžČĎĚŇŘŠŤŽ"),
    ("ring", "uU", "ůŮ"),
];

/// Replaces entities by what they stand for; what is none stays.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest[1..]
            .split_once(';')
            .filter(|(name, _)| name.len() < 12)
            .and_then(|(name, after)| Some((entity(name)?, after)));
        match found {
            Some((meaning, after)) => {
                out.push_str(&meaning);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    if let Some((_, meaning)) = ENTITIES.iter().find(|(one, _)| *one == name) {
        return Some((*meaning).to_owned());
    }
    ACCENTS.iter().find_map(|(accent, plain, marked)| {
        let letter = name.strip_suffix(accent)?;
        let at = plain.chars().position(|c| letter.len() == 1 && letter.starts_with(c))?;
        marked.chars().nth(at).map(String::from)
    })
}

#[cfg(test)]
mod tests {
    use super::{decode, text};

    #[test]
    fn entities_mean_characters() {
        assert_eq!(
            decode("a &#8211; b &#x27;c&#x27; &amp;lt; V&yacute;sledek &Scaron; & &nope; &"),
            "a – b 'c' &lt; Výsledek Š & &nope; &"
        );
    }

    #[test]
    fn scripts_comments_and_broken_tags_are_no_text() {
        assert_eq!(text("<p>a<!-- <b> --><script>if (a < b) {}</script></p>b<i").trim(), "a\nb<i");
        assert_eq!(text("<STYLE>x</STYLE >y<br>z").trim(), "y\nz");
    }
}
