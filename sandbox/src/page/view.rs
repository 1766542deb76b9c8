//! What the page shows.

use std::collections::BTreeSet;

use kontrakt_conformance::routing::encode;

use super::html::Html;
use super::{CLOCK, FAULTS, MEND, PAGE, QUIRKS, RECORDS, RESET, STYLE};
use crate::SandboxError;
use crate::fault::Fault;
use crate::sandbox::{Call, Sandbox};
use crate::webhooks::outbox::{Delivery, DeliveryState};

/// Requests and deliveries that are shown.
const LATEST: usize = 50;
/// Records that are shown.
const RECORDS_SHOWN: usize = 100;
/// How far the clock is moved, in seconds and in words.
const STEPS: [(&str, &str); 4] = [("60", "1 minute"), ("900", "15 minutes"), ("3600", "1 hour"), ("86400", "1 day")];

/// The whole page; `error` is what was wrong with a form.
pub(super) fn overview(sandbox: &Sandbox, error: Option<&SandboxError>) -> Html {
    let mut html = begun(&sandbox.contract().title);
    html.raw("<header>").element("h1", &[], &sandbox.contract().title);
    html.raw("<p>").text(format_args!("Credentials: {}", sandbox.credentials())).raw("</p>");
    if let Some(key) = sandbox.signature_key() {
        html.raw("<p>").text(format_args!("Webhooks are signed with the key {key}")).raw("</p>");
    }
    html.raw("<p>").text(format_args!("It is {} in the sandbox. ", sandbox.now().local()));
    html.element("a", &[("href", PAGE)], "Refresh").raw("</p></header>");
    if let Some(error) = error {
        html.element("p", &[("class", "error"), ("role", "alert")], error);
    }
    html.raw("<main><div>");
    requests(&mut html, sandbox);
    deliveries(&mut html, sandbox);
    shop(&mut html, sandbox);
    html.raw("</div><div>");
    faults(&mut html, sandbox);
    clock(&mut html);
    quirks(&mut html, sandbox);
    html.raw("</div></main></body></html>");
    html
}

/// The records at a path.
pub(super) fn records(sandbox: &Sandbox, at: &str) -> Result<Html, SandboxError> {
    let records = sandbox.records(at)?;
    let mut html = begun(at);
    html.raw("<header>").element("h1", &[], at).raw("<p>");
    html.text(format_args!("{} records. ", records.len())).element("a", &[("href", PAGE)], "Back").raw("</p></header>");
    for record in records.iter().take(RECORDS_SHOWN) {
        html.element("pre", &[("tabindex", "0")], format_args!("{record:#}"));
    }
    if records.len() > RECORDS_SHOWN {
        html.element("p", &[("class", "dim")], format_args!("These are the first {RECORDS_SHOWN}."));
    }
    html.raw("</body></html>");
    Ok(html)
}

fn begun(title: &str) -> Html {
    let mut html = Html::default();
    html.raw("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.open("link", &[("rel", "stylesheet"), ("href", STYLE)]);
    html.element("title", &[], format_args!("{title}: sandbox")).raw("</head><body>");
    html
}

/// What stands where there is nothing.
fn none(html: &mut Html, text: &'static str) {
    html.element("p", &[("class", "dim")], text);
}

fn shop(html: &mut Html, sandbox: &Sandbox) {
    html.raw("<section id=\"shop\"><h2>In the shop</h2><ul class=\"columns\">");
    for (path, count) in sandbox.collections() {
        let address = format!("{RECORDS}?at={}", encode(&path));
        html.raw("<li><span>").element("a", &[("href", &address)], &path).raw("</span>");
        html.element("b", &[], count).raw("</li>");
    }
    html.raw("</ul></section>");
}

fn requests(html: &mut Html, sandbox: &Sandbox) {
    html.raw("<section id=\"requests\"><h2>Last requests</h2>");
    let calls = sandbox.calls();
    if calls.is_empty() {
        none(html, "Nothing was asked yet.");
    } else {
        html.raw(
            "<table class=\"stacked\"><thead><tr><th>Request</th><th>Operation</th><th class=\"number\">Status</th>",
        );
        html.raw("<th class=\"number\">Time</th></tr></thead><tbody>");
        calls.iter().rev().take(LATEST).for_each(|call| request(html, call));
        html.raw("</tbody></table>");
    }
    html.raw("</section>");
}

fn request(html: &mut Html, call: &Call) {
    html.raw("<tr><td class=\"code\">").text(format_args!("{} {}", call.method, call.path));
    if !call.violations.is_empty() {
        html.raw("<ul class=\"violations\">");
        for violation in &call.violations {
            let (class, what) = if violation.refused { ("bad", "refused") } else { ("dim", "ignored") };
            html.raw("<li><span>").element("span", &[("class", class)], what);
            html.text(format_args!(" {}: {}", violation.place, violation.message)).raw("</span></li>");
        }
        html.raw("</ul>");
    }
    html.raw("</td>").element("td", &[("class", "code whole")], call.operation.as_deref().unwrap_or("-"));
    let class = if (200..400).contains(&call.status) { "number good" } else { "number bad" };
    html.element("td", &[("class", class)], call.status);
    html.element("td", &[("class", "number")], format_args!("{:.1} ms", call.took.as_secs_f64() * 1000.0)).raw("</tr>");
}

fn deliveries(html: &mut Html, sandbox: &Sandbox) {
    if sandbox.contract().webhooks.is_empty() {
        return;
    }
    html.raw("<section id=\"deliveries\"><h2>Deliveries</h2>");
    let deliveries = sandbox.deliveries();
    if deliveries.is_empty() {
        none(html, "Nothing was sent: no change that somebody has subscribed to.");
    } else {
        html.raw("<table class=\"stacked\"><thead><tr><th>Event</th><th>Address</th><th class=\"number\">Tries</th>");
        html.raw("<th class=\"number\">Status</th><th>Outcome</th></tr></thead><tbody>");
        deliveries.iter().rev().take(LATEST).for_each(|one| delivery(html, one));
        html.raw("</tbody></table>");
    }
    html.raw("</section>");
}

fn delivery(html: &mut Html, one: &Delivery) {
    html.raw("<tr>").element("td", &[("class", "code whole")], &one.event);
    html.element("td", &[("class", "code")], &one.address);
    html.element("td", &[("class", "number")], format_args!("{}×", one.tries));
    html.element("td", &[("class", "number")], one.status.map_or("-".to_owned(), |status| status.to_string()));
    let class = match one.state {
        DeliveryState::Delivered => "good",
        DeliveryState::Waiting => "dim",
        DeliveryState::Failed | DeliveryState::Refused | DeliveryState::Lost => "bad",
    };
    html.raw("<td>").element("span", &[("class", class)], one.state);
    if let Some(next) = one.next {
        html.text(format_args!(" until {}", next.local()));
    }
    if let Some(error) = &one.error {
        html.element("div", &[("class", "violations")], error);
    }
    html.raw("</td></tr>");
}

fn faults(html: &mut Html, sandbox: &Sandbox) {
    html.raw("<section id=\"faults\"><h2>Faults</h2>").open("form", &[("method", "post"), ("action", FAULTS)]);
    html.raw("<div class=\"row\"><label>What goes wrong<select name=\"fault\">");
    for kind in Fault::KINDS {
        html.element("option", &[("value", kind)], kind);
    }
    html.raw("</select></label><label>Status, ms or URL<input name=\"value\" placeholder=\"503\"></label>");
    html.raw("<label>Operation<input name=\"operation\" list=\"operations\" placeholder=\"all\"></label>");
    html.raw("<label>Times<input name=\"times\" inputmode=\"numeric\" placeholder=\"always\"></label>");
    html.raw("<label>Percent<input name=\"percent\" inputmode=\"decimal\" placeholder=\"100\"></label>");
    html.raw("<button>Add</button></div><datalist id=\"operations\">");
    for operation in &sandbox.contract().operations {
        html.open("option", &[("value", &operation.id)]);
    }
    html.raw("</datalist></form>");
    let faults = sandbox.faults();
    if faults.is_empty() {
        none(html, "Nothing goes wrong.");
    } else {
        html.raw("<ul>");
        for fault in &faults {
            let text = fault.to_string();
            html.raw("<li>").element("code", &[], &text).button(MEND, &[("fault", &text)], "Remove").raw("</li>");
        }
        html.raw("</ul>");
    }
    html.raw("</section>");
}

fn quirks(html: &mut Html, sandbox: &Sandbox) {
    let known = sandbox.quirks();
    if known.is_empty() {
        return;
    }
    let (on, random): (BTreeSet<String>, bool) = sandbox.quirks_on();
    html.raw("<section id=\"quirks\"><h2>Quirks</h2><p class=\"dim\">Where document and server disagree, answers are as the server gives them.");
    html.raw(if random { " Chance decides where." } else { "" }).raw("</p><div class=\"row\">");
    html.button(QUIRKS, &[("quirk", "all")], "All on").button(QUIRKS, &[("quirk", "random")], "At random");
    html.button(QUIRKS, &[("quirk", "all"), ("on", "no")], "All off").raw("</div><ul>");
    for id in known {
        let is_on = on.contains(id);
        html.raw("<li><span>").element("code", &[], id).raw(if is_on { " <b class=\"good\">on</b>" } else { "" });
        let turn = if is_on { ("no", "Switch off") } else { ("yes", "Switch on") };
        html.raw("</span>").button(QUIRKS, &[("quirk", id), ("on", turn.0)], turn.1).raw("</li>");
    }
    html.raw("</ul></section>");
}

fn clock(html: &mut Html) {
    html.raw("<section id=\"clock\"><h2>Time and beginning</h2><p class=\"dim\">Tokens expire, limits recover, jobs end and deliveries are tried ");
    html.raw("again by the clock of the sandbox.</p><div class=\"row\">");
    for (seconds, label) in STEPS {
        html.button(CLOCK, &[("seconds", seconds)], format_args!("{label} on"));
    }
    html.raw("</div><p class=\"dim\">Records as they were, no requests, no faults, no quirks, nothing used up.</p>");
    html.button(RESET, &[], "Back to the beginning").raw("</section>");
}
