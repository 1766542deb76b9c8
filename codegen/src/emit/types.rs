//! Records, enums and unions, and the module of types that several resources share.

use super::code::{Code, wrap};
use super::rust::{Rust, call};
use super::{Emission, File};
use crate::name::ident;
use crate::plan::{Address, Alternative, Field, Plan, Scalar, Ty, TypeDef, TypeKind, UnionTag, Variant};

/// Arguments that a constructor may have before it reads worse than a struct literal.
const MAX_ARGUMENTS: usize = 7;

/// The module of types that several resources use; none when there are none.
pub(super) fn shared(emission: Emission<'_>) -> Option<File> {
    let plan = emission.plan;
    let shared: Vec<&TypeDef> = plan.types.iter().filter(|def| def.resources.len() > 1).collect();
    if shared.is_empty() {
        return None;
    }
    let docs = vec![
        "Types that several resources share.".to_owned(),
        String::new(),
        "Each resource's module exports those that it uses; each exists when a feature that needs it is on.".to_owned(),
    ];
    let mut code = Code::file(&docs);
    code.line("");
    code.line("// Without any of the features there is nothing left to use it.");
    code.line("#[allow(unused_imports)]");
    code.line("use kontrakt_runtime::prelude::*;");
    for def in shared {
        code.line("");
        definition(&mut code, plan, def, &features(plan, def));
    }
    Some(File { path: "src/types.rs".to_owned(), text: code.finish() })
}

/// The module of the codes that errors can have; none when the specification does not tell.
pub(super) fn error_codes(emission: Emission<'_>) -> Option<File> {
    let def = emission.plan.error_codes.as_ref()?;
    let mut code = Code::file(&["The codes that errors can have.".to_owned()]);
    code.line("");
    code.line("use kontrakt_runtime::prelude::*;");
    code.line("");
    definition(&mut code, emission.plan, def, &[]);
    Some(File { path: "src/error_code.rs".to_owned(), text: code.finish() })
}

/// Features that need a type.
fn features(plan: &Plan, def: &TypeDef) -> Vec<String> {
    def.resources.iter().map(|index| format!("feature = {:?}", plan.resources[*index].name)).collect()
}

/// A type, behind features where it is shared.
pub(super) fn definition(code: &mut Code, plan: &Plan, def: &TypeDef, features: &[String]) {
    let cfg = |code: &mut Code| {
        if !features.is_empty() {
            for line in wrap("#[cfg(any(", features, "))]", 0) {
                code.line(line);
            }
        }
    };
    cfg(code);
    let rust = Rust::in_scope(plan);
    match &def.kind {
        TypeKind::Record(fields) => record(code, rust, def, fields),
        TypeKind::Enum(variants) => enumeration(code, def, variants),
        TypeKind::Union(alternatives) => union(code, rust, def, alternatives),
    }
    if !def.addresses.is_empty() {
        code.line("");
        cfg(code);
        addresses(code, def);
    }
    if let (TypeKind::Record(fields), Some(needed)) = (&def.kind, constructor_fields(def)) {
        constructor(code, rust, (&def.name, fields), &needed, cfg);
    }
}

/// What the constructor of a type takes, if it has one: what is sent and must have something.
pub(super) fn constructor_fields(def: &TypeDef) -> Option<Vec<&Field>> {
    let TypeKind::Record(fields) = &def.kind else { return None };
    let needed: Vec<&Field> = fields.iter().filter(|field| given(field)).collect();
    (def.sent && (1..=MAX_ARGUMENTS).contains(&needed.len())).then_some(needed)
}

/// Whether a constructor takes a member as an argument.
fn given(field: &Field) -> bool {
    field.required && !matches!(field.ty, Ty::Optional(_) | Ty::Patch(_))
}

/// The type of such an argument.
pub(super) fn constructor_argument(rust: Rust<'_>, field: &Field) -> String {
    match &field.ty {
        ty if converted(ty) => format!("impl Into<{}>", rust.ty(ty)),
        ty => rust.ty(ty),
    }
}

fn enumeration(code: &mut Code, def: &TypeDef, variants: &[Variant]) {
    let kind = if def.open { "open_enum!" } else { "closed_enum!" };
    code.block(kind, |code| {
        code.docs(&def.docs);
        code.deprecated(def.deprecated.then_some(""));
        let kind = if variants.iter().any(|variant| variant.number) { "number" } else { "text" };
        code.block(format!("pub enum {}: {kind}", def.name), |code| {
            for variant in variants {
                match variant.value.as_str() {
                    "" => code.line("/// The empty text."),
                    value => {
                        let value = format!("`{}`", value.replace('`', "'"));
                        code.docs(&[match &variant.docs {
                            Some(meaning) => format!("{value}: {meaning}"),
                            None => value,
                        }]);
                    }
                }
                code.line(format!("{} = {:?},", variant.name, variant.value));
            }
        });
    });
}

fn union(code: &mut Code, rust: Rust<'_>, def: &TypeDef, alternatives: &[Alternative]) {
    code.block("union!", |code| {
        code.docs(&def.docs);
        code.deprecated(def.deprecated.then_some(""));
        code.block(format!("pub enum {}", def.name), |code| {
            for (at, Alternative { name, ty, tags }) in alternatives.iter().enumerate() {
                code.docs(&[alternative(rust, alternatives, at)]);
                let tags: Vec<String> = tags.iter().map(tag).collect();
                let tags = if tags.is_empty() { String::new() } else { format!(" where {}", tags.join(" && ")) };
                code.line(format!("{name}({}){tags},", rust.ty(ty)));
            }
        });
    });
}

/// What an alternative of a union is: where its tags say so, what it has that the others need not have, or its type.
fn alternative(rust: Rust<'_>, alternatives: &[Alternative], at: usize) -> String {
    let Alternative { ty, tags, .. } = &alternatives[at];
    if !tags.is_empty() {
        let value = |tag: &UnionTag| {
            let values: Vec<String> = tag.values.iter().map(|value| format!("`{}`", value.replace('`', "'"))).collect();
            format!("`{}` is {}", tag.path, values.join(" or "))
        };
        return format!("Where {}.", tags.iter().map(value).collect::<Vec<_>>().join(" and "));
    }
    let others = || alternatives.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| &other.ty);
    let own: Vec<String> = rust
        .members(ty)
        .filter(|key| !others().any(|other| rust.members(other).any(|their| their == *key)))
        .map(|key| format!("`{key}`"))
        .collect();
    match own.as_slice() {
        [] => format!("{}.", rust.spoken(ty)),
        [only] => format!("With {only}."),
        [all @ .., last] => format!("With {} and {last}.", all.join(", ")),
    }
}

/// What tells an alternative from the others, as `union!` reads it.
pub(super) fn tag(tag: &UnionTag) -> String {
    let values: Vec<String> = tag.values.iter().map(|value| format!("{value:?}")).collect();
    format!("{:?} = {}", tag.path.to_string(), values.join(" | "))
}

/// Methods that put an address together.
fn addresses(code: &mut Code, def: &TypeDef) {
    code.block(format!("impl {}", def.name), |code| {
        for (at, Address { name, base, docs }) in def.addresses.iter().enumerate() {
            if at > 0 {
                code.line("");
            }
            code.docs(docs);
            code.line("#[must_use]");
            code.block(format!("pub fn {}(&self, name: &str) -> String", ident(name)), |code| {
                code.line(format!("format!(\"{{}}/{{name}}\", self.{}.trim_end_matches('/'))", ident(base)));
            });
        }
    });
}

fn record(code: &mut Code, rust: Rust<'_>, def: &TypeDef, fields: &[Field]) {
    code.block("record!", |code| {
        code.docs(&def.docs);
        code.deprecated(def.deprecated.then_some(""));
        // What only answers carry may grow; what requests carry is written as a struct literal.
        if !def.sent {
            code.line("#[non_exhaustive]");
        }
        if def.defaultable {
            code.line("#[derive(Default)]");
        }
        let open = if def.sent { "" } else { ": open" };
        code.block(format!("pub struct {}{open}", def.name), |code| {
            for field in fields {
                code.docs(&field.docs);
                code.deprecated(field.deprecated.as_deref());
                let presence = if field.required { "required" } else { "optional" };
                let place = call(presence, &field.keys);
                code.line(format!("pub {}: {} = {place},", ident(&field.name), rust.ty(&field.ty)));
            }
        });
    });
}

/// `new` with what a request must have.
fn constructor(
    code: &mut Code,
    rust: Rust<'_>,
    (name, fields): (&str, &[Field]),
    needed: &[&Field],
    cfg: impl Fn(&mut Code),
) {
    let argument = |field: &&Field| format!("{}: {}", ident(&field.name), constructor_argument(rust, field));
    let arguments: Vec<String> = needed.iter().map(argument).collect();
    code.line("");
    cfg(code);
    code.block(format!("impl {name}"), |code| {
        code.line("/// With its required members; the others are left out.");
        if fields.iter().any(|field| field.deprecated.is_some()) {
            code.line("#[allow(deprecated)]");
        }
        let mut lines = wrap("pub fn new(", &arguments, ") -> Self", 1);
        let head = lines.pop().unwrap_or_default();
        lines.into_iter().for_each(|line| code.line(line));
        code.block(head, |code| {
            code.block("Self", |code| {
                for field in fields {
                    let value = match &field.ty {
                        ty if given(field) && converted(ty) => Some(format!("{}.into()", ident(&field.name))),
                        _ if given(field) => None,
                        Ty::Patch(_) => Some("Patch::Absent".to_owned()),
                        _ => Some("None".to_owned()),
                    };
                    match value {
                        Some(value) => code.line(format!("{}: {value},", ident(&field.name))),
                        None => code.line(format!("{},", ident(&field.name))),
                    }
                }
            });
        });
    });
}

/// Whether a constructor takes whatever becomes such a value: texts, decimals and times come from other types.
pub(super) fn converted(ty: &Ty) -> bool {
    match ty {
        Ty::Scalar(scalar) => !matches!(scalar, Scalar::Boolean | Scalar::Integer | Scalar::Json | Scalar::Mixed),
        _ => false,
    }
}
