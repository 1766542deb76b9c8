//! Behaviours: what OpenAPI cannot express and the specifications say in `x-` members of the document root.
//! The table of members is in `specs/README.md`.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Node, Pointer};

/// What the whole API does.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// `x-crate`
    pub krate: CrateInfo,
    /// `x-envelope`
    pub envelope: Envelope,
    /// `x-paging`
    pub paging: Option<Paging>,
    /// `x-limits`
    pub limits: Limits,
    /// `x-jobs`
    pub jobs: Option<Jobs>,
    /// `x-oauth`
    pub oauth: Option<OAuth>,
    /// `x-glossary`: what members and parameters mean, by name, where they do not say it themselves.
    pub glossary: BTreeMap<String, String>,
    /// `x-replacements`: what to do instead of what is deprecated, by the name of a member or the id of an operation.
    pub replacements: BTreeMap<String, String>,
    /// `x-resources`: what resources are about, by name, where no tag says it.
    pub resources: Vec<(String, String)>,
}

/// How the emitted crate presents itself.
#[derive(Clone, Debug, Default)]
pub struct CrateInfo {
    /// Package name; the name of the specification's folder unless given.
    pub name: Option<String>,
    /// Display name of the API.
    pub title: Option<String>,
    /// URL of the documentation for people.
    pub documentation: Option<String>,
    /// Resources in the default feature set.
    pub default_features: Vec<String>,
}

/// What wraps answers and request bodies. Member paths are separated by `/`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// Member that request bodies are wrapped in.
    pub request: Option<String>,
    /// Members that hold the value of an answer: the first one present.
    pub value: Vec<String>,
    /// Member with the list of errors.
    pub errors: Option<String>,
    /// Members of one error.
    pub error_fields: ErrorFields,
    /// Member with the text of the error.
    pub error: Option<String>,
    /// Component with the codes that errors can have.
    pub error_codes: Option<String>,
    /// Member with the request id.
    pub request_id: Option<String>,
    /// How an answer says that the call worked, where the status does not.
    pub success: Option<Success>,
    /// Whether a value object with exactly one property stands for that property.
    pub unwrap_single: bool,
    /// Code of the error that says, with status 401, that a token has expired.
    pub expired_token: Option<String>,
    /// How a status 301 says where the server is now, where the client is to follow it.
    pub moved_to: Option<MovedTo>,
}

/// Where a server is now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovedTo {
    /// Member with the new base URL.
    pub member: String,
    /// Domains it may be in.
    pub domains: Vec<String>,
}

/// Members of one error in a list of errors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorFields {
    /// Member with the code for programs.
    pub code: Option<String>,
    /// Member with the text for people.
    pub message: Option<String>,
    /// Member that names what the error is about.
    pub instance: Option<String>,
}

/// A member whose value says that the call worked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Success {
    /// Member.
    pub member: String,
    /// Its value when the call worked.
    pub equals: String,
}

/// How lists are paged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    /// Query parameter with the page, from 1.
    pub page: String,
    /// Query parameter with the page size.
    pub size: Option<String>,
    /// Member with the current page.
    pub current: Option<String>,
    /// Member with the number of pages.
    pub pages: Option<String>,
    /// Member with the number of items on all pages.
    pub total: Option<String>,
}

/// What the servers bear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Requests in flight per credential.
    pub concurrency: Option<u64>,
    /// Time-out of one attempt, seconds.
    pub timeout_seconds: Option<u64>,
    /// Header with the filling of a leaky bucket, such as `150/200`.
    pub bucket_header: Option<String>,
    /// Drops that leave the bucket in a second.
    pub bucket_per_second: Option<u64>,
    /// Headers with the number of requests that are left in a period.
    pub budget_headers: Vec<String>,
    /// Length of the shortest of these periods, seconds.
    pub budget_period_seconds: Option<u64>,
}

/// How a long-running call is followed. Members of the job are named from the job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jobs {
    /// Path of the call that tells about a job, `{id}` standing for its identifier.
    pub detail: String,
    /// Path of members to the job in that answer.
    pub job: String,
    /// Path of members to the identifier in the answer that starts a job.
    pub id: String,
    /// Member with the status.
    pub status: String,
    /// Statuses of a job that is not finished.
    pub pending: Vec<String>,
    /// Status of a job that ended well.
    pub completed: String,
    /// Member with the URL of the result.
    pub result_url: String,
    /// Member with what went wrong.
    pub log: String,
    /// Times that an unfinished job may be asked about.
    pub polls: u64,
}

/// Where add-ons get their tokens: paths of operations, on a server of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OAuth {
    /// Path that exchanges the code of an installation for a long-lived token.
    pub exchange: String,
    /// Path that gives a token for calls, for a long-lived one.
    pub token: String,
}

impl Behaviour {
    pub(super) fn read(document: &Document) -> Result<Self> {
        let mut behaviour = Self::default();
        if let Some(mut x) = Members::of(document, "x-crate")? {
            behaviour.krate = CrateInfo {
                name: x.text("name")?,
                title: x.text("title")?,
                documentation: x.text("documentation")?,
                default_features: x.texts("default-features")?,
            };
            x.finish()?;
        }
        if let Some(mut x) = Members::of(document, "x-envelope")? {
            let mut value = x.texts("value-of")?;
            value.extend(x.text("value")?);
            behaviour.envelope = Envelope {
                request: x.text("request")?,
                value,
                errors: x.text("errors")?,
                error_fields: match x.members("error-fields")? {
                    None => ErrorFields::default(),
                    Some(mut fields) => {
                        let read = ErrorFields {
                            code: fields.text("code")?,
                            message: fields.text("message")?,
                            instance: fields.text("instance")?,
                        };
                        fields.finish()?;
                        read
                    }
                },
                error: x.text("error")?,
                error_codes: x.text("error-codes")?,
                request_id: x.text("request-id")?,
                success: match x.members("success")? {
                    None => None,
                    Some(mut success) => {
                        let read = Success { member: success.required("member")?, equals: success.required("equals")? };
                        success.finish()?;
                        Some(read)
                    }
                },
                unwrap_single: x.flag("unwrap-single")?,
                expired_token: x.text("expired-token")?,
                moved_to: match x.members("moved-to")? {
                    None => None,
                    Some(mut moved) => {
                        let read = MovedTo { member: moved.required("member")?, domains: moved.texts("domains")? };
                        moved.finish()?;
                        Some(read)
                    }
                },
            };
            x.finish()?;
        }
        if let Some(mut x) = Members::of(document, "x-paging")? {
            behaviour.paging = Some(Paging {
                page: x.required("page")?,
                size: x.text("size")?,
                current: x.text("current")?,
                pages: x.text("pages")?,
                total: x.text("total")?,
            });
            x.finish()?;
        }
        if let Some(mut x) = Members::of(document, "x-limits")? {
            behaviour.limits = Limits {
                concurrency: x.number("concurrency")?,
                timeout_seconds: x.number("timeout-seconds")?,
                bucket_header: x.text("bucket-header")?,
                bucket_per_second: x.number("bucket-per-second")?,
                budget_headers: x.texts("budget-headers")?,
                budget_period_seconds: x.number("budget-period-seconds")?,
            };
            x.finish()?;
        }
        if let Some(mut x) = Members::of(document, "x-jobs")? {
            behaviour.jobs = Some(Jobs {
                detail: x.required("detail")?,
                job: x.required("job")?,
                id: x.required("id")?,
                status: x.required("status")?,
                pending: x.texts("pending")?,
                completed: x.required("completed")?,
                result_url: x.required("result-url")?,
                log: x.required("log")?,
                polls: x.number("polls")?.unwrap_or(u64::from(u32::MAX)),
            });
            x.finish()?;
        }
        if let Some(mut x) = Members::of(document, "x-oauth")? {
            behaviour.oauth = Some(OAuth { exchange: x.required("exchange")?, token: x.required("token")? });
            x.finish()?;
        }
        behaviour.glossary = named(document, "x-glossary")?.into_iter().collect();
        behaviour.replacements = named(document, "x-replacements")?.into_iter().collect();
        behaviour.resources = named(document, "x-resources")?;
        Ok(behaviour)
    }
}

/// A map of names to texts.
fn named(document: &Document, extension: &'static str) -> Result<Vec<(String, String)>> {
    let Some(x) = Members::of(document, extension)? else { return Ok(Vec::new()) };
    let members = x.node.as_map().into_iter().flat_map(|map| map.iter());
    members
        .map(|(name, node)| {
            let text = node.as_str().ok_or_else(|| x.wrong(name, node, "a string"))?;
            Ok((name.to_owned(), text.to_owned()))
        })
        .collect()
}

/// The members of one extension, each read once; what is left over at the end is a complaint.
struct Members<'d> {
    document: &'d Document,
    node: &'d Node,
    pointer: Pointer,
    known: Vec<&'static str>,
}

impl<'d> Members<'d> {
    fn of(document: &'d Document, name: &'static str) -> Result<Option<Self>> {
        Self::new(document, document.root.get(name), Pointer::from([name]))
    }

    fn new(document: &'d Document, node: Option<&'d Node>, pointer: Pointer) -> Result<Option<Self>> {
        let Some(node) = node else { return Ok(None) };
        if node.as_map().is_none() {
            let found = format!("expected a map, found {}", node.kind_name());
            return Err(document.complain(node.span, &pointer, found).help("see the table in specs/README.md"));
        }
        Ok(Some(Self { document, node, pointer, known: Vec::new() }))
    }

    fn members(&mut self, key: &'static str) -> Result<Option<Self>> {
        self.known.push(key);
        Self::new(self.document, self.node.get(key), self.pointer.join(key))
    }

    fn wrong(&self, key: &str, node: &Node, expected: &str) -> Diagnostic {
        let found = format!("expected {expected}, found {}", node.kind_name());
        self.document.complain(node.span, &self.pointer.join(key), found).help("see the table in specs/README.md")
    }

    fn text(&mut self, key: &'static str) -> Result<Option<String>> {
        self.known.push(key);
        match self.node.get(key) {
            None => Ok(None),
            Some(node) => match node.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.wrong(key, node, "a string")),
            },
        }
    }

    fn required(&mut self, key: &'static str) -> Result<String> {
        self.text(key)?.ok_or_else(|| {
            self.document
                .complain(self.node.span, &self.pointer, format!("{key:?} is missing"))
                .help("see the table in specs/README.md")
        })
    }

    fn texts(&mut self, key: &'static str) -> Result<Vec<String>> {
        self.known.push(key);
        let Some(node) = self.node.get(key) else { return Ok(Vec::new()) };
        node.as_list()
            .and_then(|list| list.iter().map(|item| item.as_str().map(str::to_owned)).collect())
            .ok_or_else(|| self.wrong(key, node, "a list of strings"))
    }

    fn flag(&mut self, key: &'static str) -> Result<bool> {
        self.known.push(key);
        let Some(node) = self.node.get(key) else { return Ok(false) };
        node.as_bool().ok_or_else(|| self.wrong(key, node, "true or false"))
    }

    fn number(&mut self, key: &'static str) -> Result<Option<u64>> {
        self.known.push(key);
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let number = node.as_number().and_then(serde_json::Number::as_u64);
        number.map(Some).ok_or_else(|| self.wrong(key, node, "a whole number"))
    }

    fn finish(self) -> Result<()> {
        let members = self.node.as_map().into_iter().flat_map(|map| map.iter());
        for (key, node) in members {
            if !self.known.contains(&key) {
                let message = format!("unknown member {key:?}");
                let help = format!("known here: {}", self.known.join(", "));
                return Err(self.document.complain(node.span, &self.pointer.join(key), message).help(help));
            }
        }
        Ok(())
    }
}
