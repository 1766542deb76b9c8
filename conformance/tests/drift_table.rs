//! Every kind of change in a document, one row each, compared from OLD to NEW and back.
//! The snapshots are for review: each row shows the findings with direction and severity.

use std::fmt::Write as _;

use kontrakt_conformance::drift::{Side, compare};

const TODAY: &str = "2026-11-22";

/// What is found between two documents, a line each.
fn found(old: &str, new: &str) -> String {
    let side =
        |name: &str, text: &str| Side::parse(name, text).unwrap_or_else(|complaint| panic!("{complaint}\n{text}"));
    let drift = compare(&side("old.yaml", old), &side("new.yaml", new), TODAY);
    let mut out = String::new();
    for change in &drift.changes {
        let line = format!("{} {} {}", change.severity.name(), change.direction.name(), change.kind.name());
        let _ = writeln!(out, "    {line}: {}", change.message);
    }
    if out.is_empty() {
        out.push_str("    nothing\n");
    }
    out
}

/// A table with both ways of each row.
fn table(rows: &[(&str, &str, &str)], document: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for (name, old, new) in rows {
        let (old, new) = (document(old), document(new));
        let _ = writeln!(out, "{name}\n  there\n{}  back\n{}", found(&old, &new), found(&new, &old));
    }
    out
}

/// A member that is sent and comes back.
fn schema(version: &str) -> impl Fn(&str) -> String {
    move |schema: &str| {
        let content = format!("{{application/json: {{schema: {{type: object, properties: {{m: {schema}}}}}}}}}");
        format!(
            "openapi: {version}\npaths:\n  /a:\n    post:\n      requestBody: {{content: {content}}}\n      responses:\n        \
             '200': {{description: d, content: {content}}}\ncomponents:\n  schemas:\n    Text: {{type: string}}\n    \
             Pet: {{type: object, required: [name], properties: {{name: {{type: string}}}}}}\n"
        )
    }
}

#[test]
fn schemas() {
    let rows = [
        ("type", "{type: string}", "{type: integer}"),
        ("type widened", "{type: string}", "{type: [string, integer]}"),
        ("type said", "{}", "{type: string}"),
        ("integer and number", "{type: number}", "{type: integer}"),
        ("null", "{type: string}", "{type: [string, 'null']}"),
        (
            "null as an alternative",
            "{$ref: '#/components/schemas/Pet'}",
            "{oneOf: [{$ref: '#/components/schemas/Pet'}, {type: 'null'}]}",
        ),
        ("null in an enum", "{enum: [a, b]}", "{enum: [a, b, null]}"),
        ("enum value", "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
        ("enum introduced", "{type: string}", "{type: string, enum: [a, b]}"),
        ("enum of numbers", "{type: integer, enum: [1, 2]}", "{type: integer, enum: [1, 3]}"),
        ("const", "{const: a}", "{const: b}"),
        ("const introduced", "{type: string}", "{type: string, const: b}"),
        ("const to enum", "{const: a}", "{enum: [a, b]}"),
        ("pattern", "{type: string}", "{type: string, pattern: '^[a-z]+$'}"),
        ("pattern widened", "{type: string, pattern: '^[a-z]+$'}", "{type: string, pattern: '^[a-z0-9]+$'}"),
        ("pattern shifted", "{type: string, pattern: '^[a-f]+$'}", "{type: string, pattern: '^[d-z]+$'}"),
        ("pattern undecided", "{type: string, pattern: '^(?=a).*$'}", "{type: string, pattern: '^a.*$'}"),
        ("format", "{type: string}", "{type: string, format: date}"),
        ("format changed", "{type: string, format: date}", "{type: string, format: date-time}"),
        ("format of integers", "{type: integer, format: int32}", "{type: integer, format: int64}"),
        ("format double", "{type: number}", "{type: number, format: double}"),
        ("format that no standard has", "{type: string}", "{type: string, format: guid-ish}"),
        ("minimum", "{type: integer}", "{type: integer, minimum: 1}"),
        ("minimum raised", "{type: integer, minimum: 1}", "{type: integer, minimum: 2}"),
        ("exclusive minimum", "{type: number, minimum: 0}", "{type: number, exclusiveMinimum: 0}"),
        ("maximum", "{type: number, maximum: 9}", "{type: number, maximum: 10}"),
        ("exclusive maximum", "{type: number, exclusiveMaximum: 9}", "{type: number, maximum: 9}"),
        ("multipleOf", "{type: number}", "{type: number, multipleOf: 0.01}"),
        ("multipleOf coarser", "{type: integer, multipleOf: 2}", "{type: integer, multipleOf: 4}"),
        ("multipleOf other", "{type: integer, multipleOf: 2}", "{type: integer, multipleOf: 3}"),
        ("minLength", "{type: string}", "{type: string, minLength: 2}"),
        ("maxLength", "{type: string, maxLength: 9}", "{type: string, maxLength: 8}"),
        ("minItems", "{type: array, items: {type: string}}", "{type: array, items: {type: string}, minItems: 1}"),
        ("maxItems", "{type: array, items: {type: string}}", "{type: array, items: {type: string}, maxItems: 1}"),
        (
            "uniqueItems",
            "{type: array, items: {type: string}}",
            "{type: array, items: {type: string}, uniqueItems: true}",
        ),
        ("items", "{type: array, items: {type: string}}", "{type: array, items: {type: integer}}"),
        ("items described", "{type: array}", "{type: array, items: {type: string}}"),
        ("contains", "{type: array}", "{type: array, contains: {type: string}}"),
        (
            "contains and its numbers",
            "{type: array}",
            "{type: array, contains: {type: string}, minContains: 2, maxContains: 3}",
        ),
        (
            "minContains",
            "{type: array, contains: {type: string}}",
            "{type: array, contains: {type: string}, minContains: 2}",
        ),
        (
            "maxContains",
            "{type: array, contains: {type: string}, maxContains: 3}",
            "{type: array, contains: {type: string}, maxContains: 2}",
        ),
        (
            "contains another",
            "{type: array, contains: {type: string}}",
            "{type: array, contains: {type: string, minLength: 1}}",
        ),
        ("prefixItems", "{type: array}", "{type: array, prefixItems: [{type: string}]}"),
        (
            "prefixItems longer",
            "{type: array, prefixItems: [{type: string}], items: {type: string}}",
            "{type: array, prefixItems: [{type: string}, {type: integer}], items: {type: string}}",
        ),
        (
            "prefixItems element",
            "{type: array, prefixItems: [{type: string}]}",
            "{type: array, prefixItems: [{type: [string, 'null']}]}",
        ),
        (
            "nothing after prefixItems",
            "{type: array, prefixItems: [{type: string}]}",
            "{type: array, prefixItems: [{type: string}], items: false}",
        ),
        (
            "unevaluatedItems",
            "{type: array, prefixItems: [{type: string}]}",
            "{type: array, prefixItems: [{type: string}], unevaluatedItems: false}",
        ),
        (
            "property",
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        ),
        (
            "property, required",
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, required: [b], properties: {a: {type: string}, b: {type: string}}}",
        ),
        (
            "property, closed",
            "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
            "{type: object, additionalProperties: false, properties: {a: {type: string}, b: {type: string}}}",
        ),
        (
            "property, unevaluated closed",
            "{type: object, unevaluatedProperties: false, properties: {a: {type: string}}}",
            "{type: object, unevaluatedProperties: false, properties: {a: {type: string}, b: {type: string}}}",
        ),
        (
            "required",
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, required: [a], properties: {a: {type: string}}}",
        ),
        ("required, described nowhere", "{type: object}", "{type: object, required: [a]}"),
        (
            "required and only read",
            "{type: object, properties: {a: {type: string, readOnly: true}}}",
            "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}",
        ),
        (
            "required and only written",
            "{type: object, properties: {a: {type: string, writeOnly: true}}}",
            "{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}",
        ),
        ("readOnly", "{type: string}", "{type: string, readOnly: true}"),
        (
            "readOnly of a required one",
            "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}",
            "{type: object, required: [a], properties: {a: {type: string}}}",
        ),
        ("writeOnly", "{type: string}", "{type: string, writeOnly: true}"),
        ("additionalProperties closed", "{type: object}", "{type: object, additionalProperties: false}"),
        ("additionalProperties described", "{type: object}", "{type: object, additionalProperties: {type: string}}"),
        (
            "additionalProperties changed",
            "{type: object, additionalProperties: {type: integer}}",
            "{type: object, additionalProperties: {type: string}}",
        ),
        ("unevaluatedProperties", "{type: object}", "{type: object, unevaluatedProperties: false}"),
        ("patternProperties", "{type: object}", "{type: object, patternProperties: {'^x': {type: string}}}"),
        (
            "patternProperties changed",
            "{type: object, patternProperties: {'^x': {type: string}}}",
            "{type: object, patternProperties: {'^x': {type: [string, 'null']}}}",
        ),
        ("propertyNames", "{type: object}", "{type: object, propertyNames: {pattern: '^[a-z]+$'}}"),
        (
            "propertyNames changed",
            "{type: object, propertyNames: {maxLength: 3}}",
            "{type: object, propertyNames: {maxLength: 4}}",
        ),
        ("minProperties", "{type: object}", "{type: object, minProperties: 1}"),
        ("maxProperties", "{type: object, maxProperties: 2}", "{type: object, maxProperties: 3}"),
        ("dependentRequired", "{type: object}", "{type: object, dependentRequired: {a: [b]}}"),
        (
            "dependentRequired more",
            "{type: object, dependentRequired: {a: [b]}}",
            "{type: object, dependentRequired: {a: [b, c]}}",
        ),
        ("dependentSchemas", "{type: object}", "{type: object, dependentSchemas: {a: {required: [b]}}}"),
        (
            "dependentSchemas changed",
            "{type: object, dependentSchemas: {a: {$ref: '#/components/schemas/Text'}}}",
            "{type: object, dependentSchemas: {a: {type: string, maxLength: 3}}}",
        ),
        ("if", "{type: object}", "{type: object, if: {required: [a]}, then: {required: [b]}}"),
        (
            "then",
            "{type: object, if: {required: [a]}, then: {required: [b]}}",
            "{type: object, if: {required: [a]}, then: {required: [b, c]}}",
        ),
        (
            "else",
            "{type: object, if: {required: [a]}, then: {required: [b]}}",
            "{type: object, if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}",
        ),
        (
            "another condition",
            "{type: object, if: {required: [a]}, then: {required: [b]}}",
            "{type: object, if: {required: [x]}, then: {required: [b]}}",
        ),
        ("not", "{type: string}", "{type: string, not: {const: a}}"),
        ("not less", "{type: string, not: {enum: [a, b]}}", "{type: string, not: {enum: [a]}}"),
        (
            "oneOf alternative",
            "{oneOf: [{type: string}, {type: integer}]}",
            "{oneOf: [{type: string}, {type: integer}, {type: boolean}]}",
        ),
        (
            "anyOf alternative",
            "{anyOf: [{type: string}, {type: integer}]}",
            "{anyOf: [{type: string}, {type: integer}, {type: boolean}]}",
        ),
        (
            "oneOf introduced",
            "{$ref: '#/components/schemas/Pet'}",
            "{oneOf: [{$ref: '#/components/schemas/Pet'}, {type: integer}]}",
        ),
        (
            "type beside alternatives",
            "{type: object, required: [a], properties: {a: {type: string}}}",
            "{type: object, oneOf: [{required: [a], properties: {a: {type: string}}}, {required: [b], properties: {b: {type: integer}}}]}",
        ),
        (
            "choice of requirements",
            "{type: object, properties: {a: {type: string}, b: {type: string}}}",
            "{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}",
        ),
        ("allOf restriction", "{type: string}", "{allOf: [{type: string}, {maxLength: 3}]}"),
        (
            "discriminator",
            "{oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Text'}]}",
            "{oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Text'}], discriminator: {propertyName: name}}",
        ),
        (
            "discriminator property",
            "{oneOf: [{type: string}, {type: integer}], discriminator: {propertyName: a}}",
            "{oneOf: [{type: string}, {type: integer}], discriminator: {propertyName: b}}",
        ),
        (
            "discriminator mapping",
            "{oneOf: [{type: string}, {type: integer}], discriminator: {propertyName: a, mapping: {x: Pet}}}",
            "{oneOf: [{type: string}, {type: integer}], discriminator: {propertyName: a, mapping: {x: Text}}}",
        ),
        ("default", "{type: string}", "{type: string, default: a}"),
        ("default changed", "{type: string, default: a}", "{type: string, default: b}"),
        ("deprecated", "{type: string}", "{type: string, deprecated: true}"),
        (
            "sunset",
            "{type: string, deprecated: true, x-sunset: '2027-01-01'}",
            "{type: string, deprecated: true, x-sunset: '2027-06-01'}",
        ),
        ("x- member", "{type: string}", "{type: string, x-thing: 1}"),
        (
            "content",
            "{type: string}",
            "{type: string, contentMediaType: application/json, contentSchema: {type: object}}",
        ),
        ("contentEncoding", "{type: string, contentEncoding: base64}", "{type: string, contentEncoding: base16}"),
        ("never", "{type: string}", "false"),
    ];
    insta::assert_snapshot!(table(&rows, schema("3.1.0")));
}

/// OpenAPI 3.0 writes null and exclusive bounds in its own way.
#[test]
fn schemas_of_3_0() {
    let rows = [
        ("nullable", "{type: string}", "{type: string, nullable: true}"),
        (
            "nullable beside allOf",
            "{allOf: [{$ref: '#/components/schemas/Pet'}]}",
            "{nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}",
        ),
        ("nullable enum", "{type: string, enum: [a]}", "{type: string, nullable: true, enum: [a, null]}"),
        ("exclusive minimum", "{type: number, minimum: 0}", "{type: number, minimum: 0, exclusiveMinimum: true}"),
        ("exclusive maximum", "{type: number, maximum: 9, exclusiveMaximum: true}", "{type: number, maximum: 9}"),
        ("type", "{type: string}", "{type: integer}"),
        (
            "property",
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, properties: {a: {type: string}, b: {type: string}}, required: [b]}",
        ),
        (
            "what stands beside a reference",
            "{$ref: '#/components/schemas/Pet'}",
            "{$ref: '#/components/schemas/Pet', nullable: true}",
        ),
    ];
    insta::assert_snapshot!(table(&rows, schema("3.0.3")));
}

/// Pairs that mean the same: nothing but what is cosmetic may be said of them.
#[test]
fn other_words_are_no_change() {
    let rows = [
        ("inline and reference", "{type: string}", "{$ref: '#/components/schemas/Text'}"),
        ("allOf of one", "{$ref: '#/components/schemas/Pet'}", "{allOf: [{$ref: '#/components/schemas/Pet'}]}"),
        (
            "allOf flattened",
            "{allOf: [{type: object, required: [a]}, {properties: {a: {type: string}}}]}",
            "{type: object, required: [a], properties: {a: {type: string}}}",
        ),
        (
            "allOf nested",
            "{allOf: [{allOf: [{type: string}, {maxLength: 3}]}, {minLength: 1}]}",
            "{type: string, maxLength: 3, minLength: 1}",
        ),
        (
            "order of alternatives",
            "{oneOf: [{type: string}, {type: integer}]}",
            "{oneOf: [{type: integer}, {type: string}]}",
        ),
        (
            "alternatives of alternatives",
            "{oneOf: [{oneOf: [{type: string}, {type: integer}]}, {type: boolean}]}",
            "{oneOf: [{type: boolean}, {type: integer}, {type: string}]}",
        ),
        (
            "alternatives of types and a list of types",
            "{oneOf: [{type: string}, {type: integer}]}",
            "{type: [string, integer]}",
        ),
        ("anyOf of types and a list of types", "{anyOf: [{type: string}, {type: 'null'}]}", "{type: [string, 'null']}"),
        ("one type in a list", "{type: [string]}", "{type: string}"),
        ("order of types", "{type: [string, 'null']}", "{type: ['null', string]}"),
        ("order of values", "{enum: [a, b]}", "{enum: [b, a]}"),
        ("const and enum of one", "{const: a}", "{enum: [a]}"),
        ("alternatives of values", "{oneOf: [{const: a, title: A}, {const: b}]}", "{enum: [a, b]}"),
        ("enum without its type", "{type: string, enum: [a, b]}", "{enum: [a, b]}"),
        ("null as an alternative", "{oneOf: [{type: string}, {type: 'null'}]}", "{type: [string, 'null']}"),
        (
            "order of properties",
            "{type: object, properties: {a: {type: string}, b: {type: integer}}}",
            "{type: object, properties: {b: {type: integer}, a: {type: string}}}",
        ),
        ("order of requirements", "{type: object, required: [a, b]}", "{type: object, required: [b, a]}"),
        ("bounds of 0", "{type: string, minLength: 0}", "{type: string}"),
        ("whole numbers above 0", "{type: integer, exclusiveMinimum: 0}", "{type: integer, minimum: 1}"),
        ("multiples of 1", "{type: integer, multipleOf: 1}", "{type: integer}"),
        ("numbers written otherwise", "{type: number, minimum: 1.0}", "{type: number, minimum: 1}"),
        ("open and unsaid", "{type: object, additionalProperties: true}", "{type: object}"),
        ("open with an empty schema", "{type: object, additionalProperties: {}}", "{type: object}"),
        ("elements of any kind", "{type: array, items: {}}", "{type: array}"),
        ("elements of every kind", "{type: array, items: true}", "{type: array}"),
        ("no unique elements asked for", "{type: array, uniqueItems: false}", "{type: array}"),
        ("patterns of the same texts", "{type: string, pattern: '^\\d+$'}", "{type: string, pattern: '^[0-9]+$'}"),
        ("then without if", "{type: object, then: {required: [a]}}", "{type: object}"),
        ("numbers without contains", "{type: array, minContains: 3}", "{type: array}"),
        ("an empty not", "{type: string, not: false}", "{type: string}"),
        ("flags that are off", "{type: string, deprecated: false, readOnly: false}", "{type: string}"),
        ("required of nothing", "{type: object, required: []}", "{type: object}"),
    ];
    let mut loud = String::new();
    for (name, old, new) in rows {
        let (old, new) = (schema("3.1.0")(old), schema("3.1.0")(new));
        for (way, text) in [("there", found(&old, &new)), ("back", found(&new, &old))] {
            // A pattern that is written differently is told, and told to be the same.
            let change = |line: &&str| !line.contains("nothing") && !line.trim_start().starts_with("cosmetic");
            text.lines().filter(change).for_each(|line| loud.push_str(&format!("{name}, {way}: {}\n", line.trim())));
        }
    }
    assert_eq!(loud, "");
}

/// A document with one call, and whatever else stands beside `paths`.
fn call(operation: &str) -> String {
    format!("openapi: 3.1.0\npaths:\n  /a:\n    get: {operation}\n")
}

#[test]
fn calls() {
    let rows = [
        ("operation id", "{operationId: a, responses: {}}", "{operationId: b, responses: {}}"),
        ("tags", "{tags: [a], responses: {}}", "{tags: [b], responses: {}}"),
        ("deprecated", "{responses: {}}", "{deprecated: true, x-sunset: '2027-01-01', responses: {}}"),
        ("x- member", "{x-a: 1, responses: {}}", "{x-a: 2, responses: {}}"),
        ("parameter", "{responses: {}}", "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}"),
        (
            "required parameter",
            "{responses: {}}",
            "{parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter required",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter moved",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: header, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter style",
            "{parameters: [{name: q, in: query, schema: {type: array, items: {type: string}}}], responses: {}}",
            "{parameters: [{name: q, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}], responses: {}}",
        ),
        (
            "parameter explode",
            "{parameters: [{name: q, in: query, schema: {type: array, items: {type: string}}}], responses: {}}",
            "{parameters: [{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}], responses: {}}",
        ),
        (
            "explode of one text",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, explode: false, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter reserved",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, allowReserved: true, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter empty",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, allowEmptyValue: true, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter deprecated",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, deprecated: true, schema: {type: string}}], responses: {}}",
        ),
        (
            "parameter schema",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, schema: {type: string, enum: [a]}}], responses: {}}",
        ),
        (
            "parameter number",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, schema: {type: integer}}], responses: {}}",
        ),
        (
            "parameter default",
            "{parameters: [{name: q, in: query, schema: {type: string, default: a}}], responses: {}}",
            "{parameters: [{name: q, in: query, schema: {type: string, default: b}}], responses: {}}",
        ),
        (
            "parameter media type",
            "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
            "{parameters: [{name: q, in: query, content: {application/json: {schema: {type: string}}}}], responses: {}}",
        ),
        (
            "body",
            "{responses: {}}",
            "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
        ),
        (
            "required body",
            "{responses: {}}",
            "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}, responses: {}}",
        ),
        (
            "body required",
            "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
            "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}, responses: {}}",
        ),
        (
            "media type",
            "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
            "{requestBody: {content: {application/json: {schema: {type: string}}, application/xml: {schema: {type: string}}}}, responses: {}}",
        ),
        (
            "media type renamed",
            "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
            "{requestBody: {content: {application/vnd.x+json: {schema: {type: integer}}}}, responses: {}}",
        ),
        (
            "media type parameters",
            "{responses: {'200': {content: {application/json: {schema: {type: string}}}}}}",
            "{responses: {'200': {content: {application/json; charset=utf-8: {schema: {type: string}}}}}}",
        ),
        (
            "encoding",
            "{requestBody: {content: {multipart/form-data: {schema: {type: object}, encoding: {file: {contentType: image/png}}}}}, responses: {}}",
            "{requestBody: {content: {multipart/form-data: {schema: {type: object}, encoding: {file: {contentType: image/gif, style: spaceDelimited}}}}}, responses: {}}",
        ),
        (
            "body without a schema",
            "{responses: {'200': {content: {application/json: {schema: {type: string}}}}}}",
            "{responses: {'200': {content: {application/json: {}}}}}",
        ),
        ("status", "{responses: {'200': {}}}", "{responses: {'200': {}, '404': {}}}"),
        ("success status", "{responses: {'200': {}, '404': {}}}", "{responses: {'201': {}, '404': {}}}"),
        (
            "status in a range",
            "{responses: {'200': {}, '404': {content: {application/json: {schema: {type: string}}}}}}",
            "{responses: {'200': {}, 4XX: {content: {application/json: {schema: {type: integer}}}}}}",
        ),
        ("header", "{responses: {'200': {}}}", "{responses: {'200': {headers: {X-Id: {schema: {type: string}}}}}}"),
        (
            "required header",
            "{responses: {'200': {}}}",
            "{responses: {'200': {headers: {X-Id: {required: true, schema: {type: string}}}}}}",
        ),
        (
            "header required",
            "{responses: {'200': {headers: {X-Id: {schema: {type: string}}}}}}",
            "{responses: {'200': {headers: {X-Id: {required: true, schema: {type: string}}}}}}",
        ),
        (
            "header schema",
            "{responses: {'200': {headers: {X-Id: {schema: {type: integer}}}}}}",
            "{responses: {'200': {headers: {X-Id: {schema: {type: integer, minimum: 1}}}}}}",
        ),
        (
            "header written",
            "{responses: {'200': {headers: {X-Id: {schema: {type: object}}}}}}",
            "{responses: {'200': {headers: {X-Id: {explode: true, deprecated: true, schema: {type: object}}}}}}",
        ),
        ("x- member of an answer", "{responses: {'200': {}}}", "{responses: {'200': {x-a: 1}}}"),
        ("security", "{security: [{key: []}], responses: {}}", "{security: [{key: []}, {token: []}], responses: {}}"),
        ("security dropped", "{security: [{key: []}], responses: {}}", "{security: [], responses: {}}"),
        ("security of the document", "{responses: {}}", "{security: [{key: []}], responses: {}}"),
        (
            "scopes",
            "{security: [{oauth: [read]}], responses: {}}",
            "{security: [{oauth: [read, write]}], responses: {}}",
        ),
        ("own server", "{responses: {}}", "{servers: [{url: 'https://b'}], responses: {}}"),
        (
            "callback",
            "{responses: {}}",
            "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}}}}, responses: {}}",
        ),
        (
            "callback body",
            "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}}}}, responses: {}}",
            "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: [string, 'null']}}}}, responses: {}}}}}, responses: {}}",
        ),
    ];
    insta::assert_snapshot!(table(&rows, call));
}

#[test]
fn documents() {
    let rows = [
        (
            "operation",
            "paths: {/a: {get: {responses: {}}}}",
            "paths: {/a: {get: {responses: {}}, post: {responses: {}}}}",
        ),
        (
            "operation removed as announced",
            "paths: {/a: {get: {deprecated: true, x-sunset: '2020-01-01', responses: {}}}}",
            "paths: {}",
        ),
        (
            "path renamed, the same id",
            "paths: {/a: {get: {operationId: a, responses: {}}}}",
            "paths: {/b: {get: {operationId: a, responses: {}}}}",
        ),
        (
            "method, the same id",
            "paths: {/a: {get: {operationId: a, responses: {}}}}",
            "paths: {/a: {post: {operationId: a, responses: {}}}}",
        ),
        (
            "path parameter renamed",
            "paths: {'/a/{x}': {get: {parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}}",
            "paths: {'/a/{y}': {get: {parameters: [{name: y, in: path, required: true, schema: {type: string}}], responses: {}}}}",
        ),
        ("slash at the end", "paths: {/a: {get: {responses: {}}}}", "paths: {/a/: {get: {responses: {}}}}"),
        (
            "parameter of the path",
            "paths: {/a: {get: {responses: {}}}}",
            "paths: {/a: {parameters: [{name: q, in: query, required: true, schema: {type: string}}], get: {responses: {}}}}",
        ),
        ("x- member of a path", "paths: {/a: {get: {responses: {}}}}", "paths: {/a: {x-a: 1, get: {responses: {}}}}"),
        ("server", "servers: [{url: 'https://a'}]\npaths: {}", "servers: [{url: 'https://b/'}]\npaths: {}"),
        ("slash of a server", "servers: [{url: 'https://a'}]\npaths: {}", "servers: [{url: 'https://a/'}]\npaths: {}"),
        (
            "server variable",
            "servers: [{url: 'https://{r}', variables: {r: {default: eu, enum: [eu, us]}}}]\npaths: {}",
            "servers: [{url: 'https://{r}', variables: {r: {default: us, enum: [us, asia]}}}]\npaths: {}",
        ),
        ("security", "security: [{key: []}]\npaths: {}", "security: [{key: [], token: []}]\npaths: {}"),
        ("security said", "paths: {}", "security: [{key: []}]\npaths: {}"),
        (
            "security moved into operations",
            "security: [{key: []}]\npaths: {/a: {get: {responses: {}}}}",
            "security: [{key: []}]\npaths: {/a: {get: {security: [{key: []}], responses: {}}}}",
        ),
        (
            "scheme",
            "paths: {}\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X}}}",
            "paths: {}\ncomponents: {securitySchemes: {key: {type: apiKey, in: query, name: X}}}",
        ),
        ("new scheme", "paths: {}", "paths: {}\ncomponents: {securitySchemes: {key: {type: http, scheme: basic}}}"),
        (
            "oauth",
            "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a', scopes: {r: read}}}}}}",
            "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://b', scopes: {w: write}}}}}}",
        ),
        (
            "oauth flow",
            "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a', scopes: {}}}}}}",
            "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a', scopes: {}}}}}}",
        ),
        ("webhook", "paths: {}", "paths: {}\nwebhooks: {made: {post: {responses: {}}}}"),
        (
            "webhook payload",
            "paths: {}\nwebhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}, responses: {}}}}",
            "paths: {}\nwebhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}, responses: {}}}}",
        ),
        (
            "webhooks alone",
            "webhooks: {made: {post: {responses: {}}}}",
            "webhooks: {made: {post: {responses: {}}}, gone: {post: {responses: {}}}}",
        ),
        ("component", "paths: {}", "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object}}}"),
        (
            "component that no path reaches",
            "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object, properties: {a: {type: string}}}, orderBatchCreate: {type: object, properties: {a: {type: string}}}}}",
            "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object, properties: {a: {type: [string, 'null']}}}, orderBatchCreate: {type: object, properties: {a: {type: [string, 'null']}}}}}",
        ),
        (
            "other component",
            "paths: {}\ncomponents: {parameters: {page: {name: page, in: query, schema: {type: string}}}}",
            "paths: {}\ncomponents: {parameters: {page: {name: page, in: query, schema: {type: integer}}, size: {name: size, in: query}}}",
        ),
        ("x- member", "paths: {}", "x-a: 1\npaths: {}"),
        ("title and version", "info: {title: a, version: '1'}\npaths: {}", "info: {title: b, version: '2'}\npaths: {}"),
    ];
    insta::assert_snapshot!(table(&rows, |rest: &str| format!("openapi: 3.1.0\n{rest}\n")));
}
