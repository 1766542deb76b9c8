//! Generates strings from the scalar type, the pattern, or the alphabet, whichever satisfies all schemas.
//! The source is selected once, when the plan is made, so generation rarely has to retry.

use fastrand::Rng;
use kontrakt_codegen::contract::{Merged, Schema, SchemaId};
use serde_json::Value;

use super::pattern::Pattern;
use super::plan::count;
use crate::check::Checker;

/// Characters that somebody on the way may trip over.
const ODD: &[char] =
    &[' ', ' ', 'ě', 'š', 'ř', 'ž', '"', '\\', '/', '\n', '<', '&', '%', '+', ';', '{', '}', '😀', '\0', '\u{feff}'];

/// How often a source is tried before it is given up.
const TRIES: usize = 60;

/// The texts that satisfy a set of schemas.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    min: usize,
    max: usize,
    schemas: Vec<SchemaId>,
    sources: Vec<Source>,
    /// Whether a text from the sources may still break a rule.
    checked: bool,
}

#[derive(Clone, Debug)]
enum Source {
    /// Texts that mean something: a date, a decimal number.
    Meaning(String),
    Pattern(Pattern),
    Alphabet,
}

impl Texts {
    /// The texts that satisfy all schemas; `None` when no source finds one.
    pub(super) fn new(checker: &Checker<'_>, merged: &Merged) -> Option<Self> {
        let schemas: Vec<&Schema> = merged.schemas.iter().map(|id| &checker.contract()[*id]).collect();
        let (min, max) = (count(merged, "minLength").unwrap_or(0), count(merged, "maxLength").unwrap_or(usize::MAX));
        if min > max {
            return None;
        }
        let scalars = schemas.iter().filter_map(|schema| Some(schema.hints.scalar?.word()));
        let formats = schemas.iter().filter_map(|schema| schema.format.as_deref());
        let meanings = formats.chain(scalars).filter(|name| is_meaning(name));
        let mut sources: Vec<Source> = meanings.map(|name| Source::Meaning(name.to_owned())).collect();
        for (pattern, _) in &merged.patterns {
            sources.push(Source::Pattern(Pattern::new(pattern)?));
        }
        let checked = !merged.patterns.is_empty() || !sources.is_empty();
        if sources.is_empty() {
            sources.push(Source::Alphabet);
        }
        let mut texts = Self { min, max, schemas: merged.schemas.clone(), sources: Vec::new(), checked };
        let mut rng = Rng::with_seed(0x6b6f_6e74);
        sources.retain(|source| (0..TRIES * 4).any(|_| texts.try_source(source, checker, &mut rng).is_some()));
        // A meaning comes first; a pattern without one may spell the thirty-ninth of a month.
        let digits = |name: &str| matches!(name, "integer" | "decimal");
        if sources.iter().any(|source| matches!(source, Source::Meaning(name) if !digits(name))) {
            sources.retain(|source| matches!(source, Source::Meaning(_)));
        }
        texts.sources = sources;
        (!texts.sources.is_empty()).then_some(texts)
    }

    /// A text, or nothing when luck ran out.
    pub(super) fn draw(&self, checker: &Checker<'_>, rng: &mut Rng) -> Option<Value> {
        (0..TRIES).find_map(|_| {
            let source = &self.sources[rng.usize(..self.sources.len())];
            self.try_source(source, checker, rng)
        })
    }

    fn try_source(&self, source: &Source, checker: &Checker<'_>, rng: &mut Rng) -> Option<Value> {
        let mut text = String::new();
        match source {
            Source::Meaning(name) => meaning(name, rng, &mut text),
            Source::Pattern(pattern) => {
                let stretch = if self.min > 8 { self.min as u32 } else { 8 };
                pattern.draw(rng, stretch.min(self.max.min(4_000) as u32), &mut text);
            }
            Source::Alphabet => self.alphabet(rng, &mut text),
        }
        let value = Value::String(text);
        if !self.checked {
            return Some(value);
        }
        self.schemas.iter().all(|id| checker.accepts_text(*id, &value)).then_some(value)
    }

    fn alphabet(&self, rng: &mut Rng, text: &mut String) {
        let usual = self.max.min(self.min.saturating_add(12));
        // The longest text now and then, where that is a length somebody thought of.
        let length = if self.max <= 300 && rng.u8(..32) == 0 { self.max } else { rng.usize(self.min..=usual) };
        for _ in 0..length {
            text.push(match rng.u8(..12) {
                0..=6 => rng.char('a'..='z'),
                7..=8 => rng.char('0'..='9'),
                9 => rng.char('A'..='Z'),
                _ => ODD[rng.usize(..ODD.len())],
            });
        }
    }
}

/// Whether texts can be drawn from the name of a format or scalar.
fn is_meaning(name: &str) -> bool {
    const MEANINGS: &[&str] = &[
        "date",
        "date-time",
        "time",
        "local-date-time",
        "unix-time",
        "integer",
        "decimal",
        "boolean",
        "email",
        "uuid",
        "uri",
        "url",
        "ipv4",
    ];
    MEANINGS.contains(&name)
}

fn meaning(name: &str, rng: &mut Rng, out: &mut String) {
    use std::fmt::Write as _;
    let date = |rng: &mut Rng| format!("{}-{:02}-{:02}", rng.u16(1990..2038), rng.u8(1..=12), rng.u8(1..=28));
    let clock = |rng: &mut Rng| format!("{:02}:{:02}:{:02}", rng.u8(..24), rng.u8(..60), rng.u8(..60));
    let _ = match name {
        "date" => write!(out, "{}", date(rng)),
        "date-time" => {
            let offset = ["+0100", "+0200", "+01:00", "+02:00", "Z", "-05:00", "-0500"];
            write!(out, "{}T{}{}", date(rng), clock(rng), rng.choice(offset).unwrap_or("Z"))
        }
        "time" => write!(out, "{}Z", clock(rng)),
        "local-date-time" => {
            write!(out, "{}{}{}", date(rng), rng.choice([' ', 'T']).unwrap_or(' '), clock(rng))
        }
        "unix-time" => write!(out, "{}", rng.u32(..)),
        "integer" => write!(out, "{}", if rng.bool() { rng.i64(0..1000) } else { rng.i64(-99_999..1 << 40) }),
        "decimal" => {
            let sign = if rng.u8(..4) == 0 { "-" } else { "" };
            let whole = if rng.bool() { rng.u32(..1000) } else { rng.u32(..) };
            let _ = write!(out, "{sign}{whole}");
            let digits = rng.usize(..5);
            if digits > 0 {
                out.push('.');
            }
            out.extend((0..digits).map(|_| rng.char('0'..='9')));
            Ok(())
        }
        "boolean" => write!(out, "{}", rng.u8(..2)),
        "email" => {
            let name: String = (0..rng.usize(1..9)).map(|_| rng.char('a'..='z')).collect();
            write!(out, "{name}@example.{}", rng.choice(["com", "cz", "org"]).unwrap_or("com"))
        }
        "uuid" => {
            let bits = rng.u128(..);
            let hex = format!("{bits:032x}");
            write!(out, "{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
        "uri" | "url" => write!(out, "https://example.com/{}", rng.u32(..)),
        "ipv4" => write!(out, "192.0.2.{}", rng.u8(..)),
        _ => Ok(()),
    };
}
