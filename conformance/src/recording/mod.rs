//! Recorded traffic: HAR 1.2 as browsers, proxies and test tools write it, and lines of JSON.
//! Reading is tolerant: unusable entries are skipped and counted, with the reason.

mod body;
mod har;
mod ndjson;

use std::collections::BTreeMap;
use std::path::Path;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use serde_json::Value;

/// Calls with their answers.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// What can be checked.
    pub entries: Vec<Entry>,
    /// How many entries there were, usable or not.
    pub total: usize,
    /// Why entries were skipped, and how many.
    pub skipped: BTreeMap<String, usize>,
}

/// One call with its answer.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Position in the recording, skipped entries counted.
    pub index: usize,
    /// Day of the call, such as `2026-01-31`, where the recording tells.
    pub day: Option<String>,
    /// Method in capitals; empty where the recording names the operation instead.
    pub method: String,
    /// The URL as it was called.
    pub url: String,
    /// Identifier of the operation, where the recording names it.
    pub operation: Option<String>,
    /// What was sent.
    pub request: Message,
    /// Status of the answer.
    pub status: u16,
    /// What was answered.
    pub response: Message,
}

/// The day of a time such as `2026-01-31T12:00:00Z`.
fn day(time: &Value) -> Option<String> {
    time.as_str()?.get(..10).filter(|day| crate::acceptance::is_day(day)).map(str::to_owned)
}

/// Headers and body.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Headers; names as they were sent.
    pub headers: Vec<(String, String)>,
    /// Media type, parameters included.
    pub media_type: Option<String>,
    /// The body, decoded; `None` where there is none, or none was kept.
    pub body: Option<Vec<u8>>,
    /// Why there is no body here.
    pub absent: Absent,
}

/// Why a message has no body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// The recording does not tell.
    #[default]
    Unsaid,
    /// There was none.
    Empty,
    /// There was one that cannot be looked at, and why: not kept, still compressed, damaged.
    Unreadable(String),
}

impl Message {
    /// The value of a header; names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Type and subtype without parameters, in lower case.
    pub fn essence(&self) -> Option<String> {
        let media_type = self.media_type.as_deref().or_else(|| self.header("content-type"))?;
        Some(kontrakt_codegen::contract::essence(media_type))
    }
}

impl Recording {
    /// Reads a file: HAR or, by its name or form, lines of JSON.
    ///
    /// # Errors
    /// When the file cannot be read or is neither.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| {
            Diagnostic::new(format!("cannot read {}: {error}", path.display())).help("check that the file exists")
        })?;
        Self::parse(&bytes).map_err(|message| {
            Diagnostic::new(format!("{} is no recording: {message}", path.display()))
                .help("expected HAR 1.2 ({\"log\": {\"entries\": [...]}}) or lines of {\"operationId\", \"status\", \"body\"}, or with \"method\" and \"url\" instead of \"operationId\"")
        })
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// When they are neither HAR nor lines of JSON, in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        match serde_json::from_str::<Value>(text) {
            Ok(value) if !ndjson::is_entry(&value) => har::read(&value),
            // One line of JSON is a value as well.
            Ok(_) => ndjson::read(text),
            Err(_) if text.lines().next().is_some_and(|line| serde_json::from_str::<Value>(line).is_ok()) => {
                ndjson::read(text)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Adds another recording behind this one.
    pub fn append(&mut self, other: Self) {
        let shift = self.total;
        self.entries.extend(other.entries.into_iter().map(|entry| Entry { index: entry.index + shift, ..entry }));
        self.total += other.total;
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }

    fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests;
