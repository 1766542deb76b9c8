//! Arbitrary input never makes a client panic; invalid JSON is an error.

use fastrand::Rng;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::runner::{each_call, each_carried};
use crate::server::{Answer, Server};

#[test]
fn no_text_makes_a_type_panic() {
    each_carried("no_text", 4, |carried, case| {
        let mut rng = Rng::with_seed(case.seed);
        for text in damaged(&case.body.to_string(), &mut rng) {
            let read = carried.reencode(&text);
            let is_json = is_json(&text);
            if read.is_ok() && !is_json {
                return Err(format!("reads {:?}, which is no JSON", text.chars().take(200).collect::<String>()));
            }
        }
        Ok(())
    });
}

#[test]
fn no_answer_makes_an_operation_panic() {
    let server = Server::start();
    each_call("no_answer", 1, |call, case| {
        let mut rng = Rng::with_seed(case.seed);
        let (status, media_type) = call.success();
        let json = call.operation.success().is_some_and(|answer| answer.json().is_some());
        for text in damaged(&case.body.to_string(), &mut rng) {
            let is_json = is_json(&text);
            let answer = Answer { status, media_type: media_type.clone(), body: text.into_bytes() };
            let called = server.call(call, &case.arguments, answer);
            let empty = called.result.as_ref().is_ok_and(|response| response.value().is_null());
            if json && !is_json && !empty && called.result.is_ok() {
                return Err("an answer that is no JSON is a success".to_owned());
            }
        }
        Ok(())
    });
}

/// Whether a text is JSON to a client: of any depth and with numbers of any size, a byte order mark before it, and control
/// characters as they are in its strings.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').replace(|each: char| each.is_ascii_control(), " ");
    serde_json::from_str::<IgnoredAny>(&text).is_ok()
}

/// Bytes overwritten, cut off, made up; nested far too deep; numbers far too large; nothing at all.
fn damaged(text: &str, rng: &mut Rng) -> Vec<String> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..3 {
        let at = rng.usize(..bytes.len());
        bytes[at] = rng.u8(..);
    }
    let cut = text.floor_char_boundary(rng.usize(..text.len()));
    let numbers: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let number = numbers.get(rng.usize(..numbers.len().max(1))).copied();
    let huge = |digits: &str| match number {
        Some(at) => format!("{}{digits}{}", &text[..at], &text[at + 1..]),
        None => digits.to_owned(),
    };
    let deep = 200 + rng.usize(..2_000);
    vec![
        String::from_utf8_lossy(&bytes).into_owned(),
        text[..cut].to_owned(),
        (0..40).map(|_| rng.char(..)).collect(),
        format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)),
        text.replacen(": ", ":", 1).replacen(':', &format!(":{}", "[".repeat(deep)), 1),
        huge("1e999999"),
        huge("123456789012345678901234567890"),
        huge("-0.000000000000000000000000000000000001"),
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "\u{feff}{}".to_owned(),
    ]
}

#[test]
fn of_members_of_one_key_the_last_counts() {
    each_carried("of_members_of_one_key", 4, |carried, case| {
        let Some(inner) = carried.inner(&case.body) else { return Ok(()) };
        let mut rng = Rng::with_seed(case.seed);
        let (plain, twice) = (carried.reencode(&inner.to_string())?, carried.reencode(&twice(inner, &mut rng))?);
        if plain == twice { Ok(()) } else { Err(format!("{plain} and, with keys written twice, {twice}")) }
    });
}

/// The JSON text with members written twice, first with values of other kinds.
fn twice(value: &Value, rng: &mut Rng) -> String {
    match value {
        Value::Object(map) => {
            let mut members = Vec::new();
            for (name, value) in map {
                let key = Value::from(name.as_str());
                if rng.bool() {
                    members.push(format!("{key}:{}", rng.choice(["null", "{}", "[7]", "\"x\"", "1e3"]).unwrap_or("0")));
                }
                members.push(format!("{key}:{}", twice(value, rng)));
            }
            format!("{{{}}}", members.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(|one| twice(one, rng)).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
