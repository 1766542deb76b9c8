//! Forms of recordings, and the entries that are skipped.

use std::io::Write as _;

use base64::Engine as _;
use serde_json::{Value, json};

use super::{Absent, Recording};

fn read(value: &Value) -> Recording {
    Recording::parse(value.to_string().as_bytes()).unwrap()
}

fn har(request: Value, response: Value) -> Value {
    json!({"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}})
}

fn packed(text: &str) -> String {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(gzip.finish().unwrap())
}

#[test]
fn every_flavour_gives_the_same_call() {
    let request =
        json!({"method": "get", "url": "https://x.cz/a?b=1", "headers": [{"name": "Accept", "value": "*/*"}]});
    let text = r#"{"a":1}"#;
    let flavours = [
        // Browsers.
        har(
            request.clone(),
            json!({"status": 200, "content": {"mimeType": "application/json; charset=utf-8", "text": text}}),
        ),
        // mitmproxy: base64, and Playwright: unpacked or not, with the header of the wire.
        har(
            request.clone(),
            json!({"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": {"encoding": "base64", "text": "eyJhIjoxfQ=="}}),
        ),
        har(
            request.clone(),
            json!({"status": 200, "headers": [{"name": "content-encoding", "value": "gzip"}], "content": {"mimeType": "application/json", "encoding": "base64", "text": packed(text)}}),
        ),
        har(
            request.clone(),
            json!({"status": 200, "headers": [{"name": "content-encoding", "value": "gzip"}], "content": {"mimeType": "application/json", "text": text}}),
        ),
        // A query that was taken apart.
        har(
            json!({"method": "GET", "url": "https://x.cz/a", "queryString": [{"name": "b", "value": "1"}]}),
            json!({"status": 200, "content": {"mimeType": "application/json", "text": text}}),
        ),
        // WireMock: journal and stubs.
        json!({"requests": [{"request": {"method": "GET", "url": "https://x.cz/a?b=1", "headers": {"Accept": "*/*"}}, "responseDefinition": {"status": 200, "body": text, "headers": {"Content-Type": "application/json"}}}]}),
        json!({"mappings": [{"request": {"method": "GET", "url": "https://x.cz/a?b=1"}, "response": {"status": 200, "jsonBody": {"a": 1}, "headers": {"Content-Type": "application/json"}}}]}),
    ];
    for flavour in flavours {
        let recording = read(&flavour);
        let entry = recording.entries.first().unwrap_or_else(|| panic!("{flavour} {recording:?}"));
        assert_eq!((entry.method.as_str(), entry.url.as_str(), entry.status), ("GET", "https://x.cz/a?b=1", 200));
        assert_eq!(entry.response.body.as_deref(), Some(text.as_bytes()), "{flavour}");
        assert_eq!(entry.response.essence().as_deref(), Some("application/json"));
    }
}

#[test]
fn what_cannot_be_used_is_counted() {
    let ok = json!({"status": 200});
    let entries = json!({"log": {"entries": [
        {"request": {"method": "GET", "url": "/a"}, "response": {"status": 0}},
        {"request": {"method": "OPTIONS", "url": "/a"}, "response": ok},
        {"request": {"method": "GET"}, "response": ok},
        {"request": {"method": "GET", "url": "/a"}, "response": {"status": 200, "content": {"_file": "x.json"}}},
        {"request": {"method": "GET", "url": "/a"}, "response": {"status": 200, "content": {"encoding": "base64", "text": "%"}}},
        {"request": {"method": "GET", "url": "/a"}, "response": {"status": 200, "headers": [{"name": "content-encoding", "value": "br"}], "content": {"encoding": "base64", "text": "GxoA+I/U"}}},
        {"request": {"method": "GET", "url": "/a"}, "response": {"status": 200, "headers": [{"name": "content-encoding", "value": "zstd"}], "content": {"encoding": "base64", "text": "KLUv/QRYGQA="}}},
        {"pageref": "x"}, 7,
        {"request": {"method": "GET", "url": "/a"}, "response": ok},
    ]}});
    let recording = read(&entries);
    assert_eq!((recording.total, recording.entries.len(), recording.entries[4].index), (10, 5, 9));
    // A body that cannot be read costs itself alone.
    let absent: Vec<&Absent> = recording.entries.iter().map(|entry| &entry.response.absent).collect();
    let unreadable = |reason: &str| Absent::Unreadable(reason.to_owned());
    assert_eq!(
        absent,
        [
            &unreadable("body is in a file of its own"),
            &unreadable("body is not base64"),
            &unreadable("body is compressed with br"),
            &unreadable("body is compressed with zstd"),
            &Absent::Unsaid,
        ]
    );
    let skipped: Vec<(&str, usize)> =
        recording.skipped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(skipped, [("OPTIONS is not a call of an API", 1), ("no URL", 1), ("no answer", 1), ("no request", 2),]);
}

#[test]
fn what_was_unpacked_is_read_whatever_the_header_says() {
    for coding in ["br", "zstd", "gzip", "deflate"] {
        let headers = json!([{"name": "content-encoding", "value": coding}]);
        for content in [json!({"text": "{}"}), json!({"text": "e30=", "encoding": "base64"})] {
            let request = json!({"method": "GET", "url": "/a"});
            let read = read(&har(request, json!({"status": 200, "headers": headers, "content": content})));
            assert_eq!(read.entries[0].response.body.as_deref(), Some(&b"{}"[..]), "{coding} {content}");
        }
    }
}

#[test]
fn days_and_cookies_are_kept() {
    let time = "2026-01-31T23:59:00Z";
    let request = json!({"method": "GET", "url": "/a", "headers": [{"name": "accept", "value": "*/*"}], "cookies": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]});
    let browser = json!({"startedDateTime": time, "request": request, "response": {"status": 200}});
    let wiremock = json!({"request": {"method": "GET", "url": "/a", "loggedDateString": time, "headers": {"Cookie": "a=1; b=2"}}, "response": {"status": 200}});
    for entry in [browser, wiremock] {
        let recording = read(&json!({"log": {"entries": [entry]}}));
        let entry = &recording.entries[0];
        assert_eq!((entry.day.as_deref(), entry.request.header("cookie")), (Some("2026-01-31"), Some("a=1; b=2")));
    }
}

#[test]
fn lines_of_json() {
    let text =
        "\u{feff}{\"operationId\": \"a\", \"status\": 200, \"body\": {\"x\": 1}}\n\n{\"status\": 200}\nnot json\n";
    let recording = Recording::parse(text.as_bytes()).unwrap();
    assert_eq!((recording.total, recording.entries.len()), (3, 1));
    assert_eq!(recording.entries[0].operation.as_deref(), Some("a"));
    assert_eq!(recording.skipped.values().sum::<usize>(), 2);
    let mut both = recording.clone();
    both.append(recording);
    assert_eq!((both.total, both.entries[1].index, both.skipped["no operationId, and no URL"]), (6, 3, 2));
}

#[test]
fn anything_else_is_refused() {
    for bytes in [&b""[..], b"{", b"[]", b"{\"log\": 1}", b"\xff\xfe", b"7", &vec![b'['; 100_000]] {
        assert!(Recording::parse(bytes).is_err());
    }
}

#[test]
fn lines_of_json_may_name_the_call_by_its_address() {
    let lines = [
        json!({"method": "get", "url": "https://x.cz/a?b=1", "status": 200, "body": {"a": 1}}),
        json!({"url": "/a", "status": 404}),
        json!({"method": "GET", "status": 200}),
    ];
    for count in 1..=lines.len() {
        let text: Vec<String> = lines[..count].iter().map(ToString::to_string).collect();
        let recording = Recording::parse(text.join("\n").as_bytes()).unwrap();
        assert_eq!((recording.total, recording.entries.len()), (count, count.min(2)));
        let first = &recording.entries[0];
        assert_eq!(
            (first.method.as_str(), first.url.as_str(), first.operation.as_deref()),
            ("GET", "https://x.cz/a?b=1", None)
        );
    }
}

/// What browsers, proxies and test tools write of one call, each in its own shape. The last one takes each byte of a packed
/// body for a character.
#[test]
fn the_tools_own_shapes() {
    let tools: Value = serde_json::from_str(include_str!("tests/tools.json")).unwrap();
    for (tool, entry) in tools.as_object().unwrap() {
        let recording =
            read(&json!({"log": {"version": "1.2", "creator": {"name": tool, "version": "1"}, "entries": [entry]}}));
        assert_eq!(recording.skipped.len(), 0, "{tool}: {:?}", recording.skipped);
        let entry = &recording.entries[0];
        assert_eq!(
            (entry.method.as_str(), entry.url.as_str(), entry.status),
            ("GET", "https://x.cz/a?b=1", 200),
            "{tool}"
        );
        assert_eq!(entry.response.body.as_deref(), Some(&br#"{"a":1}"#[..]), "{tool}");
        assert_eq!(
            (entry.response.essence().as_deref(), entry.day.as_deref()),
            (Some("application/json"), Some("2026-01-31")),
            "{tool}"
        );
    }
}

#[test]
fn bodies_that_are_not_there() {
    let request = json!({"method": "GET", "url": "/a"});
    let unreadable = |reason: &str| Absent::Unreadable(reason.to_owned());
    let damaged = "\u{1f}\u{fffd}\u{8}\u{0}";
    let rows = [
        (json!({"content": {"size": 0, "mimeType": "x-unknown"}}), Absent::Empty),
        (json!({"content": {"size": 0, "text": ""}, "bodySize": 0}), Absent::Empty),
        (json!({"content": {"text": ""}}), Absent::Empty),
        (
            json!({"content": {"size": 4711, "comment": "Response bodies are not included."}}),
            unreadable("body was not kept"),
        ),
        (json!({"content": {"size": 0}, "bodySize": 90}), unreadable("body was not kept")),
        (json!({"headers": [{"name": "Content-Length", "value": "12"}]}), unreadable("body was not kept")),
        (json!({"headers": [{"name": "Content-Length", "value": "0"}]}), Absent::Empty),
        (json!({"content": {"size": -1}}), Absent::Unsaid),
        (json!({}), Absent::Unsaid),
        (json!({"content": {"text": damaged}}), unreadable("body is still compressed, and damaged")),
        (
            json!({"headers": [{"name": "Content-Encoding", "value": "br"}], "content": {"text": "\u{1b}\u{e}\u{0}\u{f8}\u{8f}"}}),
            unreadable("body is compressed with br"),
        ),
    ];
    for (mut response, expected) in rows {
        response["status"] = json!(200);
        let recording = read(&har(request.clone(), response.clone()));
        assert_eq!(recording.entries[0].response.absent, expected, "{response}");
        assert_eq!(recording.entries[0].response.body, None);
    }
}
