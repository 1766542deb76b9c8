//! Credentials: those that are sent are checked, and tokens that the sandbox gave are valid for a time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kontrakt_codegen::contract::{Operation, Requirement, SecurityKind};
use serde_json::{Value, json};

use crate::CREDENTIAL;
use crate::clock::Moment;
use crate::message::Request;
use crate::model::Action;
use crate::refusal::{Event, Refusal};
use crate::state::Making;

/// Tokens that were given, with the moment they end; those that ended are known as such.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(Vec<(String, Moment)>);

/// What a credential is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Worth {
    Good,
    Expired,
    Nothing,
}

impl Tokens {
    /// Refuses a call that does not show what it needs.
    pub(crate) fn check(
        &self,
        making: Making<'_>,
        operation: &Operation,
        request: &Request,
        query: &[(String, String)],
    ) -> Result<(), Refusal> {
        let contract = making.model.contract;
        let Some(needed) = operation.security.as_ref().or(contract.security.as_ref()) else { return Ok(()) };
        let worth = |requirement: &Requirement| {
            let scheme = |name: &str| contract.security_schemes.iter().find(|scheme| scheme.name == name);
            let each = requirement.iter().map(|(name, _)| match scheme(name) {
                Some(scheme) => self.worth(making, sent(&scheme.kind, request, query).as_deref()),
                None => Worth::Good,
            });
            let each: Vec<Worth> = each.collect();
            [Worth::Nothing, Worth::Expired].into_iter().find(|bad| each.contains(bad)).unwrap_or(Worth::Good)
        };
        let worths: Vec<Worth> = needed.iter().map(worth).collect();
        if worths.is_empty() || worths.contains(&Worth::Good) {
            return Ok(());
        }
        Err(match worths.contains(&Worth::Expired) {
            true => Refusal::new(Event::Expired, "the token has expired"),
            false => {
                let help = making.credentials_help();
                Refusal::new(Event::Unauthorized, format!("no valid credentials; this sandbox takes {help}"))
            }
        })
    }

    fn worth(&self, making: Making<'_>, sent: Option<&str>) -> Worth {
        match sent {
            Some(CREDENTIAL) => Worth::Good,
            Some(token) => match self.0.iter().find(|(one, _)| one == token) {
                Some((_, until)) if *until > making.now => Worth::Good,
                Some(_) => Worth::Expired,
                None => Worth::Nothing,
            },
            None => Worth::Nothing,
        }
    }

    /// Gives a token for calls: what the answer shows of it.
    pub(crate) fn give(&mut self, making: Making<'_>) -> Result<Value, Refusal> {
        let contract = making.model.contract;
        let oauth = contract.behaviour.oauth.as_ref();
        let lifetime = oauth.and_then(|oauth| oauth.lifetime).unwrap_or(3600);
        let valid = self.0.iter().filter(|(_, until)| *until > making.now).count() as u64;
        if oauth.and_then(|oauth| oauth.tokens).is_some_and(|most| valid >= most) {
            return Err(Refusal::new(Event::TooMany, making.code(Event::TooMany)));
        }
        let token = format!("{CREDENTIAL}-token-{:026}", self.0.len() + 1);
        self.0.push((token.clone(), making.now.after(std::time::Duration::from_secs(lifetime))));
        let plan = making.model.plans().find(|plan| plan.action == Action::Token);
        let schema = plan.and_then(|plan| making.model.answer_schema(plan.operation));
        let mut known = serde_json::Map::new();
        for (name, slot) in schema.map(|schema| making.model.schemas.members(&[schema])).unwrap_or_default() {
            let secret = slot.iter().any(|id| contract.merged(*id).hints.secret);
            if secret {
                known.insert(name, json!(token));
            } else if making.model.schemas.accepts(&slot, &json!(lifetime)) {
                known.insert(name, json!(lifetime));
            }
        }
        Ok(Value::Object(known))
    }
}

/// The credential that a request shows in the place of a scheme.
fn sent(kind: &SecurityKind, request: &Request, query: &[(String, String)]) -> Option<String> {
    let authorization = |scheme: &str| {
        let (name, value) = request.header_value("authorization")?.split_once(' ')?;
        name.eq_ignore_ascii_case(scheme).then(|| value.trim().to_owned())
    };
    match kind {
        SecurityKind::Header(name) => request.header_value(name).map(str::to_owned),
        SecurityKind::Query(name) => query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
        SecurityKind::Cookie(name) => {
            let cookies = request.header_value("cookie")?.split(';');
            cookies
                .filter_map(|pair| pair.trim().split_once('='))
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.to_owned())
        }
        SecurityKind::Basic => {
            let decoded = STANDARD.decode(authorization("basic")?).ok()?;
            let text = String::from_utf8(decoded).ok()?;
            text.split_once(':').map(|(_, password)| password.to_owned())
        }
        SecurityKind::Bearer | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => authorization("bearer"),
        SecurityKind::Scheme(name) => authorization(name),
        // A certificate is not seen here.
        SecurityKind::MutualTls | SecurityKind::Other(_) => Some(CREDENTIAL.to_owned()),
    }
}
