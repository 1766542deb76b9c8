//! Generates progenitor's client from our export of a contract.
//! Used by the build script for the clients under test, and by the program that measures.

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};

/// What progenitor emits for a document, formatted by prettyplease.
///
/// # Errors
/// progenitor's complaint, or the message of its panic: both are findings about the export.
pub(crate) fn client(document: &openapiv3::OpenAPI, style: InterfaceStyle) -> Result<String, String> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(style);
    let tokens = catch_unwind(AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(document)))
        .map_err(|panic| format!("progenitor panics: {}", message(panic.as_ref())))?
        .map_err(|error| format!("progenitor refuses: {error}"))?;
    let file = syn::parse2(tokens).map_err(|error| format!("progenitor emits what is no Rust: {error}"))?;
    Ok(prettyplease::unparse(&file))
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}
