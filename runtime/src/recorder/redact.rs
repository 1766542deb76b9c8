//! Replaces secrets and personal data in recordings.
//! Decided by the names of members; pseudonyms keep the form of the original, so the recording stays valid.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::api::Recording;
use crate::http::{Request, url};
use crate::value::Value;

const HIDDEN: &str = "***";

/// Header fields that say nothing about anybody.
const HARMLESS: [&str; 10] = [
    "accept",
    "accept-language",
    "content-type",
    "content-length",
    "date",
    "deprecation",
    "retry-after",
    "server",
    "sunset",
    "user-agent",
];

/// A secret that is shorter would tear unrelated texts apart.
const SHORTEST_SECRET: usize = 6;

/// What a member holds, judged by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Secret,
    Email,
    /// Phone numbers, postal codes, account and tax numbers: digits are exchanged, all else is kept.
    Digits,
    /// Names, streets, towns.
    Words,
    Text,
}

/// Parts of names, without regard to case and underscores, the first that is contained decides.
const MEANINGS: [(&str, Meaning); 29] = [
    ("email", Meaning::Email),
    ("password", Meaning::Secret),
    ("token", Meaning::Secret),
    ("secret", Meaning::Secret),
    ("apikey", Meaning::Secret),
    ("authorization", Meaning::Secret),
    ("securekey", Meaning::Secret),
    ("phone", Meaning::Digits),
    ("mobile", Meaning::Digits),
    ("fax", Meaning::Digits),
    ("zip", Meaning::Digits),
    ("postcode", Meaning::Digits),
    ("iban", Meaning::Digits),
    ("bankaccount", Meaning::Digits),
    ("accountnumber", Meaning::Digits),
    ("vatid", Meaning::Digits),
    ("vatnumber", Meaning::Digits),
    ("taxid", Meaning::Digits),
    ("birthdate", Meaning::Digits),
    ("ipaddress", Meaning::Digits),
    ("fullname", Meaning::Words),
    ("firstname", Meaning::Words),
    ("lastname", Meaning::Words),
    ("surname", Meaning::Words),
    ("username", Meaning::Words),
    ("street", Meaning::Words),
    ("housenumber", Meaning::Digits),
    ("city", Meaning::Words),
    ("district", Meaning::Words),
];

/// Names that mean a person or a firm only as a whole word.
const WHOLE: [(&str, Meaning); 5] = [
    ("key", Meaning::Secret),
    ("login", Meaning::Secret),
    ("company", Meaning::Words),
    ("ip", Meaning::Digits),
    ("note", Meaning::Text),
];

/// A name without regard to case and signs.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|each| each.to_ascii_lowercase()).collect()
}

/// Takes out what must not leave the house.
pub(super) struct Redactor {
    /// Names of the API's members, plain, with what they hold.
    named: Vec<(String, Meaning)>,
    harmless: &'static [&'static str],
    salt: Vec<u8>,
    /// Credentials seen so far, and what to write in their place wherever they turn up.
    secrets: Vec<String>,
    /// Personal values seen so far, for where they turn up under other names.
    known: BTreeMap<String, String>,
}

impl Redactor {
    pub(super) fn new(recording: Recording, salt: &str) -> Self {
        let Recording { secret, digits, words, text, harmless } = recording;
        let lists =
            [(secret, Meaning::Secret), (digits, Meaning::Digits), (words, Meaning::Words), (text, Meaning::Text)];
        let named =
            lists.iter().flat_map(|(names, meaning)| names.iter().map(|name| (plain(name), *meaning))).collect();
        Self { named, harmless, salt: salt.as_bytes().to_vec(), secrets: Vec::new(), known: BTreeMap::new() }
    }

    fn meaning(&self, key: &str) -> Option<Meaning> {
        let plain = plain(key);
        // A statement about the value is not the value: `vatIdValidationStatus`, `company_yn`.
        if plain.ends_with("status") || plain.ends_with("yn") {
            return None;
        }
        let is_named = |name: &str| if name.len() > 3 { plain.contains(name) } else { plain == name };
        let named = self.named.iter().find(|(name, _)| is_named(name)).map(|(_, meaning)| *meaning);
        let whole = || WHOLE.iter().find(|(name, _)| *name == plain);
        let common = || whole().or_else(|| MEANINGS.iter().find(|(part, _)| plain.contains(part)));
        named.or_else(|| common().map(|(_, meaning)| *meaning))
    }

    fn is_harmless(&self, name: &str) -> bool {
        HARMLESS.iter().chain(self.harmless).any(|harmless| harmless.eq_ignore_ascii_case(name))
    }

    /// Learns the credentials of a request.
    pub(super) fn learn(&mut self, request: &Request) {
        let mut secrets: Vec<String> = Vec::new();
        for (_, value) in request.headers.iter().filter(|(name, _)| !self.is_harmless(name)) {
            // `Bearer` and `Basic` stand before the secret, and what Basic holds is a pair.
            let secret = value.rsplit(' ').next().unwrap_or_default();
            let pair = BASE64.decode(secret).ok().and_then(|pair| String::from_utf8(pair).ok());
            secrets.extend([value.to_owned(), secret.to_owned()]);
            secrets.extend(pair.and_then(|pair| Some(pair.split_once(':')?.1.to_owned())));
        }
        for (_, value) in url::query_of(&request.url).filter(|(key, _)| self.meaning(key) == Some(Meaning::Secret)) {
            secrets.extend([url::decoded(value), value.to_owned()]);
        }
        for secret in secrets {
            if secret.len() >= SHORTEST_SECRET && !self.secrets.contains(&secret) {
                self.secrets.push(secret);
            }
        }
    }

    pub(super) fn header(&self, name: &str, value: &str) -> String {
        if self.is_harmless(name) { self.text(value) } else { HIDDEN.to_owned() }
    }

    /// The parameters of a query, decoded.
    pub(super) fn query(&mut self, url: &str) -> Vec<(String, String)> {
        let pairs: Vec<_> = url::query_of(url).map(|(key, value)| (url::decoded(key), url::decoded(value))).collect();
        pairs.into_iter().map(|(key, value)| (key.clone(), self.parameter(&key, &value))).collect()
    }

    fn parameter(&mut self, key: &str, value: &str) -> String {
        match Value::from_json(value.as_bytes()) {
            Ok(json @ (Value::Map(_) | Value::List(_))) => self.value(key, json).to_json(),
            _ => match self.value(key, Value::from(value)) {
                Value::Str(text) => text.into_owned(),
                other => other.to_json(),
            },
        }
    }

    pub(super) fn url(&mut self, url: &str) -> String {
        let mut out = String::new();
        let mut secret_follows = false;
        for (at, segment) in url::without_query(url).split('/').enumerate() {
            if at > 0 {
                out.push('/');
            }
            let text = url::decoded(segment);
            // Scheme and host are no text of anybody's; a key may stand in a path, after its name.
            if at < 3 {
                out.push_str(segment);
            } else if std::mem::replace(&mut secret_follows, self.meaning(&text) == Some(Meaning::Secret)) {
                out.push_str(HIDDEN);
            } else {
                let text = if text.contains('@') { self.pseudonym(Meaning::Email, &text) } else { self.text(&text) };
                url::encode(&mut out, &text);
            }
        }
        for (key, value) in self.query(url) {
            url::add_query(&mut out, &key, &value, false);
        }
        out
    }

    /// A body, if it is JSON or lines of JSON.
    pub(super) fn body(&mut self, body: &[u8]) -> Option<String> {
        if let Ok(value) = Value::from_json(body) {
            return Some(self.value("", value).to_json());
        }
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let lines: Option<Vec<String>> =
            lines.map(|line| Some(self.value("", Value::from_json(line).ok()?).to_json())).collect();
        lines.map(|lines| lines.join("\n"))
    }

    fn value<'a>(&mut self, key: &str, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Map(members) => {
                // A name is somebody's where an address or the like stands beside it.
                let personal =
                    |key| matches!(self.meaning(key), Some(Meaning::Email | Meaning::Words | Meaning::Digits));
                let person = members.iter().any(|(key, _)| personal(key));
                let redact = |(key, value): (std::borrow::Cow<'a, str>, Value<'a>)| {
                    let value = match value {
                        Value::Str(text) if person && key == "name" => self.pseudonym(Meaning::Words, &text).into(),
                        value => self.value(&key, value),
                    };
                    (key, value)
                };
                Value::Map(members.into_iter().map(redact).collect())
            }
            Value::List(items) => Value::List(items.into_iter().map(|item| self.value(key, item)).collect()),
            Value::Str(text) => match self.meaning(key) {
                Some(meaning) => self.pseudonym(meaning, &text).into(),
                None if is_email(&text) => self.pseudonym(Meaning::Email, &text).into(),
                None => self.text(&text).into(),
            },
            Value::Int(number) if self.meaning(key) == Some(Meaning::Digits) => {
                let text = self.pseudonym(Meaning::Digits, &number.to_string());
                text.parse().map_or(Value::Int(0), Value::Int)
            }
            other => other,
        }
    }

    /// A text in which what is known to be secret or personal is replaced.
    fn text(&self, text: &str) -> String {
        let text = self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
        self.known.iter().fold(text, |text, (value, pseudonym)| text.replace(value, pseudonym))
    }

    fn pseudonym(&mut self, meaning: Meaning, value: &str) -> String {
        if value.is_empty() {
            return String::new();
        }
        let digest = self.digest(value);
        let hex = hex::encode(&digest[..4]);
        let pseudonym = match meaning {
            Meaning::Secret => return HIDDEN.to_owned(),
            Meaning::Email => format!("{hex}@example.com"),
            Meaning::Digits => {
                let mut bytes = digest.iter().cycle();
                // Not zero, so that a number keeps its length.
                let mut digit = || char::from(b'1' + bytes.next().map_or(0, |byte| byte % 9));
                value.chars().map(|each| if each.is_ascii_digit() { digit() } else { each }).collect()
            }
            Meaning::Words => format!("Name {hex}"),
            Meaning::Text => format!("Text {hex}"),
        };
        if value.len() >= SHORTEST_SECRET {
            self.known.insert(value.to_owned(), pseudonym.clone());
        }
        pseudonym
    }

    fn digest(&self, value: &str) -> Vec<u8> {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.salt) else { return vec![0; 20] };
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    !user.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
}
