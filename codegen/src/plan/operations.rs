//! Parameters, body and result of each method, with drafts for types.

use super::calls::Call;
use super::drafts::{DraftId, Drafter};
use super::model::{Answer, Argument};
use super::ty::{ArgumentPlace, MemberPath, Ty};
use super::{answer, body, faults, forms, parameters};
use crate::contract::{Retry, Status};
use crate::document::Span;

/// Setters that every request type has.
const TAKEN: [&str; 14] = [
    "answering",
    "create_once",
    "feed",
    "header",
    "items",
    "new",
    "pages",
    "query",
    "retry",
    "send",
    "send_all",
    "send_raw",
    "submit",
    "timeout",
];

/// A method whose types have no names yet.
#[derive(Clone, Debug)]
pub(super) struct DraftMethod {
    /// What it takes and whether it must, in document order, the body last.
    pub(super) takes: Vec<(Argument<DraftId>, bool)>,
    /// What its operation sends and where: the body, then all parameters, also those that only other variants take.
    pub(super) sent: Vec<(ArgumentPlace, DraftId)>,
    pub(super) answer: Answer<DraftId>,
    pub(super) value: MemberPath,
    /// The bodies of its errors.
    pub(super) faults: Vec<(Status, Ty<DraftId>)>,
    pub(super) retry: Option<Retry>,
    pub(super) page_size: Option<(String, u64)>,
}

/// Plans the method of a call.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> DraftMethod {
    let (answer, value) = answer::plan(drafter, call);
    let faults = faults::plan(drafter, call);
    let body = body::plan(drafter, call);
    let parameters = parameters::plan(drafter, call);
    let fields = forms::plan(drafter, call);
    let of_body = body.iter().map(|(body, _)| body).chain(fields.iter().map(|(field, ..)| field));
    let all = of_body.chain(parameters.iter().map(|one| &one.argument));
    let sent = all.filter_map(|argument| Some((argument.place.clone(), argument.ty.named()?))).collect();
    let parameters = parameters.into_iter().filter(|one| one.taken);
    let parameters = parameters.map(|one| (one.argument, one.required, one.parameter.span));
    let mut takes = named(drafter, call, parameters.chain(fields));
    if let Some((body, required)) = body {
        takes.push((Argument { name: body_name(&takes, &body.name, required), ..body }, required));
    }
    let page_size = answer::page_size(drafter.contract(), call, &answer);
    DraftMethod { takes, sent, answer, value, faults, retry: call.operation.hints.retry, page_size }
}

/// Arguments and setters, each under a name of its own.
fn named(
    drafter: &Drafter<'_, '_>,
    call: &Call<'_>,
    takes: impl Iterator<Item = (Argument<DraftId>, bool, Span)>,
) -> Vec<(Argument<DraftId>, bool)> {
    let mut named: Vec<(Argument<DraftId>, bool)> = Vec::new();
    for (mut argument, required, span) in takes {
        if !required && TAKEN.contains(&argument.name.as_str()) {
            argument.name = format!("with_{}", argument.name);
        }
        let taken = |name: &str| named.iter().any(|(known, _)| known.name == name);
        if taken(&argument.name) {
            let message = format!("two parameters of {} would be called {}", call.id, argument.name);
            drafter.context.about(
                span,
                &argument.pointer,
                message,
                "add an overlay action with `x-name` for one of them",
            );
            while taken(&argument.name) {
                argument.name = format!("{}_parameter", argument.name);
            }
        }
        named.push((argument, required));
    }
    named
}

/// A name for the body that no other argument has.
fn body_name(takes: &[(Argument<DraftId>, bool)], wanted: &str, must: bool) -> String {
    let taken = |name: &str| {
        takes.iter().any(|(one, required)| *required == must && one.name == name) || !must && TAKEN.contains(&name)
    };
    let longer = std::iter::successors(Some("content".to_owned()), |name| Some(format!("{name}_body")));
    [wanted, "body"].map(str::to_owned).into_iter().chain(longer).find(|name| !taken(name)).unwrap_or_default()
}
