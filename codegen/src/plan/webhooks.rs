//! Webhooks: what the server sends by itself is received, what it takes for an answer is sent.
//! They have no methods; their types stand in the module of the resource that their tag names.

use super::types::{Builder, Place, Use};
use super::{Resource, Ty, TypeId, docs, methods};
use crate::contract::{MediaType, Operation};
use crate::name::{pascal, type_name};

/// The module of webhooks whose tag names no resource.
const MODULE: &str = "webhooks";

/// A type that a webhook carries, with what is said about that in its documentation.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) ty: Ty,
    pub(super) docs: String,
}

pub(super) fn plan(builder: &mut Builder<'_>, resources: &mut Vec<Resource>) -> Vec<Carried> {
    let contract = builder.contract;
    let mut carried = Vec::new();
    // A map of the document, whose order says nothing.
    let mut webhooks: Vec<(usize, &Operation)> = contract.webhooks.iter().enumerate().collect();
    webhooks.sort_by_key(|(_, webhook)| (&webhook.path, &webhook.method));
    for (at, webhook) in webhooks {
        let body = webhook.body.as_ref().and_then(|body| body.json());
        let answer = webhook.success().and_then(|response| response.json());
        if body.or(answer).is_none() {
            continue;
        }
        let wanted = methods::resource(webhook);
        let known = |name: &str| resources.iter().position(|resource| resource.name == name);
        let resource = known(&wanted).or_else(|| known(MODULE)).unwrap_or_else(|| {
            let description = Some("What the server tells by itself.".to_owned());
            resources.push(Resource { name: MODULE.to_owned(), description, operations: Vec::new() });
            resources.len() - 1
        });
        let sides = [(body, "", false), (answer, "Answer", true)];
        for (media, suffix, sent) in sides {
            let operation = contract.operations.len() + at;
            let Some(ty) = media.and_then(|media| ty(builder, media, webhook, suffix, operation)) else { continue };
            builder.uses.push(Use { ty: ty.clone(), sent, resource });
            // Conformance knows the type by the name of its component.
            let component = media.and_then(|media| media.schema).map(|id| contract.resolve(id));
            if let Some(name) = component.and_then(|id| contract.component_name(id)) {
                builder.records.push((name.to_owned(), ty.clone(), resource));
            }
            let name = webhook.path.replace('`', "'");
            let what = if sent { "The answer to" } else { "The body of" };
            let about = webhook.summary.as_deref().or(webhook.description.as_deref()).and_then(docs::said);
            let about = about.map(|about| format!(": {about}")).unwrap_or_else(|| ".".to_owned());
            carried.push(Carried { ty, docs: format!("{what} the webhook `{name}`{about}") });
        }
    }
    carried
}

/// The type of a body, if it has one of its own.
fn ty(builder: &mut Builder<'_>, media: &MediaType, webhook: &Operation, suffix: &str, operation: usize) -> Option<Ty> {
    let name = type_name(&format!("{}Webhook{suffix}", pascal(&webhook.path)));
    let place = Place::Root { entity: name.clone(), name, operation };
    let (ty, _) = builder.ty(media.schema?, place);
    ty.named().is_some().then_some(ty)
}

impl Carried {
    /// The named type inside, types being those of drafts.
    pub(super) fn id(&self, map: impl Fn(&Ty) -> Ty) -> Option<TypeId> {
        map(&self.ty).named()
    }
}
