//! Result files of jobs: lines of JSON behind an address that no document has. `x-job` says which records they hold;
//! the members of a line tell which job it was.

use kontrakt_codegen::contract::{Operation, SchemaId};
use kontrakt_codegen::diagnostic::Diagnostic;
use serde_json::Value;

use super::body::Json;
use super::{Context, Verifier};
use crate::findings::{Collector, FindingKind, MessageSide};
use crate::recording::Entry;

/// Media types of lines of JSON.
const LINES: [&str; 6] = [
    "application/jsonl",
    "application/jsonlines",
    "application/json-lines",
    "application/x-jsonlines",
    "application/ndjson",
    "application/x-ndjson",
];

impl Verifier<'_> {
    /// Checks a file of a job line by line; `false` when the entry is none.
    pub(super) fn job_result(&self, entry: &Entry, collector: &mut Collector) -> Result<bool, Diagnostic> {
        let Some(body) = entry.response.body.as_deref().filter(|_| is_lines(entry)) else { return Ok(false) };
        let text = String::from_utf8_lossy(body);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let Some((operation, schema)) = lines.iter().find_map(|line| self.job_of(&serde_json::from_str(line).ok()?))
        else {
            return Ok(false);
        };
        let older = entry.day.as_deref().filter(|day| self.dated.as_deref().is_some_and(|dated| *day < dated));
        let (status, side) = (Some(entry.status), MessageSide::Response);
        let (refused, routed, typed) = (false, false, false);
        let context = Context { operation, status, side, entry: entry.index, older, refused, routed, typed };
        for line in lines {
            match Json::parse(line.as_bytes()) {
                Ok(json) => {
                    self.value(&context, schema, &json, collector, None)?;
                }
                Err(error) => {
                    let mut observation = self.at(
                        &context,
                        FindingKind::NotJson,
                        schema,
                        format!("a line of the file is no JSON: {error}"),
                    );
                    observation.sample = Some(Value::from(line.chars().take(80).collect::<String>()));
                    collector.add(observation, Some(context.entry));
                }
            }
        }
        Ok(true)
    }

    /// The job whose records describe most members of a line, and half of them at least.
    fn job_of(&self, line: &Value) -> Option<(&Operation, SchemaId)> {
        let members = line.as_object()?;
        let jobs = self.contract.operations.iter().filter_map(|operation| {
            let name = operation.hints.job.as_ref()?.result.as_deref()?;
            Some((operation, self.contract.component(name)?))
        });
        let described = |schema: SchemaId| {
            let mut schemas = Vec::new();
            self.checker.applicable(schema, line, &mut schemas);
            let names: Vec<&String> =
                schemas.iter().flat_map(|id| &self.contract[*id].properties).map(|(name, _)| name).collect();
            members.keys().filter(|member| names.contains(member)).count()
        };
        let scored = jobs.map(|(operation, schema)| (described(schema), operation, schema));
        let scored = scored.filter(|(count, ..)| *count > 0 && count * 2 >= members.len());
        // The first of the best: the order of the document decides between equals.
        let best = scored.reduce(|best, one| if one.0 > best.0 { one } else { best })?;
        Some((best.1, best.2))
    }
}

fn is_lines(entry: &Entry) -> bool {
    let path = entry.url.split(['?', '#']).next().unwrap_or_default().trim_end_matches(".gz");
    let named = path.ends_with(".jsonl") || path.ends_with(".ndjson");
    named || entry.response.essence().is_some_and(|essence| LINES.contains(&essence.as_str()))
}
