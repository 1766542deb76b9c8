//! CI reports of all commands: JUnit XML, SARIF 2.1.0, workflow commands of GitHub Actions.
//! Errors and warnings that are not accepted count as failures.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::escape::{message, property, uri, xml};

/// How CI takes an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown.
    Note,
    /// A failure that may be lived with.
    Warning,
    /// A failure.
    Error,
}

/// One thing that a command found.
#[derive(Clone, Debug)]
pub struct Item {
    /// Stable identifier: what acceptance files name.
    pub id: String,
    /// Kind of thing, which is also the rule.
    pub rule: &'static str,
    /// What it is grouped under: an operation, a severity.
    pub group: String,
    /// How bad it is in the words of the command.
    pub severity: &'static str,
    /// How bad it is for CI.
    pub level: Level,
    /// One line.
    pub title: String,
    /// File and line.
    pub place: Option<(String, u32)>,
    /// JSON pointer into the document.
    pub pointer: Option<String>,
    /// What else is known.
    pub notes: Vec<String>,
    /// Why somebody accepted it.
    pub accepted: Option<String>,
    /// Members of SARIF's property bag.
    pub properties: Value,
}

/// What a command found in one run.
#[derive(Clone, Debug)]
pub struct Suite {
    /// Name of the command.
    pub tool: &'static str,
    /// What was looked at.
    pub name: String,
    /// What is said when nothing was found.
    pub nothing: String,
    /// Every rule with what it means.
    pub rules: Vec<(&'static str, String)>,
    /// Everything that was found.
    pub items: Vec<Item>,
}

impl Item {
    fn fails(&self) -> bool {
        self.accepted.is_none() && self.level > Level::Note
    }
}

/// One test case per item; where nothing was found, one that passes.
pub fn junit(suite: &Suite) -> String {
    let failures = suite.items.iter().filter(|item| item.fails()).count();
    let skipped = suite.items.iter().filter(|item| item.accepted.is_some()).count();
    let (tests, name) = (suite.items.len().max(1), xml(&suite.name));
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\"");
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {counts}>\n<testsuite name=\"{name}\" {counts}>\n",
        suite.tool
    );
    if suite.items.is_empty() {
        let _ = writeln!(out, "<testcase classname=\"{}\" name=\"{}\"/>", suite.tool, xml(&suite.nothing));
    }
    for item in &suite.items {
        let class = xml(&format!("{}.{}", suite.tool, item.group));
        let _ = write!(out, "<testcase classname=\"{class}\" name=\"{} {}\">", item.rule, xml(&item.id));
        let title = xml(&item.title);
        let _ = match &item.accepted {
            Some(reason) => write!(out, "<skipped message=\"{}\"/>", xml(reason)),
            None if item.fails() => {
                let place = item.place.iter().map(|(file, line)| format!("{file}:{line}"));
                let lines: Vec<String> = item
                    .pointer
                    .iter()
                    .cloned()
                    .chain(place)
                    .chain(item.notes.iter().cloned())
                    .map(|one| xml(&one))
                    .collect();
                write!(out, "<failure type=\"{}\" message=\"{title}\">{}</failure>", item.severity, lines.join("\n"))
            }
            None => write!(out, "<system-out>{title}</system-out>"),
        };
        out.push_str("</testcase>\n");
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

/// One result per item, with the lines of the document and fingerprints that stay the same.
pub fn sarif(suite: &Suite) -> String {
    let rule = |(id, about): &(&str, String)| json!({"id": id, "shortDescription": {"text": about.trim()}});
    let rules: Vec<Value> = suite.rules.iter().map(rule).collect();
    let result = |item: &Item| {
        let level = match item.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let mut text = item.title.clone();
        item.notes.iter().for_each(|note| {
            let _ = write!(text, "; {note}");
        });
        let mut result = json!({
            "ruleId": item.rule,
            "ruleIndex": suite.rules.iter().position(|(id, _)| *id == item.rule),
            "level": level,
            "message": {"text": text},
            "partialFingerprints": {"kontrakt/v1": item.id},
        });
        if !item.properties.is_null() {
            result["properties"] = item.properties.clone();
        }
        let mut location = json!({});
        if let Some((file, line)) = &item.place {
            let region = json!({"startLine": (*line).max(1)});
            location["physicalLocation"] = json!({"artifactLocation": {"uri": uri(file)}, "region": region});
        }
        if let Some(pointer) = &item.pointer {
            location["logicalLocations"] = json!([{"fullyQualifiedName": pointer, "kind": "member"}]);
        }
        if location.as_object().is_some_and(|members| !members.is_empty()) {
            result["locations"] = json!([location]);
        }
        if let Some(reason) = &item.accepted {
            result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
        }
        result
    };
    let results: Vec<Value> = suite.items.iter().map(result).collect();
    let driver =
        json!({"name": format!("kontrakt-{}", suite.tool), "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    });
    format!("{value:#}\n")
}

/// Annotations of what is open.
pub fn github(suite: &Suite) -> String {
    let open = suite.items.iter().filter(|item| item.accepted.is_none());
    let line = |item: &Item| {
        let command = match item.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = item.place.as_ref();
        let place = place.map(|(file, line)| format!("file={},line={},", property(file), (*line).max(1)));
        let title = property(&format!("{} {}", item.rule, item.id));
        format!("::{command} {}title={title}::{}\n", place.unwrap_or_default(), message(&item.title))
    };
    open.map(line).collect()
}
