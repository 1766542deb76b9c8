//! Constructs of real documents on which generators often fail, one case each: the emitted code, and that it compiles.
//! All cases together are one crate, compiled once.

mod common;
#[path = "traps/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};

use common::sound::{assert_sound, violations};
use common::{Crate, lenient};
use kontrakt_codegen::emit::{Item, ItemKind, Member, surface};
use kontrakt_codegen::generate::Generated;
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
fn facts(Generated { contract, plan, .. }: &Generated) -> BTreeSet<String> {
    let items = surface("shop", contract, plan);
    let kinds: BTreeMap<&str, ItemKind> =
        items.iter().filter(|item| item.kind.is_type()).map(|item| (item.owner.as_str(), item.kind)).collect();
    let mut facts = BTreeSet::new();
    for item in &items {
        let Item { kind, owner, members, gives, call, .. } = item;
        let call = call.as_deref().unwrap_or_default();
        for Member { name, ty, place, keys } in members {
            let placed = format!("{name}: {ty} = {place}({})", keys.join(", "));
            facts.insert(match (kind, kinds.get(owner.as_str())) {
                (ItemKind::Method, _) => format!("{call}({placed})"),
                (ItemKind::Setter, _) => format!("{call}[{placed}]"),
                (ItemKind::Variant, Some(ItemKind::Union)) if keys.is_empty() => format!("{owner}::{name}({ty})"),
                (ItemKind::Variant, Some(ItemKind::Union)) => {
                    format!("{owner}::{name}({ty}) where {}", keys.join(" && "))
                }
                (ItemKind::Variant, Some(ItemKind::Closed)) => format!("{owner}::{name} = {} only", keys.concat()),
                (ItemKind::Variant, _) => format!("{owner}::{name} = {}", keys.concat()),
                _ => format!("{owner}.{placed}"),
            });
        }
        facts.insert(match kind {
            ItemKind::Method => format!("{call} -> {gives}"),
            kind => format!("{kind:?} {owner}"),
        });
    }
    facts
}

/// What is wrong with the outcome of one trap, a sentence each.
fn mistakes(trap: &Trap) -> Vec<String> {
    let generated = match lenient(&document(trap.paths, trap.schemas)) {
        Ok(generated) => generated,
        Err(error) => return vec![error.to_string()],
    };
    let mut mistakes = violations(&generated);
    let found = facts(&generated);
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
    assert_sound(&generated);
    let emitted = Crate::new("traps", &generated.files);
    emitted.check("full,codecs");
    emitted.examples("full");
}
