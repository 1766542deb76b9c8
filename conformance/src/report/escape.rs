//! Escapes text for the report formats: one function per format, shared by all reports.
//! Recorded content can never become markup.

use percent_encoding::utf8_percent_encode;

use crate::routing::RESERVED;

/// Text inside XML and HTML; characters that XML forbids are replaced.
pub(crate) fn xml(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // As they are, they would become spaces inside an attribute.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

/// The name of a file as a relative URI reference.
pub(crate) fn uri(file: &str) -> String {
    utf8_percent_encode(file, const { &RESERVED.remove(b'/').remove(b':') }).to_string()
}

/// The message of a workflow command of GitHub Actions.
pub(crate) fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
pub(crate) fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text that means itself in a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// One line for a terminal: control characters are shown, not obeyed.
pub(crate) fn line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_control() {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::{line, message, property, uri, xml};

    #[test]
    fn each_form_has_its_own_way() {
        let text = "a<b> & \"c\"\n'd'\u{1} 100%: e,ž";
        assert_eq!(xml(text), "a&lt;b&gt; &amp; &quot;c&quot;&#10;&#39;d&#39;\u{fffd} 100%: e,ž");
        assert_eq!(message(text), "a<b> & \"c\"%0A'd'\u{1} 100%25: e,ž");
        assert_eq!(property(text), "a<b> & \"c\"%0A'd'\u{1} 100%25%3A e%2Cž");
        assert_eq!(line(text), "a<b> & \"c\"\\n'd'\\u{1} 100%: e,ž");
        assert_eq!(uri("specs/my shop/ž.yaml"), "specs/my%20shop/%C5%BE.yaml");
    }
}
