//! Behaviour that OpenAPI cannot express: the `x-` members of the document root, with types.
//! The tables of members are in `specs/README.md`.

use std::collections::BTreeMap;

use super::members::{OneOrMany, members, words};

members! {
    /// What the whole API does.
    pub struct Behaviour is open {
        /// How the emitted crate presents itself.
        "x-crate" krate: CrateInfo = CrateInfo::default(),
        /// What wraps answers and request bodies.
        "x-envelope" envelope: Envelope = Envelope::default(),
        /// How lists are paged.
        "x-paging" paging: Option<Paging>,
        /// How an answer speaks of single items of a call.
        "x-messages" messages: MessageFields = MessageFields::default(),
        /// What the servers bear.
        "x-limits" limits: Limits = Limits::default(),
        /// How a long-running call is followed.
        "x-jobs" jobs: Option<Jobs>,
        /// Where add-ons get their tokens.
        "x-oauth" oauth: Option<OAuth>,
        /// Header fields of every call.
        "x-headers" headers: Vec<(String, String)>,
        /// What to do about errors, by their code.
        "x-error-help" error_help: Vec<(String, String)>,
        /// How the server tells something by itself.
        "x-webhooks" webhooks: Webhooks = Webhooks::default(),
        /// What a sandbox of the API cannot know otherwise.
        "x-sandbox" sandbox: SandboxSettings = SandboxSettings::default(),
        /// What recordings of traffic must not show.
        "x-recorder" recorder: Recorder = Recorder::default(),
        /// What members and parameters mean, by name, where they do not say it themselves.
        "x-glossary" glossary: BTreeMap<String, String>,
        /// Words in names of types that are as they should be, each with the reason.
        "x-accepted-names" accepted_names: BTreeMap<String, String>,
        /// What to do instead of what is deprecated, by the name of a member or the id of an operation.
        "x-replacements" replacements: BTreeMap<String, String>,
        /// What resources are about, by name, where no tag says it.
        "x-resources" resources: Vec<(String, String)>,
    }

    /// How the emitted crate presents itself.
    pub struct CrateInfo is closed {
        /// Package name; the name of the specification's folder unless given.
        "name" name: Option<String>,
        /// Display name of the API.
        "title" title: Option<String>,
        /// URL of the documentation for people.
        "documentation" documentation: Option<String>,
        /// Resources in the default feature set.
        "default-features" default_features: Vec<String>,
    }

    /// What wraps answers and request bodies. Member paths are separated by `/`.
    pub struct Envelope is closed {
        /// Member that request bodies are wrapped in.
        "request" request: Option<String>,
        /// Members that hold the value of an answer: the first one present.
        "value-of" | "value" value: OneOrMany,
        /// Member with the list of errors.
        "errors" errors: Option<String>,
        /// Members of one error.
        "error-fields" error_fields: ErrorFields = ErrorFields::default(),
        /// Member with the text of the error.
        "error" error: Option<String>,
        /// Component with the codes that errors can have.
        "error-codes" error_codes: Option<String>,
        /// Member with the request id.
        "request-id" request_id: Option<String>,
        /// Header with the request id, for answers whose body has none.
        "request-id-header" request_id_header: Option<String>,
        /// How an answer says that the call worked, where the status does not.
        "success" success: Option<Success>,
        /// Whether a value object with exactly one property stands for that property.
        "unwrap-single" unwrap_single: bool,
        /// Code of the error that says, with status 401, that a token has expired.
        "expired-token" expired_token: Option<String>,
        /// How a status 301 says where the server is now, where the client is to follow it.
        "moved-to" moved_to: Option<MovedTo>,
    }

    /// Where a server is now.
    pub struct MovedTo is closed {
        /// Member with the new base URL.
        "member" member: String,
        /// Domains it may be in.
        "domains" domains: Vec<String>,
    }

    /// Members of one error in a list of errors.
    pub struct ErrorFields is closed {
        /// Member with the code for programs.
        "code" code: Option<String>,
        /// Member with the text for people.
        "message" message: Option<String>,
        /// Member that names what the error is about.
        "instance" instance: Option<String>,
    }

    /// Members of one message about an item of a call, in a list of messages.
    pub struct MessageFields is closed {
        /// Member with the text for people.
        "text" text: Option<String>,
        /// Member with its level.
        "level" level: Option<String>,
        /// Levels that mean that the item was refused.
        "refusing" refusing: Vec<String>,
        /// Member that names the member of the item that it is about.
        "about" about: Option<String>,
    }

    /// A member whose value says that the call worked.
    pub struct Success is closed {
        /// Member.
        "member" member: String,
        /// Its value when the call worked.
        "equals" equals: String,
    }

    /// How lists are paged.
    pub struct Paging is closed {
        /// Query parameter with the page, from 1.
        "page" page: String,
        /// Query parameter with the page size.
        "size" size: Option<String>,
        /// Member with the current page.
        "current" current: Option<String>,
        /// Member with the number of pages.
        "pages" pages: Option<String>,
        /// Member with the number of items on all pages.
        "total" total: Option<String>,
        /// Path of members to the number of items on the page.
        "count" count: Option<String>,
        /// Path of members to the number of items that a page holds.
        "per-page" per_page: Option<String>,
    }

    /// What the servers bear.
    pub struct Limits is closed {
        /// Requests in flight per credential; any number where it is not said.
        "concurrency" concurrency: Option<u64>,
        /// Time-out of one attempt, seconds.
        "timeout-seconds" timeout_seconds: Option<u64>,
        /// Header with the filling of a leaky bucket, such as `150/200`.
        "bucket-header" bucket_header: Option<String>,
        /// Drops that the bucket holds.
        "bucket-size" bucket_size: Option<u64>,
        /// Drops that leave the bucket in a second.
        "bucket-per-second" bucket_per_second: Option<u64>,
        /// Headers with the number of requests that are left in a period.
        "budget-headers" budget_headers: Vec<String>,
        /// Requests that each of these periods allows.
        "budget-sizes" budget_sizes: Vec<u64>,
        /// Length of the shortest of these periods, seconds.
        "budget-period-seconds" budget_period_seconds: Option<u64>,
        /// Seconds at most that a write locks its URL for others.
        "lock-seconds" lock_seconds: Option<u64>,
    }

    /// How a long-running call is followed. Members of the job are named from the job.
    pub struct Jobs is closed {
        /// Path of the call that tells about a job, `{id}` standing for its identifier.
        "detail" detail: String,
        /// Path of members to the job in that answer.
        "job" job: String,
        /// Path of members to the identifier in the answer that starts a job.
        "id" id: String,
        /// Member with the status.
        "status" status: String,
        /// Statuses of a job that is not finished.
        "pending" pending: Vec<String>,
        /// Status of a job that ended well.
        "completed" completed: String,
        /// Member with the URL of the result.
        "result-url" result_url: String,
        /// Member with what went wrong.
        "log" log: String,
        /// Member of operations with a reference to the component of a line of the result.
        "result-reference" result_reference: Option<String>,
        /// Times that an unfinished job may be asked about.
        "polls" polls: u64 = u64::from(u32::MAX),
        /// Seconds to wait before each question; the last of them repeats. Twice as long each time, up to a minute, where
        /// they are not said.
        "waits-seconds" waits: Vec<u64> = vec![1, 2, 4, 8, 16, 32, 60],
    }

    /// How the server tells something by itself.
    pub struct Webhooks is closed {
        /// Header with the signature of the body.
        "signature-header" signature_header: Option<String>,
        /// How a body is signed that has its signature in a member.
        "signed-members" signed_members: Option<SignedMembers>,
        /// Operation that gives the key of signatures, and the path of the member with it in its answer.
        "signature-key" signature_key: Option<String>,
        /// Names of events, where no schema lists them.
        "events" events: Vec<String>,
        /// What causes the events whose names do not say it.
        "causes" causes: Vec<(String, EventCause)>,
        /// Members of what is told of records in a list, with the time of what has happened.
        "times" times: ChangeTimes = ChangeTimes::default(),
        /// Where the whole record stands, where a subscription asks for it.
        "payload" payload: Option<EventPayload>,
        /// Where the API itself tells what was sent.
        "log" log: Option<DeliveryLog>,
        /// Seconds that the receiver has for its answer.
        "timeout-seconds" timeout: Option<u64>,
        /// Seconds before each further try, where the receiver does not take it.
        "waits-seconds" waits: Vec<u64>,
    }

    /// What causes an event.
    pub struct EventCause is closed {
        /// Path of the records that it is about.
        "records" records: String,
        /// What happens to them.
        "happens" happens: RecordChange = RecordChange::Update,
        /// Last segment of the path of the part of a record that is changed.
        "below" below: Option<String>,
        /// Member that gets a value that it did not have,
        "member" member: Option<String>,
        /// and that value.
        "equals" equals: Option<String>,
        /// Whether it is told once of all records of a call.
        "many" many: bool,
    }

    /// Where the API itself tells what was sent.
    pub struct DeliveryLog is closed {
        /// Path of its records.
        "records" records: String,
        /// What their members show.
        "members" members: Vec<(String, LogMember)>,
        /// Words for what became of a delivery: waiting, delivered, or failed.
        "states" states: Vec<(String, String)>,
    }

    /// Members with times, by what has happened.
    pub struct ChangeTimes is closed {
        /// When it was created.
        "create" create: Option<String>,
        /// When it was changed.
        "update" update: Option<String>,
        /// When it was deleted.
        "delete" delete: Option<String>,
    }

    /// Where the whole record stands in what is told of it.
    pub struct EventPayload is closed {
        /// The member with it.
        "member" member: String,
        /// Member of a subscription that asks for it.
        "asked-by" asked_by: String,
    }

    /// What a signature is of, in a body that has it in a member.
    pub struct SignedMembers is closed {
        /// Member with the signature.
        "signature" signature: String,
        /// Members whose values are signed, in their order.
        "members" members: Vec<String>,
        /// What stands between them, and before the secret at the end.
        "separator" separator: String,
    }

    /// What a sandbox of the API cannot know otherwise.
    pub struct SandboxSettings is closed {
        /// Codes of its errors, by what is wrong.
        "error-codes" error_codes: Vec<(String, String)>,
    }

    /// Members with secrets and personal data, by parts of their names.
    pub struct Recorder is closed {
        /// Secrets.
        "secret" secret: Vec<String>,
        /// Numbers that belong to somebody.
        "digits" digits: Vec<String>,
        /// Names.
        "words" words: Vec<String>,
        /// Texts about somebody.
        "text" text: Vec<String>,
    }

    /// Where add-ons get their tokens: paths of operations, on a server of their own.
    pub struct OAuth is closed {
        /// Path that exchanges the code of an installation for a long-lived token.
        "exchange" exchange: String,
        /// Path that gives a token for calls, for a long-lived one.
        "token" token: String,
        /// Seconds that a token for calls is valid.
        "lifetime-seconds" lifetime: Option<u64>,
        /// Tokens for calls that can be valid at once.
        "tokens" tokens: Option<u64>,
    }
}

words! {
    /// What a member of a record shows of a delivery.
    pub enum LogMember {
        /// Its number.
        Number = "number",
        /// The key of the subscription.
        Subscription = "subscription",
        /// Where it goes.
        Address = "address",
        /// The event.
        Event = "event",
        /// When the event was.
        Created = "created",
        /// When it was tried last.
        Tried = "tried",
        /// How often it was tried.
        Tries = "tries",
        /// What became of it.
        State = "state",
        /// Whether it is tried again.
        Waiting = "waiting",
        /// What is sent.
        Body = "body",
    }

    /// What happens to a record.
    #[derive(Default)]
    pub enum RecordChange {
        /// It is made.
        Create = "create",
        /// It is changed.
        #[default]
        Update = "update",
        /// It is removed.
        Delete = "delete",
    }
}
