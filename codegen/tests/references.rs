//! References in documents of others: across folders, percent-encoded, by anchor and `$id`; files that are missing; equal
//! names in several files. Each gives a crate, with a warning where something is lost.

mod common;

use std::time::Duration;

use common::{Folder, standalone};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::specification::Specification;

/// Files of a document, the first one itself; what the crate has; what is warned of.
struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    has: &'static [&'static str],
    warned: &'static [&'static str],
}

/// `ANSWER(x)` is an operation that answers the schema, `HEAD` what every document begins with.
fn written(text: &str) -> String {
    let head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}";
    let mut text = text.replace("HEAD", head);
    while let Some(at) = text.find("ANSWER(") {
        let end = at + text[at..].find(')').unwrap();
        let schema = text[at + 7..end].to_owned();
        let answer = format!("{{description: '', content: {{application/json: {{schema: {{$ref: '{schema}'}}}}}}}}");
        let id = format!("get{at}");
        text.replace_range(at..=end, &format!("{{get: {{operationId: {id}, responses: {{'200': {answer}}}}}}}"));
    }
    text
}

const CASES: &[Case] = &[
    Case {
        name: "across folders, and back into each other",
        files: &[
            ("api/openapi.yaml", "HEAD\npaths: {/a: ANSWER(../common/pet.yaml#/Pet)}\n"),
            ("common/pet.yaml", "Pet: {type: object, properties: {owner: {$ref: '../people/owner.yaml'}}}\n"),
            ("people/owner.yaml", "type: object\nproperties: {pet: {$ref: '../common/pet.yaml#/Pet'}}\n"),
        ],
        has: &["owner: Option<Box<Owner>>", "pet: Option<Pet>"],
        warned: &[],
    },
    Case {
        name: "back into the document from above it",
        files: &[
            (
                "api/openapi.yaml",
                "HEAD\npaths: {/a: ANSWER(../common/../common/deep/pet.yaml#/Pet), /k: ANSWER(#/components/schemas/K)}\n\
                 components: {schemas: {K: {type: object, properties: {n: {type: string}}}}}\n",
            ),
            (
                "common/deep/pet.yaml",
                "Pet: {type: object, properties: {k: {$ref: '../../api/openapi.yaml#/components/schemas/K'}}}\n",
            ),
        ],
        has: &["k: Option<K>", "Call<K>"],
        warned: &[],
    },
    Case {
        name: "percent-encoded files and names",
        files: &[
            (
                "openapi.yaml",
                "HEAD\npaths: {/a: ANSWER(a%20b/my%20pet.yaml#/Pet%7EOne), /b: ANSWER(#/components/schemas/A%20B)}\n\
              components: {schemas: {A B: {type: object, properties: {n: {type: string}}}}}\n",
            ),
            ("a b/my pet.yaml", "Pet~One: {type: object, properties: {n: {type: string}}}\n"),
        ],
        has: &["Call<PetOne>", "Call<AB>"],
        warned: &[],
    },
    Case {
        name: "into a path",
        files: &[(
            "openapi.yaml",
            "HEAD\npaths:\n  /a/{id}:\n    parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n    get: \
             {operationId: a, responses: {'200': {description: '', content: {application/json: {schema: {type: object, \
             properties: {x: {type: string, format: date}}}}}}}}\n  \
             /b: ANSWER(#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema/properties/x)\n",
        )],
        has: &["Call<Date>"],
        warned: &[],
    },
    Case {
        name: "anchors: at the top, inside, of another file, dynamic",
        files: &[
            (
                "openapi.yaml",
                "HEAD\npaths: {/a: ANSWER(#pet), /b: ANSWER(other.yaml#thing), /c: ANSWER(#/components/schemas/Tree)}\n\
                 components: {schemas: {Pet: {$anchor: pet, type: object, properties: {in: {$ref: '#inner'}}, $defs: {I: \
                 {$anchor: inner, type: object, properties: {z: {type: integer}}}}}, Tree: {$dynamicAnchor: node, type: \
                 object, properties: {left: {$dynamicRef: '#node'}}}}}\n",
            ),
            ("other.yaml", "Thing: {$anchor: thing, type: object, properties: {t: {type: string}}}\n"),
        ],
        has: &["Call<Pet>", "Call<Thing>", "z: Option<i64>", "left: Option<Box<Tree>>"],
        warned: &[],
    },
    Case {
        name: "by the id of a schema",
        files: &[(
            "openapi.yaml",
            "HEAD\npaths: {/a: ANSWER(https://example.com/b), /b: ANSWER(urn:b)}\ncomponents: {schemas: {B: {$id: \
             'https://example.com/b', type: object, properties: {c: {$ref: 'urn:b'}}}, C: {$id: 'urn:b', type: object, \
             properties: {q: {type: string}}}}}\n",
        )],
        has: &["Call<B>", "Call<C>", "c: Option<C>"],
        warned: &[],
    },
    Case {
        name: "equal names of schemas, parameters and answers",
        files: &[
            (
                "openapi.yaml",
                "HEAD\npaths:\n  /a: {get: {operationId: a, parameters: [{$ref: 'a.yaml#/id'}], responses: {'200': {$ref: \
                 'a.yaml#/ok'}}}}\n  /b: {get: {operationId: b, parameters: [{$ref: 'b.yaml#/id'}], responses: {'200': {$ref: \
                 'b.yaml#/ok'}}}}\n",
            ),
            (
                "a.yaml",
                "id: {name: a, in: query, schema: {type: string}}\nok: {description: '', content: {application/json: \
                 {schema: {$ref: '#/Item'}}}}\nItem: {type: object, properties: {of_a: {type: string}}}\n",
            ),
            (
                "b.yaml",
                "id: {name: b, in: query, schema: {type: string}}\nok: {description: '', content: {application/json: \
                 {schema: {$ref: '#/Item'}}}}\nItem: {type: object, properties: {of_b: {type: string}}}\n",
            ),
        ],
        has: &["a: &str = query(\"a\")", "b: &str = query(\"b\")", "of_a: Option<String>", "of_b: Option<String>"],
        warned: &["two things would be #/components/schemas/Item", "two things would be #/components/parameters/id"],
    },
    Case {
        name: "files and places that are missing, of what is used and of what is not",
        files: &[
            (
                "openapi.yaml",
                "HEAD\npaths: {/ok: ANSWER(#/components/schemas/Fine), /bad: ANSWER(#/components/schemas/Used), /far: \
                 ANSWER(https://example.com/x.yaml#/X)}\ncomponents: {schemas: {Fine: {type: object, properties: {n: {type: \
                 string}}}, Used: {type: object, properties: {a: {$ref: 'gone.yaml#/X'}, b: {type: string}}}, Unused: {$ref: \
                 'there.yaml#/Gone'}, Broken: {$ref: 'broken.yaml#/X'}}}\n",
            ),
            ("there.yaml", "Here: {type: string}\n"),
            ("broken.yaml", "X: [\n"),
        ],
        has: &["Call<Fine>", "Call<Used>", "b: Option<String>", "a: Option<Json>"],
        warned: &[
            "cannot read",
            "the reference \"there.yaml#/Gone\" leads nowhere",
            "leaves the folder",
            "not valid YAML",
        ],
    },
];

fn generated(case: &Case) -> Generated {
    let folder = Folder::new();
    case.files.iter().for_each(|(file, text)| folder.write(file, &written(text)));
    let read = Document::read_mending(&folder.0.join(case.files[0].0));
    let (document, defects) = read.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let specification = Specification::without_overlays("shop", document);
    let loaded = ("load", Duration::ZERO);
    let mut generated = from_specification(&specification, Strictness::Lenient, &standalone(), loaded)
        .unwrap_or_else(|error| panic!("{}: {error}", case.name));
    generated.notes.extend(defects);
    generated
}

#[test]
fn references_lead_where_they_mean() {
    for case in CASES {
        let generated = generated(case);
        let text: String = generated.files.iter().map(|file| file.text.as_str()).collect();
        for part in case.has {
            assert!(text.contains(part), "{}: no {part} in\n{text}", case.name);
        }
        let warned: Vec<String> = generated.notes.iter().map(ToString::to_string).collect();
        for part in case.warned {
            assert!(warned.iter().any(|one| one.contains(part)), "{}: no {part:?} in {warned:#?}", case.name);
        }
        assert!(!case.warned.is_empty() || warned.is_empty(), "{}: {warned:#?}", case.name);
    }
}
