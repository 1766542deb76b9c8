//! Constructs of real documents on which generators often fail, one case each: the emitted code, and that it compiles.
//! All cases together are one crate, compiled once.

mod common;
#[path = "traps/table.rs"]
mod table;

use std::collections::BTreeSet;

use common::emitted::{Emitted, ItemKind};
use common::{Crate, lenient};
use table::TRAPS;

/// A trap: parts of a document, and lines that the emitted crate must have.
struct Trap {
    name: &'static str,
    /// Below `paths`.
    paths: &'static str,
    /// Below `components/schemas`.
    schemas: &'static str,
    /// See [`facts`].
    facts: &'static [&'static str],
    /// Parts of facts that must not be.
    never: &'static [&'static str],
}

const NONE: Trap = Trap { name: "", paths: "", schemas: "", facts: &[], never: &[] };

fn document(paths: &str, schemas: &str) -> String {
    let indent = |text: &str, by: &str| -> String {
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("{by}{line}\n")).collect()
    };
    format!(
        "openapi: 3.1.0\ninfo: {{title: Shop, version: VERSION_PLACEHOLDER}}\nservers: [{{url: 'https://example.com/'}}]\npaths:\n  \
         /ping: {{get: {{tags: [ping], operationId: ping, responses: {{'204': {{description: ''}}}}}}}}\n{}components:\n  \
         schemas:\n    Ping: {{type: object, properties: {{pong: {{type: boolean}}}}}}\n{}",
        indent(paths, "  "),
        indent(schemas, "    ")
    )
}

/// What a crate says, a line each: `Order.code: String = required(code)`, `Status::Paid = paid`, `Size::Name(String)`,
/// `GET /orders -> Vec<Order>`, `GET /orders(page: i64 = query(page))`, with `[...]` around what is a setter.
fn facts(emitted: &Emitted) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for (_, item) in emitted.items() {
        for (at, member) in item.members.iter().enumerate() {
            let place = format!("{}: {} = {}({})", member.name, member.ty, member.place, member.keys.join(", "));
            facts.insert(match (item.kind, &item.call) {
                (ItemKind::Operation, Some(call)) if at < call.arguments => format!("{}({place})", call.path),
                (ItemKind::Operation, Some(call)) => format!("{}[{place}]", call.path),
                (ItemKind::Union, _) => format!("{}::{}({})", item.name, member.name, member.ty),
                (ItemKind::Open, _) => format!("{}::{} = {}", item.name, member.name, member.keys.concat()),
                (ItemKind::Closed, _) => format!("{}::{} = {} only", item.name, member.name, member.keys.concat()),
                _ => format!("{}.{place}", item.name),
            });
        }
        if let Some(call) = &item.call {
            facts.insert(format!("{} -> {}", call.path, call.answer));
        }
        facts.insert(format!("{:?} {}", item.kind, item.name));
    }
    facts
}

/// What is wrong with the outcome of one trap, a sentence each.
fn mistakes(trap: &Trap) -> Vec<String> {
    let emitted = lenient(&document(trap.paths, trap.schemas)).map_err(|error| error.to_string());
    let emitted = match emitted.and_then(|generated| Emitted::read(&generated.files)) {
        Ok(emitted) => emitted,
        Err(error) => return vec![error],
    };
    let mut mistakes = emitted.violations();
    let found = facts(&emitted);
    mistakes.extend(trap.facts.iter().filter(|fact| !found.contains(**fact)).map(|fact| format!("no {fact:?}")));
    for never in trap.never {
        mistakes.extend(found.iter().filter(|fact| fact.contains(never)).map(|fact| format!("still {fact:?}")));
    }
    if !mistakes.is_empty() {
        mistakes.extend(found.iter().map(|fact| format!("  there is {fact:?}")));
    }
    mistakes
}

#[test]
fn every_trap_is_passed() {
    let mut report = String::new();
    for trap in TRAPS {
        assert!(!trap.facts.is_empty(), "{} says nothing", trap.name);
        let mistakes = mistakes(trap);
        if !mistakes.is_empty() {
            report += &format!("{}\n  {}\n", trap.name, mistakes.join("\n  "));
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Base URL and credentials with names that the client builder has itself.
const BUILDER: &str = "  securitySchemes:
    timeout: {type: apiKey, in: header, name: X-Token}
    type: {type: apiKey, in: query, name: key}
    shop-name: {type: http, scheme: bearer}
    basic: {type: http, scheme: basic}
    oauth: {type: oauth2, flows: {}}
servers:
  - {url: 'https://{shopName}.example.com/{build}', variables: {shopName: {default: a}, build: {default: b}}}
";

#[test]
fn all_traps_together_compile() {
    let all = |part: fn(&Trap) -> &'static str| TRAPS.iter().map(part).collect::<Vec<_>>().join("\n");
    let text = document(&all(|trap| trap.paths), &all(|trap| trap.schemas)) + BUILDER;
    let generated = lenient(&text.replacen("servers: [{url: 'https://example.com/'}]\n", "", 1)).unwrap();
    let url = "base_url: \"https://{shop_name_variable}.example.com/{build_variable}\"";
    assert!(common::text(&generated, "src/lib.rs").contains(url), "variables have the names of the builder's methods");
    Emitted::read(&generated.files).unwrap().assert_sound();
    Crate::new("traps", &generated.files).check("full,codecs");
}
