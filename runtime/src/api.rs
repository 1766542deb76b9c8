//! Differences between APIs, as data.
//! An emitted crate has one constant of [`Api`]; apart from it, nothing in the crate concerns the transport.

use crate::http::Method;

/// An API as the session needs to know it.
///
/// Made as a constant: `const API: Api = Api { name: "shop", ..Api::DEFAULT };`. Paths name members of the answer's
/// body from its root, separated by `/`.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// Name of the emitted crate, for the user agent.
    pub name: &'static str,
    /// Version of the emitted crate, for the user agent.
    pub version: &'static str,
    /// Where paths start; may contain variables: `https://{shop}.example.com/api`.
    pub base_url: &'static str,
    /// What wraps every answer.
    pub envelope: Envelope,
    /// How lists are paged, if any are.
    pub paging: Option<Paging>,
    /// How an answer speaks of single items of a call.
    pub messages: MessageFields,
    /// What the server can bear.
    pub limits: Limits,
    /// The code of an error that says, with status 401, that a token has expired.
    pub expired_token: Option<&'static str>,
    /// Header fields that every call has, bodies or not: the server wants them.
    pub headers: &'static [(&'static str, &'static str)],
    /// Which credentials calls need, unless an operation says otherwise; `None` for all there are.
    pub security: Option<Security>,
    /// What to do about errors with these codes, where the server does not say it.
    pub help: &'static [(&'static str, &'static str)],
    /// How an answer says that the server has moved, if the client is to follow it.
    pub moved_to: Option<MovedTo>,
    /// Where jobs are asked for and how they answer, if there are any.
    pub jobs: Option<Jobs>,
}

impl Api {
    /// An API without envelope, paging and jobs.
    pub const DEFAULT: Self = Self {
        name: "",
        version: "",
        base_url: "",
        envelope: Envelope::DEFAULT,
        paging: None,
        messages: MessageFields::DEFAULT,
        limits: Limits::DEFAULT,
        expired_token: None,
        headers: &[],
        security: None,
        help: &[],
        moved_to: None,
        jobs: None,
    };
}

/// Alternatives, the first of which that is complete is sent: each the names of credentials that are sent together, as
/// the client's builder calls them. No alternative, or an empty one, is a call without credentials.
pub type Security = &'static [&'static [&'static str]];

/// How an answer with status 301 or 308 says where the server is now. Credentials go there, so it is believed only as
/// long as it stays at home.
#[derive(Clone, Copy, Debug)]
pub struct MovedTo {
    /// Path to the new base URL in the body.
    pub member: &'static str,
    /// The domains it may be in, subdomains included. It may also be the same host.
    pub domains: &'static [&'static str],
}

/// Where an answer says how the call went.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// Path to the list of errors, null or missing when there are none.
    pub errors: Option<&'static str>,
    /// Members of one error of that list.
    pub error_fields: ErrorFields,
    /// Path to the one message of a call that failed.
    pub error: Option<&'static str>,
    /// The member that tells, inside status 200, whether the call worked.
    pub success: Option<Success>,
    /// Members that hold the value: the first one present.
    pub values: &'static [&'static str],
    /// Path to the identifier of the request.
    pub request_id: Option<&'static str>,
    /// Header field with the identifier of the request, where the body has none.
    pub request_id_header: Option<&'static str>,
}

impl Envelope {
    /// No envelope.
    pub const DEFAULT: Self = Self {
        errors: None,
        error_fields: ErrorFields::DEFAULT,
        error: None,
        success: None,
        values: &[],
        request_id: None,
        request_id_header: None,
    };
}

/// The members of one error in a list of errors.
#[derive(Clone, Copy, Debug)]
pub struct ErrorFields {
    /// A code for programs.
    pub code: &'static str,
    /// A text for people.
    pub message: &'static str,
    /// What the error is about.
    pub instance: &'static str,
}

impl ErrorFields {
    /// `code`, `message` and `instance`.
    pub const DEFAULT: Self = Self { code: "code", message: "message", instance: "instance" };
}

/// The members of one message about an item of a call, in a list of messages.
#[derive(Clone, Copy, Debug)]
pub struct MessageFields {
    /// A text for people.
    pub text: &'static str,
    /// How severe it is.
    pub level: &'static str,
    /// Levels that say that the item was refused. Others only inform.
    pub refusing: &'static [&'static str],
    /// The member of the item that it is about.
    pub about: &'static str,
}

impl MessageFields {
    /// None.
    pub const DEFAULT: Self = Self { text: "", level: "", refusing: &[], about: "" };
}

/// A member whose value says that the call worked.
#[derive(Clone, Copy, Debug)]
pub struct Success {
    /// Path to the member.
    pub member: &'static str,
    /// Its value for a call that worked.
    pub equals: &'static str,
}

/// How lists are divided into pages.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// Query parameter with the number of the page, from 1.
    pub page: &'static str,
    /// Path to the number of this page.
    pub current: &'static str,
    /// Path to the number of pages.
    pub pages: &'static str,
    /// Path to the number of items on all pages; empty if the server does not tell.
    pub total: &'static str,
}

/// What recordings of an API do not show, by the names of members, and what they show of its header fields. Names are
/// compared without regard to case and signs, and may be parts of longer names; those of up to three letters may not.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Members with secrets.
    pub secret: &'static [&'static str],
    /// Members with numbers that belong to somebody.
    pub digits: &'static [&'static str],
    /// Members with names.
    pub words: &'static [&'static str],
    /// Members with texts about somebody.
    pub text: &'static [&'static str],
    /// Header fields that tell nothing about anybody.
    pub harmless: &'static [&'static str],
}

impl Recording {
    /// Nothing but what is known by common names, such as `email` and `X-Token`.
    pub const DEFAULT: Self = Self { secret: &[], digits: &[], words: &[], text: &[], harmless: &[] };
}

/// What the server can bear, and what the client does.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests in flight per client; `usize::MAX` for any number.
    pub concurrency: usize,
    /// Seconds that one attempt may take.
    pub timeout_seconds: u64,
    /// Header with the filling of a leaky bucket: `150/200`; empty if there is none.
    pub bucket: &'static str,
    /// Drops that leave the bucket in a second.
    pub bucket_per_second: u32,
    /// Headers with the number of requests that are left in a period. None are left when all of them say 0.
    pub budgets: &'static [&'static str],
    /// Seconds of the shortest of these periods. Periods begin at whole multiples of it, as hours of the clock do.
    pub budget_period_seconds: u64,
    /// The largest body of an answer, in bytes, unless it is streamed.
    pub body_bytes: usize,
}

impl Limits {
    /// Any number of requests at once, a minute for each, 64 MiB of body; no header tells more.
    pub const DEFAULT: Self = Self {
        concurrency: usize::MAX,
        timeout_seconds: 60,
        bucket: "",
        bucket_per_second: 1,
        budgets: &[],
        budget_period_seconds: 3600,
        body_bytes: 64 << 20,
    };
}

/// How a long-running call is followed. Paths of the job are relative to the job.
#[derive(Clone, Copy, Debug)]
pub struct Jobs {
    /// Path of the call that tells about a job, `{id}` standing for its identifier.
    pub detail: &'static str,
    /// Path to the job in that answer.
    pub job: &'static str,
    /// Path to the identifier in the answer that starts a job.
    pub id: &'static str,
    /// Member with the status.
    pub status: &'static str,
    /// Statuses of a job that is not finished.
    pub pending: &'static [&'static str],
    /// Status of a job that ended well.
    pub completed: &'static str,
    /// Member with the URL of the result.
    pub result_url: &'static str,
    /// Member with what went wrong, or how it went.
    pub log: &'static str,
    /// Times that an unfinished job may be asked about.
    pub polls: u32,
    /// Seconds to wait before each question; the last of them repeats. A minute where there are none.
    pub waits: &'static [u64],
}

/// One operation of an API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its identifier in the specification.
    pub id: &'static str,
    /// The method it is called with.
    pub method: Method,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// Path to the value in the body of the answer; empty for the whole body. A number is a place in a list.
    pub value: &'static str,
    /// Whether it may be repeated.
    pub repeat: Repeat,
    /// Which credentials it needs, if not those of the API.
    pub security: Option<Security>,
    /// Query parameter with the size of pages and the largest size, for a list that takes one.
    pub page_size: Option<(&'static str, u64)>,
    /// Query parameters whose values keep their reserved characters, as `allowReserved` says.
    pub reserved: &'static [&'static str],
    /// How its answer tells the outcome of each thing, if the status does not.
    pub bulk: Option<Bulk>,
    /// Whether it answers a whole list, not pages, whatever other lists of the API do.
    #[doc(hidden)]
    pub whole_list: bool,
    /// What the body of a success is promised to be.
    pub promise: Promise,
}

/// A call that answers what became of each thing it was given.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// The lists that the call takes things in.
    pub lists: &'static [BulkList],
    /// The most things that one call takes, in all lists together.
    pub limit: usize,
    /// Member of an entry that is true when the thing was done, under each of its names. Without one, an entry says that
    /// it was done by being there.
    pub outcome: &'static [&'static str],
    /// Member of an entry with the list of messages about the thing.
    pub messages: &'static str,
    /// How the errors of an answer name the things that they are about, the surest way first.
    pub errors: &'static [NamedBy],
}

impl Bulk {
    /// A call that takes one thing, whose outcome is the whole answer.
    pub const ONE: Self = Self {
        lists: &[BulkList { answers: Some(""), ..BulkList::DEFAULT }],
        limit: 1,
        outcome: &[],
        messages: "messages",
        errors: &[],
    };
}

/// A list of things in a call, and what is answered about them.
#[derive(Clone, Copy, Debug)]
pub struct BulkList {
    /// Where the things stand in the request.
    pub items: BulkItems,
    /// Path to the entries in the answer, `*` for every item of a list. Nothing where the answer speaks only of things
    /// that were not done.
    pub answers: Option<&'static str>,
    /// Members that identify a thing and its entry.
    pub keys: &'static [&'static str],
}

impl BulkList {
    /// One thing, of which nothing is said unless it was not done.
    pub const DEFAULT: Self = Self { items: BulkItems::One, answers: None, keys: &[] };
}

/// Where the things of a call stand.
#[derive(Clone, Copy, Debug)]
pub enum BulkItems {
    /// In the list at this path of the body.
    Body(&'static str),
    /// In this parameter of the query, joined by this text.
    Query(&'static str, &'static str),
    /// There is only one thing, wherever it stands.
    One,
}

/// How a list tells what has changed since a time. Paths of members are relative to an entry.
#[derive(Clone, Copy, Debug)]
pub struct ChangeFeed {
    /// Query parameter with the time.
    pub from: &'static str,
    /// Query parameter with the size of a page, and the largest one.
    pub size: Option<(&'static str, u32)>,
    /// Path to the key of what has changed.
    pub key: &'static str,
    /// Path to the time of the change; empty if the list does not tell.
    pub time: &'static str,
    /// Path to what has happened; empty if the list does not tell.
    pub kind: &'static str,
    /// Values of it for a thing that was deleted.
    pub deleted: &'static [&'static str],
    /// Days that the list reaches back; 0 if it has no end.
    pub reach_days: u32,
    /// What reads everything when it does not reach back far enough: `orders().snapshot()`.
    pub restart: &'static str,
}

impl ChangeFeed {
    /// A list without an end, times and kinds.
    pub const DEFAULT: Self =
        Self { from: "", size: None, key: "", time: "", kind: "", deleted: &[], reach_days: 0, restart: "" };
}

/// How what a call creates is found by a key that the caller gives it. Paths of members are relative to an entry of the
/// list, or to what is read for it.
#[derive(Clone, Copy, Debug)]
pub struct CreateOnce {
    /// Where the call has the key.
    pub key: OwnKey,
    /// The list of what there is.
    pub list: Operation,
    /// Query parameter of the list that takes the key.
    pub filter: Option<&'static str>,
    /// Query parameter of the list that takes the time from which on to look, where none takes the key.
    pub since: Option<&'static str>,
    /// What is read for each entry, where an entry does not have the key.
    pub detail: Option<EntryDetail>,
    /// Path to the key.
    pub by: &'static str,
    /// Members with which a thing counts as gone.
    pub unless: &'static [&'static str],
}

impl CreateOnce {
    /// No list, and no key.
    pub const DEFAULT: Self = Self {
        key: OwnKey::Query(""),
        list: Operation::DEFAULT,
        filter: None,
        since: None,
        detail: None,
        by: "",
        unless: &[],
    };
}

/// Where a call has the key of what it creates.
#[derive(Clone, Copy, Debug)]
pub enum OwnKey {
    /// In this parameter of the query.
    Query(&'static str),
    /// At this path of the body, `*` for the one item of a list.
    Body(&'static str),
}

/// What is read for an entry of a list.
#[derive(Clone, Copy, Debug)]
pub struct EntryDetail {
    /// The call.
    pub operation: Operation,
    /// Its parameter, in the path.
    pub parameter: &'static str,
    /// Path to its value in the entry.
    pub member: &'static str,
}

/// How an error names the thing that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By a member that identifies it.
    Key,
    /// By its place in the list, counted from 0: `data[3]`, `/data/3`.
    Place,
}

/// What the body of a success is promised to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Promise {
    /// JSON, in the API's envelope.
    #[default]
    Answer,
    /// JSON without the envelope.
    Bare,
    /// Nothing, or the same.
    Nothing,
    /// Nobody knows: the call stands in no specification.
    Unknown,
}

/// Whether a call may be repeated when it is not known what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeat {
    /// If its method only reads.
    #[default]
    ByMethod,
    /// Yes, whatever its method.
    Safe,
    /// No, whatever its method.
    Never,
}

impl Operation {
    /// A call without a name, a path or anything particular.
    pub const DEFAULT: Self = Self {
        id: "",
        method: Method::GET,
        path: "",
        value: "",
        repeat: Repeat::ByMethod,
        security: None,
        page_size: None,
        reserved: &[],
        bulk: None,
        whole_list: false,
        promise: Promise::Answer,
    };

    /// Whether sending it twice does no more than sending it once.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        match self.repeat {
            Repeat::Safe => true,
            Repeat::Never => false,
            Repeat::ByMethod => {
                matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
            }
        }
    }
}
