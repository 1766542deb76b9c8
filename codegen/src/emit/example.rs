//! The example in the documentation of a method: the call with what it must have, a setter or two, and what comes back.
//! `cargo test --doc` compiles it; nothing is sent.

mod expression;
mod value;
mod words;

use std::collections::BTreeSet;

use self::expression::WIDTH;
use self::value::{Site, Values};
use super::Emission;
use crate::contract::{Contract, SchemaId};
use crate::name::{ident, is_keyword, singular, snake};
use crate::plan::{Answer, Argument, ArgumentPlace, ArgumentTy, Bulk, Field, Method, Plan, Scalar, Ty, TypeKind};

/// Setters that an example shows.
const SETTERS: usize = 2;

/// Columns of an argument from which on it has a name of its own.
const LONG: usize = 56;

/// Members that tell what a record is, the best first.
const TELLING: [&str; 10] = ["code", "number", "order_number", "name", "title", "guid", "id", "job_id", "email", "url"];

/// Lines of the example, with the fences around them.
pub(super) fn example(emission: Emission<'_>, resource: &str, method: &Method) -> Vec<String> {
    let krate = emission.package().replace('-', "_");
    let values =
        Values { contract: emission.contract, plan: emission.plan, krate: &krate, resource, named: BTreeSet::new() };
    let mut example = MethodExample { values, lines: Vec::new() };
    let call = example.call(method);
    example.uses(method, call);
    let MethodExample { values, lines } = example;
    let hidden = [
        "```no_run".to_owned(),
        format!("# async fn example(client: &{krate}::Client) -> Result<(), Box<dyn std::error::Error>> {{"),
    ];
    let used = imports(&values);
    let end = ["# Ok(())", "# }", "```"].map(str::to_owned);
    hidden.into_iter().chain(used).chain(lines).chain(end).collect()
}

/// The types that an example names.
fn imports(values: &Values<'_>) -> Vec<String> {
    let mut names: Vec<&str> = values.named.iter().map(|id| values.plan.ty(*id).name.as_str()).collect();
    names.sort_unstable();
    let module = format!("use {}::{}::", values.krate, ident(values.resource));
    match names.as_slice() {
        [] => Vec::new(),
        [only] => vec![format!("{module}{only};"), String::new()],
        all => vec![format!("{module}{{{}}};", all.join(", ")), String::new()],
    }
}

struct MethodExample<'p> {
    values: Values<'p>,
    lines: Vec<String>,
}

impl MethodExample<'_> {
    /// Segments of the call, after the client. Arguments that are long get a name before.
    fn call(&mut self, method: &Method) -> Vec<String> {
        let mut arguments = Vec::new();
        for argument in &method.arguments {
            arguments.push(self.argument(method, argument));
        }
        let mut call = vec![
            format!("{}()", ident(self.values.resource)),
            format!("{}({})", ident(&method.name), arguments.join(", ")),
        ];
        for option in setters(self.values.contract, self.values.plan, method) {
            let value = self.argument(method, option);
            call.push(format!("{}({value})", ident(&option.name)));
        }
        call
    }

    fn argument(&mut self, method: &Method, argument: &Argument) -> String {
        let schemas = schemas(self.values.contract, method, argument);
        let site = Site { name: wire_name(argument), owner: self.values.resource, schemas: &schemas, depth: 0 };
        let (reference, value) = self.values.argument(&argument.ty, site);
        let line = value.line();
        if reference.is_empty() || line.chars().count() <= LONG {
            return format!("{reference}{line}");
        }
        let name = if argument.name == "client" { "value".to_owned() } else { ident(&argument.name) };
        self.lines.extend(value.after(&format!("let {name} = ")).before(";").lines());
        format!("{reference}{name}")
    }

    /// What becomes of what the call gives.
    fn uses(&mut self, method: &Method, mut call: Vec<String>) {
        let divided = method.bulk.as_ref().is_some_and(Bulk::is_divided);
        if divided {
            return self.outcomes(method, call);
        }
        let resource = singular(self.values.resource);
        match &method.answer {
            Answer::Nothing => self.chain("", &[call, vec!["await?".to_owned()]].concat(), ";"),
            Answer::Download => {
                self.chain("let file = ", &[call, vec!["await?".to_owned()]].concat(), ";");
                self.line(&format!("let name = file.file_name().unwrap_or(\"{resource}\").to_owned();"));
                self.line("std::fs::write(name, file.bytes().await?)?;");
            }
            Answer::Page(_) if method.feed.is_some() => {
                call.extend(["feed()", "await?"].map(str::to_owned));
                self.chain("let changes = ", &call, ";");
                self.line("for change in &changes {");
                self.line("    println!(\"{} {:?}\", change.key, change.kind);");
                self.line("}");
                self.line("let mark = changes.mark(); // to store, and for the next call");
            }
            Answer::Page(item) => {
                call.push("items()".to_owned());
                let (one, shown) = self.shown(item, &resource);
                self.chain("let mut items = ", &call, ";");
                self.each(&format!("while let Some({one}) = items.try_next().await?"), &shown);
            }
            Answer::Job(item) => {
                call.extend(["submit()", "await?"].map(str::to_owned));
                self.chain("let job = ", &call, ";");
                self.line("let result = job.wait().await?;");
                if *item == Ty::Scalar(Scalar::Json) {
                    return self.line("println!(\"{:?}\", result.log());");
                }
                let (one, shown) = self.shown(item, &resource);
                self.line("let mut records = result.records().await?;");
                self.each(&format!("while let Some({one}) = records.try_next().await?"), &shown);
            }
            Answer::Value(ty) => {
                call.push("await?".to_owned());
                self.value(ty, &resource, &call);
            }
        }
    }

    fn value(&mut self, ty: &Ty, resource: &str, call: &[String]) {
        let (one, shown) = self.shown(ty, resource);
        match ty {
            Ty::List(inner) | Ty::Map(inner) => {
                let (one, shown) = self.shown(inner, resource);
                let one = if matches!(ty, Ty::Map(_)) { format!("(_key, {one})") } else { one };
                let short = format!("for {one} in client.{}", call.join("."));
                if short.chars().count() + 2 <= WIDTH {
                    return self.each(&short, &shown);
                }
                self.chain("let items = ", call, ";");
                self.each(&format!("for {one} in items"), &shown);
            }
            Ty::Optional(inner) => {
                let (one, shown) = self.shown(inner, resource);
                self.chain("let found = ", call, ";");
                self.each(&format!("if let Some({one}) = found"), &shown);
            }
            _ => {
                self.chain(&format!("let {one} = "), call, ";");
                self.line(&shown);
            }
        }
    }

    fn outcomes(&mut self, method: &Method, mut call: Vec<String>) {
        call.extend(["send_all()", "await?"].map(str::to_owned));
        self.chain("let outcomes = ", &call, ";");
        let lists = method.bulk.iter().flat_map(|bulk| &bulk.lists);
        let list = match lists.map(|list| ident(&snake(&list.name))).collect::<Vec<_>>().as_slice() {
            [first, _, ..] => format!("outcomes.{first}"),
            _ => "outcomes".to_owned(),
        };
        self.each(&format!("for error in {list}.iter().filter_map(|one| one.error())"), "println!(\"{error}\");");
    }

    /// A name for a value, and the line that shows it.
    fn shown(&self, ty: &Ty, resource: &str) -> (String, String) {
        let plan = self.values.plan;
        let name = match ty.named().map(|id| snake(&plan.ty(id).name)) {
            Some(name) if name.len() <= 20 => name,
            _ => resource.to_owned(),
        };
        let name = if is_keyword(&name) || !name.is_ascii() || name == "items" { "one".to_owned() } else { name };
        let fields: &[Field] = match ty {
            Ty::Named(id) => match &plan.ty(*id).kind {
                TypeKind::Record(fields) => fields,
                _ => &[],
            },
            _ => &[],
        };
        let displayed = |field: &Field| match &field.ty {
            Ty::Scalar(scalar) => !matches!(scalar, Scalar::Secret | Scalar::Instance),
            Ty::Named(id) => matches!(plan.ty(*id).kind, TypeKind::Enum(_)),
            _ => false,
        };
        let by_name = |wanted: &&str| fields.iter().find(|field| field.name == **wanted && field.required);
        let best = TELLING
            .iter()
            .filter_map(by_name)
            .chain(fields)
            .find(|field| field.deprecated.is_none() && displayed(field));
        let shown = match best {
            Some(field) => format!("println!(\"{{}}\", {name}.{});", ident(&field.name)),
            None => format!("println!(\"{{{name}:?}}\");"),
        };
        (name, shown)
    }

    fn line(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn each(&mut self, head: &str, body: &str) {
        self.line(&format!("{head} {{"));
        self.line(&format!("    {body}"));
        self.line("}");
    }

    /// A chain of calls on the client, in one line if it fits.
    fn chain(&mut self, head: &str, call: &[String], tail: &str) {
        let one = format!("{head}client.{}{tail}", call.join("."));
        if one.chars().count() <= WIDTH {
            return self.lines.push(one);
        }
        self.lines.push(format!("{head}client"));
        let last = call.len().saturating_sub(1);
        for (at, segment) in call.iter().enumerate() {
            let end = if at == last { tail } else { "" };
            self.lines.push(format!("    .{segment}{end}"));
        }
    }
}

/// The setters that matter most: filters by kind or time before plain ones, those of paging never.
fn setters<'m>(contract: &Contract, plan: &Plan, method: &'m Method) -> Vec<&'m Argument> {
    let paging = contract.behaviour.paging.as_ref();
    let pages = |option: &Argument| {
        paging.is_some_and(|one| [Some(&one.page), one.size.as_ref()].contains(&Some(&wire_name(option).to_owned())))
    };
    let is_enum = |ty: &ArgumentTy| ty.named().is_some_and(|id| matches!(plan.ty(id).kind, TypeKind::Enum(_)));
    let rank = |option: &Argument| match &option.ty {
        ty if is_enum(ty) => 0,
        ArgumentTy::Slice(_) if option.gap.is_none() => 1,
        ArgumentTy::Owned(Ty::Scalar(
            Scalar::Date | Scalar::DateTime | Scalar::CompactDateTime | Scalar::LocalDateTime,
        )) => 2,
        ArgumentTy::Owned(Ty::Scalar(Scalar::Boolean)) => 3,
        _ if option.gap.is_none() => 4,
        _ => 5,
    };
    let mut found: Vec<&Argument> =
        method.options.iter().filter(|one| one.deprecated.is_none() && !pages(one)).collect();
    found.sort_by_key(|one| rank(one));
    found.truncate(SETTERS);
    found
}

/// What an argument is called on the wire.
fn wire_name(argument: &Argument) -> &str {
    match &argument.place {
        ArgumentPlace::Body(path) => path.0.last().map_or(argument.name.as_str(), String::as_str),
        ArgumentPlace::Path(name)
        | ArgumentPlace::Query(name)
        | ArgumentPlace::QueryJson(name)
        | ArgumentPlace::Joined { name, .. }
        | ArgumentPlace::Flag(name)
        | ArgumentPlace::Header(name)
        | ArgumentPlace::Form(name) => name,
        _ => &argument.name,
    }
}

/// Schemas of an argument, where it is a parameter.
fn schemas(contract: &Contract, method: &Method, argument: &Argument) -> Vec<SchemaId> {
    let parameters = &contract.operations[method.operation].parameters;
    let found = parameters.iter().find(|one| one.pointer == argument.pointer);
    let mut schemas: Vec<SchemaId> = found.map(|one| one.schema).into_iter().collect();
    // What the elements of a list are.
    let items: Vec<SchemaId> = schemas.iter().flat_map(|id| contract.merged(*id).items.clone()).collect();
    schemas.extend(items);
    schemas
}
