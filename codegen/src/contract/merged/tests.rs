//! The merged reading of small schemas: null in 3.0 and 3.1, `allOf`, references, choices, keywords that hold schemas,
//! and boolean schemas.

use crate::contract::{Contract, Merged, SchemaId, Type, Types};
use crate::document::Document;

/// The schema `S` among components, in flow style.
fn contract(version: &str, components: &str) -> Contract {
    let document = format!("openapi: {version}\npaths: {{}}\ncomponents: {{schemas: {{{components}}}}}\n");
    Contract::read(&Document::parse("t.yaml", document).unwrap()).unwrap_or_else(|error| panic!("{error}"))
}

fn subject(contract: &Contract) -> SchemaId {
    contract.component("S").unwrap()
}

/// What is merged, in a line: types, null, values, members, unions.
fn describe(contract: &Contract, merged: &Merged) -> String {
    let names = |types: Types| types.iter().map(Type::name).collect::<Vec<_>>().join("|");
    let mut told = vec![if merged.never { "never".to_owned() } else { merged.types.map_or("any".to_owned(), names) }];
    told.extend(merged.null.then(|| "null".to_owned()));
    told.extend(merged.values.as_ref().map(|(values, _)| serde_json::to_string(values).unwrap()));
    told.extend(merged.properties.iter().map(|(name, slot)| {
        let required = if merged.requires(name) { "!" } else { "" };
        format!(".{name}{required}x{}", slot.len())
    }));
    told.extend(merged.unions.iter().map(|union| format!("{} of {}", union.keyword(), union.alternatives.len())));
    told.extend(merged.counts.iter().flatten().map(|(count, _)| count.to_string()));
    let bound = |bound: &super::Said<super::Bound>, sign: &str| {
        let (bound, _) = bound.as_ref()?;
        Some(format!("{sign}{}{}", if bound.exclusive { "" } else { "=" }, bound.value))
    };
    told.extend(bound(&merged.minimum, ">").into_iter().chain(bound(&merged.maximum, "<")));
    told.extend(merged.closed.map(|_| "closed".to_owned()));
    assert!(merged.schemas.iter().all(|id| contract.schemas().any(|(known, _)| known == *id)));
    told.join(" ")
}

#[test]
fn every_way_to_say_a_thing_reads_alike() {
    let three_0 = [
        ("S: {type: string, nullable: true}", "null|string null"),
        ("S: {type: string, enum: [a], nullable: true}", "null|string null [\"a\"]"),
        // Without a type `nullable` says nothing, but beside alternatives it is meant.
        ("S: {nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}, T: {type: string}", "null|string null"),
        ("S: {nullable: true, oneOf: [{type: string}, {type: integer}]}", "null|integer|string null"),
        ("S: {minimum: 1, exclusiveMinimum: true}", "any null >1"),
        ("S: {$ref: '#/components/schemas/T', type: integer}, T: {type: string}", "string"),
    ];
    let three_1 = [
        ("S: {type: [string, 'null']}", "null|string null"),
        ("S: {oneOf: [{type: string}, {type: 'null'}]}", "null|string null"),
        ("S: {anyOf: [{$ref: '#/components/schemas/T'}, {const: null}]}, T: {type: string}", "null|string null"),
        (
            "S: {anyOf: [{$ref: '#/components/schemas/T'}, {$ref: '#/components/schemas/N'}]}, T: {type: string}, N: {type: 'null'}",
            "null|string null",
        ),
        ("S: {oneOf: [{oneOf: [{type: string}, {type: 'null'}]}, {type: integer}]}", "null|integer|string null"),
        ("S: {type: string, oneOf: [{type: string, pattern: a}, {type: 'null'}]}", "string"),
        ("S: {enum: [a, null]}", "any null [\"a\"]"),
        ("S: {oneOf: [{const: a}, {const: b}, {const: null}]}", "any null [\"a\",\"b\"]"),
        ("S: {allOf: [{enum: [a, b]}, {enum: [b, c]}]}", "any [\"b\"]"),
        (
            "S: {$ref: '#/components/schemas/T', maxLength: 3}, T: {type: string, maxLength: 5, minLength: 1}",
            "string 1 3",
        ),
        ("S: {allOf: [{type: number}, {type: integer}], minimum: 1, exclusiveMinimum: 1}", "integer >1"),
        ("S: {allOf: [{maximum: 5}, {maximum: 3}], exclusiveMaximum: 4}", "any null <=3"),
        (
            "S: {allOf: [{$ref: '#/components/schemas/T'}], required: [a]}, T: {type: object, properties: {a: {}, b: {}}}",
            "object .a!x1 .bx1",
        ),
        ("S: {properties: {a: {}}, allOf: [{properties: {a: {type: string}}}]}", "any null .ax2"),
        ("S: {type: object, oneOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", "object oneOf of 2"),
        ("S: {allOf: [{type: string}, {type: integer}]}", ""),
        ("S: {allOf: [{$ref: '#/components/schemas/S'}], type: string}", "string"),
        ("S: {type: object, additionalProperties: false}", "object closed"),
        (
            "S: {$ref: '#/components/schemas/T', description: d}, T: {$ref: '#/components/schemas/U'}, U: {type: boolean}",
            "boolean",
        ),
        ("S: true", "any null"),
        ("S: false", "never"),
        ("S: {allOf: [true, {type: string}]}", "string"),
        ("S: {allOf: [false, {type: string}]}", "never"),
        ("S: {oneOf: [false, {type: string}]}", "string"),
        ("S: {oneOf: [false, {not: {}}]}", "never"),
        ("S: {not: {not: {}}, if: true, then: {type: string}, else: false}", "string"),
        ("S: {if: {not: true}, else: {type: string}}", "string"),
    ];
    let all = three_0.iter().map(|case| ("3.0.3", case)).chain(three_1.iter().map(|case| ("3.1.0", case)));
    let mut wrong = Vec::new();
    for (version, (components, expected)) in all {
        let contract = contract(version, components);
        let found = describe(&contract, contract.merged(subject(&contract)));
        if found != *expected {
            wrong.push(format!("{version} {components}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A schema wherever one can stand, as an object and as a boolean: each is one of the contract.
#[test]
fn keywords_that_hold_schemas_are_schemas() {
    let single = ["not", "if", "then", "else", "items", "contains", "propertyNames", "additionalProperties"];
    let single = single.into_iter().chain(["unevaluatedItems", "unevaluatedProperties", "contentSchema"]);
    let lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    let maps = ["properties", "patternProperties", "dependentSchemas"];
    for inner in ["{type: string, x-name: here}", "{$ref: '#/components/schemas/T'}", "true", "false"] {
        let cases = (single.clone().map(|keyword| format!("{keyword}: {inner}")))
            .chain(lists.map(|keyword| format!("{keyword}: [{inner}]")))
            .chain(maps.map(|keyword| format!("{keyword}: {{a: {inner}}}")));
        for keyword in cases {
            let contract = contract("3.1.0", &format!("S: {{{keyword}}}, T: {{type: string}}"));
            let children: Vec<SchemaId> = contract[subject(&contract)].children().collect();
            let [child] = children[..] else { panic!("{keyword}: {} schemas", children.len()) };
            let expected = match inner {
                "true" => "any null",
                "false" => "never",
                _ => "string",
            };
            assert_eq!(describe(&contract, contract.merged(child)), expected, "{keyword}");
        }
    }
}

#[test]
fn conditions_and_dependencies_are_merged_from_all_parts() {
    let contract = contract(
        "3.1.0",
        "S: {$ref: '#/components/schemas/T', if: {required: [a]}, then: {required: [b]}, contains: {}, minContains: 2}, \
         T: {else: {}, if: {required: [c]}, dependentRequired: {a: [b, c]}, dependentSchemas: {a: {}}, contains: {type: string}}",
    );
    let merged = contract.merged(subject(&contract));
    let conditions: Vec<(bool, bool)> =
        merged.conditions.iter().map(|(one, _)| (one.then.is_some(), one.otherwise.is_some())).collect();
    assert_eq!(conditions, [(true, false), (false, true)]);
    let contains: Vec<u64> = merged.contains.iter().map(|(one, _)| one.min).collect();
    assert_eq!(contains, [2, 1]);
    let needs: Vec<&str> = merged.dependent_required.iter().map(|(_, needed, _)| needed.as_str()).collect();
    assert_eq!((needs, merged.dependent_schemas.len()), (vec!["b", "c"], 1));
}

#[test]
fn hints_are_those_of_the_nearest() {
    let contract = contract(
        "3.1.0",
        "S: {$ref: '#/components/schemas/T', x-name: near}, T: {type: string, x-name: far, x-scalar: decimal}",
    );
    let merged = contract.merged(subject(&contract));
    assert_eq!(merged.hints.name.as_deref(), Some("near"));
    assert_eq!(merged.hints.scalar.map(|scalar| scalar.word()), Some("decimal"));
    assert_eq!(contract.together(subject(&contract)), merged.schemas);
}
