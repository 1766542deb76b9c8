//! Diagnostics: what is wrong, where, and how to fix it.
//! Every error of this crate is a [`Diagnostic`]; `miette` renders it for people.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode, SourceSpan};

use crate::document::{Pointer, Span};

/// The text of one specification file, kept for error messages.
#[derive(Debug)]
pub struct Source {
    /// Name shown to people: the path or URL the text was read from.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Byte offset of a position given as line and column (both from 1, column in characters).
    fn offset(&self, line: u32, column: u32) -> usize {
        let mut rest = self.text.as_str();
        for _ in 1..line {
            match rest.find('\n') {
                Some(end) => rest = &rest[end + 1..],
                None => return self.text.len(),
            }
        }
        let start = self.text.len() - rest.len();
        let column = column.saturating_sub(1) as usize;
        start + rest.char_indices().nth(column).map_or_else(|| rest.lines().next().map_or(0, str::len), |(at, _)| at)
    }
}

/// One complaint: what is wrong, at which place of which file, and how to mend it.
#[derive(Clone, Debug)]
pub struct Diagnostic(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    message: String,
    help: Option<String>,
    label: String,
    span: Option<Span>,
    pointer: Option<Pointer>,
    source: Option<Arc<NamedSource<Arc<Source>>>>,
    related: Vec<Diagnostic>,
    obsolete: bool,
}

/// Result of everything in this crate that can fail.
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;

impl Diagnostic {
    /// A complaint without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            message: message.into(),
            help: None,
            label: String::new(),
            span: None,
            pointer: None,
            source: None,
            related: Vec::new(),
            obsolete: false,
        }))
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Says where: a place in a file.
    pub fn at(mut self, source: &Arc<Source>, span: Span) -> Self {
        self.0.source = Some(Arc::new(NamedSource::new(source.name.clone(), Arc::clone(source))));
        self.0.span = Some(span);
        self
    }

    /// Says where: a JSON pointer into the document.
    pub fn pointer(mut self, pointer: impl Into<Pointer>) -> Self {
        let pointer = pointer.into();
        self.0.label = pointer.to_string();
        self.0.pointer = Some(pointer);
        self
    }

    /// Says that it is about a name or words for people whose subject is gone: deleting the entry at its place is all that
    /// there is to do.
    pub fn obsolete(mut self) -> Self {
        self.0.obsolete = true;
        self
    }

    /// Whether deleting the entry at its place is all that there is to do.
    pub fn is_obsolete(&self) -> bool {
        self.0.obsolete
    }

    /// Text beside the marked place; the pointer unless set.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    /// The same with another message.
    pub fn with_message(mut self, message: impl FnOnce(&str) -> String) -> Self {
        self.0.message = message(&self.0.message);
        self
    }

    /// Joins several complaints into one; `None` when there are none. The same about the same line, which an overlay may
    /// have written in many places, is said once.
    pub fn all(complaints: Vec<Diagnostic>) -> Option<Self> {
        let mut places: Vec<(Diagnostic, usize)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for complaint in complaints {
            // What has no place may be about many.
            let at = match complaint.position() {
                Some((file, line, column)) => {
                    let key = format!("{file}:{line}:{column} {}", complaint.0.message);
                    *known.entry(key).or_insert(places.len())
                }
                None => places.len(),
            };
            match places.get_mut(at) {
                Some((_, count)) => *count += 1,
                None => places.push((complaint, 1)),
            }
        }
        let said = |(complaint, count): (Self, usize)| match count {
            1 => complaint,
            _ => complaint.with_message(|message| format!("{message} (in {count} places)")),
        };
        let mut complaints: Vec<Self> = places.into_iter().map(said).collect();
        match complaints.len() {
            0 => None,
            1 => complaints.pop(),
            n => {
                let mut first = complaints.remove(0);
                first.0.message = format!("{} (and {} more)", first.0.message, n - 1);
                first.0.related = complaints;
                Some(first)
            }
        }
    }

    /// The same with each of the joined complaints changed.
    pub fn each(mut self, change: impl Fn(Self) -> Self) -> Self {
        let rest = std::mem::take(&mut self.0.related);
        let mut first = change(self);
        first.0.related = rest.into_iter().map(change).collect();
        first
    }

    /// It and those that were joined to it.
    pub fn flat(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.0.related)
    }

    /// What is wrong, without place and mend.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// File, line and column (from 1), where known.
    pub fn position(&self) -> Option<(&str, u32, u32)> {
        let (source, span) = (self.0.source.as_ref()?, self.0.span?);
        Some((source.name(), span.line, span.column))
    }

    /// The JSON pointer, where known.
    pub fn json_pointer(&self) -> Option<&Pointer> {
        self.0.pointer.as_ref()
    }

    /// The complaints that were joined to this one.
    pub fn rest(&self) -> &[Diagnostic] {
        &self.0.related
    }

    /// What to do about it, where known.
    pub fn mend(&self) -> Option<&str> {
        self.0.help.as_deref()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some((name, line, column)) = self.position() {
            write!(f, "\n  at {name}:{line}:{column}")?;
        }
        if let Some(pointer) = &self.0.pointer {
            write!(f, "\n  pointer {pointer}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (source, span) = (self.0.source.as_ref()?, self.0.span?);
        let offset = source.inner().offset(span.line, span.column);
        let label = LabeledSpan::new_with_span(Some(self.0.label.clone()), SourceSpan::new(offset.into(), 0));
        Some(Box::new(std::iter::once(label)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.0.related.is_empty() {
            return None;
        }
        Some(Box::new(self.0.related.iter().map(|one| one as &dyn miette::Diagnostic)))
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        self.text.read_span(span, before, after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_about_the_same_line_is_said_once() {
        let source = Arc::new(Source { name: "a.yaml".to_owned(), text: "a: 1\nb: 2\n".to_owned() });
        let at = |line, message: &str| Diagnostic::new(message).at(&source, Span { source: 0, line, column: 1 });
        let joined =
            Diagnostic::all(vec![at(1, "a"), at(2, "a"), at(1, "a"), at(1, "b"), Diagnostic::new("c")]).unwrap();
        let messages: Vec<&str> = joined.flat().map(Diagnostic::message).collect();
        assert_eq!(messages, ["a (in 2 places) (and 3 more)", "a", "b", "c"]);
        assert_eq!(Diagnostic::all(vec![at(1, "a"), at(1, "a")]).unwrap().message(), "a (in 2 places)");
        // What has no place may be about many.
        assert_eq!(Diagnostic::all(vec![Diagnostic::new("a"); 2]).unwrap().flat().count(), 2);
    }
}
