//! Tables for conformance tests: the types of each operation's bodies, and how the operation is called. They
//! are statics, so they are compiled in one crate.

use super::code::Code;
use super::rust::{Rust, place};
use super::{Emission, File};
use crate::name::ident;
use crate::plan::{Answer, Argument, ArgumentPlace, ArgumentTy, Method, Record, Ty, api};

pub(super) fn file(emission: Emission<'_>) -> File {
    let plan = emission.plan;
    let docs = vec![
        "What operations carry and how they are called, by operation.".to_owned(),
        String::new(),
        "For tests that hold types and calls against recordings and against the document.".to_owned(),
    ];
    let mut code = Code::file(&docs);
    code.line("");
    code.line("use kontrakt_runtime::codec::{Codec, Driver, Side};");
    code.line("");
    code.line("/// One entry for each value that an operation sends or gives, and for each record that none carries.");
    code.line("pub static CODECS: &[Codec] = &[");
    let mut entry = |feature: &str, ty: &Ty, operation: &str, side: &str, value: &str| {
        let ty = Rust::in_full(plan, feature).ty(ty);
        code.line(format!("    #[cfg(feature = {feature:?})]"));
        code.line(format!("    Codec::of::<{ty}>({operation:?}, Side::{side}, {value:?}),"));
    };
    for resource in &plan.resources {
        for method in &resource.operations {
            for (side, value, ty) in carried(method) {
                entry(&resource.name, &ty, &method.id, side, &value);
            }
        }
    }
    for Record { name, ty, resource } in &plan.records {
        entry(&plan.resources[*resource].name, ty, name, "Record", "");
    }
    code.line("];");
    code.line("");
    code.line("/// One entry for each operation.");
    code.line("pub static DRIVERS: &[Driver] = &[");
    for resource in &plan.resources {
        for method in &resource.operations {
            code.line(format!("    #[cfg(feature = {:?})]", resource.name));
            driver(&mut code, Rust::in_full(plan, &resource.name), &resource.name, method);
        }
    }
    code.line("];");
    File { path: "src/codecs.rs".to_owned(), text: code.finish() }
}

/// A function that makes the request of a method from values.
fn driver(code: &mut Code, rust: Rust<'_>, module: &str, method: &Method) {
    let arguments: Vec<String> =
        (method.arguments.iter()).map(|one| passed(&one.ty, &format!("{}?", given(rust, "required", one)))).collect();
    let mutable = if method.options.is_empty() { "" } else { "mut " };
    let takes = if method.arguments.is_empty() && method.options.is_empty() { "_" } else { "given" };
    let resource = format!("crate::{module}::{}::from(session)", api(module));
    code.line(format!("    Driver {{ operation: {:?}, drive: |session, {takes}| {{", method.id));
    let call = format!("{}({})", ident(&method.name), arguments.join(", "));
    code.line(format!("        let {mutable}request = {resource}.{call};"));
    for option in &method.options {
        let set = format!("request = request.{}({});", ident(&option.name), passed(&option.ty, "value"));
        code.line(format!("        if let Some(value) = {}? {{ {set} }}", given(rust, "optional", option)));
    }
    code.line("        Ok(request.send_raw().written())");
    code.line("    } },");
}

/// The value that is given for an argument; a file is read as what it holds.
fn given(rust: Rust<'_>, presence: &str, argument: &Argument) -> String {
    let ty = match (&argument.ty, argument.ty.value()) {
        (_, Some(ty)) => rust.ty(&ty),
        (ArgumentTy::Uploads, None) => format!("Vec<{}>", rust.upload()),
        (_, None) => rust.upload(),
    };
    let (place, keys) = place(&argument.place);
    format!("given.{presence}::<{ty}>({place:?}, {:?})", keys[0])
}

/// A value as a method takes it.
fn passed(ty: &ArgumentTy, value: &str) -> String {
    match ty {
        ArgumentTy::Owned(_) => value.to_owned(),
        ArgumentTy::Slice(inner) if **inner == ArgumentTy::Str => format!("&kontrakt_runtime::codec::texts(&{value})"),
        ArgumentTy::Str
        | ArgumentTy::Reference(_)
        | ArgumentTy::Slice(_)
        | ArgumentTy::Upload
        | ArgumentTy::Uploads => format!("&{value}"),
    }
}

/// Side, place and type of what an operation carries.
fn carried(method: &Method) -> impl Iterator<Item = (&'static str, String, Ty)> {
    let value = || method.value.to_string();
    let received = match &method.answer {
        Answer::Value(ty) => Some(("Answer", value(), ty.clone())),
        Answer::Page(ty) => Some(("Answer", value(), ty.clone().list())),
        // A line of a job's result stands by itself.
        Answer::Job(ty) => Some(("JobResult", String::new(), ty.clone())),
        Answer::Nothing | Answer::Download => None,
    };
    let sent = method.arguments.iter().chain(&method.options).find_map(|one| match &one.place {
        ArgumentPlace::Body(path) => Some(("Request", path.to_string(), one.ty.value()?)),
        _ => None,
    });
    let faults = method.faults.iter().map(|(status, ty)| ("Error", status.to_string(), ty.clone()));
    received.into_iter().chain(sent).chain(faults)
}
