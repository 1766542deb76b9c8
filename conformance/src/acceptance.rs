//! Accepted findings: a file of identifiers with a reason each and an optional last day.
//! Expired entries and entries that match nothing are reported, so the file stays current. One file per API serves
//! `verify`, `drift` and `lint`: `command` says which one an entry belongs to.
//!
//! ```yaml
//! accepted:
//!   - id: 3f1c0a9b2e
//!     reason: the shop is on the old plan
//!     expires: 2027-01-31
//!     operation: listOrders
//!   - id: 9b1d77c0aa
//!     command: drift
//!     reason: we store it as an optional text anyway
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Map, Node, Pointer};

use crate::findings::Finding;

/// A command whose findings can be accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Command {
    /// Recorded traffic against document and client.
    #[default]
    Verify,
    /// Two documents against each other.
    Drift,
    /// A document against itself.
    Lint,
}

impl Command {
    const ALL: [Self; 3] = [Self::Verify, Self::Drift, Self::Lint];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Drift => "drift",
            Self::Lint => "lint",
        }
    }
}

/// One accepted finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Identifier of the finding.
    pub id: String,
    /// Why it is accepted.
    pub reason: String,
    /// Last day on which it is, such as `2027-01-31`.
    pub expires: Option<String>,
    /// The command that found it; `verify` where nothing is said.
    pub command: Command,
    /// The operation that it is about: where that was not called, nothing can be said of the finding.
    pub operation: Option<String>,
    /// What the finding was when it was accepted, for people who read the file.
    pub finding: Option<String>,
}

/// All accepted findings of an API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// In the order of the file.
    pub list: Vec<Accepted>,
}

/// The members that an entry may have.
const MEMBERS: [&str; 6] = ["id", "reason", "expires", "command", "operation", "finding"];

/// What an acceptance file did not cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// Accepted until a day that is over.
    pub expired: Vec<String>,
    /// Accepted and not found any more.
    pub gone: Vec<String>,
}

impl Stale {
    /// A warning for each.
    pub fn warnings(&self, file: &Path) -> Vec<Diagnostic> {
        let all = [(&self.expired, "the acceptance is over"), (&self.gone, "the accepted finding did not occur")];
        let warning = |(ids, what): (&Vec<String>, &str)| -> Vec<Diagnostic> {
            let one = |id: &String| Diagnostic::new(format!("{id}: {what}"));
            let help = format!("renew it in {}, or take it out", file.display());
            ids.iter().map(|id| one(id).help(help.clone())).collect()
        };
        all.into_iter().flat_map(warning).collect()
    }
}

impl Acceptance {
    /// Reads a file; a file that does not exist accepts nothing.
    ///
    /// # Errors
    /// When the file cannot be read or does not have the form above.
    pub fn read(path: &Path) -> Result<Self> {
        if path.exists() { Self::parse(&Document::read(path)?) } else { Ok(Self::default()) }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When it does not have the form above.
    pub fn parse(document: &Document) -> Result<Self> {
        let root = Pointer::from(["accepted"]);
        let wrong = |node: &Node, at: &Pointer, message: String| {
            document
                .complain(node.span, at, message)
                .help("expected `accepted:` with a list of `id`, `reason` and, if wanted, `expires: 2027-01-31`")
        };
        let Some(list) = document.root.get("accepted") else {
            return Err(wrong(&document.root, &Pointer::root(), "there is no `accepted`".to_owned()));
        };
        let mut accepted = Vec::new();
        for (index, node) in list.as_list().unwrap_or_default().iter().enumerate() {
            let at = root.join(index);
            let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
            let needed = |key: &str| text(key).filter(|text| !text.trim().is_empty());
            let needed = |key: &str| needed(key).ok_or_else(|| wrong(node, &at, format!("the entry has no {key:?}")));
            let expires = text("expires");
            if let Some(day) = expires.as_ref().filter(|day| !is_day(day)) {
                return Err(wrong(node, &at.join("expires"), format!("{day:?} is no day")));
            }
            let name = text("command").unwrap_or_else(|| Command::default().name().to_owned());
            let Some(command) = Command::ALL.into_iter().find(|one| one.name() == name) else {
                return Err(wrong(node, &at.join("command"), format!("no command {name:?} has findings to accept")));
            };
            if let Some((key, _)) =
                node.as_map().into_iter().flat_map(Map::iter).find(|(key, _)| !MEMBERS.contains(key))
            {
                return Err(wrong(node, &at.join(key), format!("unknown member {key:?}")));
            }
            let (id, reason, operation) = (needed("id")?, needed("reason")?, text("operation"));
            accepted.push(Accepted { id, reason, expires, command, operation, finding: text("finding") });
        }
        Ok(Self { list: accepted })
    }

    /// Marks the accepted ones among the findings of `verify`, as of a day such as `2026-01-31`. `called` tells whether
    /// the recordings have a call of an operation.
    pub fn apply(&self, findings: &mut [Finding], today: &str, called: impl Fn(&str) -> bool) -> Stale {
        let found = findings.iter_mut().map(|finding| (finding.id.clone(), &mut finding.accepted));
        self.mark(Command::Verify, found, today, called)
    }

    /// Marks what a command found: identifiers, and where to write the reason. `called` as for [`Acceptance::apply`].
    pub fn mark<'f>(
        &self,
        command: Command,
        found: impl IntoIterator<Item = (String, &'f mut Option<String>)>,
        today: &str,
        called: impl Fn(&str) -> bool,
    ) -> Stale {
        let mut by_id: HashMap<String, Vec<&'f mut Option<String>>> = HashMap::new();
        for (id, accepted) in found {
            by_id.entry(id).or_default().push(accepted);
        }
        let mut stale = Stale::default();
        for one in self.list.iter().filter(|one| one.command == command) {
            let over = one.expires.as_deref().is_some_and(|expires| expires < today);
            match by_id.get_mut(&one.id) {
                _ if over => stale.expired.push(one.id.clone()),
                None if one.operation.as_deref().is_some_and(|operation| !called(operation)) => {}
                None => stale.gone.push(one.id.clone()),
                Some(marks) => marks.iter_mut().for_each(|mark| **mark = Some(one.reason.clone())),
            }
        }
        stale
    }

    /// Accepts a finding, or changes why and how long it is accepted.
    pub fn accept(&mut self, accepted: Accepted) {
        match self.list.iter_mut().find(|one| one.id == accepted.id) {
            Some(one) => *one = accepted,
            None => self.list.push(accepted),
        }
    }

    /// Takes out what is over or gone.
    pub fn prune(&mut self, stale: &Stale) {
        self.list.retain(|one| !stale.gone.contains(&one.id) && !stale.expired.contains(&one.id));
    }

    /// The file.
    pub fn to_yaml(&self) -> String {
        let mut text = "# Findings that were looked at; see conformance/README.md.\naccepted:".to_owned();
        if self.list.is_empty() {
            text.push_str(" []");
        }
        text.push('\n');
        for one in &self.list {
            // JSON texts are YAML texts.
            let quote = |text: &str| serde_json::Value::from(text).to_string();
            let _ = writeln!(text, "  - id: {}\n    reason: {}", quote(&one.id), quote(&one.reason));
            let command = Some(one.command.name().to_owned()).filter(|_| one.command != Command::default());
            let members = [
                ("expires", &one.expires),
                ("command", &command),
                ("operation", &one.operation),
                ("finding", &one.finding),
            ];
            for (key, value) in members {
                if let Some(value) = value {
                    let _ = writeln!(text, "    {key}: {}", quote(value));
                }
            }
        }
        text
    }
}

/// Whether a text is a day such as `2027-01-31`; days are compared as texts.
pub fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize| {
        let part: &&str = parts.get(at)?;
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u16>().ok())?
    };
    parts.len() == 3
        && number(0, 4).is_some()
        && number(1, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(2, 2).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::document::Document;

    use super::{Acceptance, Accepted, Command};

    fn parse(text: &str) -> Result<Acceptance, String> {
        Acceptance::parse(&Document::parse("accepted.yaml", text).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn writes_what_it_reads() {
        let mut acceptance = Acceptance::default();
        assert_eq!(parse(&acceptance.to_yaml()).unwrap(), acceptance);
        for (id, expires) in [("a", None), ("b", Some("2027-01-31".to_owned())), ("a", None)] {
            let reason = "because: \"it\" is\n#so".to_owned();
            let operation = expires.as_ref().map(|_| "getOrder".to_owned());
            let command = if operation.is_some() { Command::Verify } else { Command::Drift };
            acceptance.accept(Accepted {
                id: id.to_owned(),
                reason,
                expires,
                command,
                operation,
                finding: Some("x".to_owned()),
            });
        }
        assert_eq!(acceptance.list.len(), 2);
        assert_eq!(parse(&acceptance.to_yaml()).unwrap(), acceptance);
    }

    #[test]
    fn refuses_entries_without_reason_or_with_a_wrong_day() {
        for text in [
            "{}",
            "accepted: [{id: a}]",
            "accepted: [{id: a, reason: ' '}]",
            "accepted: [{id: a, reason: b, expires: soon}]",
            "accepted: [{id: a, reason: b, command: dance}]",
            "accepted: [{id: a, reason: b, when: c}]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
