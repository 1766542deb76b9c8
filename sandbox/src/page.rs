//! The page of a sandbox for people: what is in it, what was asked and told, and switches. It has no scripts.
//!
//! Only this machine sees it: the sandbox listens nowhere else, and requests have to name a host of this machine, so that
//! no name that somebody lets point here reads it. Forms are taken from this page alone, whatever other pages post.

mod html;
mod view;

use std::net::IpAddr;
use std::time::Duration;

use kontrakt_conformance::routing::pairs;

use crate::SandboxError;
use crate::fault::Fault;
use crate::message::{Reply, Request};
use crate::oddly::Quirks;
use crate::sandbox::Sandbox;

/// Where the page is, where the API has nothing there.
const ROOT: &str = "/";
/// Where it is always.
const PAGE: &str = "/_sandbox";
const RECORDS: &str = "/_sandbox/records";
const STYLE: &str = "/_sandbox/style.css";
const QUIRKS: &str = "/_sandbox/quirks";
const FAULTS: &str = "/_sandbox/faults";
const MEND: &str = "/_sandbox/mend";
const CLOCK: &str = "/_sandbox/clock";
const RESET: &str = "/_sandbox/reset";

/// The longest that the clock is moved at once: a year.
const FARTHEST: u64 = 366 * 86_400;

/// The answer of the page; `None` for a request to the API.
pub(crate) fn answer(sandbox: &Sandbox, request: &Request) -> Option<Reply> {
    let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let known = [PAGE, RECORDS, STYLE, QUIRKS, FAULTS, MEND, CLOCK, RESET].contains(&path);
    let at_root = path == ROOT && request.method == "GET" && !sandbox.is_documented("GET", ROOT);
    if !known && !at_root {
        return None;
    }
    let reply = match (request.method.as_str(), path) {
        _ if !is_this_machine(request.header_value("host")) => {
            Reply::of(403, "text/plain; charset=utf-8", "this page is for hosts of this machine alone\n")
        }
        ("GET", STYLE) => Reply::of(200, "text/css; charset=utf-8", include_str!("page/style.css")),
        ("GET", ROOT | PAGE) => shown(200, view::overview(sandbox, None)),
        ("GET", RECORDS) => {
            let at =
                pairs(query).into_iter().find(|(name, _)| name == "at").map(|(_, value)| value).unwrap_or_default();
            match view::records(sandbox, &at) {
                Ok(page) => shown(200, page),
                Err(error) => shown(404, view::overview(sandbox, Some(&error))),
            }
        }
        ("POST", QUIRKS | FAULTS | MEND | CLOCK | RESET) if !is_own_form(request) => {
            Reply::of(403, "text/plain; charset=utf-8", "forms are taken from the page of the sandbox alone\n")
        }
        ("POST", QUIRKS | FAULTS | MEND | CLOCK | RESET) => {
            match switch(sandbox, path, &pairs(&String::from_utf8_lossy(&request.body))) {
                Ok(()) => {
                    let headers = vec![("location".to_owned(), format!("{PAGE}#{}", section(path)))];
                    Reply { status: 303, headers, ..Reply::default() }
                }
                Err(error) => shown(400, view::overview(sandbox, Some(&error))),
            }
        }
        _ => {
            let allow = if [ROOT, PAGE, RECORDS, STYLE].contains(&path) { "GET" } else { "POST" };
            let headers = vec![("allow".to_owned(), allow.to_owned())];
            Reply { status: 405, headers, ..Reply::default() }
        }
    };
    Some(guarded(reply))
}

/// The part of the page that a form stands in.
fn section(path: &str) -> &'static str {
    match path {
        QUIRKS => "quirks",
        FAULTS | MEND => "faults",
        _ => "clock",
    }
}

fn shown(status: u16, page: html::Html) -> Reply {
    Reply::of(status, "text/html; charset=utf-8", page.into_bytes())
}

/// A reply that browsers treat with care: nothing of others in it, and it in nothing of others.
fn guarded(mut reply: Reply) -> Reply {
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    let headers = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    reply.headers.extend(headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
    reply
}

/// Whether a host is this machine, by a name or an address that nobody else can give to another one.
fn is_this_machine(host: Option<&str>) -> bool {
    let Some(host) = host else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    };
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Whether a form is the page's own. Programs that are no browsers say nothing of where they come from.
fn is_own_form(request: &Request) -> bool {
    let own = request.header_value("host").map(|host| format!("http://{host}")).unwrap_or_default();
    let origin = request.header_value("origin").is_none_or(|origin| origin.eq_ignore_ascii_case(&own));
    let site = request.header_value("sec-fetch-site").is_none_or(|site| ["same-origin", "none"].contains(&site));
    let media = request.header_value("content-type").unwrap_or_default();
    origin && site && media.split(';').next().is_some_and(|media| media.trim() == "application/x-www-form-urlencoded")
}

/// Does what a form says.
fn switch(sandbox: &Sandbox, path: &str, form: &[(String, String)]) -> Result<(), SandboxError> {
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    match path {
        QUIRKS => {
            let Ok(quirks) = field("quirk").parse::<Quirks>();
            if field("on") == "no" { sandbox.without_quirk(&quirks) } else { sandbox.quirk(&quirks)? }
        }
        FAULTS => sandbox.add_fault(fault(&field)?)?,
        MEND => {
            let faults = sandbox.faults();
            faults
                .iter()
                .find(|one| one.to_string() == field("fault"))
                .into_iter()
                .for_each(|one| sandbox.mend_one(one));
        }
        CLOCK => {
            let seconds = field("seconds").parse().ok().filter(|seconds| (1..=FARTHEST).contains(seconds));
            let wrong = || SandboxError::new(format!("the clock moves by 1 to {FARTHEST} seconds"));
            sandbox.advance(Duration::from_secs(seconds.ok_or_else(wrong)?));
        }
        _ => sandbox.reset(),
    }
    Ok(())
}

/// The fault of a form: as `--fault` writes it, or in parts.
fn fault<'f>(field: &impl Fn(&str) -> &'f str) -> Result<Fault, SandboxError> {
    let part = |sign: &str, name: &str| match field(name) {
        "" => String::new(),
        value => format!("{sign}{value}"),
    };
    let parts =
        [part("", "fault"), part(":", "value"), part("@", "operation"), part("*", "times"), part("%", "percent")];
    parts.concat().parse()
}
