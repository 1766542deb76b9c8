//! The sandbox: takes a request, gives a reply, and remembers both.

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, Operation, Status};
use kontrakt_conformance::findings::{FindingKind, FindingSeverity, Observation};
use kontrakt_conformance::recording::{Absent, Entry, Message};
use kontrakt_conformance::routing::Routed;
use serde_json::{Value, json};

use crate::SandboxError;
use crate::access::Tokens;
use crate::clock::Moment;
use crate::fault::{Fault, Stage};
use crate::limits::Usage;
use crate::maker::Fill;
use crate::message::{Reply, Request};
use crate::model::{Action, Model, Plan};
use crate::oddly::Switched;
use crate::refusal::{Event, Refusal};
use crate::state::{Making, State};
use crate::turn::{FILES, Shown, Turn, job_result, put};
use crate::webhooks::outbox::{Outbox, Sender};

/// Calls that are remembered.
const REMEMBERED: usize = 1_000;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed gives the same shop.
    pub seed: u64,
    /// Records of each kind that are there from the beginning.
    pub records: usize,
    /// Whether calls are refused that come too often.
    pub limits: bool,
    /// When it starts; `None` for the time of the machine.
    pub start: Option<Moment>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, records: 3, limits: true, start: None }
    }
}

/// A call that a sandbox has seen. `Debug` does not show the body, which may hold secrets.
#[derive(Clone)]
pub struct Call {
    /// Method in capitals.
    pub method: String,
    /// The path, without the query, which may hold credentials.
    pub path: String,
    /// Identifier of the operation; `None` where there is none.
    pub operation: Option<String>,
    /// What was sent, if it was JSON.
    pub body: Option<Value>,
    /// Status of the reply.
    pub status: u16,
    /// Whether it worked and may have changed something.
    pub changed: bool,
    /// What was wrong with it.
    pub violations: Vec<Violation>,
    /// How long it took.
    pub took: Duration,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("violations", &self.violations)
            .field("took", &self.took)
            .finish_non_exhaustive()
    }
}

/// Something in a request that the contract does not allow, or does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where: `/data/code` of the body, `query:from`, `header:Accept`.
    pub place: String,
    /// What is wrong, in words.
    pub message: String,
    /// Whether the call was refused for it; members that nobody knows are told and ignored.
    pub refused: bool,
}

/// A stateful server of an API. Clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox(pub(crate) Arc<Shared>);

/// Is told of every call.
type Watcher = Box<dyn Fn(&Call) + Send + Sync>;

pub(crate) struct Shared {
    watcher: OnceLock<Watcher>,
    pub(crate) sender: Sender,
    pub(crate) model: &'static Model,
    pub(crate) options: Options,
    pub(crate) now: Mutex<Now>,
    pub(crate) switched: Mutex<Switched>,
    pub(crate) in_flight: AtomicUsize,
    /// URLs that are being written, and since when.
    pub(crate) locked: Mutex<Vec<(String, Instant)>>,
}

/// Everything that changes.
pub(crate) struct Now {
    pub(crate) state: State,
    pub(crate) calls: VecDeque<Call>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) usage: Usage,
    pub(crate) tokens: Tokens,
    pub(crate) outbox: Outbox,
    /// What tests have added to the time.
    pub(crate) ahead: Duration,
    pub(crate) rng: Rng,
}

impl Now {
    fn new(options: &Options, outbox: Outbox) -> Self {
        Self {
            state: State::default(),
            calls: VecDeque::new(),
            faults: Vec::new(),
            usage: Usage::default(),
            tokens: Tokens::default(),
            outbox,
            ahead: Duration::ZERO,
            rng: Rng::with_seed(options.seed),
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sandbox of {}", self.0.model.contract.title)
    }
}

impl Sandbox {
    /// A sandbox of an API, with a few records of each kind in it. The contract stays in memory until the process ends.
    ///
    /// # Errors
    /// When the schemas of the contract cannot be prepared.
    pub fn new(contract: Contract) -> Result<Self, SandboxError> {
        Self::with(contract, Options::default())
    }

    /// The same, set up otherwise.
    ///
    /// # Errors
    /// As [`Sandbox::new`].
    pub fn with(contract: Contract, options: Options) -> Result<Self, SandboxError> {
        let model = Model::new(Box::leak(Box::new(contract)), &[])?;
        Ok(Self::of_model(Box::leak(Box::new(model)), options))
    }

    pub(crate) fn of_model(model: &'static Model, options: Options) -> Self {
        let now = Mutex::new(Now::new(&options, Outbox::default()));
        let (watcher, in_flight) = (OnceLock::new(), AtomicUsize::new(0));
        let (switched, locked, sender) = (Mutex::default(), Mutex::default(), Sender::default());
        Self(Arc::new(Shared { watcher, sender, model, options, now, switched, in_flight, locked }))
    }

    /// The contract.
    pub fn contract(&self) -> &'static Contract {
        self.0.model.contract
    }

    /// The time in the sandbox.
    pub fn now(&self) -> Moment {
        self.moment(&self.lock())
    }

    /// Lets time pass: tokens expire, jobs end, limits recover, deliveries are tried again.
    pub fn advance(&self, duration: Duration) {
        self.lock().ahead += duration;
        self.nudge();
    }

    /// The calls so far, the first first; the latest thousand.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.iter().cloned().collect()
    }

    /// Adds a fault. It is looked for in the order they were added.
    pub fn fault(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// The same, for what somebody has typed.
    ///
    /// # Errors
    /// When it is for an operation that is not in the document.
    pub fn add_fault(&self, fault: Fault) -> Result<(), SandboxError> {
        let known = |id: &str| self.contract().operations.iter().any(|operation| operation.id == id);
        match fault.operation().filter(|id| !known(id)) {
            Some(id) => Err(SandboxError::new(format!("there is no operation {id:?}"))),
            None => {
                self.fault(fault);
                Ok(())
            }
        }
    }

    /// What is left of faults.
    pub fn faults(&self) -> Vec<Fault> {
        self.lock().faults.clone()
    }

    /// Takes back what is left of faults.
    pub fn mend(&self) {
        self.lock().faults.clear();
    }

    /// Takes back a fault, as [`faults`](Self::faults) gives it.
    pub fn mend_one(&self, fault: &Fault) {
        let mut now = self.lock();
        if let Some(at) = now.faults.iter().position(|one| one == fault) {
            now.faults.remove(at);
        }
    }

    /// Whether the document has a call there.
    pub(crate) fn is_documented(&self, method: &str, url: &str) -> bool {
        self.0.model.router.route(method, url).is_some()
    }

    /// Tells somebody of every call, from now on. Only the first is told.
    pub fn watch(&self, watcher: impl Fn(&Call) + Send + Sync + 'static) {
        let _ = self.0.watcher.set(Box::new(watcher));
    }

    /// What proves who calls, for people: how to send it.
    pub fn credentials(&self) -> String {
        self.making(self.now()).credentials_help()
    }

    /// Back to the beginning: records as they were, no calls, no faults, no quirks, nothing used up, the time that it is.
    pub fn reset(&self) {
        *self.0.switched.lock().unwrap_or_else(PoisonError::into_inner) = Switched::default();
        let mut now = self.lock();
        *now = Now::new(&self.0.options, now.outbox.emptied());
        drop(now);
        self.nudge();
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Now> {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn moment(&self, now: &Now) -> Moment {
        self.0.options.start.unwrap_or_else(Moment::of_machine).after(now.ahead)
    }

    pub(crate) fn making(&self, now: Moment) -> Making<'_> {
        let Options { seed, records, .. } = self.0.options;
        Making { model: self.0.model, seed, records, now }
    }

    /// Answers a request.
    pub fn handle(&self, request: &Request) -> Reply {
        self.handle_unless(request, None)
    }

    /// Answers a request, with a refusal if something prevents it.
    pub(crate) fn handle_unless(&self, request: &Request, prevented: Option<Refusal>) -> Reply {
        let started = Instant::now();
        let routed = self.0.model.router.route(&request.method, &request.url);
        let operation = routed.as_ref().map(|routed| routed.operation);
        let (reply, violations) = self.reply(request, routed, prevented);
        let path = request.url.split(['?', '#']).next().unwrap_or_default();
        let call = Call {
            method: request.method.clone(),
            path: self.0.model.router.describe("", path).trim().to_owned(),
            operation: operation.map(|operation| operation.id.clone()),
            body: serde_json::from_slice(&request.body).ok(),
            status: reply.status,
            changed: request.method != "GET" && (200..300).contains(&reply.status),
            violations,
            took: started.elapsed(),
        };
        self.remember(call.clone());
        if let Some(watcher) = self.0.watcher.get() {
            watcher(&call);
        }
        reply
    }

    fn remember(&self, call: Call) {
        let mut now = self.lock();
        if now.calls.len() == REMEMBERED {
            now.calls.pop_front();
        }
        now.calls.push_back(call);
    }

    fn reply(
        &self,
        request: &Request,
        routed: Option<Routed<'static>>,
        prevented: Option<Refusal>,
    ) -> (Reply, Vec<Violation>) {
        let mut guard = self.lock();
        let moment = self.moment(&guard);
        let making = self.making(moment);
        let Some(routed) = routed else { return (self.elsewhere(&mut guard, making, request), Vec::new()) };
        let operation = routed.operation;
        let now = &mut *guard;
        // What is too much at once is refused in front of the API, and uses nothing up.
        if let Some(refusal) = prevented.as_ref().filter(|refusal| refusal.event == Event::Limited) {
            return (making.refuse(Some(operation), refusal), Vec::new());
        }
        let url = request.absolute();
        let fault = match prevented {
            Some(_) => None,
            None => Fault::next(&mut now.faults, &operation.id, &url, &mut now.rng, Stage::Call),
        };
        if let Some(reply) = fault.as_ref().and_then(Fault::instead) {
            return (reply, Vec::new());
        }
        let limited = if self.0.options.limits { now.usage.take(making) } else { Ok(Vec::new()) };
        let headers = match limited {
            Ok(headers) => headers,
            Err(refusal) => return (making.refuse(Some(operation), &refusal), Vec::new()),
        };
        let (mut reply, violations) = match prevented.or_else(|| fault.as_ref()?.refusal(&url)) {
            Some(refusal) => (making.refuse(Some(operation), &refusal), Vec::new()),
            None => self.judged(now, making, request, routed),
        };
        reply.headers.extend(headers);
        drop(guard);
        let reply = match fault {
            Some(fault) => fault.afterwards(reply),
            None => reply,
        };
        (reply, violations)
    }

    /// What is at no path of the contract.
    fn elsewhere(&self, now: &mut Now, making: Making<'_>, request: &Request) -> Reply {
        let path = request.url.split(['?', '#']).next().unwrap_or_default();
        if let Some((_, id)) = path.split_once(FILES) {
            return match job_result(making, &mut now.state, id) {
                Ok(bytes) => Reply::of(200, "application/gzip", bytes),
                Err(refusal) => making.refuse(None, &refusal),
            };
        }
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        let router = &self.0.model.router;
        let taken: Vec<&str> =
            methods.into_iter().filter(|method| router.route(method, &request.url).is_some()).collect();
        let what = router.describe(&request.method, &request.url);
        let refusal = match taken.is_empty() {
            true => Refusal::new(Event::NoSuchPath, format!("{what} is not in the document")),
            false => {
                Refusal::new(Event::Method, format!("{what} is not in the document")).header("allow", taken.join(", "))
            }
        };
        making.refuse(None, &refusal)
    }

    /// The reply to a call that is not prevented.
    fn judged(
        &self,
        now: &mut Now,
        making: Making<'_>,
        request: &Request,
        routed: Routed<'static>,
    ) -> (Reply, Vec<Violation>) {
        let operation = routed.operation;
        if let Err(refusal) = now.tokens.check(making, operation, request, &routed.query) {
            return (making.refuse(Some(operation), &refusal), Vec::new());
        }
        let violations = match self.violations(request, &routed) {
            Ok(violations) => violations,
            Err(error) => return (Reply::of(500, "text/plain", error.to_string()), Vec::new()),
        };
        let refused: Vec<&Violation> = violations.iter().filter(|one| one.refused).collect();
        if !refused.is_empty() {
            let mut refusal = Refusal::new(Event::Invalid, "");
            refusal.errors = refused.iter().map(|one| (one.message.clone(), Some(one.place.clone()))).collect();
            return (making.refuse(Some(operation), &refusal), violations);
        }
        if let Some(refusal) = self.odd_refusal(operation, &|event| self.is_subscribed(now, event)) {
            return (making.refuse(Some(operation), &refusal), violations);
        }
        let Some(plan) = self.0.model.plan(&operation.id) else {
            return (Reply::of(501, "text/plain", "this call is not served"), violations);
        };
        if plan.action == Action::Token {
            let reply = match now.tokens.give(making) {
                Ok(known) => self.answer(making, plan, Shown { known, made_up: false }),
                Err(refusal) => making.refuse(Some(operation), &refusal),
            };
            return (reply, violations);
        }
        let owned =
            |pairs: Vec<(&str, String)>| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let host = request.header_value("host").map_or("http://localhost".to_owned(), |host| format!("http://{host}"));
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        let (path, query) = (owned(routed.path), routed.query);
        self.write_log(now, making, plan);
        let news = Vec::new();
        let mut turn = Turn { making, state: &mut now.state, plan, path, query, body, base: host, news };
        let shown = turn.run();
        let news = turn.news;
        let mut reply = match shown {
            Ok(shown) => self.answer(making, plan, shown),
            Err(refusal) => making.refuse(Some(operation), &refusal),
        };
        self.keep_key(now, operation, &mut reply);
        self.announce(now, making, Some(&operation.id), &news);
        (reply, violations)
    }

    /// What the contract does not allow of a request, or does not know.
    fn violations(&self, request: &Request, routed: &Routed<'static>) -> Result<Vec<Violation>, SandboxError> {
        let mut headers = request.headers.clone();
        if request.body.is_empty() && request.header_value("content-length").is_none() {
            headers.push(("content-length".to_owned(), "0".to_owned()));
        }
        let body = (!request.body.is_empty()).then(|| request.body.clone());
        let absent = if body.is_none() { Absent::Empty } else { Absent::Unsaid };
        let message = Message { headers, media_type: None, body, absent };
        let (method, url) = (request.method.clone(), request.url.clone());
        let entry = Entry { method, url, request: message, ..Entry::default() };
        let observations = self.0.model.verifier.check_request(routed, &entry).map_err(SandboxError::of_diagnostic)?;
        let mut violations: Vec<Violation> = observations.into_iter().map(|one| self.violation(one)).collect();
        // Where the document does not say that a body is required, its required members say so.
        let schema = routed.operation.body.as_ref().and_then(|body| body.json()?.schema);
        let needed = schema.is_some_and(|schema| !self.0.model.schemas.checker.accepts(schema, &json!({})));
        if request.body.is_empty() && needed && violations.is_empty() {
            let (kind, place) = (FindingKind::MissingRequired, String::new());
            violations.push(Violation { kind, place, message: "the request has no body".to_owned(), refused: true });
        }
        Ok(violations)
    }

    fn violation(&self, seen: Observation) -> Violation {
        let checker = &self.0.model.schemas.checker;
        // A value that is not listed where the list is open is no violation.
        let open = seen.kind == FindingKind::UnknownEnumValue
            && seen.schema_id.zip(seen.sample.as_ref()).is_some_and(|(id, value)| checker.accepts(id, value));
        let refused = seen.severity >= FindingSeverity::Warning && seen.kind != FindingKind::UndocumentedField && !open;
        Violation { kind: seen.kind, place: seen.pointer, message: seen.message, refused }
    }

    /// An answer that worked, in the form of its schema.
    pub(crate) fn answer(&self, making: Making<'_>, plan: &Plan, shown: Shown) -> Reply {
        let operation: &Operation = plan.operation;
        let model = self.0.model;
        let status = operation.success().map_or(200, |response| match response.status {
            Status::Code(code) => code,
            Status::Range(digit) => u16::from(digit) * 100,
            Status::Default => 200,
        });
        let Some(schema) = model.answer_schema(operation) else { return empty(operation, status) };
        let envelope = &model.contract.behaviour.envelope;
        let mut known = if shown.known.is_null() { json!({}) } else { shown.known };
        let slot = [schema];
        let enveloped = known.is_object();
        if let Some(success) = envelope.success.as_ref().filter(|_| enveloped) {
            put(&mut known, std::slice::from_ref(&success.member), json!(success.equals));
        }
        if let Some(errors) =
            envelope.errors.as_ref().filter(|errors| enveloped && known.get(errors.as_str()).is_none())
            && let Some(member) = model.schemas.member(&slot, errors)
        {
            let none = if model.schemas.accepts(&member, &Value::Null) { Value::Null } else { json!([]) };
            put(&mut known, std::slice::from_ref(errors), none);
        }
        let fill = if shown.made_up { Fill::Rich } else { Fill::Lean };
        let mut maker = making.maker(making.seed_of(0, &operation.id), fill);
        Reply::json(status, &self.with_quirks(schema, maker.make(&slot, "", Some(&known))))
    }
}

/// An answer without JSON: nothing, or a file that is as small as one of its kind can be.
fn empty(operation: &Operation, status: u16) -> Reply {
    let media = operation.success().and_then(|response| response.content.first()).map(|media| media.essence());
    match media.as_deref() {
        None => Reply { status, ..Reply::default() },
        Some(media @ "application/pdf") => Reply::of(status, media, "%PDF-1.4\n%%EOF\n"),
        Some(media) if media.ends_with("xml") => Reply::of(status, media, "<?xml version=\"1.0\"?><document/>"),
        Some(media) => Reply::of(status, media, "sandbox"),
    }
}
