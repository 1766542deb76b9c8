//! Jobs: a call starts one, it takes a while, and then its result is a file of lines.

use std::io::Write as _;
use std::time::Duration;

use kontrakt_codegen::contract::SchemaId;
use serde_json::{Map, Value, json};

use super::{Shown, Turn, path_of, put, values_at};
use crate::maker::Fill;
use crate::refusal::{Event, Refusal};
use crate::state::{Happened, Making, News, State, text_of};

/// Seconds that a job takes.
const TAKES: u64 = 2;
/// Member of a job with the time of its start, which no answer shows.
const STARTED: &str = "/started";
/// Member of a job with the call that started it, likewise.
const STARTED_BY: &str = "/operation";
/// Where results are, below the address of the sandbox.
pub(crate) const FILES: &str = "/_sandbox/files/";

impl Turn<'_> {
    pub(super) fn start_job(&mut self) -> Result<Shown, Refusal> {
        let making = self.making;
        let contract = making.model.contract;
        let mut shown = self.answer()?;
        let (Some(jobs), Some(detail)) = (&contract.behaviour.jobs, making.model.job_plan()) else { return Ok(shown) };
        let Some(step) = detail.steps.last() else { return Ok(shown) };
        let id = path_of(&jobs.id).pop().unwrap_or_default();
        let list = making.list(&mut self.state.records, step, 0);
        let mut given = Map::new();
        given.insert(jobs.status.clone(), json!(jobs.pending.first()));
        given.insert(jobs.result_url.clone(), Value::Null);
        given.insert(jobs.log.clone(), Value::Null);
        let seed = making.seed_of(list.len() as u64, "job");
        let mut job = making.record(&step.node, given, list, (seed, Fill::Lean));
        job.insert(STARTED.to_owned(), json!(making.now.seconds()));
        job.insert(STARTED_BY.to_owned(), json!(self.plan.operation.id));
        put(&mut shown.known, &path_of(&jobs.id), job.get(&id).cloned().unwrap_or_default());
        let mut ended = job.clone();
        ended.insert(jobs.status.clone(), json!(jobs.completed));
        let after = Duration::from_secs(TAKES);
        let before = Some(Value::Object(job.clone()));
        self.news.push(News { after, before, ..News::new(&step.node, &Value::Object(ended), Happened::Changed) });
        list.push(Value::Object(job));
        Ok(shown)
    }

    pub(super) fn tell_job(&mut self) -> Result<Shown, Refusal> {
        let making = self.making;
        let base = self.base.clone();
        let argument = self.step().and_then(|step| step.parameter.clone()).and_then(|name| self.argument(&name));
        let Some(jobs) = &making.model.contract.behaviour.jobs else { return self.answer() };
        let job = self.record()?;
        let started = job.get(STARTED).and_then(Value::as_u64);
        let is_over = started.is_none_or(|started| making.now.seconds() >= started + TAKES);
        if is_over && job.get(&jobs.status).and_then(Value::as_str) != Some(&jobs.completed) {
            job.insert(jobs.status.clone(), json!(jobs.completed));
            let url = format!("{base}{FILES}{}", argument.unwrap_or_default());
            job.insert(jobs.result_url.clone(), json!(url));
        }
        let job = Value::Object(job.clone());
        Ok(self.showing(vec![job]))
    }
}

/// The result of a job: lines of JSON, compressed; of a list of the same records as they are, or of some that are made up.
pub(crate) fn result(making: Making<'_>, state: &mut State, id: &str) -> Result<Vec<u8>, Refusal> {
    let missing = || Refusal::new(Event::NotFound, format!("there is no result of the job {id:?}"));
    let detail = making.model.job_plan().ok_or_else(missing)?;
    let step = detail.steps.last().ok_or_else(missing)?;
    let keys = making.model.collections[&step.node].keys.values().next().cloned().unwrap_or_default();
    let jobs = making.list(&mut state.records, step, 0);
    let is = |job: &&Value| values_at(job, &keys).iter().any(|one| text_of(one) == id);
    let job = jobs.iter().find(is).ok_or_else(missing)?;
    let operation = job.get(STARTED_BY).and_then(Value::as_str).unwrap_or_default().to_owned();
    let plan = making.model.plan(&operation).ok_or_else(missing)?;
    let lines = lines(making, state, plan);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).and_then(|()| packed.finish()).map_err(|_| missing())
}

fn lines(making: Making<'_>, state: &mut State, plan: &crate::model::Plan) -> Vec<Value> {
    let contract = making.model.contract;
    let named = plan.operation.hints.job.as_ref().and_then(|job| job.result.clone());
    let member = contract.behaviour.jobs.as_ref().and_then(|jobs| jobs.result_reference.clone());
    let referred = plan.operation.extensions.iter().find(|(name, _)| Some(name) == member.as_ref());
    let referred = referred.and_then(|(_, value)| Some(value.as_str()?.rsplit('/').next()?.to_owned()));
    let slot: Option<SchemaId> = named.or(referred).and_then(|name| contract.component(&name));
    // `/api/orders/snapshot` tells `/api/orders`.
    let node = plan.steps.last().map(|step| step.node.clone()).unwrap_or_default();
    let above = node.rsplit_once('/').map(|(above, _)| above.to_owned()).unwrap_or_default();
    let step = making
        .model
        .plans()
        .filter_map(|plan| plan.steps.first())
        .find(|step| step.node == above && making.model.collections[&above].many);
    let records =
        step.map(|step| making.list(&mut state.records, step, 0).clone()).unwrap_or_else(|| vec![json!({}); 3]);
    let slot: Vec<SchemaId> = slot.into_iter().collect();
    let line = |(at, record): (usize, &Value)| {
        let mut maker = making.maker(making.seed_of(at as u64, &node), Fill::Lean);
        maker.make(&slot, "", Some(record))
    };
    records.iter().enumerate().map(line).collect()
}
