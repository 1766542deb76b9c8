//! What is said about types and members: texts by place, no echoes, nothing false, roles and constraints in words.

mod common;

use common::{complaints, strict, text};
use kontrakt_codegen::plan::FallbackKind;

/// A shop with one member, `a`, which requests and answers have.
fn shop(glossary: &str, sent: &str, answered: &str, required: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: t, version: '1'}}
x-glossary: {{{glossary}}}
paths:
  /orders:
    post:
      tags: [orders]
      operationId: createOrder
      summary: Creates.
      parameters: [{{name: page, in: query, description: From 1., schema: {{type: integer}}}}]
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/NewOrder'}}}}}}}}
      responses: {{'200': {{description: '', content: {{application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}}}}}
components:
  schemas:
    NewOrder: {{type: object, properties: {{a: {{{sent}}}, b: {{type: string, description: Told.}}}}}}
    Order: {{type: object, required: [{required}], properties: {{a: {{{answered}}}}}}}
"
    )
}

fn told(document: &str) -> (String, Vec<String>) {
    let generated = strict(document).unwrap_or_else(|error| panic!("{document}: {error}"));
    let is_gap = |kind: &FallbackKind| kind.is_about_words();
    let gaps = generated.plan.fallbacks.iter().filter(|one| is_gap(&one.kind)).map(ToString::to_string);
    (text(&generated, "src/orders.rs").to_owned(), gaps.collect())
}

#[test]
fn the_most_particular_text_counts() {
    let cases = [
        ("a: Of all.", "Of all.", "Of all."),
        ("a: Of all., request.a: Of requests.", "Of requests.", "Of all."),
        ("a: Of all., answer.a: Of answers.", "Of all.", "Of answers."),
        ("a: Of all., request.a: Of requests., NewOrder.a: Its own.", "Its own.", "Of all."),
        ("a: Of all., New*.a: Of new ones.", "Of new ones.", "Of all."),
        ("a: Of all., New*.a: Of new ones., NewOr*.a: Of orders.", "Of orders.", "Of all."),
        ("a: Of all., '*wOrder.a': Of new ones.", "Of new ones.", "Of all."),
        ("a: Of all., '*Order.a': Of orders., 'N*wOrder.a': Of new ones.", "Of new ones.", "Of orders."),
        ("a: Of all., Order.a: Its own.", "Of all.", "Its own."),
        ("a: Of all., parameter.page: Of parameters.", "Of all.", "Of all."),
    ];
    for (glossary, sent, answered) in cases {
        let (text, gaps) = told(&shop(glossary, "type: string", "type: string", ""));
        assert_eq!(gaps, [""; 0], "{glossary}");
        assert!(text.contains(&format!("/// {sent}\n        pub a: Option<String>")), "{glossary}: {text}");
        assert!(text.contains(&format!("/// {answered}\n        pub a: Option<String>")), "{glossary}: {text}");
    }
    for key in ["NoOrder.a", "Order.c", "createOrder.a", "both.c", "Old*.a", "New*.c", "'*Offer.a'", "/orders", "Offer"]
    {
        let error = strict(&shop(&format!("a: Of all., {key}: Nowhere."), "type: string", "type: string", ""));
        let error = error.map(|generated| generated.statistics).unwrap_err();
        assert!(complaints(&error)[0].message().contains("which is nowhere"), "{key}: {error}");
    }
}

/// Types, values of enums, parameters and parts of paths have keys of their own.
#[test]
fn not_only_members_have_texts() {
    let document = "openapi: 3.1.0
info: {title: t, version: '1'}
x-glossary: {code: Of all., parameter.code: Of filters., '/orders/{code}': Of orders., Order: What it is., State.on: Lit., State.off: Off.}
paths:
  /orders/{code}/items/{id}:
    get:
      tags: [orders]
      operationId: getItem
      summary: Gets.
      parameters:
        - {name: code, in: path, required: true, schema: {type: string}}
        - {name: id, in: path, required: true, description: Told., schema: {type: string}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /orders:
    get:
      tags: [orders]
      operationId: list
      summary: Lists.
      parameters: [{name: code, in: query, schema: {type: string}}]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
components:
  schemas:
    Order: {type: object, properties: {code: {type: string}, state: {$ref: '#/components/schemas/State'}}}
    State: {type: string, description: Told., enum: ['on', 'off']}
";
    let (text, gaps) = told(document);
    assert_eq!(gaps, [""; 0]);
    let expected = [
        "/// * `code`: Of orders.",
        "/// Of filters.\n            code: &str",
        "/// Of all.\n        pub code: Option<String>",
        "/// What it is.\n    ///\n    /// Answer of",
        "/// `on`: Lit.",
        "/// `off`\n",
    ];
    for expected in expected {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

/// A text that contradicts its schema is left out and told.
#[test]
fn nothing_false_is_said() {
    let false_ones = [
        ("Three of two decimals.", r"type: string, pattern: '^[0-9]+\.[0-9]{3}$'", "", "has 3"),
        ("In metres, one decimal.", "type: integer", "", "has none"),
        ("Stars, from 1 to 5.", "type: string", "", "any text"),
        ("Stars, from 1 to 5.", "type: integer, minimum: 1, maximum: 10", "", "it is 10"),
        ("Texts, at most 50.", "type: array, maxItems: 20, items: {type: string}", "", "it is 20"),
        ("At most 50 characters.", "type: string, maxLength: 20", "", "it is 20"),
        ("True unless given.", "type: boolean", "", "only answers have it"),
        ("Price. Not together with others.", "type: string", "", "only answers have it"),
        ("Price. Excludes `b`.", "type: string", "", "only answers have it"),
        ("Price. By default that of others.", "type: string", "", "only answers have it"),
        ("Time. Missing where it never was.", "type: string", "a", "it is required"),
        ("Time. Null for ever.", "type: string", "a", "null is not valid"),
        ("Time. Null for ever.", "type: string", "", "null is not valid"),
        ("Whether it is on.", "type: string", "", "the value is none"),
        ("GUID of something.", "type: integer", "", "is a number"),
        ("GUIDs of things.", "type: boolean", "", "the value is none"),
        ("Code of something.", "type: array, items: {type: string}", "", "is a list"),
    ];
    for (text, schema, required, why) in false_ones {
        let document = shop(&format!("'Order.a': '{text}'"), "type: string, description: Told.", schema, required);
        let generated = strict(&document).unwrap_or_else(|error| panic!("{text} {schema}: {error}"));
        let [note] = &generated.notes[..] else { panic!("{text} {schema}: {:?}", generated.notes) };
        assert!(note.message().contains(why) && note.mend().is_some(), "{text}: {note}");
        assert!(!common::text(&generated, "src/orders.rs").contains(text), "{text}");
    }
    let true_ones = [
        ("In metres, two decimals.", r"type: string, pattern: '^[0-9]+\.[0-9]{2}$'", ""),
        ("Stars, from 1 to 5.", "type: integer, minimum: 1, maximum: 5", ""),
        ("Stars, from 1 to 5.", "type: integer", ""),
        ("Texts, at most 50.", "type: array, maxItems: 50, items: {type: string}", ""),
        ("Time. Missing where it never was.", "type: string", ""),
        ("Time. Null for ever.", "type: [string, 'null']", "a"),
        ("Whether it is on.", "type: boolean", ""),
        ("GUIDs of things.", "type: array, items: {type: string}", ""),
    ];
    for (text, schema, required) in true_ones {
        let document = shop(&format!("'Order.a': '{text}'"), "type: string, description: Told.", schema, required);
        let (emitted, gaps) = told(&document);
        assert!(gaps.is_empty() && emitted.contains(&format!("/// {text}\n")), "{text} {schema}: {gaps:?}");
    }
}

#[test]
fn calls_that_texts_name_are_links() {
    let glossary = "Order.a: From `orders().create`., createOrder.page: Of `orders().create`., \
                    NewOrder.b: 'Not `orders().gone`.'";
    let generated = strict(&shop(glossary, "type: string, description: Told.", "type: string", "")).unwrap();
    let emitted = common::text(&generated, "src/orders.rs");
    let link = "[`orders().create`](crate::orders::OrdersApi::create)";
    for line in [format!("From {link}."), format!("Of {link}."), "Not `orders().gone`.".to_owned()] {
        assert!(emitted.contains(&format!("/// {line}\n")), "{line}: {emitted}");
    }
    let notes: Vec<&str> = generated.notes.iter().map(|note| note.message()).collect();
    assert_eq!(notes, ["a text names `orders().gone`, which is no call"]);
}

#[test]
fn a_name_is_not_said_twice() {
    let (text, gaps) =
        told(&shop("NewOrder.a: Told., Order.a: The A.", "type: string", "type: string, maxLength: 5", ""));
    assert_eq!(gaps, ["Order::a has a text that only repeats its name"]);
    assert!(text.contains("{\n        /// Constraints: at most 5 characters.\n        pub a"), "{text}");
    let (text, gaps) = told(&shop("NewOrder.a: Told.", "type: string", "type: string", ""));
    assert_eq!(gaps, ["Order::a has no documentation"]);
    assert!(text.contains(": open {\n        pub a: Option<String>"), "{text}");
}

/// Constraints have a paragraph of their own; types say what they are for.
#[test]
fn roles_and_constraints_are_derived() {
    let sent = "description: Told., type: string, pattern: '^[0-9]{3}$', default: '100'";
    let answered = "type: object, description: Whose it is., properties: {c: {type: string, description: Told.}}";
    let (text, gaps) = told(&shop("x: y", sent, answered, "").replace("x-glossary: {x: y}\n", ""));
    assert!(gaps.is_empty(), "{gaps:?}");
    for expected in [
        "        /// Told.\n        ///\n        /// Constraints: 3 digits. Default: `100`.\n        pub a",
        "    /// Body of [`OrdersApi::create`].\n",
        "    /// Answer of [`OrdersApi::create`].\n",
        "    /// Whose it is.\n    ///\n    /// Value of [`Order::a`].\n",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn alternatives_say_what_they_are() {
    let sent = "description: Told., oneOf: [{type: string}, {type: array, items: {type: string}}, {type: object, \
                required: [c], properties: {c: {type: string, description: Told.}}}]";
    let (text, _) = told(&shop("a: Told.", sent, "type: string", ""));
    for expected in ["/// A text.\n", "/// A list of texts.\n", "/// With `c`.\n"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
