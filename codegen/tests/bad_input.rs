//! Every kind of bad input produces a complaint with file, line, column, pointer, cause and suggested fix.
//! Exit codes and addresses are tested with the command line.

mod common;

use std::path::Path;

use common::{Folder, complaints, described, lenient, strict};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::generate::generate;

/// A document with an operation and these schemas; the schemas begin at line 11.
fn with_schemas(schemas: &str) -> String {
    let head = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
";
    let schemas: String = schemas.lines().map(|line| format!("    {}\n", line.trim())).collect();
    format!("{head}{schemas}")
}

/// A document with two operations, in the lines 5 and 7.
fn operations(first: &str, second: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: S, version: '1'}}\npaths:\n  /a:\n    get: {first}\n  /b:\n    get: {second}\n"
    )
}

/// An operation with `x-bulk` and an answer that is one result.
fn bulk(says: &str) -> String {
    let answer = "{type: object, properties: {done: {type: boolean}, note: {type: string}}}";
    let answer = format!("{{'200': {{description: '', content: {{application/json: {{schema: {answer}}}}}}}}}");
    operations(&format!("{{tags: [a], operationId: a, x-bulk: {says}, responses: {answer}}}"), "{}")
}

/// A paged list with `x-feed`.
fn feed(says: &str) -> String {
    let paging = "x-paging: {page: page, size: size, pages: pages}";
    let entry = "{type: object, properties: {code: {type: string}, kind: {type: string}}}";
    let answer = format!("{{pages: {{type: integer}}, changes: {{type: array, items: {entry}}}}}");
    let answer = format!("{{content: {{application/json: {{schema: {{type: object, properties: {answer}}}}}}}}}");
    let parameters = ["page", "from"].map(|name| format!("{{name: {name}, in: query}}")).join(", ");
    let operation = format!("operationId: a, parameters: [{parameters}], responses: {{'200': {answer}}}");
    format!("{}{paging}\n", operations(&format!("{{tags: [a], x-feed: {says}, {operation}}}"), "{}"))
}

/// An operation with `x-bulk` and two lists in its body.
fn written(says: &str, required: &str) -> String {
    let list = "{type: array, items: {type: object, properties: {done: {type: boolean}}}}";
    let lists = format!("{{type: object, required: {required}, properties: {{things: {list}, others: {list}}}}}");
    let content = format!("content: {{application/json: {{schema: {lists}}}}}");
    let answer = format!("{{'200': {{description: '', {content}}}}}");
    let body = format!("requestBody: {{{content}}}");
    operations(&format!("{{tags: [a], operationId: a, x-bulk: {says}, {body}, responses: {answer}}}"), "{}")
}

/// Each document produces the complaint beside it.
#[track_caller]
fn refuse(cases: &[(String, &str)]) {
    for (text, expected) in cases {
        let error = strict(text).map(|generated| generated.statistics).expect_err(text);
        let all: Vec<String> = complaints(&error).into_iter().map(described).collect();
        assert!(all.iter().any(|one| one.contains(expected)), "expected {expected}\nfound {}\n{text}", all.join("\n"));
    }
}

#[test]
fn types_of_the_document() {
    refuse(&[
        ("[]".to_owned(), "test.yaml:1 # this is not an OpenAPI document"),
        ("openapi: 3.1\npaths: {}".to_owned(), "test.yaml:1 #/openapi OpenAPI version \"3.1\" is not supported"),
        ("openapi: 2.0.0".to_owned(), "test.yaml:1 #/openapi OpenAPI version \"2.0.0\" is not supported"),
        ("openapi: 3.1.0".to_owned(), "test.yaml:1 # `paths` is missing"),
        ("openapi: 3.1.0\npaths: [a]".to_owned(), "test.yaml:2 #/paths expected a map, found a list"),
        ("openapi: 3.1.0\npaths: {/a: 1}".to_owned(), "test.yaml:2 #/paths/~1a expected a map, found a number"),
        (
            operations("{parameters: {a: b}}", "{}"),
            "test.yaml:5 #/paths/~1a/get/parameters expected a list of parameters, found a map",
        ),
        (
            operations("{parameters: [{in: body, name: a}]}", "{}"),
            "test.yaml:5 #/paths/~1a/get/parameters/0 `in: body` is not known",
        ),
        (operations("{responses: {ok: {}}}", "{}"), "test.yaml:5 #/paths/~1a/get/responses/ok \"ok\" is no status"),
        (operations("{}", "7"), "test.yaml:7 #/paths/~1b/get expected a map, found a number"),
    ]);
}

#[test]
fn types_of_schemas() {
    refuse(&[
        (with_schemas("A: {type: strnig}"), "test.yaml:11 #/components/schemas/A/type unknown type \"strnig\""),
        (with_schemas("A: {type: [string, null]}"), "test.yaml:11 #/components/schemas/A/type unknown type null"),
        (with_schemas("A: 5"), "test.yaml:11 #/components/schemas/A expected a schema, found a number"),
        (
            with_schemas("A: {properties: [a]}"),
            "test.yaml:11 #/components/schemas/A/properties expected a map of schemas, found a list",
        ),
        (
            with_schemas("A: {required: yes}"),
            "test.yaml:11 #/components/schemas/A/required expected a list of texts, found a string",
        ),
        (
            with_schemas("A: {minLength: -1}"),
            "test.yaml:11 #/components/schemas/A/minLength expected a whole number, found a number",
        ),
    ]);
}

#[test]
fn references() {
    refuse(&[
        (
            with_schemas("A: {$ref: '#/components/schemas/B'}"),
            "test.yaml:11 #/components/schemas/A/$ref the reference \"#/components/schemas/B\" leads nowhere",
        ),
        (
            with_schemas("A: {$ref: 'other.yaml#/B'}"),
            "test.yaml:11 #/components/schemas/A/$ref the reference \"other.yaml#/B\" leads nowhere",
        ),
        (
            with_schemas("A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}"),
            "test.yaml:11 #/components/schemas/A this reference leads back to itself",
        ),
        (
            operations("{parameters: [{$ref: '#/paths/~1a/get/parameters/0'}]}", "{}"),
            "test.yaml:5 #/paths/~1a/get/parameters/0/$ref \
             the reference \"#/paths/~1a/get/parameters/0\" leads back to itself",
        ),
    ]);
}

#[test]
fn bulk_calls() {
    refuse(&[
        (bulk("5"), "test.yaml:5 #/paths/~1a/get/x-bulk expected a map, found a number"),
        (bulk("{outcom: done}"), "test.yaml:5 #/paths/~1a/get/x-bulk/outcom unknown member \"outcom\""),
        (bulk("{outcome: ok}"), "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: an outcome has no member \"ok\""),
        (
            bulk("{answers: things, outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: the answer has no outcomes in \"things\"",
        ),
        (
            bulk("{items: things, limit: 3, outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: the body has no list \"things\"",
        ),
        (
            bulk("{errors: name, outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk/errors expected a list, found a string",
        ),
        (
            bulk("{errors: [name], outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk/errors/0 \"name\" is not known here",
        ),
        (
            written("{items: things, limit: 3, outcome: done}", "[]"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: the body has \"others\" too: name it in `items` if it is a list \
             of things, or in `settings` if it may stand in each of several calls",
        ),
        (
            written("{items: [things, others], limit: 3, outcome: done}", "[others]"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: \"others\" is required, so it cannot be left to another call",
        ),
        (
            written("{items: things, settings: [others, silent], limit: 3, outcome: done}", "[]"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: the body has no member \"silent\"",
        ),
        (
            bulk("{items: things, parameter: codes, outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: either `items` or `parameter` says where the things are",
        ),
        (
            bulk("{parameter: codes, answers: '', limit: 9, outcome: done}"),
            "test.yaml:5 #/paths/~1a/get/x-bulk `x-bulk`: `items` and `parameter` name nothing that a method takes",
        ),
    ]);
}

#[test]
fn lists_of_changes() {
    refuse(&[
        (feed("5"), "test.yaml:5 #/paths/~1a/get/x-feed expected a map, found a number"),
        (feed("{form: from}"), "test.yaml:5 #/paths/~1a/get/x-feed/form unknown member \"form\""),
        (feed("{key: code}"), "test.yaml:5 #/paths/~1a/get/x-feed \"from\" is missing"),
        (
            feed("{from: since, key: code}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: there is no parameter \"since\" in the query",
        ),
        (
            feed("{from: from, key: guid}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: an entry of the list has no member \"guid\"",
        ),
        (
            feed("{from: from, key: code/id}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: an entry of the list has no member \"code/id\"",
        ),
        (
            feed("{from: from, key: code, page-size: 0}"),
            "test.yaml:5 #/paths/~1a/get/x-feed/page-size expected a whole number above 0, found 0",
        ),
        (
            feed("{from: from, key: code, page-size: 20}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: there is no parameter \"size\" in the query",
        ),
        (
            feed("{from: from, key: code, kind: kind}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: `kind` is a member, \
             and `deleted` the list of its values for what was deleted",
        ),
        (
            feed("{from: from, key: code, reach-days: 30, restart: b}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: `reach-days` goes with `restart`, \
             the operation that reads everything",
        ),
        (
            operations("{tags: [a], operationId: a, x-feed: {from: a, key: b}, responses: {}}", "{}"),
            "test.yaml:5 #/paths/~1a/get/x-feed `x-feed`: the answer is no page of a list",
        ),
    ]);
}

#[test]
fn names() {
    refuse(&[
        (
            operations("{operationId: one}", "{operationId: one}"),
            "test.yaml:7 #/paths/~1b/get/operationId the operation id \"one\" is used twice",
        ),
        (
            operations("{tags: [a]}", "{tags: [a], x-method: list}"),
            "test.yaml:5 #/paths/~1a/get a().list would be the name of several operations",
        ),
        (
            with_schemas("A: {type: object, properties: {fooBar: {type: string}, foo_bar: {type: string}}}"),
            "test.yaml:11 #/components/schemas/A two members of A would be called foo_bar",
        ),
        (
            with_schemas("A: {type: string, enum: [item, ITEM]}"),
            "test.yaml:11 #/components/schemas/A the values \"ITEM\" and \"item\" would have one name",
        ),
        (
            with_schemas("A: {type: string, enum: [a, '<']}"),
            "test.yaml:11 #/components/schemas/A no name can be made from the value \"<\"",
        ),
        (
            with_schemas(
                "  A: {type: object, properties: {b: {$ref: '#/components/schemas/a'}}}\na: {type: object, properties: {c: {}}}",
            ),
            "#/components/schemas/a 2 different schemas would be the type A: #/components/schemas/A, #/components/schemas/a",
        ),
        (
            with_schemas(
                "  A: {$ref: '#/components/schemas/ListRequest'}\nListRequest: {type: object, properties: {c: {}}}",
            ),
            "test.yaml:12 #/components/schemas/ListRequest \
             ListRequest is also what the module orders calls a request or itself",
        ),
    ]);
}

#[test]
fn extensions() {
    refuse(&[
        (
            format!("{}x-envelope: {{valeu: data}}\n", with_schemas("A: {type: string}")),
            "#/x-envelope/valeu unknown member \"valeu\"",
        ),
        (
            operations("{x-retry: sometimes}", "{}"),
            "test.yaml:5 #/paths/~1a/get/x-retry \"sometimes\" is not known here",
        ),
        (
            operations("{x-job: {result: Gone}}", "{}"),
            "test.yaml:5 #/paths/~1a/get `x-job` names the component \"Gone\", which does not exist",
        ),
    ]);
}

#[test]
fn every_complaint_is_told_at_once() {
    let text = with_schemas("A: {type: strnig, pattern: 5, minLength: x, $ref: '#/nowhere'}");
    let error = strict(&text).unwrap_err();
    assert_eq!(complaints(&error).len(), 4, "{error}");
    assert!(error.message().ends_with("(and 3 more)"), "{error}");
}

/// Doubts about names are notes where the document is somebody else's; defects stay defects.
#[test]
fn documents_of_others_are_mended_where_the_meaning_is_plain() {
    let text = with_schemas("A: {type: object, properties: {fooBar: {enum: [a, A]}, foo_bar: {type: string}}}");
    let notes = lenient(&text).unwrap().notes;
    assert_eq!(notes.iter().map(described).count(), 2);
    let schemas = [
        ("{type: strnig}", "unknown type \"strnig\""),
        ("{type: [string, null]}", "unknown type null"),
        ("{type: number, minimum: 0, exclusiveMinimum: true}", "a word of OpenAPI 3.0"),
        ("{type: string, nullable: true}", "a word of OpenAPI 3.0"),
        ("{type: string, required: true}", "expected a list of texts, found a boolean"),
        ("{type: object, properties: []}", "expected a map of schemas, found a list"),
        ("{type: object, properties: null}", "expected a map of schemas, found null"),
        ("{$ref: '#/components/schemas/Gone'}", "leads nowhere"),
        ("{$ref: '#/components/schemas/A'}", "leads back to itself"),
        ("{type: object, properties: {a: 1}}", "expected a schema, found a number"),
    ];
    for (schema, expected) in schemas {
        let notes = lenient(&with_schemas(&format!("A: {schema}"))).map(|generated| generated.notes);
        let notes = notes.unwrap_or_else(|error| panic!("{schema}: {error}"));
        assert!(notes.iter().any(|note| described(note).contains(expected)), "{schema}: {notes:?}");
    }
}

/// What is wrong with an operation costs it, and no other.
#[test]
fn defects_cost_what_they_are_in() {
    let cases = [
        ("get: {parameters: [{name: a}], responses: {}}", 1, "needs `name` and `in`: the operation is left out"),
        ("parameters: [{$ref: '#/gone'}], get: {responses: {}}", 1, "leads nowhere: the path is left out"),
        ("get: 1", 1, "expected a map, found a number: the operation is left out"),
        ("get: {responses: {DEFAULT: {description: ''}}}", 2, "spelled in another way"),
        ("get: {responses: {ok: {description: ''}}}", 2, "no status"),
        ("get: {$ref: '#/paths/~1good/get'}", 2, "used twice"),
    ];
    for (item, operations, expected) in cases {
        let good = "/good: {get: {operationId: good, responses: {'204': {description: ''}}}}";
        let text = format!("openapi: 3.2.0\ninfo: {{title: S, version: '1'}}\npaths:\n  {good}\n  /bad: {{{item}}}\n");
        let generated = lenient(&text).unwrap_or_else(|error| panic!("{item}: {error}"));
        assert_eq!(generated.statistics.operations, operations, "{item}");
        let notes: Vec<String> = generated.notes.iter().map(described).collect();
        assert!(notes.iter().any(|note| note.contains(expected)), "{item}: {notes:?}");
        assert!(notes.iter().any(|note| note.contains("read as 3.1")), "{item}: {notes:?}");
    }
}

#[test]
fn files_of_others_are_mended_where_the_meaning_is_plain() {
    let folder = Folder::new();
    folder.write("shared/a.yaml", "B: {type: object, properties: {a: {type: string}}}\n");
    folder.write("api/b.yaml", "B: {type: object, properties: {b: {type: string}}, required: [b], required: []}\n");
    let schemas = "{properties: {a: {$ref: '../shared/a.yaml#/B'}, b: {$ref: 'b.yaml#%2FB'}, c: {$ref: '#there%20'}}}";
    folder
        .write("api/openapi.yaml", &with_schemas(&format!("A: {schemas}\n    C: {{$anchor: there%20, type: string}}")));
    let path = folder.0.join("api/openapi.yaml");
    assert!(Document::read(&path).is_err());
    let (document, notes) = Document::read_mending(&path).unwrap();
    let notes: Vec<&str> = notes.iter().map(|note| note.message()).collect();
    assert!(notes.len() == 2 && notes.concat().contains("two things would be"), "{notes:?}");
    let schemas = &document.root.to_json()["components"]["schemas"];
    assert_eq!(schemas["b_B"]["required"], serde_json::json!([]));
    let generated = common::generate(document, kontrakt_codegen::generate::Strictness::Lenient).unwrap();
    assert_eq!(generated.notes.len(), 0, "{:?}", generated.notes);
}

/// Cut off at any place, a document is a complaint or still a document: never a panic, never half a crate.
#[test]
fn texts_that_are_cut_off_are_complaints() {
    let text = std::fs::read_to_string(common::specs().join("clipsan/openapi.yaml")).unwrap();
    let json = Document::parse("json", text.as_str()).unwrap().root.to_json().to_string();
    let mut refused = 0;
    for whole in [&text, &json] {
        for at in (0..60).map(|part| whole.len() * part / 60).filter(|at| whole.is_char_boundary(*at)) {
            let outcome = Document::parse("cut.yaml", &whole[..at])
                .and_then(|document| common::generate(document, kontrakt_codegen::generate::Strictness::Strict));
            if let Err(error) = outcome {
                refused += 1;
                // Only of an empty text there is no place to tell.
                assert!(error.position().is_some() || at == 0, "cut at {at}: {error}");
                assert!(error.mend().is_some(), "cut at {at}: {error}");
            }
        }
    }
    assert!(refused > 60, "{refused}");
}

#[test]
fn files_that_cannot_be_read_and_overlays_that_match_nothing() {
    let folder = Folder::new();
    folder.write("bytes/openapi.yaml", "");
    std::fs::write(folder.0.join("bytes/openapi.yaml"), b"openapi: \xff\xfe").unwrap();
    folder.write("late/openapi.yaml", &with_schemas("A: {type: string}"));
    folder.write(
        "late/a.overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $.paths['/gone']\n    remove: true\n",
    );
    folder.write("path/openapi.yaml", &with_schemas("A: {type: string}"));
    folder.write(
        "path/a.overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: '$[', remove: true}]\n",
    );
    let error = |name: &str| generate(&folder.0, name).map(|generated| generated.statistics).expect_err(name);

    assert!(error("bytes").message().starts_with("cannot read "), "{}", error("bytes"));
    assert!(error("gone").message().contains("no API is called \"gone\""), "{}", error("gone"));
    let late = described(&error("late"));
    assert!(late.contains("a.overlay.yaml:4 #/actions/0/target this action matches nothing"), "{late}");
    let path = described(&error("path"));
    assert!(path.contains("a.overlay.yaml:3 #/actions/0/target"), "{path}");
    let unlisted = generate(Path::new("/nowhere at all"), "a").unwrap_err();
    assert!(unlisted.message().starts_with("cannot list") && unlisted.mend().is_some(), "{unlisted}");
    // Generating only reads: whoever wants files writes them afterwards.
    let mut names: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["bytes", "late", "path"]);
}
