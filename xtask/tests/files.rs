//! Commands with a document of several files: from the disk, from git and from an address.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

use common::Checkout;

const ROOT: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths: {/orders: {$ref: 'paths/orders.yaml#/~1orders'}}
";

const PATHS: &str = "/orders:
  get:
    tags: [orders]
    operationId: listOrders
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: ../schemas.yaml#/Order}}}}}
";

const SCHEMAS: &str = "Order: {type: object, required: [id], properties: {id: {type: integer, default: many}}}\n";

impl Checkout {
    fn new(name: &str) -> Self {
        let checkout = Self::empty(&format!("files-{name}"));
        let files = [
            ("specs/shop/openapi.yaml", ROOT),
            ("specs/shop/paths/orders.yaml", PATHS),
            ("specs/shop/schemas.yaml", SCHEMAS),
        ];
        files.iter().for_each(|(file, text)| checkout.write(file, text));
        checkout
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").arg("-C").arg(&self.root).args(who).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Exit code and everything that was printed.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output =
            Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).current_dir(&self.root).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.code(), said)
    }
}

/// A server of the files of the API, `ids` being the type of the order's id.
fn serve(ids: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/api/openapi.yaml?download=1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
            let line = request.next().unwrap().unwrap();
            while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let body = match line.split(' ').nth(1).unwrap_or_default() {
                "/api/openapi.yaml?download=1" => ROOT.to_owned(),
                "/api/paths/orders.yaml" => PATHS.to_owned(),
                "/api/schemas.yaml" => SCHEMAS.replace("integer", ids),
                other => panic!("nobody refers to {other}"),
            };
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    address
}

#[test]
fn drift_takes_files_from_where_the_document_is() {
    let checkout = Checkout::new("drift");
    checkout.git(&["init", "-q"]);
    checkout.git(&["add", "."]);
    checkout.git(&["commit", "-q", "-m", "a"]);
    let committed = "git:HEAD:specs/shop/openapi.yaml";
    let drift = |old: &str, new: &str| checkout.run(&["drift", old, new, "--no-rust", "--today", "2026-01-01"]);

    let (code, said) = drift(committed, "shop");
    assert_eq!(code, Some(0), "{said}");
    // What changed stands in another file than the document itself.
    checkout.write("specs/shop/schemas.yaml", &SCHEMAS.replace("integer", "string"));
    for (old, new) in [(committed, "shop"), (committed, "specs/shop/openapi.yaml"), (committed, &serve("string"))] {
        let (code, said) = drift(old, new);
        assert_eq!(code, Some(3), "{new}: {said}");
        assert!(said.contains("id"), "{new}: {said}");
    }
    let (code, said) = drift("shop", &serve("string"));
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = drift("git:HEAD:specs/shop/paths/../openapi.yaml", &serve("integer"));
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn lint_and_overlay_name_the_file_of_each_place() {
    let checkout = Checkout::new("lint");
    let (code, said) = checkout.run(&["lint", "shop"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("specs/shop/schemas.yaml:1: "), "{said}");
    let (code, said) = checkout.run(&["overlay", "shop"]);
    assert!(code == Some(0) && said.contains("$ref: \"#/components/schemas/Order\""), "{said}");
    let (code, said) = checkout.run(&["export", "shop"]);
    assert!(code == Some(0) && said.contains("#/components/schemas/Order"), "{said}");

    std::fs::remove_file(checkout.root.join("specs/shop/schemas.yaml")).unwrap();
    let (code, said) = checkout.run(&["lint", "shop"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("schemas.yaml") && said.contains("paths/orders.yaml:5"), "{said}");
}
