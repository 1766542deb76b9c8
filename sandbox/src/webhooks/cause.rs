//! Which change an event tells of: read from the words of its name, or said by `x-webhooks`.

use kontrakt_codegen::contract::RecordChange;
use kontrakt_codegen::name::{singular, words};

use crate::model::Model;
use crate::state::{Happened, News, text_of, values_at};

/// The change that an event tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The records that it is about.
    pub(crate) node: String,
    pub(crate) happened: Happened,
    /// The part of a record that is changed.
    below: Option<String>,
    /// A member, and the value that it gets.
    becomes: Option<(String, String)>,
    /// Whether it is told once of all records of a call.
    pub(crate) many: bool,
}

impl Cause {
    pub(crate) fn is_of(&self, news: &News) -> bool {
        let becomes = |(member, value): &(String, String)| {
            let path = [member.clone()];
            let has = |record: &serde_json::Value| {
                values_at(record, &path).iter().any(|one| text_of(one).eq_ignore_ascii_case(value))
            };
            has(&news.record) && !news.before.as_ref().is_some_and(has)
        };
        self.node == news.node
            && self.happened == news.happened
            && self.below.as_ref().is_none_or(|below| news.below.as_ref() == Some(below))
            && self.becomes.as_ref().is_none_or(becomes)
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let happened = match self.happened {
            Happened::Created => "create",
            Happened::Changed => "update",
            Happened::Deleted => "delete",
        };
        write!(f, "{happened} {}", self.node)?;
        if let Some(below) = &self.below {
            write!(f, " below {below}")?;
        }
        if let Some((member, value)) = &self.becomes {
            write!(f, " {member} becomes {value}")?;
        }
        f.write_str(if self.many { " many" } else { "" })
    }
}

/// The change that an event tells of; `None` where no call makes it.
pub(crate) fn of(model: &Model, event: &str) -> Option<Cause> {
    let said = model.contract.behaviour.webhooks.causes.iter().find(|(name, _)| name.eq_ignore_ascii_case(event));
    let Some((_, said)) = said else { return derived(model, event) };
    let happened = match said.happens {
        RecordChange::Create => Happened::Created,
        RecordChange::Update => Happened::Changed,
        RecordChange::Delete => Happened::Deleted,
    };
    let becomes = said.member.clone().zip(said.equals.clone());
    Some(Cause { node: said.records.clone(), happened, below: said.below.clone(), becomes, many: said.many })
}

/// What a verb says that has happened.
fn verb(word: &str) -> Option<Verb> {
    Some(match word {
        "create" | "created" | "add" | "added" | "new" | "insert" | "inserted" => Verb::Happened(Happened::Created),
        "update" | "updated" | "change" | "changed" | "edit" | "edited" | "modified" => {
            Verb::Happened(Happened::Changed)
        }
        "delete" | "deleted" | "remove" | "removed" => Verb::Happened(Happened::Deleted),
        "finish" | "finished" | "complete" | "completed" => Verb::Ended,
        _ => return None,
    })
}

#[derive(Clone, Copy)]
enum Verb {
    Happened(Happened),
    /// A job came to its end.
    Ended,
}

/// `order:massUpdate` is a change of several records at `/orders`.
fn derived(model: &Model, event: &str) -> Option<Cause> {
    let mut words = words(event);
    let (at, verb) = words.iter().enumerate().rev().find_map(|(at, word)| Some((at, verb(word)?)))?;
    words.remove(at);
    let all = words.len();
    words.retain(|word| !["mass", "bulk", "batch"].contains(&word.as_str()));
    let many = words.len() < all;
    let noun: Vec<String> = words.iter().map(|word| singular(word)).collect();
    let nodes = model.collections.iter().filter(|(node, _)| !node.ends_with('*'));
    let fits = nodes.filter_map(|(node, collection)| Some((fit(&noun, &collection.noun)?, node.len(), node)));
    let node = fits.min()?.2.clone();
    let cause = |happened, becomes| Some(Cause { node: node.clone(), happened, below: None, becomes, many });
    match verb {
        Verb::Happened(happened) => cause(happened, None),
        Verb::Ended => {
            let jobs = model.contract.behaviour.jobs.as_ref()?;
            let is_job = model.job_plan().and_then(|plan| plan.steps.last()).is_some_and(|step| step.node == node);
            is_job.then(|| cause(Happened::Changed, Some((jobs.status.clone(), jobs.completed.clone()))))?
        }
    }
}

/// How well the words of an event fit those of a path: 0 is best.
fn fit(noun: &[String], path: &[String]) -> Option<usize> {
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort();
        words
    };
    match () {
        () if noun.is_empty() => None,
        () if noun == path => Some(0),
        () if sorted(noun) == sorted(path) => Some(1),
        () if path.ends_with(noun) => Some(1 + path.len() - noun.len() + 1),
        () => None,
    }
}
