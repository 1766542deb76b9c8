//! An expression of Rust as a tree, and its layout: on one line where it fits, as rustfmt would break it otherwise.

/// Columns that an example may take.
pub(super) const WIDTH: usize = 92;

/// `open`, the parts with commas between them, `close`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    open: String,
    parts: Vec<Expression>,
    close: String,
}

impl Expression {
    /// One without parts.
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self { open: text.into(), parts: Vec::new(), close: String::new() }
    }

    /// `name(…)`
    pub(super) fn call(name: impl AsRef<str>, parts: Vec<Self>) -> Self {
        Self { open: format!("{}(", name.as_ref()), parts, close: ")".to_owned() }
    }

    /// `[…]`, or `vec![…]`
    pub(super) fn list(open: &str, parts: Vec<Self>) -> Self {
        Self { open: open.to_owned(), parts, close: "]".to_owned() }
    }

    /// `name { member: … }`
    pub(super) fn literal(name: &str, members: Vec<Self>) -> Self {
        Self { open: format!("{name} {{"), parts: members, close: "}".to_owned() }
    }

    /// With something before it.
    pub(super) fn after(mut self, text: &str) -> Self {
        self.open.insert_str(0, text);
        self
    }

    /// With something behind it.
    pub(super) fn before(mut self, text: &str) -> Self {
        if self.parts.is_empty() {
            self.open.push_str(&self.close);
            self.close.clear();
            self.open.push_str(text);
        } else {
            self.close.push_str(text);
        }
        self
    }

    /// On one line.
    pub(super) fn line(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(Self::line).collect();
        let room = if self.open.ends_with('{') && !parts.is_empty() { " " } else { "" };
        format!("{}{room}{}{room}{}", self.open, parts.join(", "), self.close)
    }

    /// On as many lines as it takes.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = self.line();
        if line.chars().count() <= WIDTH || self.parts.is_empty() {
            return vec![line];
        }
        let mut lines = vec![self.open.clone()];
        for part in &self.parts {
            let mut inner = part.clone();
            if !part.open.starts_with("..") {
                inner = inner.before(",");
            }
            lines.extend(inner.lines().iter().map(|line| format!("    {line}")));
        }
        lines.push(self.close.clone());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::Expression;

    #[test]
    fn what_does_not_fit_is_broken() {
        let texts = |count| (0..count).map(|n| Expression::atom(format!("\"text number {n}\""))).collect::<Vec<_>>();
        let short = Expression::call("f", texts(2)).before(";");
        assert_eq!(short.lines(), [r#"f("text number 0", "text number 1");"#]);
        assert_eq!(Expression::call("f", Vec::new()).before("?").line(), "f()?");
        let rest = Expression::atom("..Order::default()");
        let long = Expression::literal("Order", vec![Expression::list("vec![", texts(7)).after("all: "), rest]);
        let lines = long.after("let order = ").before(";").lines();
        assert_eq!(lines[..3], ["let order = Order {", "    all: vec![", "        \"text number 0\","]);
        assert_eq!(lines[9..], ["    ],", "    ..Order::default()", "};"]);
    }
}
