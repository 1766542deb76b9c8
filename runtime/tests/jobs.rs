//! Jobs from submission to the last record, and their failures.
//! Time is paused, so three hours pass immediately.

mod support;

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use kontrakt_runtime::http::{Body, Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{Error, Job, Records};
use support::Client;
use support::types::Price;
use tokio::time::Instant;

const RESULT: &str = "https://12345.example.com/api-results/3ax1844-sfva5eu.json";

fn client(transport: &MockTransport) -> Client {
    Client::builder().token("top-secret").shop("x").transport(transport.clone()).build().unwrap()
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| format!("{{\"toPay\":\"{number}.00\",\"vat\":null}}\n")).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Result<Response, TransportError> {
    Ok(Response::new(status, Headers::new(), body))
}

/// A server whose job ends as `end` when it is asked for the `polls`th time.
fn server(polls: u32, end: &'static str, result: Vec<u8>) -> MockTransport {
    let asked = AtomicU32::new(0);
    MockTransport::answering(move |request: &MockRequest| {
        if request.url == RESULT {
            assert_eq!(request.headers.get("x-token"), None, "credentials stay at home");
            return reply(200, result.clone());
        }
        if request.url.ends_with("/snapshot") {
            return reply(202, r#"{"data":{"jobId":"3ax1844"},"errors":null}"#);
        }
        assert!(request.url.ends_with("/api/system/jobs/3ax1844"), "{}", request.url);
        let ended = asked.fetch_add(1, Ordering::SeqCst) + 1 >= polls;
        let status = if ended { end } else { "running" };
        let url = if status == "completed" { format!("\"{RESULT}\"") } else { "null".to_owned() };
        let job = format!(r#"{{"jobId":"3ax1844","status":"{status}","resultUrl":{url},"log":["line 2: refused"]}}"#);
        reply(200, format!(r#"{{"data":{{"job":{job}}},"errors":null}}"#))
    })
}

async fn all(mut records: Records<Price>) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    while let Some(record) = records.try_next().await? {
        all.push(record.to_pay.to_string());
    }
    Ok(all)
}

#[tokio::test(start_paused = true)]
async fn from_submission_to_the_last_record() {
    for result in [lines(0..1000).into_bytes(), gzip(&lines(0..1000))] {
        let transport = server(3, "completed", result);
        let client = client(&transport);
        let job = client.orders().snapshot().submit().await.unwrap();
        let start = Instant::now();
        // Picked up by its identifier, as after a restart.
        let result = Job::<Price>::new(client.session(), job.id()).wait().await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 39);
        assert_eq!(result.log().unwrap().to_string(), r#"["line 2: refused"]"#);
        let records = all(result.records().await.unwrap()).await.unwrap();
        assert_eq!((records.len(), records.last().map(String::as_str)), (1000, Some("999.00")));
        assert_eq!(transport.requests().len(), 1 + 3 + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_signal_cuts_the_waiting_short() {
    let transport = server(1, "completed", Vec::new());
    let client = client(&transport);
    let job = client.orders().snapshot().submit().await.unwrap();
    let start = Instant::now();
    let result = job.wait_or(tokio::time::sleep(Duration::from_millis(10))).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(result.has_records());
}

#[tokio::test(start_paused = true)]
async fn unhappy_ends() {
    for end in ["failed", "expired", "killed", "something-new"] {
        let transport = server(2, end, Vec::new());
        let job = client(&transport).orders().snapshot().submit().await.unwrap();
        let error = job.wait().await.unwrap_err();
        assert!(error.is_job() && error.to_string().contains(end), "{error}");
        assert!(String::from_utf8_lossy(error.body()).contains("line 2: refused"));
    }
    let transport = server(u32::MAX, "", Vec::new());
    let job = client(&transport).orders().snapshot().submit().await.unwrap();
    let start = Instant::now();
    let error = job.wait().await.unwrap_err();
    assert!(error.is_job() && error.to_string().contains("may not be asked about again"), "{error}");
    assert_eq!(transport.requests().len(), 1 + 10);
    assert!(start.elapsed() > Duration::from_secs(3 * 3600));
}

fn body(pieces: Vec<Result<Vec<u8>, TransportError>>) -> Body {
    Body::from_stream(futures_util::stream::iter(pieces))
}

#[tokio::test]
async fn results_may_be_cut_anywhere_on_their_way() {
    for whole in [lines(0..50).into_bytes(), gzip(&lines(0..50)), lines(0..50).trim_end().as_bytes().to_vec()] {
        for size in [1, 2, 3, 7, 100, 10_000] {
            let pieces = whole.chunks(size).map(|piece| Ok(piece.to_vec())).collect();
            assert_eq!(all(Records::new(body(pieces))).await.unwrap().len(), 50);
        }
    }
    assert!(all(Records::new(body(vec![]))).await.unwrap().is_empty());
    assert!(all(Records::new(body(vec![Ok(b"\r\n\n".to_vec())]))).await.unwrap().is_empty());
}

#[tokio::test]
async fn results_that_break_off_are_errors() {
    let packed = gzip(&lines(0..1000));
    let half = packed[..packed.len() / 2].to_vec();
    let error = all(Records::new(body(vec![Ok(half)]))).await.unwrap_err();
    assert!(error.is_interrupted(), "{error}");
    let broken = vec![Ok(lines(0..5).into_bytes()), Err(TransportError::interrupted("reset"))];
    let error = all(Records::new(body(broken))).await.unwrap_err();
    assert!(error.is_interrupted(), "{error}");
}

#[tokio::test]
async fn one_bad_line_is_one_error() {
    let text = format!("{}{{\"toPay\":[]}}\n{{\"toP\n{}", lines(0..1), lines(1..2));
    let mut records = Records::<Price>::new(body(vec![Ok(text.into_bytes())]));
    assert!(records.try_next().await.is_ok());
    let error = records.try_next().await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("line 2 of the result"), "{error}");
    assert_eq!((error.json_path().as_deref(), error.body()), (Some("$.toPay"), b"{\"toPay\":[]}".as_slice()));
    assert!(records.try_next().await.unwrap_err().to_string().contains("line 3"));
    assert_eq!(records.try_next().await.unwrap().unwrap().to_pay.to_string(), "1.00");
    assert!(records.try_next().await.unwrap().is_none());
}
