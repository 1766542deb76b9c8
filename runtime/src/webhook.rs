//! What servers tell by themselves: bytes and header fields in, a checked and typed notice out.
//! Knows no web framework. Answer first and work later: servers wait only a few seconds, and come again if in doubt.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::auth::Secret;
use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::record;
use crate::scalar::{CompactDateTime, Json};
use crate::value::Value;

/// Checks that a notice comes from who knows the key: lower-case hex HMAC-SHA1 of the body, byte for byte as it came.
///
/// ```
/// use kontrakt_runtime::webhook::Verifier;
///
/// let verifier = Verifier::new("61d1175f54c47dd67df14c17002a17b2");
/// let body = br#"{"eshopId":1,"event":"order:create","eventCreated":"2019-09-23T22:01:36+0200","eventInstance":"1"}"#;
/// // `signature` is the value of the header field, None if there is none.
/// let signature = Some("0000000000000000000000000000000000000000");
/// assert!(verifier.read(body, signature).is_err());
/// ```
///
/// Where a server signs nothing, the address is the only secret: make it long and random, and believe nothing but that
/// something may have changed.
#[derive(Clone, Debug)]
pub struct Verifier {
    key: Secret,
}

impl Verifier {
    /// Checks with this key.
    #[must_use]
    pub fn new(key: impl Into<Secret>) -> Self {
        Self { key: key.into() }
    }

    /// Checks the signature of a body.
    ///
    /// # Errors
    /// When there is none, or it is not that of this body and key.
    pub fn verify(&self, body: &[u8], signature: Option<&str>) -> Result<(), WebhookError> {
        let signature = signature.ok_or(WebhookError(Problem::Unsigned))?;
        let forged = WebhookError(Problem::Forged);
        let Some(signature) = hex(signature.trim()) else { return Err(forged) };
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.key.expose().as_bytes()) else { return Err(forged) };
        mac.update(body);
        // Takes as long for a signature that is nearly right as for any other.
        mac.verify_slice(&signature).map_err(|_| forged)
    }

    /// Checks the signature of a body and reads it.
    ///
    /// # Errors
    /// When the signature is not right, or the body no notice.
    pub fn read(&self, body: &[u8], signature: Option<&str>) -> Result<Notice, WebhookError> {
        self.verify(body, signature)?;
        Notice::read(body)
    }
}

/// The bytes that hexadecimal digits stand for.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

record! {
    /// A notice that something happened.
    ///
    /// Notices come late, twice, or in another order than things happened; of changes in bulk, single notices come too.
    #[non_exhaustive]
    pub struct Notice {
        /// The shop it happened in.
        pub eshop_id: i64 = required("eshopId"),
        /// What happened: `order:create`. Servers add events; an open enum is made from it by [`Notice::event`].
        pub event: String = required("event"),
        /// When it happened.
        pub created: CompactDateTime = required("eventCreated"),
        /// What it happened to.
        pub instance: Instance = required("eventInstance"),
        ..
    }
}

impl Notice {
    /// Reads a body whose signature is checked already.
    ///
    /// # Errors
    /// When the body is no notice.
    pub fn read(body: &[u8]) -> Result<Self, WebhookError> {
        read(body)
    }

    /// The event as an enum of events.
    #[must_use]
    pub fn event<'a, E: From<&'a str>>(&'a self) -> E {
        E::from(&self.event)
    }
}

/// Reads any other payload, such as one that is not signed.
///
/// # Errors
/// When the body is no JSON, or cannot mean a `T`.
pub fn read<T: Decode>(body: &[u8]) -> Result<T, WebhookError> {
    let body = Value::from_json(body).map_err(|_| WebhookError(Problem::NotJson))?;
    T::decode(&body).map_err(|error| WebhookError(Problem::Unreadable(error.into())))
}

/// What a notice is about: one thing by its code, number or GUID, or many of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Instance {
    /// One thing.
    One(String),
    /// Things that were changed together. They come as a JSON list written into a string.
    Many(Vec<String>),
}

impl Instance {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Decode for Instance {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        if let Value::List(_) = value {
            return Decode::decode(value).map(Self::Many);
        }
        let text = String::decode(value)?;
        let many = text.trim_start().starts_with('[').then(|| Value::from_json(text.as_bytes()).ok()).flatten();
        Ok(match many.map(|list| Decode::decode(&list)) {
            Some(Ok(many)) => Self::Many(many),
            _ => Self::One(text),
        })
    }
}

impl Encode for Instance {
    fn encode(&self) -> Value<'_> {
        match self {
            Self::One(one) => one.encode(),
            Self::Many(many) => Value::from(many.encode().to_json()),
        }
    }
}

/// A list of things that have changed, as servers send it that sign nothing: believe only that they may have changed, and
/// read them anew.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Changes {
    /// The name of the shop's project.
    pub project_name: String,
    /// What kind of things: the name of the list, such as `orders`.
    pub kind: String,
    /// What is told of each: its identifiers, and when it changed.
    pub records: Vec<Json>,
}

impl Decode for Changes {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let members = value.as_object().ok_or_else(|| DecodeError::expected("an object", value))?;
        let project_name = members.get("project_name").ok_or_else(|| DecodeError::missing("project_name"))?;
        let (kind, records) = members
            .iter()
            .find(|(_, value)| matches!(value, Value::List(_)))
            .ok_or_else(|| DecodeError::expected("an object with a list", value))?;
        Ok(Self {
            project_name: Decode::decode(project_name).map_err(|error| error.at_key("project_name"))?,
            kind: kind.to_owned(),
            records: Decode::decode(records)?,
        })
    }
}

/// Why a notice is not to be believed, or cannot be read. Answer the first two with status 401 or 403, the others with
/// 400.
#[derive(Clone, Debug)]
pub struct WebhookError(Problem);

#[derive(Clone, Debug)]
enum Problem {
    Unsigned,
    Forged,
    NotJson,
    Unreadable(std::sync::Arc<DecodeError>),
}

impl WebhookError {
    /// The signature is missing or not right.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        matches!(self.0, Problem::Unsigned | Problem::Forged)
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Unsigned => f.write_str("the notice has no signature"),
            Problem::Forged => f.write_str("the signature is not that of this body and key"),
            Problem::NotJson => f.write_str("the notice is no JSON"),
            Problem::Unreadable(error) => write!(f, "the notice cannot be read: {error}"),
        }
    }
}

impl std::error::Error for WebhookError {}

#[cfg(test)]
mod tests {
    use super::{Changes, Instance, Notice, Verifier};
    use crate::testing::assert_reads;

    /// The vector that the server's documentation gives.
    const KEY: &str = "61d1175f54c47dd67df14c17002a17b2";
    const BODY: &str = "{\"eshopId\":315185,\"event\":\"addon:uninstall\",\
        \"eventCreated\":\"2019-09-23T22:01:36+0200\",\"eventInstance\":\"315185\"}";
    const SIGNATURE: &str = "a0e0a3e7689bd4c80e4d6ffcccb05235b864e1d0";

    #[test]
    fn the_right_signature_and_no_other() {
        let verifier = Verifier::new(KEY);
        let notice = verifier.read(BODY.as_bytes(), Some(SIGNATURE)).unwrap();
        assert_eq!((notice.eshop_id, notice.event::<&str>()), (315_185, "addon:uninstall"));
        assert_eq!(notice.instance.all(), ["315185"]);
        for (body, signature) in [
            (BODY, None),
            (BODY, Some("")),
            (BODY, Some(&SIGNATURE[..38])),
            (BODY, Some(&SIGNATURE[..39])),
            (BODY, Some("a0e0a3e7689bd4c80e4d6ffcccb05235b864e1d1")),
            (BODY, Some("č")),
            (&BODY[1..], Some(SIGNATURE)),
        ] {
            assert!(verifier.verify(body.as_bytes(), signature).unwrap_err().is_signature());
        }
        assert!(Verifier::new("other").verify(BODY.as_bytes(), Some(SIGNATURE)).is_err());
        assert!(!format!("{verifier:?}").contains(KEY));
    }

    #[test]
    fn many_instances_come_in_a_string() {
        assert_reads::<Instance>(&[
            (r#""2024001""#, r#""2024001""#),
            ("2024001", r#""2024001""#),
            (r#""[\"a\",\"b\"]""#, r#""[\"a\",\"b\"]""#),
            (r#"["a",1]"#, r#""[\"a\",\"1\"]""#),
            (r#""[not a list""#, r#""[not a list""#),
        ]);
    }

    #[test]
    fn changes_that_nobody_signed() {
        let body =
            br#"{"project_name":"x","orders":[{"order_number":"1","last_update_time":"2025-05-27T09:19:02+02:00"}]}"#;
        let changes: Changes = super::read(body).unwrap();
        assert_eq!((changes.project_name.as_str(), changes.kind.as_str()), ("x", "orders"));
        assert_eq!(changes.records[0].get("order_number").and_then(crate::Value::as_str), Some("1"));
        for body in ["[]", "{}", r#"{"orders":[]}"#, r#"{"project_name":"x"}"#] {
            assert!(super::read::<Changes>(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn garbage_is_an_error() {
        for body in ["", "{", "[]", "{}", "null", r#"{"eshopId":"x"}"#] {
            assert!(!Notice::read(body.as_bytes()).unwrap_err().is_signature());
        }
    }
}
