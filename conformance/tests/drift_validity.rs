//! Verdicts on requests against a validator: a change breaks when a value that was valid no longer is, and not else.
//! Each row brings the values that decide it, so that the expectation is worked out and not written down.

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_conformance::drift::detail::CombinationDetail;
use kontrakt_conformance::drift::{ApiVersion, Change, Detail, DriftKind, Severity, compare};
use serde_json::{Value, json};

const TODAY: &str = "2026-11-22";

/// A document with one body that is sent, or that comes.
fn document(schema: &str, sent: bool) -> String {
    let content = format!("content: {{application/json: {{schema: {schema}}}}}");
    let call = match sent {
        true => {
            format!("post: {{requestBody: {{required: true, {content}}}, responses: {{'204': {{description: d}}}}}}")
        }
        false => format!("get: {{responses: {{'200': {{description: d, {content}}}}}}}"),
    };
    format!(
        "openapi: 3.1.0\npaths:\n  /a:\n    {call}\ncomponents:\n  schemas:\n    Yes: true\n    No: false\n    \
         Cat: {{type: object, required: [kind, lives], properties: {{kind: {{const: cat}}, lives: {{type: integer}}}}}}\n    \
         Dog: {{type: object, required: [kind, tricks], properties: {{kind: {{const: dog}}, tricks: {{type: array}}}}}}\n    \
         Loose: {{type: object, properties: {{tail: {{type: boolean}}}}}}\n    \
         Free: {{type: object, properties: {{wings: {{type: boolean}}}}}}\n"
    )
}

fn changes(old: &str, new: &str, sent: bool) -> Vec<Change> {
    let side = |name: &str, schema: &str| {
        ApiVersion::parse(name, document(schema, sent)).unwrap_or_else(|complaint| panic!("{complaint}\n{schema}"))
    };
    compare(&side("old.yaml", old), &side("new.yaml", new), TODAY).changes
}

fn worst(changes: &[Change]) -> Option<Severity> {
    changes.iter().map(|change| change.severity).max()
}

/// Whether a validator accepts a value under a schema of the documents above.
fn validator(schema: &str) -> jsonschema::Validator {
    let side = ApiVersion::parse("s.yaml", document(schema, true)).unwrap();
    let whole = side.document.root.to_json();
    let components = whole["components"].clone();
    let mut root = whole["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]["schema"].clone();
    if let Value::Object(map) = &mut root {
        map.insert("components".into(), components);
    }
    jsonschema::options().build(&root).unwrap()
}

/// Values of every kind that the schemas of the boolean table tell apart.
fn samples() -> Vec<Value> {
    let mut all =
        vec![json!(null), json!("x"), json!(7), json!([]), json!(["x"]), json!([7]), json!(["x", 7]), json!({})];
    all.extend([json!({"m": "x"}), json!({"m": 7}), json!({"n": "x"}), json!({"n": 7}), json!({"m": "x", "n": "x"})]);
    all.extend([json!({"x": 7}), json!("y"), json!(["x", "x"]), json!(["x", "x", "x"])]);
    all
}

/// Every place of a schema in a schema: `@` is replaced by it.
const PLACES: &[&str] = &[
    "{properties: {m: @}}",
    "{type: object, properties: {m: @}}",
    "{properties: {m: @, n: {type: string}}}",
    "{properties: {m: @}, additionalProperties: false}",
    "{properties: {m: @}, unevaluatedProperties: false}",
    "{patternProperties: {'^m': @}}",
    "{patternProperties: {'^m': @}, additionalProperties: false}",
    "{additionalProperties: @}",
    "{properties: {m: {type: string}}, additionalProperties: @}",
    "{unevaluatedProperties: @}",
    "{propertyNames: @}",
    "{dependentSchemas: {m: @}}",
    "{items: @}",
    "{type: array, items: @}",
    "{prefixItems: [@]}",
    "{prefixItems: [{type: string}, @]}",
    "{prefixItems: [{type: string}], items: @}",
    "{prefixItems: [{type: string}], unevaluatedItems: @}",
    "{contains: @}",
    "{contains: @, minContains: 0}",
    "{contains: @, maxContains: 1}",
    "{not: @}",
    "{allOf: [@]}",
    "{allOf: [{type: string}, @]}",
    "{anyOf: [@]}",
    "{anyOf: [{type: integer}, @]}",
    "{anyOf: [{type: object, required: [m]}, @]}",
    "{oneOf: [@]}",
    "{oneOf: [{type: object, required: [m]}, @]}",
    "{if: @, then: {type: integer}}",
    "{if: @, else: {type: integer}}",
    "{if: {type: object}, then: @}",
    "{if: {type: object}, else: @}",
    "@",
];

/// What these say of a schema that is no boolean cannot be told from the two schemas alone: they may warn too often.
const CAUTIOUS: &[&str] =
    &["{contains: @, maxContains: 1}", "{if: @, then: {type: integer}}", "{if: @, else: {type: integer}}"];

#[test]
fn every_keyword_that_takes_a_schema_takes_a_boolean() {
    let plain = ["true", "false", "{enum: [x, {m: x}]}"];
    let spelled = ["{}", "{not: {}}", "{$ref: '#/components/schemas/Yes'}", "{$ref: '#/components/schemas/No'}"];
    let pairs = plain.into_iter().flat_map(|a| plain.into_iter().chain(spelled).flat_map(move |b| [(a, b), (b, a)]));
    let pairs: BTreeSet<_> = pairs.filter(|(a, b)| a != b).collect();
    let mut wrong = String::new();
    for place in PLACES {
        let validators: BTreeMap<&str, _> =
            plain.into_iter().chain(spelled).map(|schema| (schema, validator(&place.replace('@', schema)))).collect();
        for (old, new) in &pairs {
            let (before, after) = (place.replace('@', old), place.replace('@', new));
            let (a, b) = (&validators[old], &validators[new]);
            let lost = samples().into_iter().find(|value| a.is_valid(value) && !b.is_valid(value));
            let sent = changes(&before, &after, true);
            let breaking = worst(&sent) >= Some(Severity::Risky);
            let told = || sent.iter().map(|change| change.message.clone()).collect::<Vec<_>>().join("; ");
            let exact = !CAUTIOUS.contains(place);
            if lost.is_some() && !breaking || exact && lost.is_none() && breaking {
                wrong.push_str(&format!("{before} -> {after}: lost {lost:?}, told {:?}\n", told()));
            }
            // What comes breaks only when more may come than before.
            let won = samples().into_iter().any(|value| !a.is_valid(&value) && b.is_valid(&value));
            let came = changes(&before, &after, false);
            if exact && worst(&came) == Some(Severity::Breaking) && !won {
                wrong.push_str(&format!("answers, {before} -> {after}: {:?}\n", came[0].message));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The kind, and how bad it is in a request and in an answer.
type Expected = Option<(DriftKind, Severity, Severity)>;

#[test]
fn a_property_that_must_not_be_there_is_told_by_its_name() {
    let open = "{type: object, properties: {name: {type: string}}}";
    let refused = "{type: object, properties: {name: {type: string}, legacy: false}}";
    let declared = "{type: object, properties: {name: {type: string}, legacy: {type: string}}}";
    let closed = "{type: object, additionalProperties: false, properties: {name: {type: string}}}";
    let closed_refused =
        "{type: object, additionalProperties: false, properties: {name: {type: string}, legacy: false}}";
    let rows: [(&str, &str, Expected); 8] = [
        (open, refused, Some((DriftKind::PropertyRefused, Severity::Breaking, Severity::Additive))),
        (refused, open, Some((DriftKind::PropertyAllowed, Severity::Additive, Severity::Additive))),
        (declared, refused, Some((DriftKind::PropertyRemoved, Severity::Breaking, Severity::Risky))),
        (refused, declared, Some((DriftKind::PropertyAdded, Severity::Additive, Severity::Additive))),
        (closed, closed_refused, None),
        (closed_refused, closed, None),
        (closed_refused, closed_refused, None),
        (refused, refused, None),
    ];
    for (old, new, expected) in rows {
        for sent in [true, false] {
            let found = changes(old, new, sent);
            let found: Vec<_> = found.iter().map(|one| (one.kind, one.severity, one.subject.as_str())).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(kind, request, response)| (*kind, if sent { *request } else { *response }, "legacy"))
                .collect();
            assert_eq!(found, expected, "{old} -> {new}, sent: {sent}");
        }
    }
}

/// What is said of a value that fits two alternatives.
#[derive(Debug, PartialEq)]
enum Told {
    /// Nothing that would break a request.
    Fine,
    /// A value that was valid and is not.
    Value,
    /// That there may be one.
    Perhaps,
}

/// Schemas of the rows below, by the name that stands for them.
const SHAPES: &[(&str, &str)] = &[
    ("<Both>", "{type: object, required: [foo, bar], properties: {foo: {type: string}, bar: {type: string}}}"),
    ("<Foo>", "{type: object, required: [foo], properties: {foo: {type: string}, bar: {type: string}}}"),
    ("<Bar>", "{type: object, required: [bar], properties: {foo: {type: string}, bar: {type: string}}}"),
    ("<OnlyFoo>", "{type: object, required: [foo], additionalProperties: false, properties: {foo: {type: string}}}"),
    ("<OnlyBar>", "{type: object, required: [bar], additionalProperties: false, properties: {bar: {type: string}}}"),
    ("<Cat>", "{$ref: '#/components/schemas/Cat'}"),
    ("<Dog>", "{$ref: '#/components/schemas/Dog'}"),
    ("<Loose>", "{$ref: '#/components/schemas/Loose'}"),
    ("<Free>", "{$ref: '#/components/schemas/Free'}"),
    ("<AisX>", "{type: object, required: [a], properties: {a: {enum: [x]}}}"),
    ("<AisY>", "{type: object, required: [a], properties: {a: {enum: [y]}}}"),
    ("<LooksX>", "{type: object, required: [a], properties: {a: {type: string, pattern: '^(?=x)x+$'}}}"),
    ("<LooksY>", "{type: object, required: [a], properties: {a: {type: string, pattern: '^(?=y)y+$'}}}"),
];

/// A text with names replaced by what they stand for.
fn expanded(text: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(text.to_owned(), |text, (name, stands_for)| text.replace(name, stands_for))
}

/// A name, both schemas, and what is said of a value that fits two alternatives.
const OVERLAPS: &[(&str, &str, &str, Told)] = &[
    ("one schema in oneOf of open objects", "<Both>", "{oneOf: [<Foo>, <Bar>]}", Told::Value),
    ("one schema in anyOf of open objects", "<Both>", "{anyOf: [<Foo>, <Bar>]}", Told::Fine),
    ("anyOf to oneOf", "{anyOf: [<Foo>, <Bar>]}", "{oneOf: [<Foo>, <Bar>]}", Told::Value),
    ("oneOf to anyOf", "{oneOf: [<Foo>, <Bar>]}", "{anyOf: [<Foo>, <Bar>]}", Told::Fine),
    (
        "an open alternative beside open ones",
        "{oneOf: [<Cat>, <Dog>]}",
        "{oneOf: [<Cat>, <Dog>, <Loose>]}",
        Told::Value,
    ),
    (
        "the same under a tag",
        "{oneOf: [<Cat>], discriminator: {propertyName: kind}}",
        "{oneOf: [<Cat>, <Dog>], discriminator: {propertyName: kind}}",
        Told::Fine,
    ),
    (
        "alternatives told apart by a constant",
        "{oneOf: [<Cat>, {type: string}]}",
        "{oneOf: [<Cat>, {type: string}, <Dog>]}",
        Told::Fine,
    ),
    (
        "alternatives told apart by type",
        "{oneOf: [{type: string, maxLength: 3}, {type: object, required: [a]}]}",
        "{oneOf: [{type: string, maxLength: 3}, {type: object, required: [a]}, {type: array, minItems: 1}]}",
        Told::Fine,
    ),
    ("alternatives told apart by what they refuse", "<OnlyFoo>", "{oneOf: [<OnlyFoo>, <OnlyBar>]}", Told::Fine),
    (
        "one alternative widened into the other",
        "{oneOf: [<AisX>, <AisY>]}",
        "{oneOf: [{type: object, required: [a], properties: {a: {enum: [x, y]}}}, <AisY>]}",
        Told::Value,
    ),
    (
        "one alternative widened elsewhere",
        "{oneOf: [<AisX>, <AisY>]}",
        "{oneOf: [{type: object, required: [a], properties: {a: {enum: [x, z]}}}, <AisY>]}",
        Told::Fine,
    ),
    (
        "alternatives that overlapped before",
        "{oneOf: [<Loose>, <Free>]}",
        "{oneOf: [<Loose>, {type: object, properties: {wings: {type: boolean}, beak: {type: string}}}]}",
        Told::Fine,
    ),
    ("numbers and whole numbers", "{type: integer}", "{oneOf: [{type: integer}, {type: number}]}", Told::Value),
    (
        "texts by length",
        "{type: string}",
        "{oneOf: [{type: string, maxLength: 5}, {type: string, minLength: 5}]}",
        Told::Value,
    ),
    ("a value listed twice", "{enum: [a, b]}", "{oneOf: [{enum: [a, b]}, {enum: [b, c]}]}", Told::Value),
    ("values listed once", "{enum: [a, b]}", "{oneOf: [{enum: [a, b]}, {enum: [c]}]}", Told::Fine),
    ("patterns that nobody can compare", "{oneOf: [<LooksX>]}", "{oneOf: [<LooksX>, <LooksY>]}", Told::Perhaps),
];

#[test]
fn one_of_is_not_any_of() {
    for (name, old, new, expected) in OVERLAPS {
        let (old, new) = (expanded(old, SHAPES), expanded(new, SHAPES));
        let found = changes(&old, &new, true);
        let overlaps = |change: &&Change| {
            matches!(
                change.kind,
                DriftKind::AlternativeAdded | DriftKind::AlternativesOverlap | DriftKind::AlternativesIntroduced
            ) && change.severity >= Severity::Risky
        };
        let told = match found.iter().filter(overlaps).map(|change| change.severity).max() {
            None => Told::Fine,
            Some(Severity::Breaking) => Told::Value,
            Some(_) => Told::Perhaps,
        };
        let messages: Vec<&str> = found.iter().map(|change| change.message.as_str()).collect();
        assert_eq!(told, *expected, "{name}: {messages:#?}");
        if told == Told::Value {
            let change = found.iter().filter(overlaps).find(|change| change.severity == Severity::Breaking).unwrap();
            let value = match &change.detail {
                Detail::Combination(CombinationDetail::AlternativeOverlaps { value, .. }) => value,
                Detail::Combination(CombinationDetail::Overlap { value: Some(value), .. }) => value,
                _ => panic!("{name}: {}", change.message),
            };
            assert!(change.message.contains(&value.to_string()), "{name}: {}", change.message);
            assert!(validator(&old).is_valid(value) && !validator(&new).is_valid(value), "{name}: {value}");
        }
    }
}

/// A change that is not cosmetic.
type Loud = (DriftKind, Severity);

/// What is found between two lists of parameters: the kinds that are not cosmetic, and those that are.
fn parameters(old: &str, new: &str) -> (Vec<Loud>, Vec<DriftKind>) {
    let document = |parameters: &str| {
        format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      parameters: [{parameters}]\n      responses: {{'204': {{description: d}}}}\n"
        )
    };
    let side = |name: &str, text: &str| {
        ApiVersion::parse(name, document(text)).unwrap_or_else(|error| panic!("{error}\n{text}"))
    };
    let changes = compare(&side("old.yaml", old), &side("new.yaml", new), TODAY).changes;
    let (quiet, loud): (Vec<&Change>, Vec<&Change>) =
        changes.iter().partition(|one| one.severity == Severity::Cosmetic);
    (loud.iter().map(|one| (one.kind, one.severity)).collect(), quiet.iter().map(|one| one.kind).collect())
}

/// Parts of the rows below, by the name that stands for them.
const PARTS: &[(&str, &str)] = &[
    ("<Singles>", "<Page>, {name: size, in: query, schema: {type: integer}}"),
    ("<Page>", "{name: page, in: query, schema: {type: integer}}"),
    ("<Object>", "{name: paging, in: query, <Members>}"),
    ("<Brackets>", "{name: paging, in: query, style: deepObject, <Members>}"),
    ("<Members>", "schema: {type: object, properties: {page: {type: integer}, size: {type: integer}}}"),
    ("<Text>", "{name: q, in: query, schema: {type: string}}"),
    ("<List>", "schema: {type: array, items: {type: string}}"),
];

/// A name, both lists, what is loud and what is quiet.
type ParameterRow = (&'static str, &'static str, &'static str, &'static [Loud], &'static [DriftKind]);

const REGROUPED: DriftKind = DriftKind::ParameterRegrouped;

const PARAMETERS: &[ParameterRow] = &[
    ("single ones become an object", "<Singles>", "<Object>", &[], &[REGROUPED; 2]),
    ("an object becomes single ones", "<Object>", "<Singles>", &[], &[REGROUPED; 2]),
    (
        "one of them is not in the object",
        "<Singles>",
        "{name: paging, in: query, schema: {type: object, properties: {page: {type: integer}}}}",
        &[(DriftKind::ParameterRemoved, Severity::Risky)],
        &[REGROUPED],
    ),
    (
        "the object has one more that must be there",
        "<Singles>",
        "{name: paging, in: query, required: true, schema: {type: object, required: [sort], properties: {page: {type: integer}, size: {type: integer}, sort: {type: string}}}}",
        &[(DriftKind::ParameterAdded, Severity::Breaking)],
        &[REGROUPED; 2],
    ),
    (
        "a member has other values",
        "<Singles>",
        "{name: paging, in: query, schema: {type: object, properties: {page: {type: integer, minimum: 1}, size: {type: integer}}}}",
        &[(DriftKind::MinimumChanged, Severity::Breaking)],
        &[REGROUPED; 2],
    ),
    (
        "an object in brackets is something else",
        "<Singles>",
        "<Brackets>",
        &[
            (DriftKind::ParameterRemoved, Severity::Risky),
            (DriftKind::ParameterRemoved, Severity::Risky),
            (DriftKind::ParameterAdded, Severity::Additive),
        ],
        &[],
    ),
    (
        "names in brackets become an object of brackets",
        "{name: 'paging[page]', in: query, schema: {type: integer}}, {name: 'paging[size]', in: query, schema: {type: integer}}",
        "<Brackets>",
        &[],
        &[REGROUPED; 2],
    ),
    ("an object by another name", "<Object>", "{name: window, in: query, <Members>}", &[], &[REGROUPED; 2]),
    (
        "members one by one or in one text",
        "<Object>",
        "{name: paging, in: query, explode: false, <Members>}",
        &[(DriftKind::ParameterExplodeChanged, Severity::Breaking)],
        &[],
    ),
    (
        "the style of one text",
        "<Text>",
        "{name: q, in: query, style: pipeDelimited, explode: false, schema: {type: string}}",
        &[],
        &[],
    ),
    (
        "styles that are written alike",
        "{name: q, in: query, <List>}",
        "{name: q, in: query, style: spaceDelimited, explode: true, <List>}",
        &[],
        &[],
    ),
    (
        "styles that are not",
        "{name: q, in: query, explode: false, <List>}",
        "{name: q, in: query, style: pipeDelimited, <List>}",
        &[(DriftKind::ParameterStyleChanged, Severity::Breaking)],
        &[],
    ),
    (
        "one text where several may be now",
        "<Text>",
        "{name: q, in: query, <List>}",
        &[(DriftKind::TypeWidened, Severity::Additive)],
        &[],
    ),
    (
        "JSON in a parameter",
        "<Text>",
        "{name: q, in: query, content: {application/json: {schema: {type: string}}}}",
        &[(DriftKind::ParameterMediaTypeChanged, Severity::Breaking)],
        &[],
    ),
];

#[test]
fn parameters_are_what_is_on_the_wire() {
    for (name, old, new, loud, quiet) in PARAMETERS {
        let found = parameters(&expanded(old, PARTS), &expanded(new, PARTS));
        assert_eq!(found, (loud.to_vec(), quiet.to_vec()), "{name}");
    }
}

#[test]
fn parameters_that_the_path_does_not_have_are_told() {
    let text = "openapi: 3.1.0\npaths:\n  '/a/{x}':\n    get:\n      parameters: [{name: x, in: path, required: true}, \
                {name: y, in: path, required: true}]\n      responses: {'204': {description: d}}\n";
    let side = ApiVersion::parse("a.yaml", text).unwrap();
    let told: Vec<String> = side.mended.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("the path has no {y} for this parameter"), "{told:?}");
}
