//! The example in the documentation of each method: what it passes, which setters it shows, what it does with the answer.

mod common;

use common::{strict, text};

/// A shop with one call of this answer, and the lines of its example that a reader sees.
fn shown(call: &str, answer: &str) -> Vec<String> {
    let content = if answer.is_empty() { String::new() } else { format!(", content: {{{answer}}}") };
    let document = format!(
        "openapi: 3.1.0
info: {{title: Shop, version: '1'}}
x-paging: {{page: page, size: size, current: page, pages: pages, total: total}}
paths:
  {call}, responses: {{'200': {{description: ''{content}}}}}}}}}
components:
  schemas:
    Order: {{type: object, required: [id, code], properties: {{id: {{type: integer}}, code: {{type: string}}}}}}
    State: {{type: string, enum: [open, paid]}}
    Update:
      type: object
      properties:
        lines: {{type: array, items: {{type: string}}}}
        state: {{$ref: '#/components/schemas/State'}}
        email: {{type: [string, 'null']}}
        old: {{type: string, deprecated: true}}
    New:
      type: object
      required: [city, day, price]
      properties:
        city: {{type: string, maxLength: 3}}
        day: {{type: string, format: date}}
        price: {{type: number, examples: [205.79], minimum: 300}}
"
    );
    let generated = strict(&document).unwrap_or_else(|error| panic!("{error}\n{document}"));
    let module = text(&generated, "src/orders.rs");
    let example = module.split("```").nth(1).unwrap_or_else(|| panic!("{module}"));
    let lines = example.lines().skip(1).map(|line| line.trim().trim_start_matches("///").trim_start());
    let seen = lines.filter(|line| !line.is_empty() && !line.starts_with("# "));
    seen.map(str::to_owned).collect()
}

fn json(schema: &str) -> String {
    format!("application/json: {{schema: {schema}}}")
}

fn call(method: &str, more: &str) -> String {
    let path = "/orders/{code}: {parameters: [{name: code, in: path, required: true, schema: {type: string}}]";
    format!("{path}, {method}: {{tags: [orders], operationId: a{more}")
}

/// Optional parameters of each kind.
const QUERY: &str = "parameters: [{name: page, in: query, schema: {type: integer}}, \
                 {name: text, in: query, schema: {type: string}}, \
                 {name: since, in: query, schema: {type: string, format: date}}, \
                 {name: state, in: query, schema: {$ref: '#/components/schemas/State'}}]";

#[test]
fn examples_make_the_call_and_use_what_comes_back() {
    let order = json("{$ref: '#/components/schemas/Order'}");
    let list = json("{type: array, items: {$ref: '#/components/schemas/Order'}}");
    let map = json("{type: object, additionalProperties: {$ref: '#/components/schemas/Order'}}");
    let page = json(
        "{type: object, properties: {orders: {type: array, items: {$ref: '#/components/schemas/Order'}}, \
         page: {type: integer}, pages: {type: integer}, total: {type: integer}}}",
    );
    let file = "application/pdf: {schema: {type: string, format: binary}}".to_owned();
    let cases: [(String, &String, &[&str]); 6] = [
        (call("delete", ""), &String::new(), &["client.orders().delete(\"2026000042\").await?;"]),
        (
            call("get", ""),
            &order,
            &["let order = client.orders().get(\"2026000042\").await?;", "println!(\"{}\", order.code);"],
        ),
        (
            call("get", ""),
            &list,
            &["for order in client.orders().get(\"2026000042\").await? {", "println!(\"{}\", order.code);", "}"],
        ),
        (
            call("get", ""),
            &map,
            &[
                "for (_key, order) in client.orders().get(\"2026000042\").await? {",
                "println!(\"{}\", order.code);",
                "}",
            ],
        ),
        // Setters that say which, before others; those of paging never.
        (
            call("get", &format!(", {QUERY}")),
            &page,
            &[
                "use shop::orders::State;",
                "let mut items = client",
                ".orders()",
                ".get(\"2026000042\")",
                ".state(State::Open)",
                ".since(\"2026-05-01\".parse()?)",
                ".items();",
                "while let Some(order) = items.try_next().await? {",
                "println!(\"{}\", order.code);",
                "}",
            ],
        ),
        (
            call("get", ""),
            &file,
            &[
                "let file = client.orders().get(\"2026000042\").await?;",
                "let name = file.file_name().unwrap_or(\"order\").to_owned();",
                "std::fs::write(name, file.bytes().await?)?;",
            ],
        ),
    ];
    for (call, answer, expected) in cases {
        assert_eq!(shown(&call, answer), expected, "{call}");
    }
}

#[test]
fn examples_make_the_body() {
    let call = |method: &str, name: &str| {
        let schema = format!("{{$ref: '#/components/schemas/{name}'}}");
        call(method, &format!(", requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}"))
    };
    let cases: [(String, &[&str]); 2] = [
        // Members that are plain, none that are deprecated.
        (
            call("patch", "Update"),
            &[
                "use shop::orders::{State, Update};",
                "let body = Update {",
                "state: Some(State::Open),",
                "email: \"jana@example.com\".into(),",
                "..Update::default()",
                "};",
                "client.orders().update(\"2026000042\", &body).await?;",
            ],
        ),
        // As long as it may be, as large as it must be, and as the document shows it.
        (
            call("post", "New"),
            &[
                "use shop::orders::New;",
                "let body = New::new(\"Pra\", \"2026-05-01\".parse::<shop::runtime::Date>()?, 300);",
                "client.orders().create(\"2026000042\", &body).await?;",
            ],
        ),
    ];
    for (call, expected) in cases {
        assert_eq!(shown(&call, ""), expected, "{call}");
    }
}
