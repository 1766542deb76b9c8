//! Typed requests with arbitrary arguments: method, path, query, headers and body are as the document declares,
//! according to the verifier and to a direct comparison with the arguments.

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_codegen::contract::{Location, SecurityKind};
use kontrakt_codegen::path::PathTemplate;
use kontrakt_conformance::findings::MessageSide as Half;
use kontrakt_conformance::lossless::means_the_same;
use kontrakt_conformance::recording::{Entry, Message, Recording};
use kontrakt_conformance::routing::pairs;
use kontrakt_conformance::verify::Verifier;
use kontrakt_runtime::codec::Side;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::api::{APIS, Api};
use crate::calls::Operated;
use crate::runner::{Case, each_call, rng};
use crate::server::{Answer, Failed, Seen, Server};

#[test]
fn requests_of_every_operation_satisfy_the_document() {
    let server = Server::start();
    let verifiers: Vec<Verifier<'static>> = APIS.iter().map(|api| Verifier::new(&api.contract).unwrap()).collect();
    each_call("requests", 6, |call, case| {
        let seen = sent(&server, call, case)?;
        as_given(call, &case.arguments, &seen)?;
        let at = APIS.iter().position(|api| api.name == call.api.name).unwrap_or_default();
        as_documented(&verifiers[at], call, &seen, &server.uri())
    });
}

/// What the server saw of a call that it answers with nothing.
pub(crate) fn sent(server: &Server, call: &Operated, case: &Case) -> Result<Seen, String> {
    let answer = Answer { status: 200, media_type: Some("application/json".to_owned()), body: b"{}".to_vec() };
    let mut called = server.call(call, &case.arguments, answer);
    match (called.seen.pop(), called.result) {
        (Some(seen), _) => Ok(seen),
        (None, Err(Failed::Arguments(error))) => Err(format!("the arguments cannot be given: {error}")),
        (None, result) => Err(format!("nothing was sent: {result:?}")),
    }
}

/// Everything that was given is on the wire, and nothing else is.
fn as_given(call: &Operated, arguments: &Value, seen: &Seen) -> Result<(), String> {
    if seen.method != call.operation.method {
        return Err(format!("sent as {}", seen.method));
    }
    let mut path = in_path(&call.operation.path, &seen.path)
        .ok_or_else(|| format!("{} is no {}", seen.path, call.operation.path))?;
    let query = pairs(&seen.query);
    let mut known = BTreeSet::new();
    for slot in &call.parameters {
        let name = &slot.parameter.name;
        let (place, texts): (_, Vec<&str>) = match slot.parameter.location {
            Location::Path => {
                ("path", path.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect())
            }
            Location::Header => ("header", seen.header(name).into_iter().collect()),
            Location::Query | Location::Cookie => {
                known.insert(name.as_str());
                ("query", query.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect())
            }
        };
        let given = arguments[place].get(name);
        let expected = given.map(|value| slot.expected(value)).unwrap_or_default();
        let found: Vec<Value> = match given {
            Some(_) => slot.split_texts(&texts).into_iter().map(|text| slot.meaning(text)).collect(),
            None => texts.iter().map(|text| Value::from(*text)).collect(),
        };
        let same = expected.len() == found.len() && expected.iter().zip(&found).all(|(a, b)| alike(a, b));
        if !same {
            return Err(format!("{place} {name}: {expected:?} is sent as {found:?}"));
        }
    }
    path.retain(|(name, _)| !call.parameters.iter().any(|slot| slot.parameter.name == *name));
    let secret = |name: &str| {
        let schemes = &call.api.contract.security_schemes;
        schemes.iter().any(|scheme| scheme.kind == SecurityKind::Query(name.to_owned()))
    };
    let unknown = query.iter().find(|(name, _)| !known.contains(name.as_str()) && !secret(name));
    if !path.is_empty() || unknown.is_some() {
        return Err(format!("nobody gave {path:?} {unknown:?}"));
    }
    body_as_given(call, arguments.get("body"), seen)
}

fn body_as_given(call: &Operated, given: Option<&Value>, seen: &Seen) -> Result<(), String> {
    let media_type = seen.header("content-type");
    let Some(given) = given else {
        let always = &call.api.contract.behaviour.headers;
        let media_type = media_type.filter(|text| !always.contains(&("Content-Type".to_owned(), (*text).to_owned())));
        let nothing = seen.body.is_empty() && media_type.is_none();
        return if nothing { Ok(()) } else { Err(format!("a body of {media_type:?} that nobody gave")) };
    };
    if let Some(boundary) = media_type.and_then(|text| text.strip_prefix("multipart/form-data; boundary=")) {
        return form_as_given(given, boundary, &String::from_utf8_lossy(&seen.body));
    }
    if media_type != Some("application/json") {
        return Err(format!("the body is of {media_type:?}"));
    }
    let body: Value = serde_json::from_slice(&seen.body).map_err(|error| error.to_string())?;
    let carried = call.carries(Side::Request).ok_or("no type carries the body")?;
    carried.api.valid(carried.schema, &body).map_err(|error| format!("sent {body}, which is invalid: {error}"))?;
    let inner = carried.inner(&body).ok_or_else(|| format!("no value in {body}"))?;
    let losses =
        kontrakt_conformance::lossless::compare(call.api.checker(), carried.schema, given, &carried.at(), inner);
    losses.first().map_or(Ok(()), |loss| Err(format!("{} {}", loss.at, loss.message)))
}

/// Every field that was given is in the form under its name, and nothing else is.
fn form_as_given(given: &Value, boundary: &str, body: &str) -> Result<(), String> {
    let (start, between, end) =
        (format!("--{boundary}\r\n"), format!("\r\n--{boundary}\r\n"), format!("\r\n--{boundary}--\r\n"));
    let inner = body.strip_prefix(&start).and_then(|rest| rest.strip_suffix(&end));
    let parts = inner.ok_or("the form has no beginning or no end")?.split(&between);
    let field = |part: &str| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let name = head.strip_prefix("Content-Disposition: form-data; name=\"")?.split('"').next()?;
        Some((name.to_owned(), content.to_owned()))
    };
    let found =
        parts.map(field).collect::<Option<BTreeMap<_, _>>>().ok_or_else(|| format!("a part has no name: {body}"))?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let given: BTreeMap<String, String> =
        given.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect();
    if found == given { Ok(()) } else { Err(format!("{given:?} is sent as {found:?}")) }
}

fn alike(given: &Value, sent: &Value) -> bool {
    match (given, sent) {
        (Value::Object(_) | Value::Array(_), _) => given == sent || deep(given, sent),
        _ => means_the_same(given, sent),
    }
}

/// JSON inside a parameter: the same members with the same meanings.
fn deep(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let present = |value: &&Value| !value.is_null();
            a.iter()
                .filter(|(_, one)| present(one))
                .all(|(name, one)| b.get(name).is_some_and(|other| deep(one, other)))
                && b.keys().all(|name| a.contains_key(name))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| deep(a, b)),
        _ => means_the_same(a, b),
    }
}

/// The parameters of a path template in a path, decoded; `None` when it is no path of the template.
fn in_path(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let slashes = |path: &str| (path.matches('/').count(), path.ends_with('/'));
    let wanted = PathTemplate::parse(template).0;
    let given: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let encoded = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte));
    if slashes(template) != slashes(path)
        || wanted.len() != given.len()
        || !given.iter().all(|segment| encoded(segment))
    {
        return None;
    }
    let mut found = Vec::new();
    for (wanted, given) in wanted.into_iter().zip(given) {
        for (name, text) in wanted.values(given)? {
            // A query decodes in the same way, but for `+`, which is never left bare.
            let (_, text) = pairs(&format!("x={text}")).pop()?;
            found.push((name.to_owned(), text));
        }
    }
    Some(found)
}

/// The verifier, which reads recordings of requests, has nothing to say about it.
fn as_documented(verifier: &Verifier<'_>, call: &Operated, seen: &Seen, base: &str) -> Result<(), String> {
    let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
    let media_type = seen.header("content-type").map(str::to_owned);
    let body = (!seen.body.is_empty()).then(|| seen.body.clone());
    let request = Message { headers: seen.headers.clone(), media_type, body, ..Message::default() };
    let entry = Entry {
        method: seen.method.clone(),
        url: format!("{base}{}{query}", seen.path),
        request,
        status: call.success().0,
        ..Entry::default()
    };
    let recording = Recording { entries: vec![entry], total: 1, ..Recording::default() };
    let outcome = verifier.verify(&recording, &call.api.document).map_err(|error| error.to_string())?;
    let told = outcome.findings.iter().find(|finding| finding.seen.side == Half::Request);
    match told {
        _ if outcome.matched != 1 => Err(format!("{} {} is no call of the API", seen.method, seen.path)),
        Some(finding) => Err(format!("{} {}: {}", finding.seen.kind, finding.seen.pointer, finding.seen.message)),
        None => Ok(()),
    }
}

/// One request of every operation, for a person to look at.
#[test]
fn requests_look_as_they_did() {
    let server = Server::start();
    for api in APIS.iter() {
        let text: String = Operated::all(api).map(|call| shown(&server, api, &call)).collect();
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("requests-of-{}", api.name), text);
        });
    }
}

fn shown(server: &Server, api: &'static Api, call: &Operated) -> String {
    let mut runner = TestRunner::new_with_rng(Config::default(), rng(&[call.driver.operation]));
    let arguments = call.arguments().new_tree(&mut runner).map(|tree| tree.current());
    let arguments = arguments.unwrap_or_else(|error| panic!("{} {}: {error}", api.name, call.driver.operation));
    let case = Case { arguments, body: Value::Null, seed: 0 };
    let seen = sent(server, call, &case).unwrap_or_else(|error| panic!("{}: {error}", call.driver.operation));
    let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
    let mut text = format!("{}\n{} {}{query}\n", call.driver.operation, seen.method, seen.path);
    for slot in &call.parameters {
        if let (Location::Header, Some(value)) = (slot.parameter.location, seen.header(&slot.parameter.name)) {
            text += &format!("{}: {value}\n", slot.parameter.name);
        }
    }
    if let (true, Some(value)) = (seen.body.is_empty(), seen.header("content-type")) {
        text += &format!("Content-Type: {value}\n");
    }
    text + &String::from_utf8_lossy(&seen.body) + if seen.body.is_empty() { "\n" } else { "\n\n" }
}
