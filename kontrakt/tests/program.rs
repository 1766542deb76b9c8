//! The program as a person uses it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

fn kontrakt(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kontrakt")).args(arguments).output().unwrap()
}

/// A server that ends with the test.
struct Served {
    child: Child,
    address: String,
    lines: BufReader<std::process::ChildStdout>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kontrakt"));
        let mut child =
            command.arg("serve").args(arguments).args(["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let address = first.trim().rsplit_once("http://").unwrap_or_else(|| panic!("{first}")).1.to_owned();
        lines.read_line(&mut String::new()).unwrap();
        Self { child, address, lines }
    }

    fn call(&mut self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}", self.address).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        (reply, line)
    }
}

const NOTES: &str = "
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get: {responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}}
    post:
      operationId: addNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
components:
  schemas:
    Note: {type: object, required: [text], properties: {id: {type: integer}, text: {type: string, maxLength: 10}}}
";

#[test]
fn documents_of_others_are_served_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (document, data) = (folder.path().join("notes.yaml"), folder.path().join("notes.json"));
    std::fs::write(&document, NOTES).unwrap();
    let arguments = [
        document.to_str().unwrap(),
        "--records",
        "0",
        "--data",
        data.to_str().unwrap(),
        "--fault",
        "status:503@addNote*1",
    ];
    let mut served = Served::start(&arguments);
    assert!(served.call("POST", "/notes", r#"{"text": "milk"}"#).0.starts_with("HTTP/1.1 503"));
    let (reply, line) = served.call("POST", "/notes", r#"{"text": "milk"}"#);
    assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    assert!(line.starts_with("POST /notes addNote 201 "), "{line}");
    let (reply, line) = served.call("POST", "/notes", r#"{"text": "far too long for it"}"#);
    assert!(reply.starts_with("HTTP/1.1 400"), "{reply}");
    assert!(line.starts_with("POST /notes addNote 400 "), "{line}");
    drop(served);
    let mut again = Served::start(&arguments[..5]);
    let list = again.call("GET", "/notes", "").0;
    assert!(list.ends_with(r#"[{"id":1,"text":"milk"}]"#), "{list}");
}

#[test]
fn drift_knows_what_a_sandbox_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (old, new, calls) = (at("old.yaml"), at("new.yaml"), at("calls.jsonl"));
    std::fs::write(&old, NOTES).unwrap();
    std::fs::write(
        &new,
        NOTES.replace(
            "operationId: addNote",
            "operationId: addNote\n      parameters: [{name: key, in: query, required: true, schema: {type: string}}]",
        ),
    )
    .unwrap();
    let mut served = Served::start(&[&old, "--calls", &calls]);
    served.call("GET", "/notes", "");
    let drift = |only: &[&str]| kontrakt(&[&["drift", &old, &new], only].concat()).status.code();
    assert_eq!((drift(&[]), drift(&["--only", &calls])), (Some(3), Some(0)));
    served.call("POST", "/notes", r#"{"text": "milk"}"#);
    assert_eq!(drift(&["--only", &calls]), Some(3));
}

#[test]
fn what_is_wrong_is_said() {
    for (arguments, code, said) in [
        (&["serve", "nothing"][..], 1, "there is no API"),
        (&["serve", "nothing", "--fault", "flood"], 2, "flood"),
        (&["document", "nothing"], 1, "expected"),
        (&[], 2, "Usage"),
    ] {
        let output = kontrakt(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {text}");
        assert!(text.contains(said), "{arguments:?} {text}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let api = String::from_utf8_lossy(&kontrakt(&["document", "nothing"]).stderr).into_owned();
    let api = api.split("expected ").nth(1).and_then(|names| names.split(',').next()).unwrap().to_owned();
    let output = kontrakt(&["serve", &api, "--port", &port]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--port"), "{output:?}");
}

#[test]
fn completions_and_the_man_page() {
    assert!(String::from_utf8_lossy(&kontrakt(&["completions", "bash"]).stdout).contains("complete -F"));
    assert!(String::from_utf8_lossy(&kontrakt(&["man"]).stdout).contains(".TH kontrakt"));
}

/// A receiver that answers one request with 200, and gives what arrived.
fn receiver() -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let received = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut text, mut buffer) = (String::new(), [0; 4096]);
        // The body ends with the brace of its object.
        while !text.ends_with('}') {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{text}");
            text += &String::from_utf8_lossy(&buffer[..read]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        text
    });
    (url, received)
}

#[test]
fn changes_are_delivered_and_printed() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("notes.yaml");
    let webhooks = "webhooks:\n  noteCreated: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}, responses: {'200': {description: ''}}}}\n";
    std::fs::write(&document, NOTES.replace("components:", &format!("{webhooks}components:"))).unwrap();
    let (url, received) = receiver();
    let mut served = Served::start(&[document.to_str().unwrap(), "--records", "0", "--deliver", &url]);
    let (_, mut lines) = served.call("POST", "/notes", r#"{"text": "milk"}"#);
    // The webhook may be there before the answer is, as with every server.
    served.lines.read_line(&mut lines).unwrap();
    assert!(lines.contains("POST /notes addNote 201 "), "{lines}");
    assert!(lines.contains(&format!("webhook 1 noteCreated to {url}: try 1 200 delivered\n")), "{lines}");
    let text = received.join().unwrap();
    assert!(text.starts_with("POST /webhook HTTP/1.1\r\n") && text.ends_with(r#"{"id":1,"text":"milk"}"#), "{text}");
    let output = kontrakt(&["serve", document.to_str().unwrap(), "--deliver", "http://example.com/"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no address of this machine"), "{output:?}");
}
