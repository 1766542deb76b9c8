//! The public items of an emitted crate as a value: what users can name, what they see of it, and which places of the
//! document it comes from. Made from the plan, beside the text and in the same spelling.

use std::collections::BTreeSet;

use super::resource::{constant_name, constants, entry, outcomes_name};
use super::rust::{Rust, place};
use super::types::{constructor_argument, constructor_fields, tag};
use crate::contract::{Contract, SchemaId};
use crate::document::Pointer;
use crate::name::{ident, snake};
use crate::plan::{Argument, Field, Method, Plan, TypeDef, TypeKind, api};

/// An attribute that a type can lose.
pub const DEFAULT: &str = "Default";

/// An attribute that a type can get.
pub const NON_EXHAUSTIVE: &str = "#[non_exhaustive]";

/// What an item is to those who use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// A struct that is a JSON object.
    Record,
    /// An enum that keeps values it does not know.
    Open,
    /// An enum of all values there are.
    Closed,
    /// One of several types.
    Union,
    /// The outcomes of a call that takes several lists.
    Outcomes,
    /// What operations are methods of.
    Resource,
    /// A member of a struct.
    Field,
    /// A variant of an enum or a union.
    Variant,
    /// A method that makes a call.
    Method,
    /// A setter of an optional parameter.
    Setter,
    /// `new` of a type, with what it must have.
    Constructor,
    /// A value of a parameter that has a name.
    Constant,
}

impl ItemKind {
    /// Whether other items are members of it.
    pub fn is_type(self) -> bool {
        self < Self::Field
    }
}

/// A value that an item holds or takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Name; that of the item itself unless it is a method.
    pub name: String,
    /// Type; empty for a variant without a value.
    pub ty: String,
    /// Where the value stands, as the runtime's macros call it: `required`, `path`; empty where there is no choice.
    pub place: &'static str,
    /// What it is called on the wire.
    pub keys: Vec<String>,
}

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Path, such as `shop::orders::Order::guid`.
    pub path: String,
    /// Other paths of it: a shared type is in the module of each resource that uses it.
    pub also: Vec<String>,
    /// What it is.
    pub kind: ItemKind,
    /// Name of the type it is or belongs to.
    pub owner: String,
    /// What it holds or takes: arguments of a method, one value of a field, variant or setter.
    pub members: Vec<Member>,
    /// What a method gives; empty for others.
    pub gives: String,
    /// What else code may count on, or must not: `Default`, `#[non_exhaustive]`.
    pub attributes: Vec<&'static str>,
    /// HTTP method and path of the call it belongs to.
    pub call: Option<String>,
    /// Whether a struct literal or a `match` that named every member of its owner no longer compiles when it comes.
    pub joins_closed: bool,
    /// Schemas, parameters or operations that it was made from.
    pub pointers: Vec<Pointer>,
}

impl Item {
    /// What users see of it.
    pub fn signature(&self) -> String {
        let member = self.members.first();
        let ty = member.map_or("", |one| one.ty.as_str());
        match self.kind {
            ItemKind::Record if !self.attributes.is_empty() => format!("struct, {}", self.attributes.join(", ")),
            ItemKind::Record | ItemKind::Outcomes => "struct".to_owned(),
            ItemKind::Open => "open enum".to_owned(),
            ItemKind::Closed => "enum".to_owned(),
            ItemKind::Union => "union".to_owned(),
            ItemKind::Resource => "resource".to_owned(),
            ItemKind::Field | ItemKind::Constant => ty.to_owned(),
            ItemKind::Variant if ty.is_empty() => format!("variant {:?}", self.keys().next().unwrap_or_default()),
            ItemKind::Variant => format!("variant({ty})"),
            ItemKind::Setter => format!("fn({ty})"),
            ItemKind::Method | ItemKind::Constructor => {
                let arguments: Vec<String> =
                    self.members.iter().map(|one| format!("{}: {}", one.name, one.ty)).collect();
                format!("fn({}) -> {}", arguments.join(", "), self.gives)
            }
        }
    }

    /// What it is called on the wire.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().flat_map(|one| &one.keys).map(String::as_str)
    }
}

/// The public items of the crate of this name, types in the order of the plan, then methods.
pub fn surface(krate: &str, contract: &Contract, plan: &Plan) -> Vec<Item> {
    let (krate, rust) = (krate.replace('-', "_"), Rust::in_scope(plan));
    let types = plan.types.iter().flat_map(|def| &def.schemas).copied().collect();
    let mut surface = Surface { contract, rust, types, items: Vec::new() };
    for def in &plan.types {
        let modules: BTreeSet<&str> = def.resources.iter().map(|index| plan.resources[*index].name.as_str()).collect();
        let mut modules = modules.into_iter().map(|module| format!("{krate}::{module}"));
        let Some(home) = modules.next() else { continue };
        let from = surface.items.len();
        surface.definition(&home, def);
        let others: Vec<String> = modules.collect();
        for item in &mut surface.items[from..] {
            let rest = &item.path[home.len()..];
            item.also = others.iter().map(|module| format!("{module}{rest}")).collect();
        }
    }
    if let Some(codes) = &plan.error_codes {
        surface.definition(&krate, codes);
    }
    for resource in plan.resources.iter().filter(|resource| !resource.operations.is_empty()) {
        let (module, owner) = (format!("{krate}::{}", resource.name), api(&resource.name));
        surface.add(&module, &owner, item(ItemKind::Resource, Vec::new()));
        for (name, constant) in constants(contract, resource) {
            let ty = format!("i64 = {}", constant.value);
            let member = Member { name: constant_name(name), ty, place: "", keys: Vec::new() };
            let path = format!("{module}::{}", member.name);
            surface.items.push(Item { path, owner: owner.clone(), ..item(ItemKind::Constant, vec![member]) });
        }
        for method in &resource.operations {
            surface.method(&module, &owner, method);
        }
    }
    surface.items
}

struct Surface<'p> {
    contract: &'p Contract,
    rust: Rust<'p>,
    /// Schemas that became types.
    types: BTreeSet<SchemaId>,
    items: Vec<Item>,
}

/// An item whose place in the crate is not known yet.
fn item(kind: ItemKind, members: Vec<Member>) -> Item {
    Item {
        path: String::new(),
        also: Vec::new(),
        kind,
        owner: String::new(),
        members,
        gives: String::new(),
        attributes: Vec::new(),
        call: None,
        joins_closed: false,
        pointers: Vec::new(),
    }
}

impl Surface<'_> {
    /// Adds a type, or a member of one: that is called what its only value is.
    fn add(&mut self, module: &str, owner: &str, item: Item) {
        let path = match item.members.as_slice() {
            [member] if !item.kind.is_type() => format!("{module}::{owner}::{}", member.name),
            _ => format!("{module}::{owner}"),
        };
        self.items.push(Item { path, owner: owner.to_owned(), ..item });
    }

    fn definition(&mut self, module: &str, def: &TypeDef) {
        let pointers: Vec<Pointer> = def.schemas.iter().map(|id| self.contract[*id].pointer.clone()).collect();
        let kind = match &def.kind {
            TypeKind::Record(_) => ItemKind::Record,
            TypeKind::Enum(_) if def.open => ItemKind::Open,
            TypeKind::Enum(_) => ItemKind::Closed,
            TypeKind::Union(_) => ItemKind::Union,
        };
        let says = [(DEFAULT, def.defaultable), (NON_EXHAUSTIVE, !def.sent)];
        let says = says.into_iter().filter(|(_, has)| *has && kind == ItemKind::Record);
        let attributes = says.map(|(name, _)| name).collect();
        self.add(module, &def.name, Item { attributes, pointers: pointers.clone(), ..item(kind, Vec::new()) });
        let variant = |name: &str, ty: String, keys| {
            let member = Member { name: name.to_owned(), ty, place: "", keys };
            let joins_closed = kind != ItemKind::Open;
            Item { joins_closed, pointers: pointers.clone(), ..item(ItemKind::Variant, vec![member]) }
        };
        let members: Vec<Item> = match &def.kind {
            TypeKind::Record(fields) => fields.iter().map(|field| self.field(def, field)).collect(),
            TypeKind::Enum(variants) => {
                variants.iter().map(|one| variant(&one.name, String::new(), vec![one.value.clone()])).collect()
            }
            TypeKind::Union(list) => list
                .iter()
                .map(|one| variant(&one.name, self.rust.ty(&one.ty), one.tags.iter().map(tag).collect()))
                .collect(),
        };
        members.into_iter().for_each(|member| self.add(module, &def.name, member));
        self.constructor(module, def, pointers);
    }

    fn constructor(&mut self, module: &str, def: &TypeDef, pointers: Vec<Pointer>) {
        let Some(needed) = constructor_fields(def) else { return };
        let member = |field: &&Field| Member {
            name: ident(&field.name),
            ty: constructor_argument(self.rust, field),
            place: "required",
            keys: field.keys.clone(),
        };
        let of_fields = needed.iter().flat_map(|field| self.sources(&field.schemas));
        self.items.push(Item {
            path: format!("{module}::{}::new", def.name),
            owner: def.name.clone(),
            gives: "Self".to_owned(),
            pointers: pointers.iter().cloned().chain(of_fields).collect(),
            ..item(ItemKind::Constructor, needed.iter().map(member).collect())
        });
    }

    fn field(&self, def: &TypeDef, field: &Field) -> Item {
        let member = Member {
            name: ident(&field.name),
            ty: self.rust.ty(&field.ty),
            place: if field.required { "required" } else { "optional" },
            keys: field.keys.clone(),
        };
        Item {
            // A literal of what may grow ends in `..Default::default()`, or cannot be written at all.
            joins_closed: def.sent && !def.defaultable,
            pointers: self.sources(&field.schemas),
            ..item(ItemKind::Field, vec![member])
        }
    }

    fn method(&mut self, module: &str, owner: &str, method: &Method) {
        let (rust, operation) = (self.rust, &self.contract.operations[method.operation]);
        let call = Some(format!("{} {}", operation.method, operation.path));
        let argument = |argument: &Argument| {
            let (place, keys) = place(&argument.place);
            Member { name: ident(&argument.name), ty: rust.argument(&argument.ty), place, keys }
        };
        let arguments: Vec<Member> = method.arguments.iter().map(argument).collect();
        let pointers = std::iter::once(&operation.pointer).chain(method.arguments.iter().map(|one| &one.pointer));
        let path = format!("{module}::{owner}::{}", ident(&method.name));
        let (gives, pointers) = (rust.answer(&method.answer), pointers.cloned().collect());
        let setters: Vec<Item> = (method.options.iter())
            .map(|one| Item {
                call: call.clone(),
                pointers: vec![one.pointer.clone()],
                ..item(ItemKind::Setter, vec![argument(one)])
            })
            .collect();
        let own = item(ItemKind::Method, arguments);
        self.items.push(Item { path, owner: owner.to_owned(), gives, call, pointers, ..own });
        let once = self.create_once(module, method);
        self.items.extend(once);
        if let Some(request) = method.request() {
            setters.into_iter().for_each(|setter| self.add(module, &request, setter));
        }
        self.outcomes(module, method);
    }

    /// The method of a request that creates something once.
    fn create_once(&self, module: &str, method: &Method) -> Option<Item> {
        let (rust, operation) = (self.rust, &self.contract.operations[method.operation]);
        let (once, request) = (method.once.as_ref()?, method.request()?);
        let since = once.since.iter().map(|(key, ty)| Member {
            name: "since".to_owned(),
            ty: rust.argument(ty),
            place: "query",
            keys: vec![key.clone()],
        });
        Some(Item {
            path: format!("{module}::{request}::create_once"),
            owner: request,
            gives: format!("CreatingOnce<{}, {}>", rust.answer(&method.answer), rust.ty(&once.found)),
            call: Some(format!("{} {}", operation.method, operation.path)),
            pointers: vec![operation.pointer.clone()],
            ..item(ItemKind::Method, since.collect())
        })
    }

    /// The outcomes of a call that takes several lists.
    fn outcomes(&mut self, module: &str, method: &Method) {
        let Some(bulk) = method.bulk.as_ref().filter(|bulk| bulk.lists.len() > 1) else { return };
        let owner = outcomes_name(method);
        self.add(module, &owner, item(ItemKind::Outcomes, Vec::new()));
        for list in &bulk.lists {
            let ty = format!("Outcomes<{}>", entry(self.rust, list));
            let member = Member { name: ident(&snake(&list.name)), ty, place: "", keys: Vec::new() };
            self.add(module, &owner, Item { joins_closed: true, ..item(ItemKind::Field, vec![member]) });
        }
    }

    /// Where the type of a member is said: at its own schemas, and at those that they lead to and that are no types by
    /// themselves.
    fn sources(&self, own: &[SchemaId]) -> Vec<Pointer> {
        let (mut found, mut waiting) = (Vec::new(), own.to_vec());
        while let Some(id) = waiting.pop() {
            if found.contains(&id) || self.types.contains(&id) && !own.contains(&id) {
                continue;
            }
            found.push(id);
            let schema = &self.contract[id];
            let parts = [&schema.all_of, &schema.one_of, &schema.any_of].into_iter().flatten();
            waiting
                .extend(schema.reference.iter().chain(parts).chain(&schema.items).chain(&schema.additional_properties));
        }
        let pointer = |id: &SchemaId| self.contract[*id].pointer.clone();
        let own: Vec<Pointer> = own.iter().map(pointer).collect();
        let elsewhere = found.iter().map(pointer).filter(|found| !own.iter().any(|own| own.contains(found)));
        let elsewhere: Vec<Pointer> = elsewhere.collect();
        own.into_iter().chain(elsewhere).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, surface};
    use crate::contract::Contract;
    use crate::document::Document;
    use crate::lock::NameLock;
    use crate::plan::{Collisions, Plan};

    const SHOP: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /orders/{code}:
    get:
      tags: [orders]
      operationId: getOrder
      parameters:
        - {name: code, in: path, required: true, schema: {type: string}}
        - {name: include, in: query, schema: {type: array, items: {type: string}}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
    put:
      tags: [orders]
      operationId: putOrder
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Address'}}}}
      responses: {'204': {description: ''}}
  /addresses:
    get:
      tags: [addresses]
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Address'}}}}}}
components:
  schemas:
    Order:
      type: object
      required: [guid]
      properties:
        guid: {type: [string, 'null']}
        lines: {type: array, x-aliases: [items], items: {$ref: '#/components/schemas/Line'}}
        level: {$ref: '#/components/schemas/Level'}
        size: {oneOf: [{type: integer}, {type: object, properties: {width: {type: integer}}}]}
        billing: {type: object, x-name: Address, required: [city], properties: {city: {$ref: '#/components/schemas/City'}}}
    Line: {type: string, maxLength: 3}
    Level: {type: string, enum: [high, low]}
    Address: {type: object, required: [city], properties: {city: {$ref: '#/components/schemas/City'}}}
    City: {type: string}
";

    fn items() -> Vec<Item> {
        let document = Document::parse("test.yaml", SHOP).unwrap();
        let contract = Contract::read(&document).unwrap();
        let plan = Plan::of(&contract, &document, &NameLock::default(), Collisions::Qualify).unwrap();
        let mut items = surface("my-shop", &contract, &plan);
        items.sort_by(|a, b| a.path.cmp(&b.path));
        items
    }

    #[test]
    fn items_have_paths_signatures_and_keys() {
        let shown = |item: &Item| format!("{}: {} {:?}", item.path, item.signature(), Vec::from_iter(item.keys()));
        let found: Vec<String> = items().iter().map(shown).collect();
        let expected = [
            r#"my_shop::addresses::Address: struct, Default []"#,
            r#"my_shop::addresses::Address::city: String ["city"]"#,
            r#"my_shop::addresses::Address::new: fn(city: impl Into<String>) -> Self ["city"]"#,
            r#"my_shop::addresses::AddressesApi: resource []"#,
            r#"my_shop::addresses::AddressesApi::list: fn() -> Vec<Address> []"#,
            r#"my_shop::orders::GetRequest::include: fn(&[&str]) ["include"]"#,
            r#"my_shop::orders::Level: open enum []"#,
            r#"my_shop::orders::Level::High: variant "high" ["high"]"#,
            r#"my_shop::orders::Level::Low: variant "low" ["low"]"#,
            r#"my_shop::orders::Order: struct, #[non_exhaustive] []"#,
            r#"my_shop::orders::Order::billing: Option<Address> ["billing"]"#,
            r#"my_shop::orders::Order::guid: Option<String> ["guid"]"#,
            r#"my_shop::orders::Order::level: Option<Level> ["level"]"#,
            r#"my_shop::orders::Order::lines: Option<Vec<String>> ["lines", "items"]"#,
            r#"my_shop::orders::Order::size: Option<OrderSize> ["size"]"#,
            r#"my_shop::orders::OrderSize: union []"#,
            r#"my_shop::orders::OrderSize::Integer: variant(i64) []"#,
            r#"my_shop::orders::OrderSize::Object: variant(OrderSizeObject) []"#,
            r#"my_shop::orders::OrderSizeObject: struct, #[non_exhaustive] []"#,
            r#"my_shop::orders::OrderSizeObject::width: Option<i64> ["width"]"#,
            r#"my_shop::orders::OrdersApi: resource []"#,
            r#"my_shop::orders::OrdersApi::get: fn(code: &str) -> Order ["code"]"#,
            r#"my_shop::orders::OrdersApi::update: fn(code: &str, body: &Address) -> () ["code", ""]"#,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn items_know_the_places_that_they_come_from() {
        let items = items();
        let pointers = |path: &str| {
            let item = items.iter().find(|item| item.path == format!("my_shop::{path}"));
            let pointers = item.unwrap_or_else(|| panic!("no {path}")).pointers.iter();
            pointers.map(|pointer| pointer.as_str().replace("/components/schemas/", "")).collect::<Vec<_>>()
        };
        let cases: [(&str, &[&str]); 7] = [
            // Several schemas that are one type.
            ("addresses::Address", &["Address", "Order/properties/billing"]),
            (
                "addresses::Address::city",
                &["Address/properties/city", "Order/properties/billing/properties/city", "City"],
            ),
            // Through references, as far as these are no types.
            ("orders::Order::lines", &["Order/properties/lines", "Line"]),
            ("orders::Order::level", &["Order/properties/level"]),
            ("orders::Level::High", &["Level"]),
            ("orders::GetRequest::include", &["/paths/~1orders~1{code}/get/parameters/1"]),
            (
                "orders::OrdersApi::update",
                &[
                    "/paths/~1orders~1{code}/put",
                    "/paths/~1orders~1{code}/put/parameters/0",
                    "/paths/~1orders~1{code}/put/requestBody",
                ],
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(pointers(path), expected, "{path}");
        }
    }
}
