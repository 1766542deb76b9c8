//! `cargo xtask drift` and `cargo xtask docs`: exit codes, files, sources of documents.
//! Each test has a checkout of its own.

mod common;

use serde_json::Value;

use common::{Checkout, Run};

const OLD: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [Orders]
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        '200':
          description: orders
          content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}
components:
  schemas:
    Orders: {type: object, required: [note], properties: {note: {type: string}}}
";

impl Checkout {
    fn new(name: &str) -> Self {
        let checkout = Self::empty(&format!("drift-{name}"));
        std::fs::create_dir_all(checkout.root.join("specs")).unwrap();
        checkout.write("2026-01-01-a.yaml", OLD);
        checkout.write("2026-02-01-b.yaml", &OLD.replace("note: {type: string}", "note: {type: [string, 'null']}"));
        checkout
    }
}

#[test]
fn exit_codes_say_how_bad_it_is() {
    let checkout = Checkout::new("codes");
    let (old, new) = ("2026-01-01-a.yaml", "2026-02-01-b.yaml");
    let cases: [(&[&str], i32); 8] = [
        (&[old, new], 3),
        (&[old, old], 0),
        (&[new, old], 0),
        (&[new, old, "--fail-on", "any"], 3),
        (&[old, new, "--fail-on", "none"], 0),
        (&[old, "nothing.yaml"], 1),
        (&[old, "git:HEAD"], 1),
        (&[old], 2),
    ];
    for (arguments, expected) in cases {
        let Run { code, out, err } = checkout.run(&[&["drift"], arguments].concat());
        assert_eq!(code, expected, "{arguments:?}\n{out}{err}");
    }
    let Run { out, .. } = checkout.run(&["drift", old, new, "--format", "json"]);
    let id = serde_json::from_str::<Value>(&out).unwrap()["result"]["changes"][0]["id"].as_str().unwrap().to_owned();
    checkout.write("accepted.yaml", &format!("accepted: [{{id: '{id}', command: drift, reason: ok}}]\n"));
    assert_eq!(checkout.run(&["drift", old, new, "--accept", "accepted.yaml"]).code, 0);
    let Run { out, .. } = checkout.run(&["drift", old, old]);
    assert!(out.starts_with("UNCHANGED; api needs no release\n"), "{out}");
}

#[test]
fn reports_are_written_whole_and_to_devices() {
    let checkout = Checkout::new("out");
    let drift = ["drift", "2026-01-01-a.yaml", "2026-02-01-b.yaml", "--fail-on", "none"];
    let Run { code, out, .. } =
        checkout.run(&[&drift[..], &["--report", "html", "--out", "reports/drift.html"]].concat());
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(checkout.read("reports/drift.html").ends_with("</html>\n"));
    let names: Vec<String> = std::fs::read_dir(checkout.root.join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["drift.html"], "no temporary file is left");
    if cfg!(unix) {
        let Run { code, out, .. } =
            checkout.run(&[&drift[..], &["--report", "markdown", "--out", "/dev/stdout"]].concat());
        assert_eq!(code, 0);
        assert!(out.starts_with("## API drift: BREAKING"), "{out}");
    }
}

#[test]
fn histories_come_from_folders_and_from_git() {
    let checkout = Checkout::new("history");
    let Run { code, out, err } = checkout.run(&["drift", "--history", ".", "--format", "json", "--fail-on", "none"]);
    assert_eq!(code, 0, "{err}");
    let json = serde_json::from_str::<Value>(&out).unwrap()["result"].take();
    assert_eq!(json["revisions"][1]["breaking"], 1);
    assert_eq!((&json["months"][1]["month"], &json["last"]["verdict"]), (&"2026-02".into(), &"breaking".into()));
    // Git walks in the order of commits, also through files beside the document.
    checkout.git(&["init", "--quiet"]);
    let document = OLD.replace("'#/components/schemas/Orders'", "'parts.yaml#/Orders'");
    let document = &document[..document.find("components:").unwrap()];
    for (at, kind) in ["string", "integer"].into_iter().enumerate() {
        checkout.write("api/openapi.yaml", &format!("{document}x-revision: {at}\n"));
        checkout
            .write("api/parts.yaml", &format!("Orders: {{type: object, properties: {{note: {{type: {kind}}}}}}}\n"));
        checkout.git(&["add", "api"]);
        checkout.git(&["commit", "--quiet", "--message", kind]);
    }
    let Run { code, out, err } = checkout.run(&["drift", "--history", "git:api/openapi.yaml"]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("last: BREAKING: 1 breaking"), "{out}");
    let Run { code, out, .. } =
        checkout.run(&["drift", "git:HEAD~1:api/openapi.yaml", "api/openapi.yaml", "--format", "json"]);
    let json = serde_json::from_str::<Value>(&out).unwrap()["result"].take();
    assert_eq!((code, &json["changes"][0]["kind"]), (3, &"type-changed".into()), "{out}");
    assert_eq!(json["changes"][0]["newPlace"]["file"], "api/parts.yaml");
}

#[test]
fn pages_are_held_against_their_lists_and_the_specification() {
    let checkout = Checkout::new("docs");
    checkout.write("specs/shop/openapi.yaml", OLD);
    let page = "URI: /orders\nHTTP metoda: GET\nparametry:\n • page (int) - strana\nOdpověď\n • tělo:\n  • note (string) - x\n";
    checkout.write("page.txt", page);
    let list = ["docs", "shop", "page.txt", "--inventory", "specs/shop/pages/orders.tsv"];
    let Run { code, err, .. } = checkout.run(&list);
    assert!(code == 1 && err.contains("--write"), "{err}");
    assert_eq!(checkout.run(&[&list[..], &["--write"]].concat()).code, 0);
    assert_eq!(checkout.read("specs/shop/pages/orders.tsv").lines().count(), 2);
    assert_eq!(checkout.run(&list).code, 0);
    checkout.write("page.txt", &page.replace("page (int)", "page (array)").replace("note", "remark"));
    let Run { code, err, .. } = checkout.run(&list);
    assert!(code == 1 && err.contains("+ GET /orders answer remark string -"), "{err}");
    let Run { code, out, .. } = checkout.run(&["docs", "shop", "page.txt", "--format", "json"]);
    let json = serde_json::from_str::<Value>(&out).unwrap()["result"].take();
    let differences = json["differences"].as_array().unwrap();
    let names: Vec<&str> = differences.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((code, names), (3, vec!["page", "note", "remark"]));
    checkout.write("empty.txt", "nothing here\n");
    assert_eq!(checkout.run(&["docs", "shop", "empty.txt"]).code, 1);
}

const TWO: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [Orders]
      responses:
        '200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    post:
      operationId: createOrder
      tags: [Orders]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: ''}}
  /carts:
    get:
      operationId: listCarts
      tags: [Carts]
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: ''}}
components:
  schemas:
    Order: {type: object, properties: {note: {type: string, maxLength: 20}}}
";

/// Changes that none of the calls meets are left out, and of those of a shared schema the direction in which none does.
#[test]
fn only_what_is_called_counts() {
    let checkout = Checkout::empty("drift-only");
    checkout.write("old.yaml", TWO);
    let new = TWO
        .replace("maxLength: 20", "maxLength: 10")
        .replace("{name: page, in: query,", "{name: page, in: query, required: true,");
    checkout.write("new.yaml", &new);
    checkout
        .write("calls.ndjson", "{\"method\": \"GET\", \"url\": \"https://shop.example/orders\", \"status\": 200}\n");
    checkout.write("reads/src/main.rs", "async fn f(shop: shop::Client) { shop.orders().list().await; }\n");
    checkout.write(
        "writes/src/a/b.rs",
        "use api::orders::OrdersApi; fn f(orders: OrdersApi) { orders\n.create (&order); }\n",
    );
    checkout.write("empty/src/main.rs", "fn main() { println!(\"orders().list()\"); }\n");
    checkout.write("other/Cargo.toml", "");
    checkout.write("other/target/src/main.rs", "fn f() { shop.orders().list(); }\n");
    let cases: [(&[&str], i32, usize); 10] = [
        (&["listOrders"], 0, 1),
        (&["get /orders"], 0, 1),
        (&["orders"], 3, 2),
        (&["createOrder", "listCarts"], 3, 2),
        (&["carts"], 3, 1),
        (&["calls.ndjson"], 0, 1),
        (&["reads"], 0, 1),
        (&["writes"], 3, 1),
        (&["reads", "writes"], 3, 2),
        (&["calls.ndjson", "carts"], 3, 2),
    ];
    for (only, code, changes) in cases {
        let run = checkout.run(&[&["drift", "old.yaml", "new.yaml", "--format", "json", "--only"], only].concat());
        let report: Value =
            serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{only:?} {error}: {}", run.err));
        let found = report["result"]["changes"].as_array().unwrap().len();
        assert_eq!((run.code, found), (code, changes), "{only:?}\n{}", run.out);
    }
    for (only, complaint) in [
        ("Orders.json", "no operation, no resource, and no file or folder"),
        ("order", "operations are called createOrder, listOrders"),
        ("empty", "empty calls no operation of these documents"),
        ("other", "other calls no operation of these documents"),
    ] {
        let (code, said) = checkout.said(&["drift", "old.yaml", "new.yaml", "--only", only]);
        assert!(code == 1 && said.contains(complaint), "{only}: {code} {said}");
    }
    let (_, said) = checkout.said(&["drift", "old.yaml", "new.yaml", "--only", "listOrders"]);
    assert!(said.starts_with("ADDITIVE: 1 additive; api needs a minor release\n"), "{said}");
    assert!(said.contains("only changes that GET /orders meet; left out: 2"), "{said}");
}
