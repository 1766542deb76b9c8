//! Tables for conformance tests: the types of each operation's bodies, and how the operation is called. Each line names
//! a type; the code behind it is in the runtime. The tables are statics, so they are compiled in one crate.

use super::code::Code;
use super::rust::Rust;
use super::{Emission, File};
use crate::name::ident;
use crate::plan::{Answer, ArgumentPlace, Method, Record, Ty};

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
            let (module, name) = (&resource.name, ident(&method.name));
            code.line(format!("    #[cfg(feature = {module:?})]"));
            code.line(format!("    Driver::of::<crate::{module}::{name}>({:?}),", method.id));
        }
    }
    code.line("];");
    File { path: "src/codecs.rs".to_owned(), text: code.finish() }
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
    let sent = method.arguments.iter().find_map(|one| match &one.place {
        ArgumentPlace::Body(path) => Some(("Request", path.to_string(), one.ty.value()?)),
        _ => None,
    });
    received.into_iter().chain(sent)
}
