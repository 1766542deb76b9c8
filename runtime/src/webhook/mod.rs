//! Webhooks: from bytes and headers to a verified and typed notice. Independent of web frameworks. Answer first and
//! work later: servers wait only a few seconds, and send again if in doubt.

#[cfg(feature = "rsa")]
mod rsa;

use std::fmt;

#[cfg(feature = "rsa")]
pub use rsa::{RsaVerifier, SignedMembers};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::auth::Secret;
use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::value::Value;

/// Checks that a notice comes from who knows the key: lower-case hex HMAC-SHA1 of the body, byte for byte as it came.
///
/// ```
/// use kontrakt_runtime::{Json, webhook::Verifier};
///
/// let verifier = Verifier::hmac_sha1("61d1175f54c47dd67df14c17002a17b2");
/// let body = br#"{"eshopId":1,"event":"order:create","eventCreated":"2019-09-23T22:01:36+0200","eventInstance":"1"}"#;
/// // `signature` is the value of the header field, None if there is none.
/// let signature = Some("0000000000000000000000000000000000000000");
/// // The crates of APIs that have webhooks have types for them.
/// assert!(verifier.read::<Json>(body, signature).is_err());
/// ```
///
/// Where a server signs nothing, the address is the only secret: make it long and random, and believe nothing but that
/// something may have changed.
#[derive(Clone, Debug)]
pub struct Verifier {
    key: Secret,
}

impl Verifier {
    /// Checks the HMAC-SHA1 of the body with this key, written as hexadecimal digits.
    #[must_use]
    pub fn hmac_sha1(key: impl Into<Secret>) -> Self {
        Self { key: key.into() }
    }

    /// The signature of a body, as the server writes it: to try a receiver with.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> String {
        self.mac(body).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// HMAC takes keys of any length.
    fn mac(&self, body: &[u8]) -> Option<Hmac<Sha1>> {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.key.expose().as_bytes()).ok()?;
        mac.update(body);
        Some(mac)
    }

    /// Checks the signature of a body.
    ///
    /// # Errors
    /// When there is none, or it is not that of this body and key.
    pub fn verify(&self, body: &[u8], signature: Option<&str>) -> Result<(), WebhookError> {
        let signature = signature.ok_or(WebhookError(Problem::Unsigned))?;
        let forged = WebhookError(Problem::Forged);
        let Ok(signature) = hex::decode(signature.trim()) else { return Err(forged) };
        let Some(mac) = self.mac(body) else { return Err(forged) };
        // Takes as long for a signature that is nearly right as for any other.
        mac.verify_slice(&signature).map_err(|_| forged)
    }

    /// Checks the signature of a body and reads it, as the type that the API's crate has for it.
    ///
    /// # Errors
    /// When the signature is not right, or the body is no JSON or cannot mean a `T`.
    pub fn read<T: Decode>(&self, body: &[u8], signature: Option<&str>) -> Result<T, WebhookError> {
        self.verify(body, signature)?;
        read(body)
    }
}

/// Reads a body that is not signed, or whose signature is checked already.
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

/// Why a notice is not to be believed, or cannot be read. Answer the first two with status 401 or 403, the others with
/// 400.
#[derive(Clone, Debug)]
pub struct WebhookError(Problem);

#[derive(Clone, Debug)]
enum Problem {
    Unsigned,
    Forged,
    #[cfg(feature = "rsa")]
    NoKey,
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
            #[cfg(feature = "rsa")]
            Problem::NoKey => f.write_str("expected a public key of RSA, of 2048 to 8192 bits, in the format PEM"),
            Problem::NotJson => f.write_str("the notice is no JSON"),
            Problem::Unreadable(error) => write!(f, "the notice cannot be read: {error}"),
        }
    }
}

impl std::error::Error for WebhookError {}

#[cfg(test)]
mod tests {
    use super::{Instance, Verifier};
    use crate::Json;
    use crate::reading_tests::assert_reads;

    /// The vector that the server's documentation gives.
    const KEY: &str = "61d1175f54c47dd67df14c17002a17b2";
    const BODY: &str = "{\"eshopId\":315185,\"event\":\"addon:uninstall\",\
        \"eventCreated\":\"2019-09-23T22:01:36+0200\",\"eventInstance\":\"315185\"}";
    const SIGNATURE: &str = "a0e0a3e7689bd4c80e4d6ffcccb05235b864e1d0";

    #[test]
    fn the_right_signature_and_no_other() {
        let verifier = Verifier::hmac_sha1(KEY);
        let notice: Json = verifier.read(BODY.as_bytes(), Some(SIGNATURE)).unwrap();
        assert_eq!(notice.get("event").and_then(crate::Value::as_str), Some("addon:uninstall"));
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
        assert!(Verifier::hmac_sha1("other").verify(BODY.as_bytes(), Some(SIGNATURE)).is_err());
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
    fn garbage_is_an_error() {
        for body in ["", "{", "[]", "null", r#"{"eshopId":"x"}"#] {
            assert!(!super::read::<bool>(body.as_bytes()).unwrap_err().is_signature());
        }
    }
}
