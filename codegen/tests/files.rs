//! Specifications of several files: one tree, names that do not depend on files, and positions that do.
//! Every reference that cannot be resolved is a complaint with file and line.

mod common;

use std::path::Path;

use common::{Folder, complaints};
use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Pointer};
use kontrakt_codegen::generate::generate;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use serde_json::{Value, json};

/// A document that is a text file each; the first one refers to the others.
fn bundle(files: &[(&str, &str)]) -> Result<Document> {
    let (name, text) = files[0];
    Document::bundle(format!("api/{name}"), text, &|wanted| {
        let found = files.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| {
            Diagnostic::new(format!("cannot read {wanted}: not found")).help("check that the file exists")
        })
    })
}

const ROOT: &str = "openapi: VERSION
info: {title: Shop, version: '1'}
paths:
  /orders: {$ref: 'paths/orders.yaml#/~1orders'}
  /orders/{id}: {$ref: 'paths/orders.yaml#/~1orders~1%7Bid%7D', description: One order.}
components:
  responses:
    Refused: {description: No., content: {application/json: {schema: {$ref: schemas/common.yaml#/Problem}}}}
  schemas:
    Name: {type: string}
";

const PATHS: &str = "/orders:
  get:
    tags: [orders]
    operationId: listOrders
    parameters: [{$ref: '#/Page'}]
    responses:
      '200': {description: '', content: {application/json: {schema: {$ref: ../schemas/orders.yaml#/OrderList}}}}
      '400': {$ref: '../openapi.yaml#/components/responses/Refused'}
/orders/{id}:
  get:
    tags: [orders]
    operationId: getOrder
    parameters: [{name: id, in: path, required: true, schema: {$ref: ../schemas/orders.yaml#/Order/properties/id}}]
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: ../schemas/orders.yaml#/Order}}}}}
Page: {name: page, in: query, schema: {type: integer}}
";

const ORDERS: &str = "Unused: {type: string}
OrderList: {type: object, properties: {orders: {type: array, items: {$ref: '#/Order'}}}}
Order:
  type: object
  properties:
    id: {type: integer}
    customer: {$ref: customers.yaml#/Customer}
    $ref: {type: string}
";

const CUSTOMERS: &str = "Customer:
  type: object
  properties:
    name: {$ref: ../openapi.yaml#/components/schemas/Name}
    last: {$ref: orders.yaml#/Order}
  example: {$ref: nowhere.yaml}
";

const COMMON: &str = "Problem: {type: object, properties: {messages: {$ref: messages.yaml}}}\n";
const MESSAGES: &str = "type: array\nitems: {$ref: '#/properties/one'}\nproperties: {one: {type: string}}\n";

fn shop(version: &str, change: impl Fn(&str) -> String) -> Result<Document> {
    let root = change(&ROOT.replace("VERSION", version));
    let (paths, orders, customers) = (change(PATHS), change(ORDERS), change(CUSTOMERS));
    bundle(&[
        ("openapi.yaml", &root),
        ("paths/orders.yaml", &paths),
        ("schemas/orders.yaml", &orders),
        ("schemas/customers.yaml", &customers),
        ("schemas/common.yaml", COMMON),
        ("schemas/messages.yaml", MESSAGES),
    ])
}

#[test]
fn files_become_one_tree() {
    for version in ["3.1.0", "3.0.3"] {
        let document = shop(version, str::to_owned).unwrap_or_else(|error| panic!("{error}"));
        let root = document.root.to_json();
        let at = |pointer: &str| root.pointer(pointer).cloned().unwrap_or(Value::Null);
        let names = |pointer: &str| at(pointer).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        // Files in the order in which they are met, each in its own order; what nobody refers to stays away.
        let mut schemas = names("/components/schemas");
        schemas.sort();
        assert_eq!(schemas, ["Customer", "Name", "Order", "OrderList", "Problem", "messages"]);
        let ordered = document.get(&Pointer::from(["components", "schemas"])).unwrap().as_map().unwrap();
        let ordered: Vec<&str> = ordered.iter().map(|(name, _)| name).collect();
        assert_eq!(ordered, ["Name", "OrderList", "Order", "Problem", "Customer", "messages"]);
        assert_eq!(at("/paths/~1orders~1{id}/description"), json!("One order."));
        let get = "/paths/~1orders/get";
        assert_eq!(at(&format!("{get}/parameters/0/$ref")), json!("#/components/parameters/Page"));
        assert_eq!(at(&format!("{get}/responses/400/$ref")), json!("#/components/responses/Refused"));
        let id = "/paths/~1orders~1{id}/get/parameters/0/schema/$ref";
        assert_eq!(at(id), json!("#/components/schemas/Order/properties/id"));
        let customer = "/components/schemas/Customer";
        assert_eq!(at(&format!("{customer}/properties/name/$ref")), json!("#/components/schemas/Name"));
        assert_eq!(at(&format!("{customer}/example/$ref")), json!("nowhere.yaml"));
        let problem = "/components/schemas/Problem/properties/messages/$ref";
        assert_eq!(at(problem), json!("#/components/schemas/messages"));
        assert_eq!(
            at("/components/schemas/messages/items/$ref"),
            json!("#/components/schemas/messages/properties/one")
        );
        assert_eq!(at("/components/schemas/Order/properties/$ref/type"), json!("string"));

        // The contract is that of a document in one piece.
        let whole = Document::parse("whole.yaml", document.root.to_yaml()).unwrap();
        let (split, whole) = (Contract::read(&document).unwrap(), Contract::read(&whole).unwrap());
        assert_eq!(split.operations.len(), 2);
        let facts = |contract: &Contract| -> Vec<String> {
            contract.schemas().map(|(_, schema)| format!("{} {:?}", schema.pointer, schema.types)).collect()
        };
        assert_eq!(facts(&split), facts(&whole));
    }
}

#[test]
fn places_are_those_of_the_files() {
    let document = shop("3.1.0", |text| text.replace("id: {type: integer}", "id: {type: whole}")).unwrap();
    let error = Contract::read(&document).unwrap_err();
    assert_eq!(error.position(), Some(("api/schemas/orders.yaml", 6, 16)), "{error}");
    assert_eq!(error.json_pointer().unwrap().as_str(), "/components/schemas/Order/properties/id/type");
    let operation = &Contract::read(&shop("3.1.0", str::to_owned).unwrap()).unwrap().operations[0];
    let complaint = document.complain(operation.span, &operation.pointer, "x");
    assert_eq!(complaint.position().map(|(file, line, _)| (file, line)), Some(("api/paths/orders.yaml", 3)));
    assert_eq!(operation.pointer.as_str(), "/paths/~1orders/get");
}

#[test]
fn a_component_of_the_document_may_name_what_is_in_a_file() {
    let root = "openapi: 3.1.0
paths: {}
components:
  schemas:
    Client: {$ref: 'a.yaml#/Customer', description: RenamedType.}
    Also: {$ref: 'a.yaml#/Customer'}
    Customer: {$ref: 'b.yaml#/Customer'}
";
    let a = "Customer: {type: object, properties: {self: {$ref: '#/Customer'}, other: {$ref: b.yaml#/Customer}}}\n";
    let document =
        bundle(&[("openapi.yaml", root), ("a.yaml", a), ("b.yaml", "Customer: {type: string}\n")]).unwrap().root;
    assert_eq!(
        document.to_json()["components"]["schemas"],
        json!({
            "Client": {
                "type": "object",
                "description": "RenamedType.",
                "properties": {
                    "self": {"$ref": "#/components/schemas/Client"},
                    "other": {"$ref": "#/components/schemas/Customer"},
                },
            },
            "Also": {"$ref": "#/components/schemas/Client"},
            "Customer": {"type": "string"},
        })
    );
}

#[test]
fn mappings_of_discriminators_are_references_too() {
    let root = "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {Pet: {$ref: 'pets.yaml#/Pet'}}}\n";
    let pets = "Pet: {oneOf: [{$ref: '#/Cat'}], discriminator: {propertyName: kind, mapping: {c: '#/Cat', d: Dog}}}
Cat: {type: object, properties: {kind: {type: string}}}\n";
    let document = bundle(&[("openapi.yaml", root), ("pets.yaml", pets)]).unwrap().root.to_json();
    let mapping = &document["components"]["schemas"]["Pet"]["discriminator"]["mapping"];
    assert_eq!(mapping, &json!({"c": "#/components/schemas/Cat", "d": "Dog"}));
}

/// A document whose only path item is elsewhere.
fn with(path: &str) -> String {
    format!("openapi: 3.1.0\npaths:\n  /a: {{$ref: '{path}'}}\n")
}

/// A path item whose answer has this schema.
fn get(schema: &str) -> String {
    format!("/a:\n  get: {{responses: {{'200': {{content: {{j: {{schema: {schema}}}}}}}}}}}\n")
}

const SCHEMA: &str = "/~1a/get/responses/200/content/j/schema";

/// The document, a file a.yaml and a file b.yaml; where the complaint is, and what it says.
#[track_caller]
fn refuse(cases: &[(String, String, &str, &str)]) {
    for (root, a, b, expected) in cases {
        let mut files = vec![("openapi.yaml", root.as_str()), ("a.yaml", a.as_str())];
        files.extend((!b.is_empty()).then_some(("b.yaml", *b)));
        let error = bundle(&files).map(|document| document.root.to_yaml()).expect_err(root);
        let all: Vec<String> = complaints(&error).into_iter().map(described).collect();
        assert!(all.iter().any(|one| one.contains(*expected)), "expected {expected}\nfound {all:#?}\n{root}{a}{b}");
    }
}

#[test]
fn references_from_the_document_that_cannot_be_resolved() {
    refuse(&[
        (with("gone.yaml#/~1a"), String::new(), "", "openapi.yaml:3 #/paths/~1a/$ref cannot read gone.yaml"),
        (
            with("a.yaml#/~1b"),
            get("{}"),
            "",
            "openapi.yaml:3 #/paths/~1a/$ref the reference \"a.yaml#/~1b\" leads nowhere",
        ),
        (with("a.yaml#b"), get("{}"), "", "openapi.yaml:3 #/paths/~1a/$ref the reference \"a.yaml#b\" leads nowhere"),
        (
            with("../a.yaml#/~1a"),
            get("{}"),
            "",
            "openapi.yaml:3 #/paths/~1a/$ref the reference \"../a.yaml#/~1a\" leaves",
        ),
        (with("/a.yaml#/~1a"), get("{}"), "", "openapi.yaml:3 #/paths/~1a/$ref the reference \"/a.yaml#/~1a\" leaves"),
        (with("https://x/a.yaml#/b"), get("{}"), "", "#/paths/~1a/$ref the reference \"https://x/a.yaml#/b\" leaves"),
        (with("a.yaml#/~1a"), "/a: [".to_owned(), "", "a.yaml:2  not valid YAML"),
    ]);
}

#[test]
fn references_between_files_that_cannot_be_resolved() {
    refuse(&[
        (with("a.yaml#/~1a"), get("{$ref: b.yaml#/B}"), "", &format!("a.yaml:2 #{SCHEMA}/$ref cannot read b.yaml")),
        (
            with("a.yaml#/~1a"),
            get("{$ref: 'b.yaml#/C'}"),
            "B: {}",
            &format!("a.yaml:2 #{SCHEMA}/$ref the reference \"b.yaml#/C\" leads nowhere"),
        ),
        (
            with("a.yaml#/~1a"),
            get("{$ref: '#/~1a/get'}"),
            "",
            &format!("a.yaml:2 #{SCHEMA} a reference into a path item"),
        ),
        (
            with("a.yaml#/~1a"),
            get("{oneOf: [{$ref: '#/B'}, {$ref: b.yaml#/B}]}") + "B: {type: string}\n",
            "B: {type: integer}",
            "two things would be #/components/schemas/B: a.yaml#/B and b.yaml#/B",
        ),
        (
            with("a.yaml#/~1a") + "components: {schemas: {B: {}}}",
            get("{$ref: 'b.yaml#/B'}"),
            "B: {type: integer}",
            "two things would be #/components/schemas/B: openapi.yaml#/components/schemas/B and b.yaml#/B",
        ),
        (
            with("a.yaml#/~1a"),
            "/a: {$ref: b.yaml#/x}\n".to_owned(),
            "x: {$ref: a.yaml#/~1a}\n",
            "b.yaml:1 #/x/$ref the reference \"a.yaml#/~1a\" leads back to itself",
        ),
        (
            with("a.yaml#/~1a"),
            "/a: {get: {responses: {'200': {links: {l: {$ref: b.yaml#/x}}}}}}\n".to_owned(),
            "x: {}\n",
            "a.yaml:1 #/~1a/get/responses/200/links/l a reference to another file is not understood here",
        ),
    ]);
}

/// The complaint, with all that belongs to a complaint.
fn described(error: &Diagnostic) -> String {
    let (file, line, _) = error.position().unwrap_or_else(|| panic!("no place: {error}"));
    let pointer = error.json_pointer().map(ToString::to_string).unwrap_or_default();
    assert!(error.mend().is_some_and(|mend| !mend.is_empty()), "{error}");
    format!("{file}:{line} {pointer} {}", error.message())
}

#[test]
fn a_missing_file_is_told_once() {
    let get = |path: &str| format!("  {path}: {{$ref: 'gone.yaml#/x'}}\n");
    let error =
        bundle(&[("openapi.yaml", &format!("openapi: 3.1.0\npaths:\n{}{}", get("/a"), get("/b")))]).unwrap_err();
    assert_eq!(complaints(&error).len(), 1, "{error}");
}

#[test]
fn folders_are_read_with_all_their_files() {
    let folder = Folder::new();
    let root = ROOT.replace("VERSION", "3.1.0");
    for (file, text) in [
        ("openapi.yaml", root.as_str()),
        ("paths/orders.yaml", PATHS),
        ("schemas/orders.yaml", ORDERS),
        ("schemas/customers.yaml", CUSTOMERS),
        ("schemas/common.yaml", COMMON),
        ("schemas/messages.yaml", MESSAGES),
        (
            "a.overlay.yaml",
            "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $.components.schemas.Order\n    update: {x-name: Sale}\n",
        ),
    ] {
        folder.write(&format!("shop/{file}"), text);
    }
    let load = || Specification::load(&folder.0, "shop", Unmatched::Error).unwrap_or_else(|error| panic!("{error}"));
    let before = load();
    assert_eq!(before.document.sources.len(), 7);
    let generated = generate(&folder.0, "shop").unwrap_or_else(|error| panic!("{error}"));
    assert!(generated.files.iter().any(|file| file.text.contains("pub struct Sale")));
    // A change of any file is a change of the document.
    folder.write("shop/schemas/messages.yaml", &format!("{MESSAGES}# changed\n"));
    let after = load();
    assert_ne!(before.document_sha256, after.document_sha256);
    assert_eq!(before.overlays_sha256, after.overlays_sha256);
    // Texts alone, such as from a pipe, have no files beside them.
    let alone = Document::parse("openapi.yaml", root.as_str()).unwrap();
    assert!(Contract::read(&alone).unwrap_err().message().contains("leads nowhere"));
    assert!(Document::read(Path::new("/nowhere at all")).unwrap_err().mend().is_some());
}
