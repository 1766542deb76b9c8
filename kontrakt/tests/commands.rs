//! The commands about documents and traffic, outside of a checkout.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder that is no checkout, with a document and traffic of its API.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.yaml"), NOTES).unwrap();
    let traffic = r#"{"operationId": "listNotes", "status": 200, "body": [{"text": 7}]}"#;
    std::fs::write(folder.path().join("traffic.jsonl"), traffic).unwrap();
    folder
}

/// Exit code and everything that was printed.
fn said(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kontrakt"));
    let output = command.current_dir(folder).args(arguments).envs(variables.iter().copied()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8_lossy(&text).into_owned())
}

const NOTES: &str = "
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}
components:
  schemas:
    Note: {type: object, required: [text], properties: {id: {type: integer, example: one}, text: {type: string}}}
";

#[test]
fn documents_of_others_are_verified_compared_linted_and_exported() {
    let folder = folder();
    let folder = folder.path();
    let (code, text) = said(folder, &["verify", "notes.yaml", "traffic.jsonl"], &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("listNotes"), "{text}");
    let (_, json) = said(folder, &["verify", "notes.yaml", "traffic.jsonl", "--format", "json"], &[]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let id = json["result"]["findings"][0]["id"].as_str().unwrap();
    let accept = ["verify", "notes.yaml", "traffic.jsonl", "--accept", id, "--reason", "known"];
    assert_eq!(said(folder, &accept, &[]).0, 0);
    assert!(folder.join("accepted.notes.yaml").is_file());
    assert_eq!(said(folder, &["verify", "notes.yaml", "traffic.jsonl"], &[]).0, 0);

    let other = NOTES.replace("required: [text]", "required: []").replace("type: string", "type: integer");
    std::fs::write(folder.join("new.yaml"), other).unwrap();
    let (code, text) = said(folder, &["drift", "notes.yaml", "new.yaml", "--no-rust"], &[]);
    assert!(code == 3 && text.contains("breaking"), "{code} {text}");
    assert_eq!(said(folder, &["drift", "notes.yaml", "notes.yaml"], &[]).0, 0);

    let (code, text) = said(folder, &["lint", "notes.yaml"], &[]);
    assert!(code == 0 && text.contains("example"), "{code} {text}");
    assert_eq!(said(folder, &["export", "notes.yaml", "-o", "old.json"], &[]).0, 0);
    assert!(std::fs::read_to_string(folder.join("old.json")).unwrap().contains("\"3.0.3\""));
}

#[test]
fn apis_that_are_inside_need_no_checkout() {
    let folder = folder();
    let folder = folder.path();
    let traffic = r#"{"operationId": "getPurchase", "status": 200, "body": {"result": "ok", "purchase": {"id": "x"}}}"#;
    std::fs::write(folder.join("purchase.jsonl"), traffic).unwrap();
    let (code, text) = said(folder, &["verify", "clipsan", "purchase.jsonl"], &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("getPurchase") && text.contains("openapi.yaml:"), "{text}");
    assert_eq!(said(folder, &["lint", "upgates"], &[]).0, 0);
    assert_eq!(said(folder, &["drift", "clipsan", "clipsan"], &[]).0, 0);
    let (code, text) = said(folder, &["export", "clipsan"], &[]);
    assert!(code == 0 && text.contains("openapi: \"3.0.3\""), "{code} {text}");
    let (code, text) = said(folder, &["probe", "clipsan", "--read-only"], &[("KONTRAKT_CLIPSAN_KEY", "")]);
    assert!(code == 1 && text.contains("KONTRAKT_CLIPSAN_KEY"), "{code} {text}");
    let (code, text) = said(folder, &["verify", "nothing", "purchase.jsonl"], &[]);
    assert!(code == 1 && text.contains("clipsan, shoptet, upgates"), "{code} {text}");
}

#[test]
fn a_receiver_gets_signed_notices() {
    let folder = folder();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let receiver = std::thread::spawn(move || {
        let mut received = Vec::new();
        for status in ["200 OK", "500 Oops"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut signature, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                match line.trim().to_ascii_lowercase().split_once(": ") {
                    Some(("content-length", value)) => length = value.parse().unwrap(),
                    Some(("shoptet-webhook-signature", value)) => signature = value.to_owned(),
                    Some(_) => {}
                    None if line.trim().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            received.push((signature, body));
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok").unwrap();
        }
        received
    });
    let arguments = ["webhook", "send", "shoptet", "--to", &address, "--set", "event=order:create", "--times", "2"];
    let (code, text) = said(folder.path(), &arguments, &[("KONTRAKT_WEBHOOK_KEY", "secret")]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("\n200 ok\n500 ok\n") && !text.contains("secret"), "{text}");
    let verifier = kontrakt_runtime::webhook::Verifier::hmac_sha1("secret");
    for (signature, body) in receiver.join().unwrap() {
        verifier.verify(&body, Some(&signature)).unwrap();
        assert!(String::from_utf8(body).unwrap().contains(r#""event":"order:create""#));
    }
    let (code, text) = said(folder.path(), &arguments[..5], &[]);
    assert!(code == 1 && text.contains("cannot send"), "{code} {text}");
}
