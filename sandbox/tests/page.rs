//! The page for people: shows what is there, switches what can be switched, and does so for this machine alone.

use kontrakt_sandbox::{CREDENTIAL, Fault, Moment, Options, Quirks, Sandbox, Server};
use reqwest::StatusCode;
use serde_json::json;

/// A sandbox without limits, at a time that stands still.
fn sandbox(api: &str) -> Sandbox {
    let start = Some(Moment::at(1_769_860_000));
    Sandbox::of(api, Options { limits: false, start, ..Options::default() }).unwrap()
}

struct Page {
    server: Server,
    client: reqwest::Client,
}

impl Page {
    async fn of(sandbox: &Sandbox) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server: sandbox.start().await.unwrap(), client }
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let reply = self.client.get(format!("{}{path}", self.server.url())).send().await.unwrap();
        (reply.status(), reply.text().await.unwrap())
    }

    async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let mut request = self.client.post(format!("{}{path}", self.server.url())).body(form.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send().await.unwrap();
        (reply.status(), reply.text().await.unwrap())
    }

    async fn form(&self, path: &str, form: &str) -> StatusCode {
        self.post(path, form, &[FORM, ("origin", &self.server.url()), ("sec-fetch-site", "same-origin")]).await.0
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn shows_what_is_there_and_what_happened() {
    let sandbox = sandbox("shoptet");
    let page = Page::of(&sandbox).await;
    sandbox.insert("/api/orders", json!({"code": "N<b>1"})).unwrap();
    sandbox
        .insert("/api/webhooks", json!({"event": "order:create", "url": "http://example.com/<i>?key=secret"}))
        .unwrap();
    assert_eq!(sandbox.handle(&sandbox.example("createOrder").unwrap()).status, 201);
    let wrong = page.client.post(format!("{}/api/orders", page.server.url())).body(r#"{"data":{"<u>":1}}"#);
    let wrong = wrong.header("Shoptet-Private-API-Token", CREDENTIAL).header("content-type", "application/json");
    assert_eq!(wrong.send().await.unwrap().status(), 422);
    let (status, text) = page.get("/").await;
    assert_eq!(status, 200);
    for shown in [
        "<a href=\"/_sandbox/records?at=%2Fapi%2Forders\">/api/orders</a></span><b>5</b>",
        "POST /api/orders",
        "createOrder</td><td class=\"number good\">201</td>",
        "<span class=\"bad\">refused</span>",
        "<td class=\"code whole\">order:create</td><td class=\"code\">http://example.com/&lt;i&gt;?…</td>",
        "is no URL; nothing was sent",
        "header Shoptet-Private-Api-Token: sandbox",
    ] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
    for hidden in ["N<b>", "<i>", "<u>", "key=secret", "<script", "onclick", "javascript:", "https://fonts"] {
        assert!(!text.contains(hidden), "{hidden}\n{text}");
    }
    let (_, records) = page.get("/_sandbox/records?at=%2Fapi%2Forders").await;
    assert!(records.contains("N&lt;b&gt;1") && !records.contains("<b>"), "{records}");
    let (status, missing) = page.get("/_sandbox/records?at=/nothing<script>").await;
    assert!(status == 404 && missing.contains("there are no records at") && !missing.contains("<script"), "{missing}");
    let reply = page.client.get(page.server.url()).send().await.unwrap();
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let calls = sandbox.calls().len();
    page.get("/").await;
    assert_eq!(sandbox.calls().len(), calls, "looking is no call");
    assert_eq!(page.get("/_sandbox/style.css").await.0, 200);
}

#[tokio::test]
async fn switches_faults_quirks_and_the_clock() {
    let sandbox = sandbox("clipsan");
    let page = Page::of(&sandbox).await;
    let fault = "fault=status&value=503&operation=listPurchases&times=2&percent=";
    assert_eq!(page.form("/_sandbox/faults", fault).await, 303);
    assert_eq!(sandbox.faults(), [Fault::status(503).on("listPurchases").times(2)]);
    assert!(page.get("/").await.1.contains("status:503@listPurchases*2"));
    assert_eq!(page.form("/_sandbox/faults", "fault=lost-answer%4033*1").await, 400, "there is no such operation");
    assert_eq!(page.form("/_sandbox/faults", "fault=delay&percent=12.5&value=20").await, 303);
    assert_eq!(page.form("/_sandbox/mend", "fault=status%3A503%40listPurchases*2").await, 303);
    assert_eq!(sandbox.faults(), ["delay:20%12.5".parse::<Fault>().unwrap()]);
    for (path, form, said) in [
        ("/_sandbox/faults", "fault=flood&value=<script>", "is no fault"),
        ("/_sandbox/quirks", "quirk=nothing", "there is no quirk"),
        ("/_sandbox/clock", "seconds=-5", "the clock moves by"),
        ("/_sandbox/clock", "", "the clock moves by"),
        ("/_sandbox/clock", "seconds=99999999999", "the clock moves by"),
    ] {
        let (status, text) = page.post(path, form, &[FORM]).await;
        assert!(status == 400 && text.contains(said) && !text.contains("<script"), "{path} {form}: {status} {text}");
    }
    let before = sandbox.now();
    assert_eq!(page.form("/_sandbox/clock", "seconds=900").await, 303);
    assert_eq!(sandbox.now().since(before).as_secs(), 900);
    assert_eq!(page.form("/_sandbox/reset", "").await, 303);
    assert_eq!((sandbox.faults().len(), sandbox.now()), (0, before));

    let id = sandbox.quirks()[0].to_owned();
    let is_on = async |id: &str| {
        let (_, text) = page.get("/").await;
        text.contains(&format!("<code>{id}</code> <b class=\"good\">on</b>"))
    };
    assert!(!is_on(&id).await);
    assert_eq!(page.form("/_sandbox/quirks", &format!("quirk={id}&on=yes")).await, 303);
    assert!(is_on(&id).await);
    assert_eq!(page.form("/_sandbox/quirks", &format!("quirk={id}&on=no")).await, 303);
    assert!(!is_on(&id).await);
    sandbox.quirk(&Quirks::All).unwrap();
    assert!(is_on(&id).await);
    assert_eq!(page.form("/_sandbox/quirks", "quirk=all&on=no").await, 303);
    assert!(!is_on(&id).await);
}

#[tokio::test]
async fn other_pages_and_other_hosts_get_nothing() {
    let sandbox = sandbox("clipsan");
    let page = Page::of(&sandbox).await;
    let own = page.server.url();
    let port = page.server.address().port();
    let evil = format!("evil.example.com:{port}");
    for (headers, expected) in [
        (vec![FORM], 303),
        (vec![FORM, ("origin", own.as_str())], 303),
        (vec![FORM, ("origin", "http://evil.example.com")], 403),
        (vec![FORM, ("origin", "null")], 403),
        (vec![FORM, ("origin", "http://127.0.0.1:1")], 403),
        (vec![FORM, ("sec-fetch-site", "cross-site")], 403),
        (vec![FORM, ("sec-fetch-site", "same-site")], 403),
        (vec![("content-type", "text/plain")], 403),
        (vec![], 403),
        // A name of somebody else that points to this machine.
        (vec![FORM, ("host", evil.as_str()), ("origin", "http://evil.example.com")], 403),
        (vec![FORM, ("host", "127.0.0.1.example.com")], 403),
    ] {
        sandbox.mend();
        let (status, _) = page.post("/_sandbox/faults", "fault=reset", &headers).await;
        assert_eq!(status, expected, "{headers:?}");
        assert_eq!(sandbox.faults().len(), usize::from(expected == 303), "{headers:?}");
    }
    sandbox.mend();
    for (host, expected) in
        [("localhost", 200), ("LOCALHOST:80", 200), ("[::1]:80", 200), ("127.8.8.8", 200), ("evil.example.com", 403)]
    {
        let reply = page.client.get(&own).header("host", host).send().await.unwrap();
        assert_eq!(reply.status(), expected, "{host}");
    }
    let (status, _) = page.get("/_sandbox/reset").await;
    assert_eq!(status, 405, "a link changes nothing");
    assert!(page.post("/", "", &[FORM]).await.1.contains("not in the document"), "that is for the API");
}

/// An API with something at `/` keeps it.
#[tokio::test]
async fn the_page_makes_room_for_the_api() {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;
    let text = "
openapi: 3.1.0
info: {title: Root, version: '1'}
paths: {/: {get: {responses: {'200': {description: '', content: {application/json: {schema: {const: here}}}}}}}}
";
    let sandbox = Sandbox::new(Contract::read(&Document::parse("root.yaml", text).unwrap()).unwrap()).unwrap();
    let page = Page::of(&sandbox).await;
    assert_eq!(page.get("/").await.1, "\"here\"");
    assert!(page.get("/_sandbox").await.1.contains("<h1>Root</h1>"));
}
