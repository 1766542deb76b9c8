//! A transport that answers by stubs, which are typed by the calls they answer.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::asked::Asked;
use super::envelope::{put, success};
use super::stub::{Stub, json};
use crate::answer::Sending;
use crate::api::{Api, Operation};
use crate::error::Error;
use crate::http::{BoxFuture, MockRequest, MockTransport, Request, Response, Transport, TransportError, url};
use crate::value::{Object, Value};

/// Where results of jobs are.
const RESULTS: &str = "https://mock.invalid/results/";

pub(super) type Replying = dyn Fn(&MockRequest, &Mock) -> Result<Response, TransportError> + Send + Sync;

/// Answers calls in place of a server, and remembers them. Clones are the same mock.
///
/// `Client::mock()` of an emitted crate gives a client with its mock; any other client gets one as its transport. Calls
/// that are given to [`on`](Self::on) and to assertions are not sent: they say which call is meant.
#[derive(Clone)]
pub struct Mock {
    transport: MockTransport,
    stubs: Arc<Mutex<Stubs>>,
}

#[derive(Default)]
struct Stubs {
    list: Vec<Replies>,
    /// How jobs that were started have ended: what is asked, and what is answered.
    ended: Vec<(String, Vec<u8>)>,
}

struct Replies {
    asked: Asked,
    left: VecDeque<Arc<Replying>>,
    last: Option<Arc<Replying>>,
    is_used: bool,
}

impl Mock {
    /// A mock without stubs.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "its transport refers to it")]
    pub fn new() -> Self {
        let stubs = Arc::<Mutex<Stubs>>::default();
        let held = Arc::clone(&stubs);
        let transport = MockTransport::answering(move |request| answer(&held, request));
        Self { transport, stubs }
    }

    /// What answers a call: requests that have all the arguments and options of this one, and maybe others. Of several
    /// stubs, the one that asks for most answers; of equals, the one that was made last.
    ///
    /// # Panics
    /// When the call cannot be sent: an argument is at fault.
    #[track_caller]
    pub fn on<T, C>(&self, call: C) -> Stub<T>
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        let call = call.into_future();
        self.stub(Asked::exactly(&call.call), &call)
    }

    /// What answers a call whatever its arguments are.
    pub fn on_any<T, C>(&self, call: C) -> Stub<T>
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        let call = call.into_future();
        self.stub(Asked::any(&call.call), &call)
    }

    fn stub<T>(&self, asked: Asked, call: &Sending<T>) -> Stub<T> {
        let operation = asked.operation;
        let mut stubs = locked(&self.stubs);
        stubs.list.push(Replies { asked, left: VecDeque::new(), last: None, is_used: false });
        let (mock, at) = (self.clone(), stubs.list.len() - 1);
        Stub { mock, at, api: call.session().api(), operation, answer: PhantomData }
    }

    pub(super) fn add(&self, at: usize, reply: Box<Replying>) {
        locked(&self.stubs).list[at].left.push_back(reply.into());
    }

    /// A job that has ended with these records: its identifier.
    pub(super) fn start_job(&self, api: &Api, lines: String) -> String {
        let mut stubs = locked(&self.stubs);
        let id = format!("job-{}", stubs.ended.len() / 2 + 1);
        let Some(jobs) = api.jobs else { return id };
        let result = format!("{RESULTS}{id}");
        let members = [(jobs.status, jobs.completed), (jobs.result_url, &*result)];
        let job = members
            .into_iter()
            .fold(Value::Map(Object::default()), |job, (path, text)| put(job, path, Value::from(text.to_owned())));
        let operation = Operation { value: jobs.job, ..Operation::DEFAULT };
        let detail = success(api, &operation, Some(job)).to_json().into_bytes();
        stubs.ended.push((jobs.detail.replace("{id}", &id), detail));
        stubs.ended.push((result, lines.into_bytes()));
        id
    }

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<MockRequest> {
        self.transport.requests()
    }

    /// The requests so far that are this call: with all of its arguments and options, and maybe others.
    ///
    /// # Panics
    /// When the call cannot be sent: an argument is at fault.
    #[must_use]
    #[track_caller]
    pub fn sent<T, C>(&self, call: C) -> Vec<MockRequest>
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        self.among(&Asked::exactly(&call.into_future().call))
    }

    /// The requests so far that are this call, whatever its arguments.
    #[must_use]
    pub fn sent_any<T, C>(&self, call: C) -> Vec<MockRequest>
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        self.among(&Asked::any(&call.into_future().call))
    }

    fn among(&self, asked: &Asked) -> Vec<MockRequest> {
        self.requests().into_iter().filter(|request| asked.matches(request).is_some()).collect()
    }

    /// Makes sure that the call was sent, at least once.
    ///
    /// # Panics
    /// When it was not; the message lists what was.
    #[track_caller]
    pub fn assert_sent<T, C>(&self, call: C)
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        let asked = Asked::exactly(&call.into_future().call);
        assert!(!self.among(&asked).is_empty(), "not sent: {asked}\n{}", self.told());
    }

    /// Makes sure that the call was not sent.
    ///
    /// # Panics
    /// When it was; the message lists what was sent.
    #[track_caller]
    pub fn assert_not_sent<T, C>(&self, call: C)
    where
        C: IntoFuture<Output = Result<T, Error>, IntoFuture = Sending<T>>,
    {
        let asked = Asked::exactly(&call.into_future().call);
        let times = self.among(&asked).len();
        assert!(times == 0, "sent {times} times: {asked}\n{}", self.told());
    }

    /// Makes sure that every stub was asked, and as often as it has replies.
    ///
    /// # Panics
    /// When one was not; the message lists them.
    #[track_caller]
    pub fn assert_all_used(&self) {
        let stubs = locked(&self.stubs);
        let unused = stubs.list.iter().filter(|stub| !stub.is_used || !stub.left.is_empty());
        let unused: Vec<String> = unused.map(|stub| format!("  {}", stub.asked)).collect();
        drop(stubs);
        assert!(unused.is_empty(), "stubs that were not used:\n{}\n{}", unused.join("\n"), self.told());
    }

    /// The requests so far, for messages of assertions. What they hold is made up by tests, and shown; credentials are in
    /// header fields or queries, and are not.
    fn told(&self) -> String {
        let told = |request: &MockRequest| {
            let (method, url) = (request.method, url::without_query(&request.url));
            let path = url.splitn(4, '/').nth(3).unwrap_or_default();
            format!("  `{}`: {method} /{path} {}", request.operation, request.body)
        };
        let lines: Vec<String> = self.requests().iter().map(told).collect();
        if lines.is_empty() { "nothing was sent".into() } else { format!("sent:\n{}", lines.join("\n")) }
    }
}

/// Gives the reply of the stub that asks for most of a request.
fn answer(stubs: &Arc<Mutex<Stubs>>, request: &MockRequest) -> Result<Response, TransportError> {
    let mut held = locked(stubs);
    let path = url::without_query(&request.url);
    let matching = held.list.iter().enumerate().filter_map(|(at, stub)| Some((stub.asked.matches(request)?, at)));
    let Some((_, at)) = matching.max() else {
        if let Some((_, body)) = held.ended.iter().find(|(asked, _)| path.ends_with(asked.as_str())) {
            return Ok(json(200, body.clone()));
        }
        let known: Vec<String> = held.list.iter().map(|stub| format!("\n  {}", stub.asked)).collect();
        return Err(TransportError::request(format!(
            "no stub answers `{}`: {} {path}; make one with `mock.on(…)`. There are {} stubs{}",
            request.operation,
            request.method,
            known.len(),
            known.concat(),
        )));
    };
    let stub = &mut held.list[at];
    stub.is_used = true;
    if let Some(reply) = stub.left.pop_front() {
        stub.last = Some(reply);
    }
    let reply = stub.last.clone().ok_or_else(|| {
        let missing =
            format!("the stub of {} has no reply: add one, such as `.answers(…)` or `.fails(404)`", stub.asked);
        TransportError::request(missing)
    })?;
    drop(held);
    // What starts jobs asks for the stubs again.
    reply(request, &Mock { transport: MockTransport::new(), stubs: Arc::clone(stubs) })
}

fn locked(stubs: &Arc<Mutex<Stubs>>) -> MutexGuard<'_, Stubs> {
    stubs.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transport for Mock {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        self.transport.send(request)
    }
}

impl std::fmt::Debug for Mock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mock")
    }
}
