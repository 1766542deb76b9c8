//! Values that examples send: those that the document shows, or plausible ones by the names of members.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression::Expression;
use super::words;
use crate::contract::{Contract, SchemaId};
use crate::emit::rust::Rust;
use crate::emit::types::{constructor_fields, converted};
use crate::name::ident;
use crate::plan::{Alternative, ArgumentTy, Field, Plan, Scalar, Ty, TypeDef, TypeId, TypeKind, Variant};

/// Depth from which on lists stay empty, so that types within themselves come to an end.
const DEEP: usize = 4;

/// Writes values of one example, and remembers which types it names.
pub(super) struct Values<'p> {
    pub(super) contract: &'p Contract,
    pub(super) plan: &'p Plan,
    /// Name of the crate in code.
    pub(super) krate: &'p str,
    pub(super) resource: &'p str,
    pub(super) named: BTreeSet<TypeId>,
}

/// What a value is for: its name on the wire, the name of what has it, and its schemas.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) name: &'a str,
    pub(super) owner: &'a str,
    pub(super) schemas: &'a [SchemaId],
    pub(super) depth: usize,
}

impl<'a> Site<'a> {
    fn of(owner: &'a TypeDef, field: &'a Field, depth: usize) -> Self {
        Self { name: &field.keys[0], owner: &owner.name, schemas: &field.schemas, depth }
    }

    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl Values<'_> {
    /// A value as a method takes it, after `&` where it is borrowed.
    pub(super) fn argument(&mut self, ty: &ArgumentTy, site: Site<'_>) -> (&'static str, Expression) {
        match ty {
            ArgumentTy::Str => ("", Expression::atom(quoted(&self.text(site)))),
            ArgumentTy::Owned(ty) => ("", self.value(ty, site)),
            ArgumentTy::Reference(ty) => ("&", self.value(ty, site)),
            ArgumentTy::Slice(inner) => {
                let (reference, element) = self.argument(inner, site);
                ("&", Expression::list("[", vec![element.after(reference)]))
            }
            ArgumentTy::Upload => ("&", self.file()),
            ArgumentTy::Uploads => ("&", Expression::list("[", vec![self.file()])),
        }
    }

    fn file(&self) -> Expression {
        Expression::atom(format!("{}::Upload::new(\"teapot.jpg\", std::fs::read(\"teapot.jpg\")?)", self.krate))
    }

    /// A value of this type, where the type is known.
    pub(super) fn value(&mut self, ty: &Ty, site: Site<'_>) -> Expression {
        match ty {
            Ty::Scalar(scalar) => self.scalar(*scalar, site),
            Ty::Named(id) => self.named(*id, site),
            Ty::List(inner) if site.depth < DEEP => Expression::list("vec![", vec![self.value(inner, site.below())]),
            Ty::List(_) => Expression::atom("Vec::new()"),
            Ty::Map(inner) if site.depth < DEEP => {
                let key = "\"key\"";
                let pair = Expression::call("", vec![Expression::atom(key), self.value(inner, site.below())]);
                Expression::list("FromIterator::from_iter([", vec![pair]).before(")")
            }
            Ty::Map(_) => Expression::atom("Default::default()"),
            Ty::Optional(inner) => Expression::call("Some", vec![self.value(inner, site)]),
            Ty::Patch(inner) => {
                Expression::call(format!("{}::Patch::Value", self.krate), vec![self.value(inner, site)])
            }
            Ty::Boxed(inner) => Expression::call("Box::new", vec![self.value(inner, site)]),
        }
    }

    fn scalar(&self, scalar: Scalar, site: Site<'_>) -> Expression {
        let krate = self.krate;
        let parsed = |text: &str| Expression::atom(format!("{}.parse()?", quoted(text)));
        let json = |text: &str| Expression::atom(format!("{krate}::runtime::from_json({})?", quoted(text)));
        match scalar {
            Scalar::String | Scalar::Secret | Scalar::Mixed => {
                Expression::atom(format!("{}.into()", quoted(&self.text(site))))
            }
            Scalar::Integer => Expression::atom(self.number(site).to_string()),
            Scalar::Boolean => Expression::atom("true"),
            Scalar::Number | Scalar::Decimal | Scalar::Fixed(_) => parsed(&self.decimal(scalar, site)),
            Scalar::Date | Scalar::DateTime | Scalar::CompactDateTime | Scalar::LocalDateTime => {
                parsed(words::time(scalar).unwrap_or_default())
            }
            Scalar::UnixTime => json("1777615200"),
            Scalar::Instance => json("\"TEAPOT-1\""),
            Scalar::Json => json("{}"),
        }
    }

    /// As a constructor takes it, which converts texts, decimals and times itself.
    fn given(&mut self, ty: &Ty, site: Site<'_>) -> Expression {
        let Ty::Scalar(scalar) = ty else { return self.value(ty, site) };
        if !converted(ty) {
            return self.value(ty, site);
        }
        match scalar {
            Scalar::String | Scalar::Secret => Expression::atom(quoted(&self.text(site))),
            Scalar::Number | Scalar::Decimal | Scalar::Fixed(_) => Expression::atom(self.number(site).to_string()),
            _ => {
                let spelled = Rust::in_full(self.plan, self.resource).ty(ty);
                let krate = self.krate;
                let spelled = spelled.replace("kontrakt_runtime::", &format!("{krate}::runtime::"));
                match words::time(*scalar) {
                    Some(time) => Expression::atom(format!("{}.parse::<{spelled}>()?", quoted(time))),
                    None => {
                        let value = self.scalar(*scalar, site).line();
                        Expression::atom(value.replacen("from_json(", &format!("from_json::<{spelled}>("), 1))
                    }
                }
            }
        }
    }

    fn named(&mut self, id: TypeId, site: Site<'_>) -> Expression {
        let def = self.plan.ty(id);
        self.named.insert(id);
        match &def.kind {
            TypeKind::Enum(variants) => Expression::atom(format!("{}::{}", def.name, self.variant(variants, site))),
            TypeKind::Union(alternatives) => self.union(def, alternatives, site),
            TypeKind::Record(fields) => self.record(def, fields, site),
        }
    }

    /// The value that the document shows, or the first.
    fn variant<'v>(&self, variants: &'v [Variant], site: Site<'_>) -> &'v str {
        let shown: Vec<String> = self.shown(site).filter_map(text_of).collect();
        let found = variants.iter().find(|one| shown.contains(&one.value)).or_else(|| variants.first());
        found.map_or("", |one| one.name.as_str())
    }

    fn union(&mut self, def: &TypeDef, alternatives: &[Alternative], site: Site<'_>) -> Expression {
        let deep = site.depth >= DEEP;
        match alternatives.iter().find(|one| !deep || !matches!(one.ty, Ty::Named(_) | Ty::Boxed(_))) {
            Some(one) => {
                Expression::call(format!("{}::{}", def.name, one.name), vec![self.value(&one.ty, site.below())])
            }
            None => {
                let json = Expression::atom(format!("{}::runtime::from_json(\"{{}}\")?", self.krate));
                Expression::call(format!("{}::Other", def.name), vec![json])
            }
        }
    }

    /// What a record must have, and one or two members more where that is next to nothing.
    fn record(&mut self, def: &TypeDef, fields: &[Field], site: Site<'_>) -> Expression {
        let needed = constructor_fields(def);
        let made = match &needed {
            Some(needed) => {
                let values = needed.iter().map(|one| self.given(&one.ty, Site::of(def, one, site.depth + 1))).collect();
                Expression::call(format!("{}::new", def.name), values)
            }
            None if def.defaultable => Expression::atom(format!("{}::default()", def.name)),
            None => return self.literal(def, fields, site),
        };
        let wanted = 2_usize.saturating_sub(needed.map_or(0, |needed| needed.len()));
        let all: Vec<&Field> = if site.depth == 0 { self.telling(fields, wanted) } else { Vec::new() };
        if all.is_empty() {
            return made;
        }
        let mut members: Vec<Expression> =
            all.into_iter().map(|field| self.member(def, field, site.depth + 1)).collect();
        if members.len() < fields.len() {
            members.push(made.after(".."));
        }
        Expression::literal(&def.name, members)
    }

    /// Optional members that a reader learns most from: plain values first.
    fn telling<'f>(&self, fields: &'f [Field], count: usize) -> Vec<&'f Field> {
        let is_given = |field: &Field| field.required && !matches!(field.ty, Ty::Optional(_) | Ty::Patch(_));
        let rank = |field: &Field| match field.ty.inner() {
            Some(Ty::Scalar(Scalar::Json)) => 2,
            Some(Ty::Scalar(_)) => 0,
            Some(Ty::Named(id)) if matches!(self.plan.ty(*id).kind, TypeKind::Enum(_)) => 0,
            _ => 1,
        };
        let mut found: Vec<&Field> =
            fields.iter().filter(|field| field.deprecated.is_none() && !is_given(field)).collect();
        found.sort_by_key(|field| rank(field));
        let best = found.first().map(|field| rank(field));
        found.retain(|field| Some(rank(field)) == best);
        // A structure is enough to show by itself.
        found.truncate(if best == Some(0) { count } else { count.min(1) });
        found
    }

    /// All members of a record that has neither a constructor nor a default.
    fn literal(&mut self, def: &TypeDef, fields: &[Field], site: Site<'_>) -> Expression {
        let mut members = Vec::new();
        for field in fields {
            members.push(match &field.ty {
                Ty::Optional(_) => Expression::atom(format!("{}: None", ident(&field.name))),
                Ty::Patch(_) => Expression::atom(format!("{}: {}::Patch::Absent", ident(&field.name), self.krate)),
                _ => self.member(def, field, site.depth + 1),
            });
        }
        Expression::literal(&def.name, members)
    }

    fn member(&mut self, def: &TypeDef, field: &Field, depth: usize) -> Expression {
        let site = Site::of(def, field, depth);
        let value = match &field.ty {
            // A text becomes a `Patch` by itself.
            Ty::Patch(inner) if **inner == Ty::Scalar(Scalar::String) => self.scalar(Scalar::String, site),
            ty => self.value(ty, site),
        };
        value.after(&format!("{}: ", ident(&field.name)))
    }

    /// What the document shows as examples or default.
    fn shown(&self, site: Site<'_>) -> impl Iterator<Item = &Value> {
        site.schemas.iter().flat_map(|id| self.contract.together(*id)).flat_map(|id| {
            let schema = &self.contract[id];
            let listed = schema.enumeration.iter().flatten().take(1).chain(&schema.constant);
            schema.examples.iter().chain(&schema.default).chain(listed)
        })
    }

    fn text(&self, site: Site<'_>) -> String {
        let shown = self.shown(site).filter_map(text_of).find(|text| !text.is_empty() && text.len() <= 60);
        let most = site.schemas.iter().filter_map(|id| self.contract.merged(*id).count("maxLength")).min();
        let text = shown.unwrap_or_else(|| words::text(site.owner, site.name));
        text.chars().take(most.and_then(|most| most.try_into().ok()).unwrap_or(usize::MAX)).collect()
    }

    fn number(&self, site: Site<'_>) -> i64 {
        let merged = || site.schemas.iter().map(|id| self.contract.merged(*id));
        let shown = self.shown(site).find_map(|value| text_of(value)?.parse().ok());
        let number = shown.unwrap_or_else(|| words::number(site.owner, site.name));
        let least = merged().filter_map(|one| one.minimum.as_ref()?.0.value.as_i64()).max();
        let most = merged().filter_map(|one| one.maximum.as_ref()?.0.value.as_i64()).min();
        number.max(least.unwrap_or(i64::MIN)).min(most.unwrap_or(i64::MAX))
    }

    fn decimal(&self, scalar: Scalar, site: Site<'_>) -> String {
        let shown = self.shown(site).filter_map(text_of).find(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
        let named = || Some(words::text(site.owner, site.name)).filter(|text| text.parse::<f64>().is_ok());
        let text = shown.or_else(named).unwrap_or_else(|| self.number(site).to_string());
        match (scalar, text.contains('.')) {
            (Scalar::Fixed(scale), false) if scale > 0 => format!("{text}.{}", "0".repeat(scale as usize)),
            _ => text,
        }
    }
}

/// A text or number as a text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.first().and_then(text_of),
        _ => None,
    }
}

/// A text as Rust writes it, on one line.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}
