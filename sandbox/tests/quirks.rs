//! Quirks on demand: answers are as the server gives them, and the clients read them.

use kontrakt_runtime::codec::{Codec, Side};
use kontrakt_sandbox::{Options, Quirks, Sandbox};
use serde_json::Value;

fn unlimited() -> Options {
    Options { limits: false, ..Options::default() }
}

/// The body of the answer to an example of a call.
fn answer(sandbox: &Sandbox, operation: &str) -> Value {
    let reply = sandbox.handle(&sandbox.example(operation).unwrap());
    assert!((200..300).contains(&reply.status), "{operation}: {}", reply.status);
    reply.value().unwrap_or_default()
}

#[test]
fn a_quirk_is_switched_on_by_its_identifier_until_the_sandbox_is_reset() {
    let sandbox = Sandbox::clipsan_with(unlimited());
    let has = |key: &str| answer(&sandbox, "getPurchase")["purchase"].get(key).is_some();
    assert!(has("tranfer") && !has("transfer"));
    sandbox.quirk(&"transfer-spelled-tranfer".parse().unwrap()).unwrap();
    assert!(has("transfer") && !has("tranfer"));
    sandbox.reset();
    assert!(has("tranfer") && !has("transfer"));
    let unknown = sandbox.quirk(&Quirks::One("nothing".to_owned())).unwrap_err().to_string();
    assert!(unknown.contains("transfer-spelled-tranfer"), "{unknown}");
}

fn hook() -> Value {
    serde_json::json!({"event": "job:finished", "url": "http://127.0.0.1:1/"})
}

/// An entry that is about calls: they are refused until somebody has subscribed to the end of jobs.
#[test]
fn a_quirk_refuses_calls() {
    let sandbox = Sandbox::shoptet_with(unlimited());
    let snapshot = || sandbox.handle(&sandbox.example("getListOfAllOrders").unwrap());
    assert_eq!(snapshot().status, 202);
    sandbox.quirk(&"snapshot-needs-webhook".parse().unwrap()).unwrap();
    let refused = snapshot();
    let error = &refused.value().unwrap()["errors"][0];
    assert_eq!((refused.status, &error["errorCode"]), (403, &"required-webhook-registration".into()), "{error}");
    assert_eq!(sandbox.handle(&sandbox.example("getListOfOrders").unwrap()).status, 200);
    sandbox.insert("/api/webhooks", hook()).unwrap();
    assert_eq!(snapshot().status, 202);
    let random = Sandbox::shoptet_with(unlimited());
    random.quirk(&Quirks::Random).unwrap();
    let statuses: std::collections::BTreeSet<u16> =
        (0..40).map(|_| random.handle(&random.example("getListOfAllOrders").unwrap()).status).collect();
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [202, 403]);
}

#[test]
fn clients_read_whatever_quirks_do() {
    let apis: [(Sandbox, &[Codec]); 3] = [
        (Sandbox::clipsan_with(unlimited()), clipsan::codecs::CODECS),
        (Sandbox::shoptet_with(unlimited()), shoptet::codecs::CODECS),
        (Sandbox::upgates_with(unlimited()), upgates::codecs::CODECS),
    ];
    // Each call makes its records anew, which takes a while; every sixth shows all kinds.
    let every = if std::env::var_os("KONTRAKT_THOROUGH").is_some() { 1 } else { 6 };
    for (sandbox, codecs) in apis {
        let known = |codec: &&Codec| {
            let mut operations = sandbox.contract().operations.iter();
            codec.side == Side::Answer && operations.any(|operation| operation.id == codec.operation)
        };
        assert!(sandbox.quirks().len() > 5, "{:?}", sandbox.quirks());
        for quirks in [Quirks::All, Quirks::Random] {
            let mut wrong = Vec::new();
            for codec in codecs.iter().filter(known).step_by(every) {
                sandbox.reset();
                sandbox.quirk(&quirks).unwrap();
                // Whoever has subscribed is not refused; the other APIs have no such records.
                let _ = sandbox.insert("/api/webhooks", hook());
                let odd = answer(&sandbox, codec.operation);
                if let Err(error) = (codec.reencode)(&odd.to_string(), codec.value) {
                    wrong.push(format!("{}: {error}", codec.operation));
                }
            }
            assert!(wrong.is_empty(), "{sandbox:?} {quirks:?}\n{}", wrong.join("\n"));
        }
    }
}
