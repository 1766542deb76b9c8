//! Each pass by itself, on a few lines of a document.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::{self, Call};
use super::context::Context;
use super::drafts::{DraftKind, Drafter, Drafts, Origin};
use super::locked::Locked;
use super::merge::{MergedDrafts, merge};
use super::modules::Modules;
use super::names::{self, Occupied};
use super::reach::Reach;
use super::ty::{ArgumentPlace, ArgumentTy, MemberPath, Scalar, Ty, TypeId};
use super::types::{self, Decided};
use super::{
    Answer, Argument, Method, TypeDef, TypeKind, addresses, answer, body, bulk, client, enums, errors, forms, glossary,
    operations, parameters, plan, records, webhooks,
};
use crate::contract::{Contract, Retry, SchemaHints, SchemaId};
use crate::document::{Document, Pointer};
use crate::lock::NameLock;

/// What `look` sees of a document with these members, and the complaints.
fn see<T>(members: &str, look: impl FnOnce(&Context<'_>) -> T) -> (T, Vec<String>) {
    let paths = if members.contains("paths:") { "" } else { "paths: {}\n" };
    let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{paths}{members}");
    let document = Document::parse("test.yaml", &text).unwrap();
    let contract = Contract::read(&document).unwrap();
    let lock = NameLock::default();
    let context = Context::new(&contract, &document, &lock, false);
    let seen = look(&context);
    (seen, context.into_diagnostics().0.iter().map(|complaint| complaint.message().to_owned()).collect())
}

/// The same of the one call of a document.
fn see_call<T>(members: &str, look: impl FnOnce(&mut Drafter<'_, '_>, &Call<'_>) -> T) -> (T, Vec<String>) {
    see(members, |context| {
        let (_, calls) = calls::plan(context);
        look(&mut Drafter::new(context), &calls[0])
    })
}

/// Drafts of all components.
fn drafts(context: &Context<'_>) -> Drafts {
    let mut drafter = Drafter::new(context);
    for (name, id) in &context.contract.components {
        drafter.ty(*id, Origin::Component(name.clone()));
    }
    drafter.finish()
}

/// Drafts, the types they become, and their names; every type is sent by the first module.
fn named(context: &Context<'_>, occupied: &[Occupied]) -> (Drafts, MergedDrafts, Vec<Reach>, Vec<String>) {
    let drafts = drafts(context);
    let merged = merge(context, &drafts, &Locked::default(), drafts.ids());
    let reach = vec![Reach { sent: true, received: false, modules: vec![0] }; merged.types.len()];
    let names = names::decide(context, &drafts, &merged, &reach, occupied);
    (drafts, merged, reach, names)
}

fn defined(context: &Context<'_>) -> Vec<TypeDef> {
    let (drafts, merged, reach, names) = named(context, &[]);
    let locked = &Locked::default();
    types::plan(
        context,
        Decided { drafts: &drafts, locked, merged: &merged, names: &names, reach: &reach },
        &BTreeMap::new(),
    )
}

const CIRCLE: &str = "
components: {schemas: {
  Tree: {type: object, required: [root], properties: {
    root: {type: object, properties: {left: {$ref: '#/components/schemas/Tree'}, note: {type: [string, 'null']}}}}}}}
";

#[test]
fn calls_are_named_and_grouped() {
    let (found, complaints) = see(
        "paths:
  /orders:
    post: {tags: [Orders], operationId: a}
    get: {tags: [Orders], operationId: b}
  /orders/all:
    get: {tags: [Orders], operationId: c, x-method: list}
  /types:
    get: {tags: [types], operationId: d}",
        |context| {
            let (modules, calls) = calls::plan(context);
            let names: Vec<String> = modules.0.into_iter().map(|module| module.name).collect();
            (names, calls.into_iter().map(|call| call.name).collect::<Vec<_>>())
        },
    );
    // One path's operations stand in the order of HTTP, whatever the document's.
    let names = ["orders", "types_resource"].map(str::to_owned).to_vec();
    assert_eq!(found, (names, ["b", "create", "c", "list"].map(str::to_owned).to_vec()));
    assert_eq!(complaints.len(), 3, "{complaints:?}");
}

#[test]
fn parameters_have_a_type_and_a_place() {
    let (found, complaints) = see_call(
        "paths:
  /a/{code}:
    get:
      tags: [a]
      parameters:
      - {name: code, in: path, required: true, schema: {type: string}}
      - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
      - {name: filter, in: query, schema: {type: object}}
      - {name: X-Filter, in: header, schema: {type: object}}",
        |drafter, call| {
            let planned = parameters::plan(drafter, call).into_iter();
            planned.map(|one| (one.argument.ty, one.argument.place, one.required)).collect::<Vec<_>>()
        },
    );
    let joined = ArgumentPlace::Joined { name: "ids".to_owned(), separator: ",".to_owned() };
    let integers = ArgumentTy::Slice(Box::new(ArgumentTy::Owned(Scalar::Integer.into())));
    assert_eq!(found[0], (ArgumentTy::Str, ArgumentPlace::Path("code".to_owned()), true));
    assert_eq!(found[1], (integers, joined, false));
    assert_eq!(found[2].1, ArgumentPlace::Members("filter".to_owned()));
    assert_eq!(complaints, ["the object \"X-Filter\" has no form as text here"]);
}

#[test]
fn bodies_are_taken_out_of_their_envelope() {
    let (found, _) = see_call(
        "x-envelope: {request: data, unwrap-single: true}
paths:
  /a:
    post: {tags: [a], requestBody: {content: {application/json: {schema: {properties: {
      data: {required: [codes], properties: {codes: {type: array, items: {type: string}}}}}}}}}}",
        |drafter, call| body::plan(drafter, call).map(|(body, _)| (body.name, body.ty, body.place)),
    );
    let texts = ArgumentTy::Slice(Box::new(ArgumentTy::Owned(Scalar::String.into())));
    assert_eq!(found, Some(("codes".to_owned(), texts, ArgumentPlace::Body(MemberPath::from("data/codes")))));
}

#[test]
fn forms_have_fields_and_files() {
    let (found, complaints) = see_call(
        "paths:
  /a:
    post: {tags: [a], requestBody: {content: {multipart/form-data: {schema: {required: [file], properties: {
      file: {type: string, format: binary}, count: {type: integer}, odd: {type: array}}}}}}}",
        |drafter, call| {
            let fields = forms::plan(drafter, call).into_iter();
            fields.map(|(one, required, _)| (one.ty, one.place, required)).collect::<Vec<_>>()
        },
    );
    assert_eq!(found[0], (ArgumentTy::Upload, ArgumentPlace::File("file".to_owned()), true));
    let integer = ArgumentTy::Owned(Scalar::Integer.into());
    assert_eq!(found[1], (integer, ArgumentPlace::Form("count".to_owned()), false));
    assert_eq!(found[2].1, ArgumentPlace::FormJson("odd".to_owned()));
    assert_eq!(complaints.len(), 0, "{complaints:?}");
}

#[test]
fn answers_are_values_pages_jobs_files_or_nothing() {
    let json = |schema: &str| format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
    let list = "{properties: {data: {properties: {page: {}, rows: {type: array, items: {type: string}}}}}}";
    let cases = [
        ("", "{}".to_owned(), Answer::Nothing, ""),
        ("", "{content: {text/csv: {}}}".to_owned(), Answer::Download, ""),
        ("", json("{properties: {data: {type: [integer, 'null']}}}"), Answer::Value(integer().optional()), "data"),
        ("", json(list), Answer::Page(Scalar::String.into()), "data/rows"),
        ("x-paging: false, x-value: data/rows/0,", json(list), Answer::Value(Scalar::String.into()), "data/rows/0"),
        ("x-job: {},", "{}".to_owned(), Answer::Job(Scalar::Json.into()), "data"),
    ];
    for (says, response, expected, value) in cases {
        let members = format!(
            "x-envelope: {{value: data}}\nx-paging: {{page: page, current: page}}\npaths:\n  /a:\n    get: {{tags: [a], {says} \
             parameters: [{{name: page, in: query, schema: {{type: integer}}}}], responses: {{'200': {response}}}}}"
        );
        let (found, complaints) = see_call(&members, answer::plan);
        assert_eq!(found, (expected, MemberPath::from(value)), "{response}");
        assert_eq!(complaints, [""; 0], "{response}");
    }
}

fn integer<Id>() -> Ty<Id> {
    Scalar::Integer.into()
}

#[test]
fn methods_take_every_name_once() {
    let ((takes, retry), complaints) = see_call(
        "paths:
  /a:
    post: {tags: [a], x-retry: never, requestBody: {content: {application/json: {schema: {type: object}}}}, parameters: [
      {name: body, in: query, required: true, schema: {type: string}}, {name: aB, in: query, schema: {type: string}},
      {name: a_b, in: query, schema: {type: string}}, {name: send, in: query, schema: {type: string}}]}",
        |drafter, call| {
            let method = operations::plan(drafter, call);
            (method.takes.into_iter().map(|(one, _)| one.name).collect::<Vec<_>>(), method.retry)
        },
    );
    assert_eq!(takes, ["body", "a_b", "a_b_parameter", "with_send", "content"]);
    assert_eq!(retry, Some(Retry::Never));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
}

#[test]
fn webhooks_and_records_find_their_modules() {
    let (found, _) = see(
        "webhooks: {order: {post: {requestBody: {content: {application/json: {schema: {properties: {a: {}}}}}}}}}
components: {schemas: {Line: {properties: {b: {}}}, Text: {type: string}}}",
        |context| {
            let (mut modules, mut drafter) = (Modules::default(), Drafter::new(context));
            let carried = webhooks::plan(&mut drafter, &mut modules);
            let records = records::plan(&mut drafter, &mut modules);
            let records: Vec<String> = records.into_iter().map(|one| one.name).collect();
            (carried.len(), records, modules.0.into_iter().map(|one| one.name).collect::<Vec<_>>())
        },
    );
    assert_eq!(found, (1, vec!["Line".to_owned()], vec!["webhooks".to_owned(), "records".to_owned()]));
}

#[test]
fn a_draft_knows_every_place_of_its_schema() {
    let (drafts, _) = see(CIRCLE, drafts);
    let kinds: Vec<usize> = drafts.ids().map(|id| drafts[id].kind.members().len()).collect();
    assert_eq!(kinds, [1, 2]);
    let DraftKind::Record(fields) = &drafts[drafts.ids().next().unwrap()].kind else { panic!("{drafts:?}") };
    assert!(fields[0].required && !fields[0].nullable);
    // The component, and the member that holds it again; the component alone names it.
    let tree = &drafts[drafts.ids().next().unwrap()];
    assert_eq!((tree.origins.len(), tree.naming().len()), (2, 1));
}

#[test]
fn drafts_that_are_the_same_are_one_type() {
    let (merged, _) = see(
        "components: {schemas: {
  A: {properties: {price: {properties: {sum: {type: number}}}}}, B: {properties: {price: {properties: {sum: {type: number}}}}},
  C: {properties: {price: {properties: {vat: {type: number}}}}}}}",
        |context| {
            let drafts = drafts(context);
            merge(context, &drafts, &Locked::default(), drafts.ids())
        },
    );
    let sizes: Vec<(Option<&str>, usize)> =
        merged.types.iter().map(|one| (one.given.as_deref(), one.drafts.len())).collect();
    // Members follow their owner.
    assert_eq!(sizes, [(Some("A"), 1), (None, 2), (Some("B"), 1), (Some("C"), 1), (None, 1)]);
}

#[test]
fn names_are_unique_in_the_crate_and_in_their_module() {
    let occupied = Occupied { module: "trees".to_owned(), names: BTreeSet::from(["TreeRoot".to_owned()]) };
    let (names, complaints) = see(CIRCLE, |context| named(context, &[occupied]).3);
    assert_eq!(names, ["Tree", "TreeRootType"]);
    assert_eq!(complaints, ["TreeRoot is also what the module trees calls a request or itself"]);
}

#[test]
fn types_have_boxes_states_and_defaults() {
    let (types, _) = see(CIRCLE, defined);
    let fields = |at: usize| match &types[at].kind {
        TypeKind::Record(fields) => fields.iter().map(|field| field.ty.clone()).collect(),
        _ => Vec::new(),
    };
    assert_eq!(fields(0), [Ty::Boxed(Box::new(Ty::Named(TypeId(1))))]);
    // Sent, optional and nullable: three states.
    assert_eq!(fields(1), [Ty::Named(TypeId(0)).optional(), Ty::Patch(Box::new(Scalar::String.into()))]);
    assert!(types.iter().all(|one| one.defaultable));
}

#[test]
fn things_of_a_bulk_call_are_found_in_body_and_answer() {
    let members = |says: &str| {
        format!(
            "x-envelope: {{request: data}}
paths: {{/a: {{post: {{tags: [a], operationId: a, x-bulk: {says}, requestBody: {{content: {{application/json: {{
  schema: {{properties: {{data: {{properties: {{things: {{type: array, items: {{}}}}}}}}}}}}}}}}}}}}}}}}
components: {{schemas: {{Result: {{properties: {{done: {{type: boolean, x-aliases: [ok]}}}}}}}}}}"
        )
    };
    let method = Method {
        path: "/a".to_owned(),
        id: "a".to_owned(),
        operation: 0,
        name: "create".to_owned(),
        summary: None,
        arguments: vec![Argument {
            name: "body".to_owned(),
            ty: ArgumentTy::Str,
            place: ArgumentPlace::Body(MemberPath::from("data")),
            docs: Vec::new(),
            gap: None,
            deprecated: None,
            pointer: Pointer::root(),
        }],
        options: Vec::new(),
        answer: Answer::Value(Ty::Named(TypeId(0)).list()),
        faults: Vec::new(),
        value: MemberPath::from("things"),
        retry: None,
        page_size: None,
        promise: super::Promise::Answer,
        bulk: None,
        feed: None,
        once: None,
    };
    let planned = |says: &str| {
        see(&members(says), |context| bulk::plan(context, &defined(context), std::slice::from_ref(&method)).remove(0))
    };
    let (found, _) = planned("{items: things, limit: 2, outcome: done}");
    let found = found.unwrap();
    let [list] = &*found.lists else { panic!("{found:?}") };
    let outcome = ["done".to_owned(), "ok".to_owned()];
    assert_eq!((&*found.outcome, list.entry.clone()), (&outcome[..], Some(Ty::Named(TypeId(0)))));
    assert_eq!(list.place, Some(super::BulkPlace::Body(MemberPath::from("data/things"))));
    for says in ["{items: things, outcome: done}", "{items: things, limit: 2, outcome: gone}"] {
        let (found, complaints) = planned(says);
        assert!(found.is_none() && complaints.len() == 1, "{says}: {complaints:?}");
    }
}

#[test]
fn lists_of_changes_are_held_against_their_entries() {
    let see_feed = |says: &str| {
        let members = format!(
            "x-paging: {{page: page, current: page}}
paths: {{/a: {{get: {{tags: [a], operationId: a, x-feed: {says}, parameters: [
  {{name: page, in: query, schema: {{type: integer}}}}, {{name: from, in: query, schema: {{type: string}}}}],
  responses: {{'200': {{content: {{application/json: {{schema: {{properties: {{page: {{}}, rows: {{type: array, items: {{
    properties: {{code: {{type: string}}}}}}}}}}}}}}}}}}}}}}}}}}"
        );
        see(&members, |context| plan(context).resources.remove(0).operations.remove(0).feed)
    };
    let (found, complaints) = see_feed("{from: from, key: code, reach-days: 3, restart: a}");
    let found = found.unwrap_or_else(|| panic!("{complaints:?}"));
    assert_eq!(
        (found.from, found.key, found.reach.unwrap().method),
        ("from".to_owned(), "code".to_owned(), "list".to_owned())
    );
    assert!(see_feed("{from: since, key: code}").0.is_none());
}

#[test]
fn what_is_created_once_is_held_against_the_list() {
    let see_once = |says: &str| {
        let thing = "{properties: {code: {type: string}, gone: {type: boolean}}}";
        let members = format!(
            "paths:
  /a:
    get: {{tags: [a], operationId: list, parameters: [{{name: code, in: query, schema: {{type: string}}}}],
      responses: {{'200': {{content: {{application/json: {{schema: {{type: array, items: {thing}}}}}}}}}}}}}
    post: {{tags: [a], operationId: add, x-create-once: {says},
      requestBody: {{content: {{application/json: {{schema: {thing}}}}}}},
      responses: {{'200': {{content: {{application/json: {{schema: {thing}}}}}}}}}}}"
        );
        see(&members, |context| {
            let operations = plan(context).resources.remove(0).operations;
            operations.into_iter().find(|one| one.id == "add").and_then(|one| Some((one.request()?, one.once?)))
        })
    };
    let (found, complaints) = see_once("{key: code, list: list, filter: code, found: code, unless: gone}");
    let (_, once) = found.unwrap_or_else(|| panic!("{complaints:?}"));
    assert_eq!((once.key, once.list.whole_list), (super::OwnKey::Body("code".to_owned()), true));
    for (says, expected) in [
        ("{key: id, list: list, filter: code, found: code}", "no value \"id\""),
        ("{key: code, list: all, filter: code, found: code}", "no operation \"all\""),
        ("{key: code, list: add, filter: code, found: code}", "answers no list"),
        ("{key: code, list: list, filter: id, found: code}", "parameter \"id\""),
        ("{key: code, list: list, filter: code, found: id}", "no member \"id\""),
        ("{key: code, list: list, filter: code, found: code, unless: [code, lost]}", "no member \"lost\""),
        ("{key: code, list: list, found: code}", "narrowed"),
        ("{key: code, list: list, filter: code, found: code, detail: list}", "must take one argument"),
    ] {
        let (found, complaints) = see_once(says);
        assert!(found.is_none() && complaints.iter().any(|one| one.contains(expected)), "{says}: {complaints:?}");
    }
}

#[test]
fn builders_have_every_name_once() {
    let (found, _) = see(
        "servers: [{url: 'https://{token}.example.com/', variables: {token: {default: a}}}]
components: {securitySchemes: {token: {type: http, scheme: bearer}, timeout: {type: apiKey, in: header, name: T}}}",
        |context| client::plan(context.contract),
    );
    let names: Vec<&str> = found.credentials.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["timeout_credential", "token"]);
    assert_eq!(found.base_url, "https://{token_variable}.example.com");
}

#[test]
fn what_is_about_nothing_is_a_complaint() {
    let (_, complaints) = see("x-glossary: {gone: What it was.}", |context| glossary::check(context, &[]));
    assert_eq!(complaints, ["`x-glossary` explains \"gone\", which is nowhere"]);
    let (found, complaints) = see("x-envelope: {error-codes: Gone}", errors::plan);
    assert!(found.is_none() && complaints.len() == 1, "{complaints:?}");
    let (found, complaints) = see("components: {schemas: {A: {x-addresses: {image: {base: gone}}}}}", |context| {
        addresses::plan(context, SchemaId(0), &TypeKind::Record(Vec::new()))
    });
    assert!(found.is_empty() && complaints.len() == 1, "{complaints:?}");
}

#[test]
fn values_without_a_name_are_a_complaint() {
    let (found, complaints) = see("components: {schemas: {A: {}}}", |context| {
        enums::variants(context, SchemaId(0), &SchemaHints::default(), &["a-b", "a_b", "+", "a-b"])
    });
    assert_eq!(found.into_iter().map(|one| one.name).collect::<Vec<_>>(), ["AB", "ABValue", "Plus"]);
    assert_eq!(complaints.len(), 2, "{complaints:?}");
}
