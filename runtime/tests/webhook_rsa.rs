//! Signatures in the body of a webhook: RSA-SHA256 of some members and a secret.
#![cfg(feature = "rsa")]

use kontrakt_runtime::Json;
use kontrakt_runtime::webhook::{RsaVerifier, SignedMembers};

const SIGNED: SignedMembers =
    SignedMembers { signature: "signature_v2", members: &["token", "user", "key", "url", "time"], separator: ";" };

/// Made for these tests, with a private key that nobody has.
const KEY: &str = include_str!("webhook.pub.pem");

const SIGNATURE: &str = "BSXtc5gBdKfV2zzA1NwjXYM9dUe0dw/3O9oNIaH0k1SvCcVnIEHIDYLCff1KIUDU10j0mmJ9HxKv/cGXsr277A8COGv+SaZ5fmRQ8OvDprxTFDgMdIxRQK6MssoHygd6euMCYK6IbKrlQLiA/bcjv3BUC1Sn5UzmnWy4NTItSG+s3OTf9P2PZrAMn/UgMxgXi/RIlpajSr0PGtJZixa6G1P1Ha/oJRctMWhfXEn2FPYr7v3ZYE2ay79nre6LCOm5lttA0yNN/wjpxmelZyeFlw3os+866rA84REfXfaaMTNfjZ/L9OgAJKM4sI9aHqlubb+tM/hPyxpwnZR1GCX3xA==";

fn verifier() -> RsaVerifier {
    RsaVerifier::new(SIGNED, KEY, "secret-of-the-add-on").unwrap()
}

fn body() -> String {
    format!(
        r#"{{"token":"token-1","version":2,"user":4711,"key":"key-of-the-user","url":"https:\/\/shop.example.com\/api",
            "time":"1764115200","signature_v2":"{SIGNATURE}"}}"#
    )
}

#[test]
fn what_was_signed_is_believed() {
    let body = body();
    let read: Json = verifier().read(body.as_bytes()).unwrap();
    assert_eq!(read.get("user").map(kontrakt_runtime::Value::to_json).as_deref(), Some("4711"));
}

#[test]
fn everything_else_is_not() {
    let refused = |body: &str, verifier: &RsaVerifier| verifier.verify(body.as_bytes()).unwrap_err();
    let genuine = body();
    for (what, body) in [
        ("another member", genuine.replace("4711", "4712")),
        (
            "another order",
            genuine.replace("token-1", "key-of-the-user").replace(r#""key":"key-of-the-user""#, r#""key":"token-1""#),
        ),
        ("a missing member", genuine.replace(r#""time":"1764115200","#, "")),
        ("a separator in a member", genuine.replace(r#""token":"token-1""#, r#""token":"token-1;4711""#)),
        ("another signature", genuine.replace(SIGNATURE, "Zm9yZ2Vk")),
        ("no Base64", genuine.replace(SIGNATURE, "%%%")),
        ("no signature", genuine.replace(SIGNATURE, "")),
        ("a signature that is no text", genuine.replace(&format!("{SIGNATURE:?}"), "7")),
        ("a list", "[]".to_owned()),
    ] {
        let error = refused(&body, &verifier());
        assert!(error.is_signature(), "{what}: {error}");
        assert!(!format!("{error} {error:?}").contains("key-of-the-user"), "{what}: {error:?}");
    }
    let other = RsaVerifier::new(SIGNED, KEY, "another secret").unwrap();
    assert!(refused(&genuine, &other).is_signature());
    assert!(!refused("{", &verifier()).is_signature());
    assert!(!format!("{:?}", verifier()).contains("secret"));
}

#[test]
fn a_key_is_one_or_an_error() {
    for text in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "AAAA", "not a key", SIGNATURE] {
        let error = RsaVerifier::new(SIGNED, text, "secret").unwrap_err();
        assert!(error.to_string().contains("PEM"), "{text}: {error}");
    }
    // As it comes from a server with other line ends.
    RsaVerifier::new(SIGNED, &KEY.replace('\n', "\r\n"), "secret").unwrap();
}
