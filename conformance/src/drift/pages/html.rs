//! HTML to text: lists become indented bullets, blocks become lines, everything else is left out.
//! Enough for documentation pages as browsers save them; what is no HTML comes out as it went in.

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

/// Text between tags: white space collapsed, the usual entities decoded.
fn push(out: &mut String, text: &str) {
    let mut text = text.replace(['\n', '\r', '\t'], " ");
    for (entity, character) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&ndash;", "–"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    if text.trim().is_empty() {
        if !text.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    } else {
        out.push_str(&text);
    }
}
