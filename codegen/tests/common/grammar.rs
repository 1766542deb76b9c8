//! The grammar of the runtime's macros, as far as emitted crates use it.
//! Input that it rejects would be rejected by the macros too.

use std::collections::BTreeSet;

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, GenericArgument, Ident, Lit, LitStr, PathArguments, Token, Type, UseTree, braced, parenthesized};

use super::emitted::{Call, Declared, ItemKind, Member};

/// `record!`
pub(super) struct Record(pub(super) Declared);
/// `open_enum!` and `closed_enum!`
pub(super) struct Enum(pub(super) Declared);
/// `union!`
pub(super) struct Union(pub(super) Declared);
/// `outcomes!`
pub(super) struct Outcomes(pub(super) Declared);
/// `resource!`
pub(super) struct Resource(pub(super) Declared);
/// `operation!`
pub(super) struct Operation(pub(super) Declared);

fn declared(kind: ItemKind, name: &Ident) -> Declared {
    let (members, features, mentions) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    Declared { kind, name: name.to_string(), members, features, mentions, call: None }
}

/// `/// Docs. pub struct Name {` or the same with `enum`.
fn head<'s>(input: ParseStream<'s>, kind: ItemKind) -> syn::Result<(Declared, syn::parse::ParseBuffer<'s>)> {
    Attribute::parse_outer(input)?;
    input.parse::<Token![pub]>()?;
    if kind == ItemKind::Record {
        input.parse::<Token![struct]>()?;
    } else {
        input.parse::<Token![enum]>()?;
    }
    let name: Ident = input.parse()?;
    if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        input.parse::<Ident>()?;
    }
    let body;
    braced!(body in input);
    Ok((declared(kind, &name), body))
}

/// `name: Type = place("key", ...)`
fn member(input: ParseStream<'_>, mentions: &mut BTreeSet<String>) -> syn::Result<Member> {
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = rust(&input.parse()?, mentions);
    input.parse::<Token![=]>()?;
    let place: Ident = input.parse()?;
    let list;
    parenthesized!(list in input);
    let keys: Punctuated<LitStr, Token![,]> = Punctuated::parse_terminated(&list)?;
    if keys.is_empty() {
        return Err(list.error("a member has at least one key"));
    }
    let keys = keys.iter().map(LitStr::value).collect();
    Ok(Member { name: name.to_string(), ty, place: place.to_string(), keys })
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut record, body) = head(input, ItemKind::Record)?;
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            body.parse::<Token![pub]>()?;
            record.members.push(member(&body, &mut record.mentions)?);
            body.parse::<Token![,]>()?;
        }
        Ok(Self(record))
    }
}

impl Parse for Enum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut found, body) = head(input, ItemKind::Open)?;
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            let name: Ident = body.parse()?;
            body.parse::<Token![=]>()?;
            let keys = vec![body.parse::<LitStr>()?.value()];
            found.members.push(Member { name: name.to_string(), ty: String::new(), place: String::new(), keys });
            body.parse::<Token![,]>()?;
        }
        Ok(Self(found))
    }
}

impl Parse for Union {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut union, body) = head(input, ItemKind::Union)?;
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            let name: Ident = body.parse()?;
            let inner;
            parenthesized!(inner in body);
            let ty = rust(&inner.parse()?, &mut union.mentions);
            end(&inner)?;
            body.parse::<Token![,]>()?;
            union.members.push(Member { name: name.to_string(), ty, place: String::new(), keys: Vec::new() });
        }
        Ok(Self(union))
    }
}

impl Parse for Outcomes {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Token![pub]>()?;
        let mut outcomes = declared(ItemKind::Outcomes, &input.parse()?);
        let body;
        braced!(body in input);
        while !body.is_empty() {
            let name: Ident = body.parse()?;
            body.parse::<Token![:]>()?;
            let ty = rust(&body.parse()?, &mut outcomes.mentions);
            outcomes.members.push(Member { name: name.to_string(), ty, place: String::new(), keys: Vec::new() });
            if !body.is_empty() {
                body.parse::<Token![,]>()?;
            }
        }
        Ok(Self(outcomes))
    }
}

impl Parse for Resource {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Token![pub]>()?;
        Ok(Self(declared(ItemKind::Resource, &input.parse()?)))
    }
}

impl Parse for Operation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let resource: Ident = input.parse()?;
        input.parse::<Token![::]>()?;
        let mut operation = declared(ItemKind::Operation, &input.parse()?);
        operation.mentions.insert(resource.to_string());
        let arguments;
        parenthesized!(arguments in input);
        while !arguments.is_empty() {
            operation.members.push(member(&arguments, &mut operation.mentions)?);
            if !arguments.is_empty() {
                arguments.parse::<Token![,]>()?;
            }
        }
        let arguments = operation.members.len();
        input.parse::<Token![->]>()?;
        let gives: Ident = input.parse()?;
        let plain = input.peek(Token![<]);
        let mut answer = String::new();
        if plain {
            input.parse::<Token![<]>()?;
            answer = rust(&input.parse()?, &mut operation.mentions);
            input.parse::<Token![>]>()?;
        }
        let body;
        braced!(body in input);
        keyword(&body, "id")?;
        body.parse::<LitStr>()?;
        body.parse::<Token![,]>()?;
        keyword(&body, "call")?;
        let verb: Ident = body.parse()?;
        let path: LitStr = body.parse()?;
        body.parse::<Token![,]>()?;
        if plain {
            keyword(&body, "value")?;
        } else {
            keyword(&body, "answer")?;
            answer = rust(&body.parse()?, &mut operation.mentions);
            body.parse::<Token![=]>()?;
        }
        body.parse::<LitStr>()?;
        if next(&body, "feed") {
            body.parse::<Ident>()?;
            let feed;
            braced!(feed in body);
            fields(&feed)?;
        }
        body.parse::<Token![,]>()?;
        if next(&body, "repeat") {
            repeats(&body)?;
        }
        if next(&body, "security") {
            keyword(&body, "security")?;
            body.parse::<syn::ExprArray>()?;
            body.parse::<Token![,]>()?;
        }
        if next(&body, "page_size") {
            keyword(&body, "page_size")?;
            body.parse::<syn::Expr>()?;
            body.parse::<Token![,]>()?;
        }
        if next(&body, "promise") {
            keyword(&body, "promise")?;
            body.parse::<Ident>()?;
            body.parse::<Token![,]>()?;
        }
        if !plain && next(&body, "split") {
            keyword(&body, "split")?;
            rust(&body.parse()?, &mut operation.mentions);
            body.parse::<Token![=]>()?;
            split(&body)?;
        }
        if next(&body, "judge") {
            keyword(&body, "judge")?;
            bulk(&body, &["answers", "outcome", "messages"])?;
        }
        if !plain && next(&body, "options") {
            body.parse::<Ident>()?;
            let options;
            braced!(options in body);
            while !options.is_empty() {
                Attribute::parse_outer(&options)?;
                operation.members.push(member(&options, &mut operation.mentions)?);
                options.parse::<Token![,]>()?;
            }
        }
        end(&body)?;
        let path = format!("{verb} {}", path.value());
        let request = (!plain).then(|| gives.to_string());
        if plain && gives != "Call" {
            return Err(syn::Error::new(gives.span(), "expected Call or a request type"));
        }
        operation.call = Some(Call { request, path, answer, arguments });
        Ok(Self(operation))
    }
}

fn repeats(input: ParseStream<'_>) -> syn::Result<()> {
    keyword(input, "repeat")?;
    let class: Ident = input.parse()?;
    if !["ByMethod", "Safe", "Never"].contains(&class.to_string().as_str()) {
        return Err(syn::Error::new(class.span(), "no class of repetition"));
    }
    input.parse::<Token![,]>().map(|_| ())
}

/// How a call is divided.
fn split(input: ParseStream<'_>) -> syn::Result<()> {
    let body;
    braced!(body in input);
    for name in ["limit", "outcome", "messages", "errors"] {
        keyword(&body, name)?;
        body.parse::<syn::Expr>()?;
        body.parse::<Token![,]>()?;
    }
    while next(&body, "list") {
        keyword(&body, "list")?;
        body.call(Ident::parse_any)?;
        let keys;
        parenthesized!(keys in body);
        keys.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
        let list;
        braced!(list in body);
        fields(&list)?;
        body.parse::<Token![,]>()?;
    }
    end(&body)?;
    input.parse::<Token![,]>().map(|_| ())
}

/// `name: value, ...` with any names.
fn fields(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        input.parse::<syn::Expr>()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// `{ name: value, ... },` with these names.
fn bulk(input: ParseStream<'_>, fields: &[&str]) -> syn::Result<()> {
    let body;
    braced!(body in input);
    for name in fields {
        keyword(&body, name)?;
        body.parse::<syn::Expr>()?;
        if !body.is_empty() {
            body.parse::<Token![,]>()?;
        }
    }
    end(&body)?;
    input.parse::<Token![,]>().map(|_| ())
}

/// Whether a word is next.
fn next(input: ParseStream<'_>, word: &str) -> bool {
    input.fork().parse::<Ident>().is_ok_and(|found| found == word)
}

/// `name:`
fn keyword(input: ParseStream<'_>, name: &str) -> syn::Result<()> {
    let found = input.call(Ident::parse_any)?;
    if found != name {
        return Err(syn::Error::new(found.span(), format!("expected {name}, found {found}")));
    }
    input.parse::<Token![:]>().map(|_| ())
}

fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(input.error("expected the end")) }
}

/// A type as code, and the names in it.
pub(super) fn rust(ty: &Type, mentions: &mut BTreeSet<String>) -> String {
    match ty {
        Type::Reference(reference) => format!("&{}", rust(&reference.elem, mentions)),
        Type::Slice(slice) => format!("[{}]", rust(&slice.elem, mentions)),
        Type::Tuple(tuple) if tuple.elems.is_empty() => "()".to_owned(),
        Type::Path(path) => {
            let Some(segment) = path.path.segments.last() else { return String::new() };
            mentions.insert(segment.ident.to_string());
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return segment.ident.to_string() };
            let arguments: Vec<String> = (arguments.args.iter())
                .map(|argument| match argument {
                    GenericArgument::Type(inner) => rust(inner, mentions),
                    GenericArgument::Const(syn::Expr::Lit(literal)) => match &literal.lit {
                        Lit::Int(number) => number.base10_digits().to_owned(),
                        _ => "?".to_owned(),
                    },
                    _ => "?".to_owned(),
                })
                .collect();
            format!("{}<{}>", segment.ident, arguments.join(", "))
        }
        _ => "?".to_owned(),
    }
}

/// Names that `pub use crate::types::{A, B};` exports.
pub(super) fn exports(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => exports(&path.tree, found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| exports(tree, found)),
        UseTree::Name(name) => drop(found.insert(name.ident.to_string())),
        _ => {}
    }
}

/// `cfg(feature = "a")` or `cfg(any(feature = "a", feature = "b"))`
struct Features(BTreeSet<String>);

impl Parse for Features {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word: Ident = input.parse()?;
        if word == "any" {
            let list;
            parenthesized!(list in input);
            let each: Punctuated<Self, Token![,]> = Punctuated::parse_terminated(&list)?;
            return Ok(Self(each.into_iter().flat_map(|one| one.0).collect()));
        }
        input.parse::<Token![=]>()?;
        Ok(Self(BTreeSet::from([input.parse::<LitStr>()?.value()])))
    }
}

/// Features that an item is behind.
pub(super) fn features(attributes: &[Attribute]) -> BTreeSet<String> {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.filter_map(|cfg| cfg.parse_args::<Features>().ok()).flat_map(|features| features.0).collect()
}
