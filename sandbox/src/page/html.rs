//! HTML whose texts are escaped: what is not a constant of this program gets into it no other way.

use std::fmt::{Display, Write as _};

/// A document in the making.
#[derive(Default)]
pub(crate) struct Html(String);

/// Attributes of an element.
pub(crate) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// Markup of this program.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of somebody else.
    pub(crate) fn text(&mut self, text: impl Display) -> &mut Self {
        for sign in text.to_string().chars() {
            match sign {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Control characters are not allowed in HTML.
                sign if sign.is_control() && !matches!(sign, '\n' | '\t') => self.0.push('\u{fffd}'),
                sign => self.0.push(sign),
            }
        }
        self
    }

    /// The beginning of an element.
    pub(crate) fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) -> &mut Self {
        let _ = write!(self.0, "<{tag}");
        for (name, value) in attributes {
            let _ = write!(self.0, " {name}=\"");
            self.text(value).raw("\"");
        }
        self.raw(">")
    }

    /// The end of an element.
    pub(crate) fn close(&mut self, tag: &'static str) -> &mut Self {
        let _ = write!(self.0, "</{tag}>");
        self
    }

    /// An element with a text in it.
    pub(crate) fn element(&mut self, tag: &'static str, attributes: Attributes<'_>, text: impl Display) -> &mut Self {
        self.open(tag, attributes).text(text).close(tag)
    }

    /// A form that posts some values, with a button.
    pub(crate) fn button(&mut self, action: &'static str, values: Attributes<'_>, label: impl Display) -> &mut Self {
        self.open("form", &[("method", "post"), ("action", action)]);
        for (name, value) in values {
            self.open("input", &[("type", "hidden"), ("name", name), ("value", value)]);
        }
        self.element("button", &[], label).close("form")
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn texts_are_escaped_wherever_they_stand() {
        let evil = "\"><script>alert('x')</script>&\u{0}";
        let mut html = Html::default();
        html.element("p", &[("title", evil)], evil).button("/x", &[("name", evil)], evil);
        let text = String::from_utf8(html.into_bytes()).unwrap();
        assert_eq!(text.matches('<').count(), text.matches(['\n', '<']).count());
        assert!(!text.contains("<script") && !text.contains('\u{0}') && !text.contains('\''), "{text}");
        assert_eq!(text.matches("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\u{fffd}").count(), 4);
    }
}
