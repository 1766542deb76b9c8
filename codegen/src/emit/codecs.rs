//! Tables for conformance: what operations carry, as types that read and write JSON, and how operations are called.
//! Each line names a type; what is done with it is in the runtime. Statics, so that one crate compiles all that they use.

use super::code::Code;
use super::{Emission, File};
use crate::plan::{Answer, Method, Ty};

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
    let mut entry = |feature: &str, ty: &str, operation: &str, side: &str, value: &str| {
        code.line(format!("    #[cfg(feature = {feature:?})]"));
        code.line(format!("    Codec::of::<{ty}>({operation:?}, Side::{side}, {value:?}),"));
    };
    for resource in &plan.resources {
        for method in &resource.operations {
            for (side, value, ty) in carried(emission, method) {
                entry(&resource.name, &qualified(emission, &resource.name, &ty), &method.id, side, &value);
            }
        }
    }
    for (name, ty, resource) in &plan.records {
        let module = &plan.resources[*resource].name;
        entry(module, &qualified(emission, module, &plan.rust(ty)), name, "Record", "");
    }
    code.line("];");
    code.line("");
    code.line("/// One entry for each operation.");
    code.line("pub static DRIVERS: &[Driver] = &[");
    for resource in &plan.resources {
        for method in &resource.operations {
            let (module, name) = (&resource.name, &method.name);
            code.line(format!("    #[cfg(feature = {module:?})]"));
            code.line(format!("    Driver::of::<crate::{module}::{name}>({:?}),", method.id));
        }
    }
    code.line("];");
    File { path: "src/codecs.rs".to_owned(), text: code.finish() }
}

/// Side, place and type of what an operation carries.
fn carried(emission: Emission<'_>, method: &Method) -> Vec<(&'static str, String, String)> {
    let rust = |ty: &Ty| emission.plan.rust(ty);
    let received = match &method.answer {
        Answer::Value(ty) => Some(("Answer", rust(ty))),
        Answer::Page(ty) => Some(("Answer", format!("Vec<{}>", rust(ty)))),
        Answer::Job(ty) => Some(("JobResult", rust(ty))),
        Answer::Nothing | Answer::Download => None,
    };
    // A line of a job's result stands by itself.
    let place = |side| if side == "JobResult" { String::new() } else { method.value.clone() };
    let received = received.map(|(side, ty)| (side, place(side), ty));
    let sent = method.arguments.iter().find_map(|one| {
        let wrapper = one.place.strip_prefix("json(\"")?.strip_suffix("\")")?;
        let ty = one.ty.trim_start_matches('&');
        let ty = match ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')) {
            Some(inner) => format!("Vec<{inner}>"),
            None => ty.to_owned(),
        };
        Some(("Request", wrapper.to_owned(), ty))
    });
    received.into_iter().chain(sent).collect()
}

/// Names of the standard prelude.
const STANDARD: [&str; 4] = ["Box", "Option", "String", "Vec"];

/// A type as the crate root names it: the module of the resource before each name.
fn qualified(emission: Emission<'_>, module: &str, code: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in code.chars().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if emission.plan.types.iter().any(|def| def.name == word) {
            out.push_str(&format!("crate::{module}::"));
        } else if word.starts_with(char::is_uppercase) && !STANDARD.contains(&word.as_str()) {
            out.push_str("kontrakt_runtime::");
        }
        out.push_str(&word);
        word.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}
