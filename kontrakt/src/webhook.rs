//! `kontrakt webhook send`: what an API tells by itself, to try a receiver with.

use std::path::PathBuf;

use clap::Args;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_commands::console::{Exit, Report};
use kontrakt_sandbox::{Options, Request};
use serde_json::{Map, Value, json};

use crate::documents;

/// Where the key is taken from: arguments are seen by everybody on the machine.
const KEY: &str = "KONTRAKT_WEBHOOK_KEY";

/// What can be done with webhooks.
#[derive(clap::Subcommand)]
pub(crate) enum WebhookCommand {
    /// Sends a notice, made up as the document describes it, and tells what was answered.
    ///
    /// It is signed with the key in the environment variable KONTRAKT_WEBHOOK_KEY, where the API signs its notices.
    /// Exit codes: 0 the receiver answered with success, 1 there is no such notice or no answer, 3 it answered otherwise.
    Send(SendArguments),
}

/// What is sent, and where.
#[derive(Args)]
pub(crate) struct SendArguments {
    /// Name of an API that is inside, or an OpenAPI document.
    api: String,
    /// Address of the receiver.
    #[arg(long, value_name = "URL")]
    to: String,
    /// Name of the webhook in the document; the first one by default.
    #[arg(long)]
    webhook: Option<String>,
    /// A member of the notice: `event=order:create`. May be given several times; a value that is JSON is sent as such.
    #[arg(long, value_name = "MEMBER=VALUE", value_parser = member)]
    set: Vec<(String, Value)>,
    /// The notice as JSON, byte for byte, in place of one that is made up.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["webhook", "set"])]
    body: Option<PathBuf>,
    /// How often it is sent: receivers get notices more than once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    times: u32,
}

fn member(text: &str) -> std::result::Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected MEMBER=VALUE")?;
    Ok((name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| json!(value))))
}

pub(crate) fn run(command: &WebhookCommand) -> Result<Report> {
    let WebhookCommand::Send(arguments) = command;
    let failed = |error: &dyn std::fmt::Display| Diagnostic::new(error.to_string());
    let sandbox = documents::sandbox(&arguments.api, Options::default()).map_err(|error| failed(&error))?;
    let key = std::env::var(KEY).ok().filter(|key| !key.is_empty());
    let request = match &arguments.body {
        Some(path) => {
            let body = std::fs::read(path)
                .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
            sandbox.signed(body, key.as_deref())
        }
        None => {
            let known: Map<String, Value> = arguments.set.iter().cloned().collect();
            let notice = sandbox.notice(arguments.webhook.as_deref(), &known, key.as_deref());
            notice.map_err(|error| failed(&error))?
        }
    };
    let signature = sandbox.contract().behaviour.webhooks.signature_header.as_ref();
    let warnings = match signature.filter(|_| key.is_none()) {
        Some(header) => vec![
            Diagnostic::new(format!("the notice is not signed: {header} is missing"))
                .help(format!("put the key into the environment variable {KEY}")),
        ],
        None => Vec::new(),
    };
    let mut report = Report { warnings, ..Report::default() };
    let mut answers = Vec::new();
    for _ in 0..arguments.times.max(1) {
        let (status, text) = send(&arguments.to, &request)?;
        report.text += &format!("{status} {}\n", text.trim());
        if !(200..300).contains(&status) {
            report.exit = Exit::Findings;
        }
        answers.push(json!({"status": status, "body": text}));
    }
    let sent = String::from_utf8_lossy(&request.body);
    report.text = format!("sent {sent}\n{}", report.text);
    report.json = json!({"sent": sent, "answers": answers});
    Ok(report)
}

/// Status and text of the answer.
fn send(address: &str, request: &Request) -> Result<(u16, String)> {
    let complain = |error: reqwest::Error| {
        Diagnostic::new(format!("cannot send to {address}: {}", error.without_url()))
            .help("check that something listens at this address")
    };
    let mut post = reqwest::blocking::Client::new().post(address).body(request.body.clone());
    for (name, value) in &request.headers {
        post = post.header(name, value);
    }
    let answer = post.send().map_err(complain)?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().map_err(complain)?))
}
