//! Webhooks: their bodies are received, their answers are sent.
//! They have no methods; their types are in the module of the resource that their tag names.

use std::collections::BTreeMap;

use super::drafts::{DraftId, Drafter, Origin};
use super::merge::MergedDrafts;
use super::methods;
use super::modules::Modules;
use super::prose::one_sentence;
use super::ty::{Ty, TypeId};
use crate::contract::{MediaType, Operation};
use crate::name::{pascal, type_name};

/// The module of webhooks whose tag names no resource.
const MODULE: &str = "webhooks";

/// A type that a webhook carries.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) ty: Ty<DraftId>,
    /// Whether it is the answer to the webhook.
    pub(super) sent: bool,
    pub(super) module: usize,
    /// Where it stands on the wire.
    pub(super) place: String,
    /// The component that it is made from, by which conformance knows it.
    pub(super) component: Option<String>,
    /// What is said about that in the documentation of the type.
    pub(super) docs: String,
}

/// The types of all webhooks, and the modules they stand in.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, modules: &mut Modules) -> Vec<Carried> {
    // A map of the document, whose order says nothing.
    let mut webhooks: Vec<&Operation> = drafter.contract().webhooks.iter().collect();
    webhooks.sort_by_key(|webhook| (&webhook.path, &webhook.method));
    let mut carried = Vec::new();
    for webhook in webhooks {
        let body = webhook.body.as_ref().and_then(|body| body.json());
        let answer = webhook.success().and_then(|response| response.json());
        if body.or(answer).is_none() {
            continue;
        }
        let module = modules
            .find(&methods::resource(webhook, drafter.context.lock))
            .unwrap_or_else(|| modules.find_or_add(MODULE, || Some("What the server tells by itself.".to_owned())));
        for (media, sent) in [(body, false), (answer, true)] {
            carried.extend(media.and_then(|media| side(drafter, webhook, media, sent, module)));
        }
    }
    carried
}

/// What is said about webhooks in the documentation of the types that they carry.
pub(super) fn notes(carried: &[Carried], merged: &MergedDrafts) -> BTreeMap<TypeId, Vec<String>> {
    let mut notes: BTreeMap<TypeId, Vec<String>> = BTreeMap::new();
    for one in carried {
        if let Some(draft) = one.ty.named() {
            notes.entry(merged.of(draft)).or_default().push(one.docs.clone());
        }
    }
    notes
}

/// The type of a body, if it has one of its own.
fn side(
    drafter: &mut Drafter<'_, '_>,
    webhook: &Operation,
    media: &MediaType,
    sent: bool,
    module: usize,
) -> Option<Carried> {
    let contract = drafter.contract();
    let schema = media.schema?;
    let (what, suffix) = if sent { ("The answer to", "Answer") } else { ("The body of", "") };
    let name = type_name(&format!("{}Webhook{suffix}", pascal(&webhook.path)));
    let (ty, _) = drafter.ty(schema, Origin::Root { entity: name.clone(), name, operation: webhook.id.clone() });
    ty.named()?;
    let about = webhook.summary.as_deref().or(webhook.description.as_deref()).and_then(one_sentence);
    let about = about.map_or_else(|| ".".to_owned(), |about| format!(": {about}"));
    Some(Carried {
        ty,
        sent,
        module,
        place: format!("{} {}", webhook.call(), if sent { "answer" } else { "body" }),
        component: contract.component_name(contract.resolve(schema)).map(str::to_owned),
        docs: format!("{what} the webhook `{}`{about}", webhook.path.replace('`', "'")),
    })
}
