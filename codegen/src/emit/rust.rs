//! The Rust spelling of types, arguments and parameter locations: the only file that spells them.

use crate::contract::{Location, Retry};
use crate::plan::{Answer, ArgumentPlace, ArgumentTy, BulkPlace, Plan, Scalar, Ty, TypeKind};

/// Spells what a plan holds.
#[derive(Clone, Copy)]
pub(super) struct Rust<'p> {
    plan: &'p Plan,
    /// The module whose types are named in full; `None` where the runtime's prelude and all types are in scope.
    module: Option<&'p str>,
}

impl<'p> Rust<'p> {
    /// As a module of the crate writes it.
    pub(super) fn in_scope(plan: &'p Plan) -> Self {
        Self { plan, module: None }
    }

    /// As any other file of the crate writes what this module exports.
    pub(super) fn in_full(plan: &'p Plan, module: &'p str) -> Self {
        Self { plan, module: Some(module) }
    }

    /// A type.
    pub(super) fn ty(self, ty: &Ty) -> String {
        let head = self.head(ty);
        match (ty, ty.inner()) {
            (Ty::Scalar(Scalar::Fixed(scale)), _) => format!("{head}<{scale}>"),
            (_, Some(inner)) => format!("{head}<{}>", self.ty(inner)),
            (_, None) => head,
        }
    }

    /// A type without its parameters.
    pub(super) fn head(self, ty: &Ty) -> String {
        match ty {
            Ty::Scalar(Scalar::String) => "String".to_owned(),
            Ty::Scalar(Scalar::Integer) => "i64".to_owned(),
            Ty::Scalar(Scalar::Boolean) => "bool".to_owned(),
            Ty::Scalar(Scalar::Number) => self.runtime("Number"),
            Ty::Scalar(Scalar::Decimal) => self.runtime("DecimalString"),
            Ty::Scalar(Scalar::Fixed(_)) => self.runtime("Fixed"),
            Ty::Scalar(Scalar::Date) => self.runtime("Date"),
            Ty::Scalar(Scalar::DateTime) => self.runtime("DateTime"),
            Ty::Scalar(Scalar::CompactDateTime) => self.runtime("CompactDateTime"),
            Ty::Scalar(Scalar::LocalDateTime) => self.runtime("LocalDateTime"),
            Ty::Scalar(Scalar::UnixTime) => self.runtime("UnixTime"),
            Ty::Scalar(Scalar::Secret) => self.runtime("Secret"),
            Ty::Scalar(Scalar::Instance) => self.runtime("Instance"),
            Ty::Scalar(Scalar::Mixed) => self.runtime("Scalar"),
            Ty::Scalar(Scalar::Json) => self.runtime("Json"),
            Ty::Named(id) => match self.module {
                None => self.plan.ty(*id).name.clone(),
                Some(module) => format!("crate::{module}::{}", self.plan.ty(*id).name),
            },
            Ty::List(_) => "Vec".to_owned(),
            Ty::Map(_) => self.runtime("Map"),
            Ty::Optional(_) => "Option".to_owned(),
            Ty::Patch(_) => self.runtime("Patch"),
            Ty::Boxed(_) => "Box".to_owned(),
        }
    }

    /// The members that a record must have, by their names on the wire.
    pub(super) fn members(self, ty: &Ty) -> impl Iterator<Item = &'p str> {
        let kind = match ty {
            Ty::Named(id) => Some(&self.plan.ty(*id).kind),
            Ty::Boxed(inner) => inner.named().map(|id| &self.plan.ty(id).kind),
            _ => None,
        };
        let fields = match kind {
            Some(TypeKind::Record(fields)) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().filter(|field| field.required).map(|field| field.keys[0].as_str())
    }

    /// What values of a type are, in words.
    pub(super) fn spoken(self, ty: &Ty) -> String {
        match ty {
            Ty::Scalar(scalar) => match scalar {
                Scalar::String => "A text",
                Scalar::Integer => "A whole number",
                Scalar::Number => "A number",
                Scalar::Boolean => "True or false",
                Scalar::Decimal | Scalar::Fixed(_) => "A decimal, written as a text",
                Scalar::Date => "A day",
                Scalar::DateTime | Scalar::CompactDateTime | Scalar::UnixTime => "A time",
                Scalar::LocalDateTime => "A time without an offset",
                Scalar::Secret => "A text that is never shown",
                Scalar::Instance => "What an error is about",
                Scalar::Mixed => "A text, a number, true or false",
                Scalar::Json => "Any JSON value",
            }
            .to_owned(),
            Ty::Named(_) => format!("One [`{}`]", self.head(ty)),
            Ty::List(inner) => match **inner {
                Ty::Named(_) => format!("A list of [`{}`]", self.head(inner)),
                Ty::Scalar(Scalar::String) => "A list of texts".to_owned(),
                _ => "A list".to_owned(),
            },
            Ty::Map(inner) => match **inner {
                Ty::Named(_) => format!("An object of [`{}`], by keys of any name", self.head(inner)),
                _ => "An object with keys of any name".to_owned(),
            },
            Ty::Optional(inner) | Ty::Patch(inner) | Ty::Boxed(inner) => self.spoken(inner),
        }
    }

    fn runtime(self, name: &str) -> String {
        if self.module.is_some() { format!("kontrakt_runtime::{name}") } else { name.to_owned() }
    }

    /// The type of an argument.
    pub(super) fn argument(self, ty: &ArgumentTy) -> String {
        match ty {
            ArgumentTy::Owned(ty) => self.ty(ty),
            ArgumentTy::Str => "&str".to_owned(),
            ArgumentTy::Reference(ty) => format!("&{}", self.ty(ty)),
            ArgumentTy::Slice(ty) => format!("&[{}]", self.argument(ty)),
            ArgumentTy::Upload => format!("&{}", self.upload()),
            ArgumentTy::Uploads => format!("&[{}]", self.upload()),
        }
    }

    /// The type of a file.
    pub(super) fn upload(self) -> String {
        self.runtime("Upload")
    }

    /// The kind of an answer, as `operation!` calls it, and what it holds.
    pub(super) fn kind(self, answer: &Answer) -> (&'static str, String) {
        match answer {
            Answer::Page(item) => ("pages", self.ty(item)),
            Answer::Job(item) => ("job", self.ty(item)),
            Answer::Value(Ty::List(item)) => ("list", self.ty(item)),
            Answer::Value(Ty::Map(item)) => ("map", self.ty(item)),
            Answer::Value(_) | Answer::Nothing | Answer::Download => ("answer", self.answer(answer)),
        }
    }

    /// What a call gives.
    pub(super) fn answer(self, answer: &Answer) -> String {
        match answer {
            Answer::Nothing => "()".to_owned(),
            Answer::Value(ty) => self.ty(ty),
            Answer::Page(ty) => format!("{}<{}>", self.runtime("Page"), self.ty(ty)),
            Answer::Job(ty) => format!("{}<{}>", self.runtime("Job"), self.ty(ty)),
            Answer::Download => self.runtime("Download"),
        }
    }
}

/// The place of an argument, as `operation!` calls it, and what it is called there.
pub(super) fn place(place: &ArgumentPlace) -> (&'static str, Vec<String>) {
    let (word, name) = match place {
        ArgumentPlace::Joined { name, separator } => return ("joined", vec![name.clone(), separator.clone()]),
        ArgumentPlace::Body(path) => return ("json", vec![path.to_string()]),
        ArgumentPlace::Label { name, separator } => return ("label", vec![name.clone(), separator.clone()]),
        ArgumentPlace::Matrix { name, each } => {
            return ("matrix", vec![name.clone(), if *each { "each" } else { "joined" }.to_owned()]);
        }
        ArgumentPlace::Pairs { deep, joined } => return ("pairs", vec![deep.clone(), joined.clone()]),
        ArgumentPlace::Json(Location::Path, name) => ("json_path", name),
        ArgumentPlace::Json(Location::Query, name) => ("json_query", name),
        ArgumentPlace::Json(Location::Header, name) => ("json_header", name),
        ArgumentPlace::Json(Location::Cookie, name) => ("json_cookie", name),
        ArgumentPlace::Cookie(name) => ("cookie", name),
        ArgumentPlace::Members(name) => ("members", name),
        ArgumentPlace::Flat(name) => ("flat", name),
        ArgumentPlace::Deep(name) => ("deep", name),
        ArgumentPlace::Text(media_type) => ("text", media_type),
        ArgumentPlace::Raw(media_type) => ("raw", media_type),
        ArgumentPlace::FormEach(name) => ("form_each", name),
        ArgumentPlace::FormJson(name) => ("form_json", name),
        ArgumentPlace::Files(name) => ("files", name),
        ArgumentPlace::Path(name) => ("path", name),
        ArgumentPlace::Query(name) => ("query", name),
        ArgumentPlace::QueryJson(name) => ("query_json", name),
        ArgumentPlace::Flag(name) => ("flag", name),
        ArgumentPlace::Header(name) => ("header", name),
        ArgumentPlace::Form(name) => ("form", name),
        ArgumentPlace::File(name) => ("file", name),
    };
    (word, vec![name.clone()])
}

/// A place, or anything else that is written as a call with texts.
pub(super) fn call(word: &str, texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("{word}({})", texts.join(", "))
}

/// The place of the things that a call takes, as `operation!` reads it.
pub(super) fn bulk_place(place: &BulkPlace) -> String {
    match place {
        BulkPlace::Body(path) => format!("Body({:?})", path.to_string()),
        BulkPlace::Query { name, separator } => format!("Query({name:?}, {separator:?})"),
    }
}

/// Whether a call may be repeated, as `operation!` reads it.
pub(super) fn repeat(retry: Retry) -> &'static str {
    match retry {
        Retry::Safe => "Safe",
        Retry::Never => "Never",
    }
}

#[cfg(test)]
mod tests {
    use super::{Rust, call, place};
    use crate::plan::{ArgumentPlace, ArgumentTy, MemberPath, Plan, Scalar, Ty};

    #[test]
    fn types_are_spelled_for_the_module_and_in_full() {
        let plan = Plan::default();
        let (short, full) = (Rust::in_scope(&plan), Rust::in_full(&plan, "orders"));
        let decimal = || Ty::Scalar(Scalar::Fixed(2));
        let cases = [
            (Scalar::String.into(), "String", "String"),
            (decimal(), "Fixed<2>", "kontrakt_runtime::Fixed<2>"),
            (decimal().optional().list(), "Vec<Option<Fixed<2>>>", "Vec<Option<kontrakt_runtime::Fixed<2>>>"),
            (Ty::Scalar(Scalar::Integer).map_of(), "Map<i64>", "kontrakt_runtime::Map<i64>"),
        ];
        for (ty, in_scope, in_full) in cases {
            assert_eq!([short.ty(&ty), full.ty(&ty)], [in_scope, in_full]);
        }
        assert_eq!(short.head(&decimal()), "Fixed");
    }

    #[test]
    fn arguments_are_borrowed_where_that_spares_a_copy() {
        let text = || Ty::Scalar(Scalar::String);
        let cases = [
            (ArgumentTy::of_value(text()), "&str"),
            (ArgumentTy::of_value(text().list()), "&[&str]"),
            (ArgumentTy::of_value(Scalar::Integer.into()), "i64"),
            (ArgumentTy::of_json(text()), "&String"),
            (ArgumentTy::of_json(text().list()), "&[String]"),
            (ArgumentTy::Upload, "&Upload"),
        ];
        let plan = Plan::default();
        for (ty, expected) in cases {
            assert_eq!(Rust::in_scope(&plan).argument(&ty), expected);
        }
    }

    #[test]
    fn places_escape_what_documents_say() {
        let written = |one: &ArgumentPlace| {
            let (word, texts) = place(one);
            call(word, &texts)
        };
        let joined = ArgumentPlace::Joined { name: "a\"b".to_owned(), separator: ";".to_owned() };
        assert_eq!(written(&joined), r#"joined("a\"b", ";")"#);
        assert_eq!(written(&ArgumentPlace::Body(MemberPath::from("data/items"))), r#"json("data/items")"#);
        assert_eq!(written(&ArgumentPlace::Body(MemberPath::default())), r#"json("")"#);
    }
}
