//! The public items of an emitted crate, read with `syn` from the macro calls that declare them.
//! A record, an enum, a union, a method and each of their members is one item with a signature.

use std::collections::BTreeMap;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, LitStr, Token, Type, UseTree, Visibility, braced, parenthesized};

/// What an item is to those who use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A struct, an enum, a union or a resource.
    Type,
    /// A member of a struct.
    Field,
    /// A variant of an enum or a union.
    Variant,
    /// A method that makes a call.
    Method,
    /// A setter of what a call may have besides.
    Setter,
}

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// What users see of it: a type, a list of arguments, a kind of item.
    pub signature: String,
    /// Name of the type it is or belongs to.
    pub owner: String,
    /// Keys on the wire.
    pub keys: Vec<String>,
    /// Method and path of the call it belongs to.
    pub call: Option<String>,
    /// Whether code that named every member of its owner no longer compiles when it comes.
    pub joins_closed: bool,
    /// Whether users can name it.
    pub public: bool,
}

/// The public items of a crate.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Items by path: `shoptet::orders::Order::guid`.
    pub by_path: BTreeMap<String, Item>,
}

/// Reads the files of a crate: path and text.
///
/// # Errors
/// When a file is no Rust, or a macro call does not have the form that the emitter gives it.
pub fn read<'f>(krate: &str, files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Items> {
    let mut reader = Reader { items: Items::default(), shared: BTreeMap::new(), waiting: Vec::new() };
    for (path, text) in files {
        let Some(module) = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")) else { continue };
        let complain = |error: syn::Error| {
            let at = error.span().start();
            Diagnostic::new(format!("{path}:{}:{}: {error}", at.line, at.column + 1))
                .help("the emitter and the reader of its items disagree about a form")
        };
        let file = syn::parse_file(text).map_err(complain)?;
        let module = if module == "lib" { krate.to_owned() } else { format!("{krate}::{module}") };
        reader.file(&module, file).map_err(complain)?;
    }
    reader.finish(krate);
    Ok(reader.items)
}

struct Reader {
    items: Items,
    /// The first public module that a shared type is reached through.
    shared: BTreeMap<String, String>,
    /// Items of the private module of shared types: owner, rest of the path, item.
    waiting: Vec<(String, String, Item)>,
}

impl Reader {
    fn file(&mut self, module: &str, file: syn::File) -> syn::Result<()> {
        for item in file.items {
            match item {
                syn::Item::Macro(call) => {
                    let name = call.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                    match name.as_str() {
                        "record" => self.record(module, call.mac.parse_body()?),
                        "open_enum" | "closed_enum" | "union" => self.variants(module, &name, call.mac.parse_body()?),
                        "operation" => self.operation(module, call.mac.parse_body()?),
                        "outcomes" => self.outcomes(module, call.mac.parse_body()?),
                        "resource" => {
                            let resource: Resource = call.mac.parse_body()?;
                            self.add(module, &resource.0.to_string(), "", plain("resource", &resource.0.to_string()));
                        }
                        _ => {}
                    }
                }
                syn::Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => {
                    self.exports(module, &item.tree, false);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `pub use crate::types::{A, B}`: where shared types are reached.
    fn exports(&mut self, module: &str, tree: &UseTree, within: bool) {
        match tree {
            UseTree::Path(path) => {
                let types = within || path.ident == "types";
                self.exports(module, &path.tree, types);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.exports(module, tree, within)),
            UseTree::Name(name) if within => {
                self.shared.entry(name.ident.to_string()).or_insert_with(|| module.to_owned());
            }
            _ => {}
        }
    }

    fn add(&mut self, module: &str, owner: &str, rest: &str, item: Item) {
        if module.ends_with("::types") {
            self.waiting.push((owner.to_owned(), rest.to_owned(), item));
        } else {
            self.items.by_path.insert(join(module, owner, rest), item);
        }
    }

    fn finish(&mut self, krate: &str) {
        for (owner, rest, item) in std::mem::take(&mut self.waiting) {
            let home = self.shared.get(&owner).cloned();
            let public = home.is_some();
            let module = home.unwrap_or_else(|| format!("{krate}::types"));
            self.items.by_path.insert(join(&module, &owner, &rest), Item { public, ..item });
        }
    }

    fn record(&mut self, module: &str, record: Record) {
        let owner = record.name.to_string();
        let open = marked(&record.attributes, "non_exhaustive");
        let default = derives_default(&record.attributes);
        self.add(module, &owner, "", plain("struct", &owner));
        for field in record.fields {
            let item = Item {
                kind: ItemKind::Field,
                signature: show(&field.ty),
                owner: owner.clone(),
                keys: field.keys,
                call: None,
                // With `..Default::default()` at its end, a literal goes on to compile.
                joins_closed: !open && !default,
                public: true,
            };
            self.add(module, &owner, &field.name.to_string(), item);
        }
    }

    fn outcomes(&mut self, module: &str, outcomes: Outcomes) {
        let owner = outcomes.name.to_string();
        self.add(module, &owner, "", plain("struct", &owner));
        for (name, ty) in outcomes.lists {
            let item = Item {
                kind: ItemKind::Field,
                signature: format!("Outcomes<{}>", show(&ty)),
                owner: owner.clone(),
                keys: Vec::new(),
                call: None,
                joins_closed: true,
                public: true,
            };
            self.add(module, &owner, &name.to_string(), item);
        }
    }

    fn variants(&mut self, module: &str, kind: &str, choice: Choice) {
        let owner = choice.name.to_string();
        let open = marked(&choice.attributes, "non_exhaustive");
        let signature = if kind == "union" { "union" } else { "enum" };
        self.add(module, &owner, "", plain(signature, &owner));
        for (name, shape, key) in choice.variants {
            let item = Item {
                kind: ItemKind::Variant,
                signature: shape,
                owner: owner.clone(),
                keys: key.into_iter().collect(),
                call: None,
                joins_closed: !open,
                public: true,
            };
            self.add(module, &owner, &name.to_string(), item);
        }
    }

    fn operation(&mut self, module: &str, operation: Operation) {
        let call = format!("{} {}", operation.verb, operation.path);
        let owner = operation.resource.to_string();
        let arguments: Vec<String> =
            operation.arguments.iter().map(|one| format!("{}: {}", one.name, show(&one.ty))).collect();
        let keys = operation.arguments.iter().flat_map(|one| one.keys.clone()).collect();
        let method = Item {
            kind: ItemKind::Method,
            signature: format!("fn({}) -> {}", arguments.join(", "), operation.answer),
            owner: owner.clone(),
            keys,
            call: Some(call.clone()),
            joins_closed: false,
            public: true,
        };
        self.add(module, &owner, &operation.method.to_string(), method);
        let request = operation.request.to_string();
        for option in operation.options {
            let item = Item {
                kind: ItemKind::Setter,
                signature: format!("fn({})", show(&option.ty)),
                owner: request.clone(),
                keys: option.keys,
                call: Some(call.clone()),
                joins_closed: false,
                public: true,
            };
            self.add(module, &request, &option.name.to_string(), item);
        }
    }
}

fn join(module: &str, owner: &str, rest: &str) -> String {
    if rest.is_empty() { format!("{module}::{owner}") } else { format!("{module}::{owner}::{rest}") }
}

fn plain(kind: &str, owner: &str) -> Item {
    Item {
        kind: ItemKind::Type,
        signature: kind.to_owned(),
        owner: owner.to_owned(),
        keys: Vec::new(),
        call: None,
        joins_closed: false,
        public: true,
    }
}

fn marked(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|one| one.path().is_ident(name))
}

fn derives_default(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| one.path().is_ident("derive") && one.to_token_stream().to_string().contains("Default"))
}

/// A type as people write it.
fn show(ty: &impl ToTokens) -> String {
    let mut out = String::new();
    let text = ty.to_token_stream().to_string();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let tight = |c: char| matches!(c, '<' | '>' | ':' | '(' | ')' | '[' | ']' | '&' | ',' | '\'');
        if c == ' ' {
            let (before, after) = (out.chars().last().unwrap_or(' '), chars.peek().copied().unwrap_or(' '));
            if before == ',' || !(tight(before) || tight(after)) {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// `name: Type = place("key", "other key")`
struct Member {
    name: Ident,
    ty: Type,
    keys: Vec<String>,
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Visibility>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<Token![=]>()?;
        let keys = match input.parse::<Expr>()? {
            Expr::Call(call) => call.args.iter().filter_map(text).collect(),
            other => text(&other).into_iter().collect(),
        };
        Ok(Self { name, ty, keys })
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// Members, separated by commas.
fn members(input: ParseStream<'_>) -> syn::Result<Vec<Member>> {
    Ok(Punctuated::<Member, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

/// `: name`, if it is next.
fn kind(input: ParseStream<'_>) -> syn::Result<()> {
    if input.parse::<Option<Token![:]>>()?.is_some() {
        input.parse::<Ident>()?;
    }
    Ok(())
}

/// `pub struct X { a: A = required("a") }`, and `pub struct X: open { ... }`
struct Record {
    attributes: Vec<Attribute>,
    name: Ident,
    fields: Vec<Member>,
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        kind(input)?;
        let body;
        braced!(body in input);
        Ok(Self { attributes, name, fields: members(&body)? })
    }
}

/// `pub X { products: Product, variants: Variant }`
struct Outcomes {
    name: Ident,
    lists: Vec<(Ident, Type)>,
}

impl Parse for Outcomes {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Visibility>()?;
        let name = input.parse()?;
        let body;
        braced!(body in input);
        let list = |input: ParseStream<'_>| {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            Ok((name, input.parse()?))
        };
        let lists = body.parse_terminated(list, Token![,])?;
        Ok(Self { name, lists: lists.into_iter().collect() })
    }
}

struct Resource(Ident);

impl Parse for Resource {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Visibility>()?;
        Ok(Self(input.parse()?))
    }
}

/// `pub enum X { A = "a", B(Type) }`, and `pub enum X: i64 { A = "1" }`
struct Choice {
    attributes: Vec<Attribute>,
    name: Ident,
    variants: Vec<(Ident, String, Option<String>)>,
}

impl Parse for Choice {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        kind(input)?;
        let body;
        braced!(body in input);
        let mut variants = Vec::new();
        while !body.is_empty() {
            Attribute::parse_outer(&body)?;
            let variant: Ident = body.parse()?;
            if body.peek(Token![=]) {
                body.parse::<Token![=]>()?;
                let value = body.parse::<LitStr>()?.value();
                variants.push((variant, format!("variant {value:?}"), Some(value)));
            } else {
                let inner;
                parenthesized!(inner in body);
                let ty: Type = inner.parse()?;
                variants.push((variant, format!("variant({})", show(&ty)), None));
            }
            if !body.is_empty() {
                body.parse::<Token![,]>()?;
            }
        }
        Ok(Self { attributes, name, variants })
    }
}

/// `X::method(a: A = path("a")) -> Call<T> { ... }`, and `-> MethodRequest { ... }`
struct Operation {
    resource: Ident,
    method: Ident,
    arguments: Vec<Member>,
    request: Ident,
    verb: String,
    path: String,
    answer: String,
    options: Vec<Member>,
}

impl Parse for Operation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let resource = input.parse()?;
        input.parse::<Token![::]>()?;
        let method = input.parse()?;
        let arguments;
        parenthesized!(arguments in input);
        let arguments = members(&arguments)?;
        input.parse::<Token![->]>()?;
        let request = input.parse()?;
        let mut answer = String::new();
        if input.parse::<Option<Token![<]>>()?.is_some() {
            answer = show(&input.parse::<Type>()?);
            input.parse::<Token![>]>()?;
        }
        let body;
        braced!(body in input);
        let mut one = Self {
            resource,
            method,
            arguments,
            request,
            verb: String::new(),
            path: String::new(),
            answer,
            options: Vec::new(),
        };
        while !body.is_empty() {
            one.line(&body)?;
        }
        Ok(one)
    }
}

impl Operation {
    /// One line of the body: `name: value,`, or the block of options.
    fn line(&mut self, body: ParseStream<'_>) -> syn::Result<()> {
        let name: Ident = body.parse()?;
        if name == "options" {
            let options;
            braced!(options in body);
            self.options = members(&options)?;
            return Ok(());
        }
        body.parse::<Token![:]>()?;
        match name.to_string().as_str() {
            "call" => {
                self.verb = body.parse::<Ident>()?.to_string();
                self.path = body.parse::<LitStr>()?.value();
            }
            "answer" => self.answer = show(&body.parse::<Type>()?),
            _ => {}
        }
        while !body.peek(Token![,]) {
            body.parse::<proc_macro2::TokenTree>()?;
        }
        body.parse::<Token![,]>().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = r#"
        pub use crate::types::{Address};
        resource! { /// Orders. 
            pub OrdersApi }
        record! {
            #[non_exhaustive]
            pub struct Order: open {
                /// Guid.
                pub guid: Option<String> = required("guid"),
                #[deprecated]
                pub items: Vec<Patch<Item>> = optional("items", "lines"),
            }
        }
        open_enum! { pub enum Level: text { High = "high", Low = "low" } }
        union! { pub enum Size { Pixels(i64), Name(String) } }
        outcomes! { pub SetOutcomes { orders: Order } }
        operation! {
            OrdersApi::get(code: &str = path("code")) -> GetRequest {
                id: "getOrder",
                call: GET "/api/orders/{code}",
                answer: Page<Order> = "data/order",
                repeat: Safe,
                split: Done = { items: Body("a", "b"), limit: 1 },
                options {
                    /// Include.
                    include: &[&str] = query("include"),
                }
            }
        }
        operation! {
            OrdersApi::delete(code: &str = path("code")) -> Call<Vec<()>> {
                id: "deleteOrder",
                call: DELETE "/api/orders/{code}",
                value: "",
            }
        }
    "#;
    const TYPES: &str = r#"record! { pub struct Address { pub city: String = required("city") } }"#;

    #[test]
    fn items_have_paths_signatures_and_keys() {
        let items = read("shop", [("src/orders.rs", ORDERS), ("src/types.rs", TYPES), ("Cargo.toml", "")]).unwrap();
        let signatures: Vec<(&str, &str)> =
            items.by_path.iter().map(|(path, item)| (path.as_str(), item.signature.as_str())).collect();
        let expected = [
            ("shop::orders::Address", "struct"),
            ("shop::orders::Address::city", "String"),
            ("shop::orders::GetRequest::include", "fn(&[&str])"),
            ("shop::orders::Level", "enum"),
            ("shop::orders::Level::High", "variant \"high\""),
            ("shop::orders::Level::Low", "variant \"low\""),
            ("shop::orders::Order", "struct"),
            ("shop::orders::Order::guid", "Option<String>"),
            ("shop::orders::Order::items", "Vec<Patch<Item>>"),
            ("shop::orders::OrdersApi", "resource"),
            ("shop::orders::OrdersApi::delete", "fn(code: &str) -> Vec<()>"),
            ("shop::orders::OrdersApi::get", "fn(code: &str) -> Page<Order>"),
            ("shop::orders::SetOutcomes", "struct"),
            ("shop::orders::SetOutcomes::orders", "Outcomes<Order>"),
            ("shop::orders::Size", "union"),
            ("shop::orders::Size::Name", "variant(String)"),
            ("shop::orders::Size::Pixels", "variant(i64)"),
        ];
        assert_eq!(signatures, expected);
        assert_eq!(items.by_path["shop::orders::Order::items"].keys, ["items", "lines"]);
        assert_eq!(items.by_path["shop::orders::OrdersApi::get"].call.as_deref(), Some("GET /api/orders/{code}"));
    }

    #[test]
    fn what_is_no_rust_is_a_complaint() {
        for text in ["fn", "record! { struct }", "operation! { A::b() }"] {
            assert!(read("shop", [("src/a.rs", text)]).is_err(), "{text}");
        }
    }
}
