//! Answers are read and written back without loss: over HTTP through every operation, and by every type alone.

use std::cell::Cell;

use kontrakt_conformance::lossless::{self, means_the_same};
use kontrakt_runtime::codec::Side;
use serde_json::Value;

use crate::api::Carried;
use crate::calls::Operated;
use crate::edits::put;
use crate::runner::{Case, each_call, each_carried};
use crate::server::{Answer, Called, Failed, Server};

#[test]
fn answers_of_every_operation_are_read_and_written_back() {
    let server = Server::start();
    let values = Cell::new(0_u32);
    each_call("answers", 4, |call, case| {
        let (status, media_type) = call.success();
        let json = call.operation.success().is_some_and(|answer| answer.json().is_some());
        let body = if json { case.body.to_string().into_bytes() } else { b"%PDF-1.7".to_vec() };
        let called = server.call(call, &case.arguments, Answer { status, media_type, body });
        if called.seen.len() != 1 {
            return Err(format!("{} requests, {:?}", called.seen.len(), called.result));
        }
        if failed(call, case) {
            return match &called.result {
                Err(Failed::Call(error)) if !error.is_decode() => Ok(()),
                other => Err(format!("the envelope says that the call failed, the client {other:?}")),
            };
        }
        if is_unrecognized(&case.body, &called) {
            return Ok(());
        }
        let Some(carried) = call.carries(Side::Answer) else { return nothing(call, case, &called) };
        let Some(inner) = carried.inner(&case.body) else { return Ok(()) };
        let written = called.value()?;
        values.set(values.get() + 1);
        kept(&carried, &case.body, &written).map_err(|message| format!("{message} in {inner}"))
    });
    assert!(values.get() > 0, "no answer had a value");
}

/// Whether the client takes an object without members for what it is: the schema may admit it, but no API answers so.
fn is_unrecognized(body: &Value, called: &Called) -> bool {
    let empty = body.as_object().is_some_and(serde_json::Map::is_empty);
    empty && matches!(&called.result, Err(Failed::Call(error)) if error.is_unrecognized())
}

/// Whether the body says that the call failed, where the API says so by a member.
fn failed(call: &Operated, case: &Case) -> bool {
    let success = call.api.contract.behaviour.envelope.success.as_ref();
    success.is_some_and(|success| case.body.get(&success.member).is_none_or(|said| *said != success.equals))
}

/// Calls that answer nothing, a file or a job.
fn nothing(call: &Operated, case: &Case, called: &Called) -> Result<(), String> {
    let written = called.value();
    let Some(jobs) = call.api.contract.behaviour.jobs.as_ref().filter(|_| call.operation.hints.job.is_some()) else {
        return written.map(drop);
    };
    let id = jobs.id.split('/').try_fold(&case.body, |value, step| value.get(step));
    match (id, written) {
        (Some(id), Ok(written)) if means_the_same(id, &written["id"]) => Ok(()),
        (None | Some(Value::Null), Err(_)) => Ok(()),
        (id, written) => Err(format!("the job {id:?} is {written:?}")),
    }
}

#[test]
fn every_type_writes_back_what_it_has_read() {
    each_carried("every_type_writes_back", 12, |carried, case| {
        let Some(inner) = carried.inner(&case.body) else { return Ok(()) };
        let written = carried.reencode(&inner.to_string())?;
        kept(carried, &case.body, &written)?;
        let again = carried.reencode(&written.to_string())?;
        if written == again { Ok(()) } else { Err(format!("wrote {written} and then {again}")) }
    });
}

/// Nothing is lost, and what is written satisfies the schema as what was read did.
fn kept(carried: &Carried, body: &Value, written: &Value) -> Result<(), String> {
    let losses = lossless::compare(carried.api.checker(), carried.schema, body, &carried.at(), written);
    if let Some(loss) = losses.first() {
        return Err(format!("{} {}", loss.at, loss.message));
    }
    let mut whole = body.clone();
    put(&mut whole, &carried.at(), Some(written.clone())).ok_or("no place")?;
    carried.api.valid(carried.schema, &whole).map_err(|error| format!("wrote {written}, which is invalid: {error}"))
}
