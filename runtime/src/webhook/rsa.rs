//! Signatures in the body: RSA-SHA256 of some members and a secret, behind the feature `rsa`.

use std::fmt;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Problem, WebhookError};
use crate::auth::Secret;
use crate::decode::Decode;
use crate::value::Value;

/// What is signed in a body that has its signature in a member: the values of members, one after the other, and a secret.
/// The crate of an API that signs like this has a constant of it.
#[derive(Clone, Copy, Debug)]
pub struct SignedMembers {
    /// The member with the signature.
    pub signature: &'static str,
    /// The members whose values are signed, in their order.
    pub members: &'static [&'static str],
    /// What stands between them, and before the secret at the end.
    pub separator: &'static str,
}

/// Checks that a call comes from who has the private key: RSA (PKCS #1 v1.5) with SHA-256, in Base64.
///
/// ```
/// use kontrakt_runtime::Json;
/// use kontrakt_runtime::webhook::{RsaVerifier, SignedMembers};
///
/// // The crate of the API has a constant for it.
/// const SIGNED: SignedMembers = SignedMembers { signature: "signature", members: &["user", "time"], separator: ";" };
///
/// // Read once, when the program starts.
/// # let pem = include_str!("../../tests/webhook.pub.pem");
/// let verifier = RsaVerifier::new(SIGNED, pem, "secret-of-the-add-on")?;
///
/// let forged = br#"{"user": "1", "time": "2026-11-26", "signature": "Zm9yZ2Vk"}"#;
/// assert!(verifier.read::<Json>(forged).unwrap_err().is_signature());
/// # Ok::<(), kontrakt_runtime::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct RsaVerifier {
    signed: SignedMembers,
    key: ParsedPublicKey,
    secret: Secret,
}

impl RsaVerifier {
    /// Checks with a public key in the format PEM, as the server publishes it, and the secret that both sides know.
    ///
    /// # Errors
    /// When the text holds no public key of RSA of 2048 to 8192 bits.
    pub fn new(signed: SignedMembers, public_key: &str, secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        let lines = public_key.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let bytes = STANDARD.decode(lines.collect::<String>()).map_err(|_| WebhookError(Problem::NoKey))?;
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &bytes);
        Ok(Self { signed, key: key.map_err(|_| WebhookError(Problem::NoKey))?, secret: secret.into() })
    }

    /// Checks the signature of a body.
    ///
    /// # Errors
    /// When the body is no JSON, has no signature, or has one that is not right.
    pub fn verify(&self, body: &[u8]) -> Result<(), WebhookError> {
        self.check(&Value::from_json(body).map_err(|_| WebhookError(Problem::NotJson))?)
    }

    /// Checks the signature of a body and reads it, as the type that the API's crate has for it.
    ///
    /// # Errors
    /// When the signature is not right, or the body is no JSON or cannot mean a `T`.
    pub fn read<T: Decode>(&self, body: &[u8]) -> Result<T, WebhookError> {
        self.verify(body)?;
        super::read(body)
    }

    fn check(&self, body: &Value<'_>) -> Result<(), WebhookError> {
        let SignedMembers { signature, members, separator } = self.signed;
        let signature = body.get(signature).and_then(Value::as_str).filter(|text| !text.is_empty());
        let signature = signature.ok_or(WebhookError(Problem::Unsigned))?;
        let forged = || WebhookError(Problem::Forged);
        let signature = STANDARD.decode(signature.trim()).map_err(|_| forged())?;
        let text = |name: &&str| body.get(name).and_then(|value| String::decode(value).ok()).unwrap_or_default();
        let mut texts: Vec<String> = members.iter().map(text).collect();
        // A value with a separator in it could stand for two.
        if texts.iter().any(|text| text.contains(separator)) {
            return Err(forged());
        }
        texts.push(self.secret.expose().to_owned());
        self.key.verify_sig(texts.join(separator).as_bytes(), &signature).map_err(|_| forged())
    }
}

impl fmt::Debug for RsaVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaVerifier").field("signed", &self.signed).finish_non_exhaustive()
    }
}
