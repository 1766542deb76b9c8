//! `kontrakt serve`: a sandbox over HTTP, with a line for each request and each delivery, and a page for people.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use kontrakt_sandbox::{CREDENTIAL, Call, Delivery, Fault, Options, Quirks};
use serde_json::json;

use crate::{Failure, documents};

/// What is served, and how.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Name of an API that is inside, or an OpenAPI document.
    api: String,
    /// Port of this machine; 0 for a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The same seed gives the same records.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Records of each kind that are there from the beginning.
    #[arg(long, default_value_t = 3)]
    records: usize,
    /// Takes calls as often as they come.
    #[arg(long)]
    no_limits: bool,
    /// What goes wrong: `reset`, `lost-answer`, `cut-off`, `status:503`, `error:423` (the API's own error), `html:502`,
    /// `delay:2000` (milliseconds), `moved` or `moved:URL` (the server is somewhere else), and of webhooks `duplicate-delivery` or `lost-delivery`; for one operation `@createOrder`, so many times `*2`, with a
    /// probability `%10`. May be given several times.
    #[arg(long, value_name = "KIND[@OPERATION][*TIMES][%PERCENT]")]
    fault: Vec<Fault>,
    /// Answers as the server does where it and the document disagree: the identifier of an entry of `quirks.yaml`, `all`, or
    /// `random`. May be given several times.
    #[arg(long, value_name = "ID")]
    quirk: Vec<Quirks>,
    /// Sends every event to this address of this machine, such as `http://127.0.0.1:8080/webhook`, besides what calls have
    /// subscribed to. May be given several times.
    #[arg(long, value_name = "URL")]
    deliver: Vec<String>,
    /// Keeps the records in this file, which is read at the start and written after every change.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Adds a line of JSON for each call to this file, without what was sent: `kontrakt drift --only FILE` reads it.
    #[arg(long, value_name = "FILE")]
    calls: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let options = Options {
        seed: arguments.seed,
        records: arguments.records,
        limits: !arguments.no_limits,
        ..Options::default()
    };
    let sandbox = documents::sandbox(&arguments.api, options)?;
    for quirk in &arguments.quirk {
        sandbox.quirk(quirk)?;
    }
    for fault in &arguments.fault {
        sandbox.add_fault(fault.clone())?;
    }
    for url in &arguments.deliver {
        sandbox.deliver_to(url)?;
    }
    sandbox.watch_deliveries(|delivery| println!("{}", line_of_delivery(delivery)));
    let data = arguments.data.clone();
    if let Some(file) = data.as_ref().filter(|file| file.exists()) {
        sandbox.load(file)?;
    }
    let calls = match &arguments.calls {
        Some(path) => Some(Mutex::new(open(path)?)),
        None => None,
    };
    let watched = sandbox.clone();
    sandbox.watch(move |call| {
        println!("{}", line(call));
        if let Some(file) = &calls
            && let Err(error) = writeln!(file.lock().unwrap_or_else(PoisonError::into_inner), "{}", entry(call))
        {
            eprintln!("error: cannot write a call: {error}");
        }
        if let Some(file) = data.as_ref().filter(|_| call.changed)
            && let Err(error) = watched.save(file)
        {
            eprintln!("error: {error}");
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let port = arguments.port;
        let server = sandbox.start_on(port).await.map_err(|error| {
            format!("cannot listen on port {port}: {error}; give another one with --port, or 0 for a free one")
        })?;
        println!("{} on {}", sandbox.contract().title, server.url());
        println!("credentials: {}", sandbox.credentials());
        if let Some(key) = sandbox.signature_key() {
            println!("webhooks are signed with the key {key}, until a call gives another one");
        }
        server.wait().await;
        Ok(())
    })
}

/// A file to add lines to.
fn open(path: &Path) -> Result<File, Failure> {
    let file = File::options().create(true).append(true).open(path);
    file.map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// A call as a line of JSON that recordings have: which operation it was, and how it ended.
fn entry(call: &Call) -> serde_json::Value {
    let mut entry = json!({"method": call.method, "url": call.path, "status": call.status});
    if let Some(operation) = &call.operation {
        entry["operationId"] = json!(operation);
    }
    entry
}

/// What is said of a delivery after each try: event, address, tries, what became of it.
fn line_of_delivery(delivery: &Delivery) -> String {
    let Delivery { number, event, address, tries, state, .. } = delivery;
    let status = delivery.status.map(|status| format!(" {status}")).unwrap_or_default();
    let tries = if *tries > 0 { format!(" try {tries}") } else { String::new() };
    let line = format!("webhook {number} {event} to {address}:{tries}{status} {state}");
    match &delivery.error {
        Some(error) => format!("{line}\n    {error}"),
        None => line,
    }
}

/// What is said of a call: method and path, operation, status, time, and what is wrong with it.
fn line(call: &Call) -> String {
    let operation = call.operation.as_deref().unwrap_or("-");
    let took = call.took.as_secs_f64() * 1000.0;
    let mut line = format!("{} {} {operation} {} {took:.1} ms", call.method, call.path, call.status);
    for violation in &call.violations {
        let what = if violation.refused { "refused" } else { "ignored" };
        line += &format!("\n    {what}: {}: {}", violation.place, violation.message);
    }
    if call.status == 401 {
        line += &format!("\n    the credential of this sandbox is {CREDENTIAL:?}");
    }
    line
}
