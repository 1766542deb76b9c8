//! Lists: filters, pages with totals, and what has changed since a time.

use kontrakt_codegen::contract::Parameter;
use serde_json::{Value, json};

use super::{Shown, Turn, path_of, put};
use crate::clock;
use crate::model::{Filter, Form, Test, query};
use crate::refusal::Refusal;
use crate::state::{Change, Happened, text_of, values_at};

/// Records of a page where neither call nor document says how many.
const PAGE: usize = 50;

impl Turn<'_> {
    pub(super) fn tell_all(&mut self) -> Result<Shown, Refusal> {
        let asked = self.asked();
        let filters = self.plan.filters.clone();
        let records = self.records()?;
        let chosen: Vec<usize> = (0..records.len()).filter(|at| is_chosen(&records[*at], &filters, &asked)).collect();
        let page = self.page(chosen.len());
        let range = page.range(chosen.len());
        let making = self.making;
        let slot = self.plan.answer.as_ref().filter(|place| place.form == Form::List).map(|place| &place.slot);
        let excerpt = |record: &Value| match slot {
            Some(slot) => making.model.schemas.excerpt(slot, record),
            None => record.clone(),
        };
        let records = self.records()?;
        let shown: Vec<Value> = chosen[range].iter().map(|at| excerpt(&records[*at])).collect();
        let count = shown.len();
        let mut shown = self.showing(shown);
        self.number_pages(&mut shown.known, page, chosen.len(), count);
        Ok(shown)
    }

    /// Filters that the call gives, with their values.
    pub(super) fn asked(&self) -> Vec<(String, Vec<String>)> {
        let values = |filter: &Filter| {
            let given =
                self.query.iter().filter(|(name, _)| *name == filter.parameter).map(|(_, value)| value.as_str());
            let split = |text: &str| match &filter.joined {
                Some(joint) => text.split(joint.as_str()).map(|part| part.trim().to_owned()).collect::<Vec<_>>(),
                None => vec![text.to_owned()],
            };
            given.flat_map(split).filter(|value| !value.is_empty()).collect::<Vec<String>>()
        };
        let filters = self.plan.filters.iter().map(|filter| (filter.parameter.clone(), values(filter)));
        filters.filter(|(_, values)| !values.is_empty()).collect()
    }

    fn page(&self, total: usize) -> Page {
        let paging = self.making.model.contract.behaviour.paging.as_ref();
        let taken = paging.filter(|paging| query(self.operation()).any(|one| one.name == paging.page));
        let Some(paging) = taken else { return Page { number: 1, size: total.max(1) } };
        let parameter = |name: &str| query(self.operation()).find(|one| one.name == name);
        let given = |name: &str| self.argument(name).and_then(|text| text.parse::<usize>().ok());
        let size = paging.size.as_deref();
        let default = size.and_then(parameter).and_then(|one| self.usual(one)).unwrap_or(PAGE);
        let size = size.and_then(given).unwrap_or(default).max(1);
        Page { number: given(&paging.page).unwrap_or(1).max(1), size }
    }

    /// The size of a page where the call does not say it.
    fn usual(&self, parameter: &Parameter) -> Option<usize> {
        let merged = self.making.model.contract.merged(parameter.schema);
        let number = |value: &Value| value.as_u64().map(|size| size as usize);
        let said = merged.default.as_ref().and_then(|(value, _)| number(value));
        said.or_else(|| merged.maximum.as_ref().map(|(bound, _)| (bound.number() as usize).min(PAGE)))
    }

    fn number_pages(&self, known: &mut Value, page: Page, total: usize, count: usize) {
        let contract = self.making.model.contract;
        let (Some(paging), Some(place)) = (contract.behaviour.paging.as_ref(), self.plan.answer.as_ref()) else {
            return;
        };
        let envelope = &contract.behaviour.envelope.value;
        let lead: Vec<String> =
            place.path.first().filter(|name| envelope.contains(name)).cloned().into_iter().collect();
        let numbers = [
            (&paging.current, page.number),
            (&paging.pages, total.div_ceil(page.size).max(1)),
            (&paging.total, total),
            (&paging.count, count),
            (&paging.per_page, page.size),
        ];
        for (path, number) in numbers {
            if let Some(path) = path {
                let path: Vec<String> = lead.iter().cloned().chain(path_of(path)).collect();
                put(known, &path, json!(number));
            }
        }
    }

    pub(super) fn tell_changes(&mut self) -> Result<Shown, Refusal> {
        let Some(feed) = self.operation().hints.feed.clone() else { return self.answer() };
        let from = self.argument(&feed.from).and_then(|text| clock::parse(&text)).unwrap_or(i64::MIN);
        // What is changed inside a record has to be there.
        if self.step().is_some_and(|step| step.parameter.is_some()) {
            self.record()?;
        }
        let node = self.step().map(|step| step.node.clone()).unwrap_or_default();
        let changes = self.state.changes.get(&node).into_iter().flatten();
        let changes: Vec<_> = changes.filter(|change| change.at.seconds() as i64 >= from).collect();
        let entry = |change: &&Change| {
            let mut entry = json!({});
            let path = path_of(&feed.key);
            if let Some(key) = values_at(&change.record, &path[path.len() - 1..]).first() {
                put(&mut entry, &path, (*key).clone());
            }
            if let Some(time) = &feed.time {
                put(&mut entry, &path_of(time), json!(change.at.date_time(true)));
            }
            if let Some(kind) = &feed.kind {
                put(&mut entry, &path_of(kind), self.kind(change.happened, kind));
            }
            entry
        };
        let entries: Vec<Value> = changes.iter().map(entry).collect();
        let page = self.page(entries.len());
        let shown: Vec<Value> = entries[page.range(entries.len())].to_vec();
        let count = shown.len();
        let mut shown = self.showing(shown);
        self.number_pages(&mut shown.known, page, entries.len(), count);
        Ok(shown)
    }

    /// The word of a feed for what has happened.
    fn kind(&self, happened: Happened, member: &str) -> Value {
        let feed = self.operation().hints.feed.as_ref();
        let deleted = feed.and_then(|feed| feed.deleted.clone()).unwrap_or_default();
        if happened == Happened::Deleted
            && let Some(word) = deleted.first()
        {
            return json!(word);
        }
        let schemas = &self.making.model.schemas;
        let slot = self.plan.answer.as_ref().map(|place| place.slot.clone()).unwrap_or_default();
        let slot = schemas.member(&slot, member).unwrap_or_default();
        let listed = slot.iter().filter_map(|id| self.making.model.contract.merged(*id).values.as_ref());
        let words: Vec<Value> = listed.flat_map(|(values, _)| values.clone()).collect();
        let other = |word: &&Value| !deleted.iter().any(|one| word.as_str() == Some(one));
        let made = |word: &&Value| {
            word.as_str().is_some_and(|word| ["creat", "add", "new", "insert"].iter().any(|part| word.contains(part)))
        };
        let others = || words.iter().filter(other);
        let word = match happened {
            Happened::Created => others().find(made).or_else(|| others().next()),
            _ => others().find(|word| !made(word)).or_else(|| others().next()),
        };
        word.cloned().unwrap_or_else(|| json!(if happened == Happened::Created { "create" } else { "edit" }))
    }
}

/// A page of a list.
#[derive(Clone, Copy)]
struct Page {
    number: usize,
    size: usize,
}

impl Page {
    fn range(self, total: usize) -> std::ops::Range<usize> {
        let start = self.size.saturating_mul(self.number - 1).min(total);
        start..start.saturating_add(self.size).min(total)
    }
}

/// Whether a record passes all filters that are given.
pub(super) fn is_chosen(record: &Value, filters: &[Filter], asked: &[(String, Vec<String>)]) -> bool {
    asked.iter().all(|(parameter, wanted)| {
        let mut filters = filters.iter().filter(|filter| filter.parameter == *parameter);
        filters.all(|filter| {
            let values = values_at(record, &filter.path);
            values.iter().any(|value| wanted.iter().any(|wanted| passes(value, wanted, filter.test)))
        })
    })
}

fn passes(value: &Value, wanted: &str, test: Test) -> bool {
    let text = text_of(value);
    if test == Test::Equal {
        let truth = match value {
            Value::Bool(true) => ["1", "true"].contains(&wanted),
            Value::Bool(false) => ["0", "false"].contains(&wanted),
            _ => false,
        };
        return truth || text == wanted || text.to_lowercase() == wanted.to_lowercase();
    }
    let number = |text: &str| clock::parse(text).map(|time| time as f64).or_else(|| text.parse::<f64>().ok());
    let (Some(value), Some(wanted)) = (number(&text), number(wanted)) else { return false };
    if test == Test::From { value >= wanted } else { value <= wanted }
}
