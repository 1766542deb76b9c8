//! Every operation of the three APIs answers, with a success, what its schema allows: our own checker says so.

mod common;

use kontrakt_codegen::contract::Contract;
use kontrakt_conformance::findings::FindingSeverity;
use kontrakt_conformance::recording::{Absent, Entry, Message, Recording};
use kontrakt_conformance::verify::Verifier;
use kontrakt_sandbox::{Reply, Request};

/// A call as the checker reads it.
fn entry(index: usize, request: &Request, reply: &Reply) -> Entry {
    let message = |headers: &[(String, String)], body: &[u8]| Message {
        headers: headers.to_vec(),
        media_type: None,
        body: (!body.is_empty()).then(|| body.to_vec()),
        absent: if body.is_empty() { Absent::Empty } else { Absent::Unsaid },
    };
    Entry {
        index,
        method: request.method.clone(),
        url: request.url.clone(),
        request: message(&request.headers, &request.body),
        status: reply.status,
        response: message(&reply.headers, &reply.body),
        ..Entry::default()
    }
}

#[test]
fn every_operation_answers_what_its_schema_allows() {
    let mut answered = 0;
    let mut wrong = Vec::new();
    for api in common::APIS {
        let document = common::specification(api).document;
        let contract = Contract::read(&document).unwrap();
        let verifier = Verifier::new(&contract).unwrap();
        for (index, operation) in contract.operations.iter().enumerate() {
            let sandbox = common::sandbox_of(api);
            sandbox.reset();
            let request = sandbox.example(&operation.id).unwrap();
            let reply = sandbox.handle(&request);
            let what = format!("{api} {} {}", operation.method, operation.path);
            if !(200..300).contains(&reply.status) {
                let sent = String::from_utf8_lossy(&request.body).into_owned();
                wrong.push(format!(
                    "{what}: {} {}\n    {} {sent}",
                    reply.status,
                    String::from_utf8_lossy(&reply.body),
                    request.url
                ));
                continue;
            }
            let recording =
                Recording { entries: vec![entry(index, &request, &reply)], total: 1, ..Recording::default() };
            let verification = verifier.verify(&recording, &document).unwrap();
            let findings = verification.findings.iter().filter(|one| one.seen.severity >= FindingSeverity::Warning);
            let findings: Vec<String> = findings
                .map(|one| format!("\n    {} {}: {}", one.seen.kind, one.seen.pointer, one.seen.message))
                .collect();
            if !findings.is_empty() {
                wrong.push(format!("{what}: {}", findings.concat()));
            }
            answered += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), answered, wrong.join("\n"));
    assert!(answered >= 485, "{answered}");
}
