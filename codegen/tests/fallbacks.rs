//! What is half typed is told: references that need not lead anywhere as written, and what got a type by fallback.

mod common;

use common::{complaints, lenient, strict};
use kontrakt_codegen::plan::{Fallback, FallbackKind, new_fallbacks};

fn job(reference: &str, says: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: t, version: '1'}}
x-jobs: {{detail: '/jobs/{{id}}', job: job, id: id, status: status, pending: [new], completed: done, result-url: url,
  log: log, result-reference: x-their-ref}}
paths:
  /lines/snapshot: {{get: {{tags: [lines], operationId: snapshot, {says} x-their-ref: {reference}, responses: {{'202': {{
    description: '', content: {{application/json: {{schema: {{type: object}}}}}}}}}}}}}}
components: {{schemas: {{{components}}}}}
"
    )
}

/// Whatever the reference looks like, its last word is the component; what a person says of the job goes before it.
#[test]
fn a_reference_names_the_records_of_a_job() {
    const LINE: &str = "orderLine: {properties: {a: {}}}, other: {properties: {b: {}}}";
    let cases = [
        ("'#/definitions/orderLine'", "", "Job<OrderLine>"),
        ("'#/components/schemas/orderLine'", "x-job: {},", "Job<OrderLine>"),
        ("'../definitions.yaml#/orderLine'", "", "Job<OrderLine>"),
        ("OrderLine", "", "Job<OrderLine>"),
        ("'#/definitions/order-line'", "", "Job<OrderLine>"),
        ("'#/definitions/orderLine'", "x-job: {result: other},", "Job<Other>"),
    ];
    for (reference, says, expected) in cases {
        let generated = strict(&job(reference, says, LINE)).unwrap_or_else(|error| panic!("{reference}: {error}"));
        let lines = &generated.files.iter().find(|file| file.path == "src/lines.rs").unwrap().text;
        assert!(lines.contains(expected), "{reference} {says}: {lines}");
    }
}

#[test]
fn a_reference_that_leads_nowhere_is_a_complaint() {
    for (reference, components) in [
        ("'#/definitions/gone'", "orderLine: {properties: {a: {}}}"),
        ("[orderLine]", "orderLine: {properties: {a: {}}}"),
        ("orderline", "order_line: {properties: {a: {}}}, orderLine: {properties: {a: {}}}"),
    ] {
        let text = job(reference, "", components);
        let error = strict(&text).unwrap_err();
        let [complaint] = complaints(&error)[..] else { panic!("{error}") };
        assert!(complaint.message().contains("leads to no component"), "{complaint}");
        assert!(
            complaint.json_pointer().unwrap().to_string().ends_with("/get/x-their-ref") && complaint.mend().is_some()
        );
        let noted = lenient(&text).unwrap();
        assert!(noted.notes.iter().any(|note| note.message() == complaint.message()));
        assert!(noted.plan.fallbacks.iter().any(|one| one.kind == FallbackKind::Json), "{:?}", noted.plan.fallbacks);
    }
}

#[test]
fn what_got_a_type_by_fallback_is_listed() {
    let document = |members: &str, operation: &str| {
        format!(
            "openapi: 3.1.0
info: {{title: t, version: '1'}}
paths:
  /orders: {{get: {{tags: [orders], operationId: list, {operation} responses: {{'200': {{description: '', content: {{
    application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}}}}}}}}}
components: {{schemas: {{Order: {{properties: {{code: {{type: string, description: What it is called.}}{members}}}}}}}}}
"
        )
    };
    let list = |members: &str, operation: &str| strict(&document(members, operation)).unwrap().plan.fallbacks;
    let before = list("", "summary: Lists.,");
    assert_eq!(before, []);
    let said = |after: Vec<Fallback>| {
        new_fallbacks(&before, &after).iter().map(|one| format!("{:?} {}", one.kind, one.item)).collect::<Vec<_>>()
    };
    let is = "description: Something.";
    let cases = [
        (format!(", a: {{{is}}}"), "", vec!["Json Order::a"]),
        (format!(", a: {{{is}, type: array, items: {{}}}}"), "", vec!["Json Order::a"]),
        (format!(", a: {{{is}, type: object}}"), "", vec!["Json Order::a"]),
        (format!(", a: {{{is}, type: string, format: ean13}}"), "", vec!["Format(\"ean13\") Order::a"]),
        (
            format!(", a: {{{is}, type: array, items: {{type: string, format: ean13}}}}"),
            "",
            vec!["Format(\"ean13\") Order::a"],
        ),
        (format!(", a: {{{is}, type: string, format: email}}"), "", vec![]),
        (format!(", a: {{{is}, type: string, format: ean13, x-scalar: integer}}"), "", vec![]),
        (format!(", a: {{{is}, properties: {{b: {{type: string, {is}}}}}}}"), "", vec!["Position OrderA"]),
        (format!(", a: {{{is}, x-name: Mine, properties: {{b: {{type: string, {is}}}}}}}"), "", vec![]),
        (", a: {type: string}".to_owned(), "", vec!["Undocumented Order::a"]),
        (
            String::new(),
            "parameters: [{name: by, in: query, schema: {type: string, format: ean13}}],",
            vec!["Undocumented orders().list(by)", "Format(\"ean13\") orders().list(by)"],
        ),
        (String::new(), "x-their-ref: '#/definitions/order',", vec!["Reference(\"x-their-ref\") orders().list"]),
    ];
    for (members, operation, expected) in cases {
        assert_eq!(said(list(&members, &format!("summary: Lists., {operation}"))), expected, "{members} {operation}");
    }
    assert_eq!(said(list("", "")), ["Undocumented orders().list"]);
}

/// A body of JSON or of a form is sent as JSON, which is told; records that are shared with others leave a module of no
/// definitions, which imports nothing.
#[test]
fn a_form_beside_json_is_told_and_a_module_of_shared_records_imports_nothing() {
    let generated = lenient(
        "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Base'}}
          multipart/form-data: {schema: {type: object, properties: {f: {type: string, format: binary}}}}
      responses: {'204': {description: ''}}
components:
  schemas:
    Base: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
    One: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {one: {type: string}}}]}
    Two: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {two: {type: string}}}]}
",
    )
    .unwrap();
    let told: Vec<String> = generated.notes.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|one| one.contains("a also takes a form of several parts")), "{told:?}");
    let records = generated.files.iter().find(|file| file.path == "src/records.rs").unwrap();
    assert!(!records.text.contains("prelude") && records.text.contains("pub use"), "{}", records.text);
}
