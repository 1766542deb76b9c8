//! Builds URLs from arbitrary text.
//! Everything but the unreserved characters of RFC 3986 is percent-encoded, in paths and in queries.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All that would mean something else in a query, or may not stand there.
const DELIMITING: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Percent-encodes `text` onto `out`.
pub(crate) fn encode(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// `text`, percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// `text` without percent-encoding; `None` if that is not well-formed.
pub(crate) fn try_decoded(text: &str) -> Option<String> {
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| rest.get(..2).is_some_and(|two| two.bytes().all(|digit| digit.is_ascii_hexdigit()))) {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

/// `text` without percent-encoding, or as it is if that is not well-formed.
pub(crate) fn decoded(text: &str) -> String {
    try_decoded(text).unwrap_or_else(|| text.to_owned())
}

/// Whether `text` can stand for one segment of a path. An empty or a dot segment would address something else.
pub(crate) fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}

/// Adds `key=value` to the query of `url`. The key is encoded except for `[]`, which servers in PHP want to see. Of a
/// value that is `reserved`, reserved characters stay as they are where the query can hold them.
pub(crate) fn add_query(url: &mut String, key: &str, value: &str, reserved: bool) {
    url.push(if url.contains('?') { '&' } else { '?' });
    let (name, brackets) = key.strip_suffix("[]").map_or((key, ""), |name| (name, "[]"));
    encode(url, name);
    url.push_str(brackets);
    url.push('=');
    url.extend(utf8_percent_encode(value, if reserved { DELIMITING } else { RESERVED }));
}

/// The parameters of a query, as they stand there.
pub(crate) fn query_of(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The URL without query and user information, for people to see.
pub(crate) fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Whether `url` is a base that paths can be added to: absolute, and without anything that could hold a secret.
pub(crate) fn is_base(url: &str) -> bool {
    let Some((authority, path)) = parts(url) else { return false };
    let (host, port) = host_and_port(authority);
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    is_host(host) && is_port && !path.contains(['?', '#', '@', '{', '}', '\\']) && !path.contains(is_hidden)
}

/// The host that `url` leads to; `None` when it names none.
pub(crate) fn host(url: &str) -> Option<&str> {
    let (authority, _) = parts(url)?;
    let (host, _) = host_and_port(authority.rsplit('@').next().unwrap_or(authority));
    is_host(host).then_some(host)
}

/// Whether `host` is one of the domains, or in one.
pub(crate) fn is_in(host: &str, domains: &[&str]) -> bool {
    let host = host.to_ascii_lowercase();
    domains.iter().any(|domain| {
        let rest = host.strip_suffix(&domain.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Authority, and all that follows.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())))
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => {
            host.contains(char::is_alphanumeric)
                && host.chars().all(|each| each.is_alphanumeric() || matches!(each, '-' | '.' | '_'))
        }
    }
}

/// Characters that an URL parser leaves out without a word.
fn is_hidden(each: char) -> bool {
    each.is_control() || each.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::{add_query, encoded, host, is_base, is_in, is_segment, without_query};

    #[test]
    fn everything_special_is_encoded() {
        for (text, expected) in [
            ("2024001", "2024001"),
            ("a/b?c#d%e", "a%2Fb%3Fc%23d%25e"),
            ("kůň ř", "k%C5%AF%C5%88%20%C5%99"),
            ("2024-01-01T00:00:00+0100", "2024-01-01T00%3A00%3A00%2B0100"),
            ("a~b_c.d-e", "a~b_c.d-e"),
            ("\0\n\"<>", "%00%0A%22%3C%3E"),
        ] {
            assert_eq!(encoded(text), expected);
        }
    }

    #[test]
    fn dot_segments_are_none() {
        assert_eq!(["", ".", "..", "...", "a"].map(is_segment), [false, false, false, true, true]);
    }

    #[test]
    fn queries_grow() {
        let mut url = "https://x.cz/a".to_owned();
        add_query(&mut url, "list[]", "1", false);
        add_query(&mut url, "list[]", "a b", false);
        add_query(&mut url, "wei rd", "&", false);
        assert_eq!(url, "https://x.cz/a?list[]=1&list[]=a%20b&wei%20rd=%26");
        assert_eq!(without_query(&url), "https://x.cz/a");
    }

    #[test]
    fn bases() {
        let good = ["https://api.x.cz", "http://127.0.0.1:80/api/v2", "http://[::1]:8080", "https://můj-obchod.cz/a/"];
        for url in good {
            assert!(is_base(url), "{url}");
        }
        let bad = [
            "",
            "x.cz",
            "ftp://x",
            "https://",
            "https://{shop}.x.cz",
            "https://a:b@x.cz",
            "https://x.cz/?key=1",
            "https://x.cz\n",
            "https://x.cz/a\r\n",
            " https://x.cz",
            "https://x.cz/a b",
            "https://x.cz:",
            "https://x.cz:0",
            "https://x.cz:99999",
            "https://x.cz:port",
            "https://...",
            "https://:80",
            "https://[::1",
            "https://[x]",
            "https://x\tx.cz",
            "https://x.cz\\@y.cz",
        ];
        for url in bad {
            assert!(!is_base(url), "{url:?}");
        }
    }

    #[test]
    fn hosts() {
        for (url, expected) in [
            ("https://x.cz", Some("x.cz")),
            ("http://X.cz:80/a?b#c", Some("X.cz")),
            ("https://user:key@x.cz/", Some("x.cz")),
            ("https://x.cz\\@y.cz", Some("x.cz")),
            ("https://[::1]:8080/", Some("[::1]")),
            ("/relative", None),
            ("https://", None),
            ("https://x cz/", None),
            ("nonsense", None),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
        let home = ["shop.com", "shop.cz"];
        for (host, at_home) in [
            ("shop.com", true),
            ("a.b.Shop.COM", true),
            ("a.shop.cz", true),
            ("myshop.com", false),
            ("shop.com.evil.cz", false),
            ("com", false),
            ("", false),
        ] {
            assert_eq!(is_in(host, &home), at_home, "{host}");
        }
        assert!(!is_in("x.cz", &[]));
    }
}
