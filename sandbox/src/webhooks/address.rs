//! Addresses of receivers: those of this machine alone, whatever a subscription says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;

/// An address of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// Where to connect to: the first that answers.
    pub(crate) sockets: Vec<SocketAddr>,
    /// Host and port, for the header field.
    pub(crate) host: String,
    /// Path and query.
    pub(crate) path: String,
    /// What HTTP Basic sends, where the address has a name and a password.
    pub(crate) basic: Option<String>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or not of this machine.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let refuse = |why: &str| Err(format!("{} {why}", shown(url)));
        let Ok(uri) = url.parse::<Uri>() else { return refuse("is no URL; nothing was sent") };
        let Some(authority) = uri.authority() else {
            return refuse("is no URL with a host, such as http://127.0.0.1:8080/webhook; nothing was sent");
        };
        let name = authority.host();
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let ips: Vec<IpAddr> = match bare.parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() => vec![ip],
            // What the machine's own files make of this name does not matter.
            Err(_) if bare.eq_ignore_ascii_case("localhost") => {
                vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
            }
            _ => {
                return refuse(
                    "is no address of this machine (http://127.0.0.1, http://[::1] or http://localhost); a sandbox sends \
                     nowhere else, and nothing was sent",
                );
            }
        };
        if uri.scheme_str() != Some("http") {
            return refuse("is not http://; a sandbox does not speak TLS, and nothing was sent");
        }
        let port = authority.port_u16().unwrap_or(80);
        let credentials = authority.as_str().rsplit_once('@').map(|(credentials, _)| decoded(credentials));
        Ok(Self {
            sockets: ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect(),
            host: format!("{name}:{port}"),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            basic: credentials.map(|credentials| format!("Basic {}", STANDARD.encode(credentials))),
        })
    }
}

/// Text of a URL without its percent signs.
fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    decoded
}

/// An address without what may be secret in it: name and password, and the query.
pub(crate) fn shown(url: &str) -> String {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let query = if url.contains('?') { "?…" } else { "" };
    format!("{scheme}{host}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::{Address, shown};

    #[test]
    fn this_machine_and_no_other() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/hook?a=b", Ok(("127.0.0.1:8080", "/hook?a=b"))),
            ("http://127.9.9.9/", Ok(("127.9.9.9:80", "/"))),
            ("http://localhost:1", Ok(("localhost:1", "/"))),
            ("HTTP://LocalHost:1/x", Ok(("LocalHost:1", "/x"))),
            ("http://[::1]:9/x", Ok(("[::1]:9", "/x"))),
            ("http://user:p%40ss@localhost:1/x", Ok(("localhost:1", "/x"))),
            ("https://localhost:1/x", Err("TLS")),
            ("http://192.168.0.1/x", Err("no address of this machine")),
            ("http://0.0.0.0/x", Err("no address of this machine")),
            ("http://shop.example.com/x", Err("no address of this machine")),
            ("http://localhost.example.com/x", Err("no address of this machine")),
            ("http://127.0.0.1@shop.example.com/x", Err("no address of this machine")),
            ("http://127.0.0.1.example.com/", Err("no address of this machine")),
            ("http://2130706433/", Err("no address of this machine")),
            ("/hook", Err("no URL")),
            ("", Err("no URL")),
            ("http://", Err("no URL")),
            ("http://a b/", Err("no URL")),
        ] {
            match (Address::parse(url), expected) {
                (Ok(address), Ok((host, path))) => {
                    assert_eq!((address.host.as_str(), address.path.as_str()), (host, path), "{url}");
                    assert!(address.sockets.iter().all(|socket| socket.ip().is_loopback()), "{url}");
                }
                (Err(error), Err(said)) => assert!(error.contains(said), "{url}: {error}"),
                (found, _) => panic!("{url}: {found:?}"),
            }
        }
        let with_password = Address::parse("http://user:p%40ss@localhost:1/x").unwrap();
        assert_eq!(with_password.basic.as_deref(), Some("Basic dXNlcjpwQHNz"));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(shown("http://user:pass@localhost:1/hook?token=t#x"), "http://localhost:1/hook?…");
        assert_eq!(shown("https://shop.example.com"), "https://shop.example.com");
        assert!(!Address::parse("http://me:secret@example.com/?k=secret").unwrap_err().contains("secret"));
    }
}
