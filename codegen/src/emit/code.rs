//! A source text under construction: indentation, documentation comments, attributes.

/// Width that documentation is wrapped at.
const WIDTH: usize = 120;

/// Rust code, line by line.
#[derive(Default)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    /// A file: the mark, then its documentation.
    pub(super) fn file(docs: &[String]) -> Self {
        let mut code = Self { text: super::MARK.to_owned(), depth: 0 };
        code.wrapped("//!", docs);
        code
    }

    /// One line; an empty one has no indentation. Whatever a document says stays within it: signs that end a line or
    /// change its direction become spaces, which they can be only in comments.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("    ", self.depth));
            self.text.extend(line.chars().map(|c| if is_harmless(c) { c } else { ' ' }));
        }
        self.text.push('\n');
    }

    /// Lines inside braces: `head {`, what `body` writes, `}`.
    pub(super) fn block(&mut self, head: impl AsRef<str>, body: impl FnOnce(&mut Self)) {
        self.line(format!("{} {{", head.as_ref()));
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line("}");
    }

    /// Documentation of what follows.
    pub(super) fn docs(&mut self, docs: &[String]) {
        self.wrapped("///", docs);
    }

    /// Documentation whose lines stay as they are: code.
    pub(super) fn docs_as_they_are(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.line(format!("/// {line}").trim_end()));
    }

    fn wrapped(&mut self, mark: &str, docs: &[String]) {
        let width = WIDTH.saturating_sub(self.depth * 4 + mark.len() + 1);
        for paragraph in docs {
            if paragraph.is_empty() {
                self.line(mark);
                continue;
            }
            // List items continue under their text.
            let hang = if paragraph.starts_with("* ") { "  " } else { "" };
            let mut line = String::new();
            for word in paragraph.split(' ') {
                if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                    self.line(format!("{mark} {line}"));
                    line = hang.to_owned();
                    // A word that would start a list or a heading stays what it is.
                    if matches!(word, "-" | "+" | "*" | "#") || word.starts_with('#') {
                        line.push('\\');
                    }
                } else if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            self.line(format!("{mark} {line}"));
        }
    }

    /// `#[deprecated]`, if it is.
    pub(super) fn deprecated(&mut self, instead: Option<&str>) {
        match instead {
            None => {}
            Some("") => self.line("#[deprecated]"),
            Some(instead) => self.line(format!("#[deprecated(note = {instead:?})]")),
        }
    }

    /// Ends the last line in a semicolon: after a struct literal.
    pub(super) fn ends_with_semicolon(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.text.push_str(";\n");
    }

    /// Ends the last line in a comma: after a block in a list.
    pub(super) fn ends_with_comma(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.text.push_str(",\n");
    }

    /// The finished text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Whether a sign neither ends a line nor changes the direction of writing, which the compiler refuses.
fn is_harmless(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Breaks a list of short items into lines: `head`, items joined by `, `, `tail`.
pub(super) fn wrap(head: &str, items: &[String], tail: &str, indent: usize) -> Vec<String> {
    let one = format!("{head}{}{tail}", items.join(", "));
    if one.len() + indent * 4 <= WIDTH {
        return vec![one];
    }
    let mut lines = vec![head.to_owned()];
    let mut line = String::new();
    for item in items {
        if !line.is_empty() && line.len() + item.len() + 2 + (indent + 1) * 4 > WIDTH {
            lines.push(format!("    {line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(item);
        line.push(',');
    }
    lines.push(format!("    {line}"));
    lines.push(tail.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::{Code, wrap};

    #[test]
    fn documentation_is_wrapped() {
        let mut code = Code::default();
        code.docs(&["word ".repeat(40).trim().to_owned(), String::new(), "end".to_owned()]);
        let text = code.finish();
        assert!(text.lines().all(|line| line.len() <= 120), "{text}");
        assert!(text.ends_with("///\n/// end\n"), "{text}");
    }

    #[test]
    fn no_text_leaves_its_comment() {
        let mut code = Code::default();
        code.docs(&["a\nb\rc\u{202e}d\u{1}e".to_owned()]);
        assert_eq!(code.finish(), "/// a b c d e\n");
    }

    #[test]
    fn lists_break_at_the_margin() {
        let items: Vec<String> = (0..30).map(|n| format!("item_{n}")).collect();
        assert!(wrap("use a::{", &items, "};", 0).len() > 3);
        assert_eq!(wrap("use a::{", &items[..2], "};", 0), ["use a::{item_0, item_1};"]);
    }
}
