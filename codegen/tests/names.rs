//! Names of public types stay when a document changes and what they stand for is still there.
//! Small documents for each kind of change, and every revision of Shoptet's document that `KONTRAKT_CORPUS` has.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use common::sound::assert_sound;
use common::{corpus, document, specs, standalone};
use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::emit::{Member, surface};
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::import::import;
use kontrakt_codegen::lock::NameLock;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::plan::{BetterName, Collisions, Plan};
use kontrakt_codegen::specification::Specification;

/// A change that takes nothing away on the wire. Lines of documents: `GET orders` gives the schema of an answer, `POST
/// orders` that of a body, `component money` a schema with a name, and what begins with `/` is a path as it is.
struct Change {
    name: &'static str,
    before: &'static [(&'static str, &'static str)],
    /// Lines that are new or changed; one without a schema goes.
    after: &'static [(&'static str, &'static str)],
    /// Types that come.
    new: &'static [&'static str],
}

const CHANGES: &[Change] = &[
    Change {
        name: "a look-alike of another shape comes",
        before: &[
            ("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}"),
            ("GET carts", "{properties: {id: {}, price: {properties: {sum: {type: string}}}}}"),
        ],
        after: &[("GET gifts", "{properties: {price: {properties: {vat: {type: string}}}}}")],
        new: &["shop::gifts::GiftList", "shop::gifts::GiftListPrice"],
    },
    Change {
        name: "a type that is named by its position stands elsewhere too",
        before: &[("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}")],
        after: &[("GET gifts", "{properties: {id: {}, price: {properties: {sum: {type: string}}}}}")],
        new: &["shop::gifts::GiftList", "shop::gifts::OrderListPrice"],
    },
    Change {
        name: "one of two types of answers that were one gets members",
        before: &[
            ("GET orders", "{properties: {price: {required: [sum], properties: {sum: {type: string}}}}}"),
            ("GET carts", "{properties: {id: {}, price: {required: [sum], properties: {sum: {type: string}}}}}"),
        ],
        after: &[(
            "GET carts",
            "{properties: {id: {}, price: {required: [sum, vat], properties: {sum: {type: string}, vat: {type: string}}}}}",
        )],
        new: &[],
    },
    Change {
        name: "the same one level deeper",
        before: &[
            ("GET orders", "{properties: {item: {properties: {price: {properties: {sum: {type: string}}}}}}}"),
            ("GET carts", "{properties: {id: {}, item: {properties: {price: {properties: {sum: {type: string}}}}}}}"),
        ],
        after: &[(
            "GET carts",
            "{properties: {id: {}, item: {properties: {price: {properties: {sum: {type: string}, vat: {type: string}}}}}}}",
        )],
        new: &[],
    },
    Change {
        name: "one of two enumerations of answers that were one gets a value",
        before: &[
            ("GET orders", "{properties: {state: {type: string, enum: [new, paid]}}}"),
            ("GET carts", "{properties: {id: {}, state: {type: string, enum: [new, paid]}}}"),
        ],
        after: &[("GET carts", "{properties: {id: {}, state: {type: string, enum: [new, left, paid]}}}")],
        new: &["shop::carts::State::Left", "shop::orders::State::Left"],
    },
    Change {
        name: "two types that differed are the same",
        before: &[
            ("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}"),
            ("GET carts", "{properties: {id: {}, price: {properties: {sum: {type: string}, vat: {type: string}}}}}"),
        ],
        after: &[("GET orders", "{properties: {price: {properties: {sum: {type: string}, vat: {type: string}}}}}")],
        new: &[],
    },
    Change {
        name: "a schema moves into a component",
        before: &[("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}")],
        after: &[
            ("GET orders", "{properties: {price: {$ref: '#/components/schemas/money'}}}"),
            ("component money", "{properties: {sum: {type: string}}}"),
        ],
        new: &[],
    },
    Change {
        name: "a component is inlined",
        before: &[
            ("GET orders", "{properties: {price: {$ref: '#/components/schemas/money'}}}"),
            ("component money", "{properties: {sum: {type: string}}}"),
        ],
        after: &[("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}"), ("component money", "")],
        new: &[],
    },
    Change {
        name: "a component is called otherwise, and another one takes its name",
        before: &[
            ("GET orders", "{properties: {price: {$ref: '#/components/schemas/money'}}}"),
            ("component money", "{properties: {sum: {properties: {value: {}}}}}"),
        ],
        after: &[
            (
                "GET orders",
                "{properties: {price: {$ref: '#/components/schemas/price'}, cash: {$ref: '#/components/schemas/money'}}}",
            ),
            ("component price", "{properties: {sum: {properties: {value: {}}}}}"),
            ("component money", "{properties: {coins: {type: integer}}}"),
        ],
        new: &["shop::orders::OrderListCash"],
    },
    Change {
        name: "a new component has the name of a type",
        before: &[
            ("GET orders", "{properties: {price: {properties: {sum: {type: string}}}}}"),
            ("GET carts", "{properties: {id: {}, price: {properties: {sum: {type: string}}}}}"),
        ],
        after: &[
            ("GET gifts", "{$ref: '#/components/schemas/price'}"),
            ("component price", "{properties: {vat: {type: string}}}"),
        ],
        new: &["shop::gifts::GiftList"],
    },
    Change {
        name: "what tells the alternatives of a union apart changes with a new one",
        before: &[(
            "POST orders",
            "{properties: {thing: {oneOf: [
              {required: [kind, code], properties: {kind: {type: string}, code: {type: string}}},
              {required: [kind, guid], properties: {kind: {type: string}, guid: {type: string}}}]}}}",
        )],
        after: &[(
            "POST orders",
            "{properties: {thing: {oneOf: [
              {required: [name], properties: {name: {type: string}}},
              {required: [kind, guid], properties: {kind: {type: string}, guid: {type: string}}},
              {required: [kind, code], properties: {kind: {type: string}, code: {type: string}}}]}}}",
        )],
        new: &["shop::orders::OrderCreateThing::ByName", "shop::orders::OrderCreateThingByName"],
    },
    Change {
        name: "a component that is an alternative is called otherwise",
        before: &[
            (
                "GET orders",
                "{properties: {thing: {oneOf: [{$ref: '#/components/schemas/cup'}, {$ref: '#/components/schemas/pot'}]}}}",
            ),
            ("component cup", "{required: [a], properties: {a: {type: string}}}"),
            ("component pot", "{required: [b], properties: {b: {type: string}}}"),
        ],
        after: &[
            (
                "GET orders",
                "{properties: {thing: {oneOf: [{$ref: '#/components/schemas/mug'}, {$ref: '#/components/schemas/pot'}]}}}",
            ),
            ("component cup", ""),
            ("component mug", "{required: [a], properties: {a: {type: string}}}"),
        ],
        new: &[],
    },
    Change {
        name: "the only member of an answer gets a neighbour",
        before: &[("GET orders", "{properties: {data: {properties: {order: {properties: {id: {type: string}}}}}}}")],
        after: &[(
            "GET orders",
            "{properties: {data: {properties: {order: {properties: {id: {type: string}}}, seen: {type: string}}}}}",
        )],
        new: &[],
    },
    Change {
        name: "the list of a page gets another list as a neighbour",
        before: &[(
            "/orders",
            "{get: {tags: [orders], parameters: [{name: page, in: query, schema: {type: integer}}], responses: {'200': {content: {
              application/json: {schema: {properties: {data: {properties: {sold: {type: array, items: {properties: {id: {}}}},
              paginator: {properties: {pages: {type: integer}}}}}}}}}}}}}",
        )],
        after: &[(
            "/orders",
            "{get: {tags: [orders], parameters: [{name: page, in: query, schema: {type: integer}}], responses: {'200': {content: {
              application/json: {schema: {properties: {data: {properties: {sold: {type: array, items: {properties: {id: {}}}},
              labels: {type: array, items: {}}, paginator: {properties: {pages: {type: integer}}}}}}}}}}}}}",
        )],
        new: &[],
    },
    Change {
        name: "the only list of a body gets a neighbour that may be absent",
        before: &[("POST orders", "{required: [things], properties: {things: {type: array, items: {properties: {id: {}}}}}}")],
        after: &[(
            "POST orders",
            "{required: [things], properties: {things: {type: array, items: {properties: {id: {}}}}, note: {type: string}}}",
        )],
        new: &[],
    },
    Change {
        name: "tag and parameter of a path are called otherwise",
        before: &[(
            "/orders/{code}",
            "{get: {tags: [orders], parameters: [{name: code, in: path, required: true, schema: {type: string}},
              {name: by, in: query, schema: {type: string, enum: [a, b]}}], responses: {}}}",
        )],
        after: &[
            ("/orders/{code}", ""),
            (
                "/orders/{id}",
                "{get: {tags: [sales], parameters: [{name: id, in: path, required: true, schema: {type: string}},
                  {name: by, in: query, schema: {type: string, enum: [a, b]}}], responses: {}}}",
            ),
        ],
        new: &[],
    },
];

fn lines(change: &Change) -> [BTreeMap<&str, &str>; 2] {
    let before: BTreeMap<&str, &str> = change.before.iter().copied().collect();
    let mut after = before.clone();
    after.extend(change.after.iter().copied());
    after.retain(|_, schema| !schema.is_empty());
    [before, after]
}

fn text(lines: &BTreeMap<&str, &str>) -> String {
    let (mut paths, mut components) = (BTreeMap::<String, String>::new(), String::new());
    for (line, schema) in lines {
        let media = format!("content: {{application/json: {{schema: {schema}}}}}");
        match line.split_once(' ') {
            Some(("component", name)) => write!(components, "\n  {name}: {schema}").unwrap(),
            Some(("GET", tag)) => {
                let call = format!("get: {{tags: [{tag}], responses: {{'200': {{{media}}}}}}}");
                paths.entry(format!("/{tag}")).or_default().push_str(&call);
            }
            Some((_, tag)) => {
                let call = format!("post: {{tags: [{tag}], requestBody: {{{media}}}, responses: {{}}}}");
                paths.entry(format!("/{tag}")).or_default().push_str(&call);
            }
            None => drop(paths.insert((*line).to_owned(), schema[1..schema.len() - 1].to_owned())),
        }
    }
    let paths: String = paths.iter().map(|(path, item)| format!("\n  {path}: {{{item}}}")).collect();
    let envelope = match paths.contains("data:") || paths.contains("things:") {
        true => "x-envelope: {value: data, unwrap-single: true}\nx-paging: {page: page, pages: paginator/pages}\n",
        false => "",
    };
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{envelope}paths:{paths}\n\
         components: {{schemas: {{{}}}}}\n",
        components.replace("\n  ", ",\n  ").trim_start_matches(',')
    )
}

fn generated(text: &str, lock: &NameLock) -> Result<Generated> {
    let specification = Specification { lock: lock.clone(), ..Specification::without_overlays("shop", document(text)) };
    from_specification(&specification, Strictness::Strict, &standalone(), ("load", Duration::ZERO))
}

/// Paths of all public items.
fn names(generated: &Generated) -> BTreeSet<String> {
    assert_sound(generated);
    let items = surface("shop", &generated.contract, &generated.plan);
    items.into_iter().flat_map(|item| std::iter::once(item.path).chain(item.also)).collect()
}

/// What calls take and give.
fn calls(generated: &Generated) -> BTreeSet<String> {
    let items = surface("shop", &generated.contract, &generated.plan);
    let calls = items.into_iter().filter(|item| item.call.is_some() && !item.gives.is_empty());
    let taken = |members: &[Member]| members.iter().map(|one| one.ty.clone()).collect::<Vec<_>>().join(", ");
    calls.map(|item| format!("{}({}) -> {}", item.path, taken(&item.members), item.gives)).collect()
}

/// Names that some code has and other code has not.
fn beyond(these: &BTreeSet<String>, those: &BTreeSet<String>) -> Vec<String> {
    these.difference(those).cloned().collect()
}

#[test]
fn what_stays_on_the_wire_keeps_its_name() {
    for change in CHANGES {
        let [before, after] = lines(change).map(|lines| text(&lines));
        let old = generated(&before, &NameLock::default()).unwrap_or_else(|error| panic!("{}: {error}", change.name));
        let kept =
            generated(&after, &old.plan.lock).unwrap_or_else(|error| panic!("{}: {error}\n{after}", change.name));
        assert_eq!(old.plan.lock.renamed(&kept.plan.lock), [], "{}", change.name);
        assert_eq!(beyond(&names(&old), &names(&kept)), [""; 0], "{}", change.name);
        assert_eq!(beyond(&calls(&old), &calls(&kept)), [""; 0], "{}", change.name);
        let mut new = beyond(&names(&kept), &names(&old));
        new.retain(|name| name.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_uppercase)));
        new.retain(|name| !name.ends_with("Api"));
        assert_eq!(new, change.new, "{}", change.name);
        // Without the lock names change, or collide: otherwise the case shows nothing.
        if let Ok(free) = generated(&after, &NameLock::default()) {
            let gone = beyond(&names(&old), &names(&free));
            assert!(!gone.is_empty() || !old.plan.lock.renamed(&free.plan.lock).is_empty(), "{}", change.name);
        }
        // A second time nothing changes.
        let again = generated(&after, &kept.plan.lock).unwrap();
        assert!(again.files == kept.files && again.plan.lock == kept.plan.lock, "{}", change.name);
    }
}

/// Requests cannot be widened: they would write what the document does not allow. One of the two is another type then.
#[test]
fn requests_write_what_they_may() {
    let line = |members: &str| {
        format!("{{properties: {{id: {{}}, price: {{properties: {{sum: {{type: string}}{members}}}}}}}}}")
    };
    let (before, after) = (line(""), line(", vat: {type: string}"));
    let old = text(&BTreeMap::from([("POST orders", &*before), ("POST carts", &*before)]));
    let new = text(&BTreeMap::from([("POST orders", &*before), ("POST carts", &*after)]));
    let old = generated(&old, &NameLock::default()).unwrap();
    let kept = generated(&new, &old.plan.lock).unwrap();
    let renamed: Vec<String> = old.plan.lock.renamed(&kept.plan.lock).iter().map(ToString::to_string).collect();
    assert_eq!(renamed.len(), 1, "{renamed:?}");
    // What did not change keeps the name, whichever it is.
    assert!(names(&kept).contains("shop::orders::Price") && !names(&kept).contains("shop::carts::Price"));
    let new = text(&BTreeMap::from([("POST orders", &*after), ("POST carts", &*before)]));
    let kept = names(&generated(&new, &old.plan.lock).unwrap());
    assert!(kept.contains("shop::carts::Price") && !kept.contains("shop::orders::Price"));
}

#[test]
fn a_better_name_is_proposed_and_taken_by_a_person() {
    let change = &CHANGES[1];
    let [before, after] = lines(change).map(|lines| text(&lines));
    let old = generated(&before, &NameLock::default()).unwrap();
    let kept = generated(&after, &old.plan.lock).unwrap();
    let [BetterName { name, better, pointer }] = &*kept.plan.better else { panic!("{:?}", kept.plan.better) };
    assert_eq!((&**name, &**better), ("OrderListPrice", "Price"));
    assert!(pointer.to_string().ends_with("/price"), "{pointer}");
    let taken = generated(&after, &kept.plan.lock.rename(name, better).unwrap()).unwrap();
    assert_eq!(taken.plan.better, []);
    assert!(names(&taken).contains("shop::orders::Price"));
    // A name in the specification is a person's as well.
    let chosen = after.replace("price: {properties", "price: {x-name: Cost, properties");
    assert!(names(&generated(&chosen, &kept.plan.lock).unwrap()).contains("shop::gifts::Cost"));
}

/// Names of a revision: as the rule gives them, and with the names that were given before.
fn plans(path: &Path, lock: &NameLock) -> Option<[Plan; 2]> {
    // One of them is no YAML.
    let imported = import("Shoptet", std::fs::read(path).unwrap(), "Shoptet").ok()?;
    let document = Document::parse("openapi.yaml", imported.yaml).unwrap();
    let specification = Specification::with_overlays_of(&specs(), "shoptet", document, Unmatched::Warn).unwrap();
    let (contract, _) = Contract::read_mending(&specification.document).unwrap();
    let plan = |lock| Plan::of(&contract, &specification.document, lock, Collisions::Qualify).unwrap();
    Some([plan(&NameLock::default()), plan(lock)])
}

/// Every revision of Shoptet's document that stands in a row, each with the names of the one before it.
#[test]
fn the_nights_rename_nothing() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("upstream/shoptet");
    let nights = std::fs::read_to_string(folder.join("nights.txt")).unwrap();
    let (mut by_rule, mut locked) = (NameLock::default(), NameLock::default());
    let (mut before, mut after, mut revisions) = (Vec::new(), Vec::new(), 0);
    for night in nights.lines().filter(|line| line.ends_with(".yaml")) {
        let Some([free, kept]) = plans(&folder.join(night), &locked) else { continue };
        before.extend(by_rule.renamed(&free.lock).iter().map(|one| format!("{night}: {one}")));
        after.extend(locked.renamed(&kept.lock).iter().map(|one| format!("{night}: {one}")));
        (by_rule, locked) = (free.lock, kept.lock);
        revisions += 1;
    }
    println!("{revisions} revisions; renamed by the rule {}, with the lock {}", before.len(), after.len());
    assert!(revisions > 30);
    assert_eq!(after, [""; 0], "by the rule alone: {before:#?}");
}
