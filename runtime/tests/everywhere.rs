//! What OpenAPI can say of a request, as it arrives: credentials of every scheme, parameters of every style, bodies of any
//! media type, servers of operations.

#![allow(clippy::too_many_arguments)]

use std::sync::{Arc, Mutex};

use kontrakt_runtime::http::{BoxFuture, Headers, Request, Response, Transport, TransportError};
use kontrakt_runtime::prelude::*;
use kontrakt_runtime::{Api, Json, Upload, from_json};

const API: Api = Api { name: "sample", base_url: "https://example.com/v1", ..Api::DEFAULT };

client! {
    /// Client.
    pub Client / ClientBuilder: API,
    credentials {
        /// In a cookie.
        session: cookie("sid"),
        /// Another scheme.
        digest: scheme("Digest"),
        /// In the connection.
        mutual: certificate(),
    }
    variables {}
    resources {
        /// All.
        all: AllApi,
    }
}

resource! {
    /// All.
    pub AllApi
}

record! {
    /// A filter.
    #[derive(Default)]
    pub struct Filter {
        /// Category.
        pub category: Option<String> = optional("category"),
        /// Since.
        pub since: Option<String> = optional("at:gte"),
        /// Within.
        pub within: Option<Json> = optional("within"),
    }
}

operation! {
    /// Places.
    AllApi::places(
        dot: &[i64] = label("dot", "."), semi: &[&str] = matrix("semi", "each"), one: &str = matrix("one", "joined"),
        crumb: &str = cookie("crumb"), json: &Filter = json_query("json"), members: &Filter = members("members"),
        flat: &Filter = flat("flat"), deep: &Filter = deep("deep"),
    ) -> Call<()> {
        id: "places",
        call: GET "/a/{dot}/{semi}/{one}",
        value: "",
        security: [["session"]],
        promise: Nothing,
    }
}

operation! {
    /// Elsewhere.
    AllApi::elsewhere(body: &Upload = raw("image/png")) -> Call<()> {
        id: "elsewhere",
        call: PUT "https://upload.example.com/v2 /files",
        value: "",
        security: [["digest"]],
        promise: Nothing,
    }
}

operation! {
    /// Pairs.
    AllApi::pairs(body: &Filter = pairs("within", "")) -> Call<()> {
        id: "pairs",
        call: POST "/pairs",
        value: "",
        security: [["mutual"]],
        promise: Nothing,
    }
}

operation! {
    /// Parts.
    AllApi::parts(
        files: &[Upload] = files("files"), tags: &[&str] = form_each("tags"), meta: &Filter = form_json("meta"),
    ) -> Call<()> {
        id: "parts",
        call: TRACE "/parts",
        value: "",
        promise: Nothing,
    }
}

operation! {
    /// Reserved.
    AllApi::reserved(path: &str = query("path"), other: &str = query("other"), within: &Filter = deep("within")) -> Call<()> {
        id: "reserved",
        call: GET "/reserved",
        value: "",
        reserved: ["path", "within"],
        promise: Nothing,
    }
}

operation! {
    /// Text.
    AllApi::text(body: &str = text("text/csv")) -> Call<()> {
        id: "text",
        call: OPTIONS "/text",
        value: "",
        promise: Nothing,
    }
}

/// Keeps what is sent, and answers nothing.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Request>>>);

impl Transport for Kept {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        self.0.lock().unwrap().push(request);
        Box::pin(async { Ok(Response::new(204, Headers::new(), "")) })
    }
}

impl Kept {
    fn last(&self) -> Request {
        self.0.lock().unwrap().pop().unwrap()
    }
}

fn filter() -> Filter {
    from_json(r#"{"category":"a b","at:gte":"2026-01-01","within":{"x":[1,2]}}"#).unwrap()
}

fn text(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

#[tokio::test]
async fn parameters_arrive_in_their_style() {
    let kept = Kept::default();
    let client = Client::builder().session("s3cret").transport(kept.clone()).build().unwrap();
    let filter = filter();
    let call = client.all().places(&[1, 2], &["a/b", "c"], "x", "1;2", &filter, &filter, &filter, &filter);
    call.await.unwrap();
    let request = kept.last();
    let (path, query) = request.url.split_once('?').unwrap();
    assert_eq!(path, "https://example.com/v1/a/.1.2/;semi=a%2Fb;semi=c/;one=x");
    let query: Vec<String> = query.split('&').map(|pair| pair.replace("%5B", "[").replace("%5D", "]")).collect();
    assert_eq!(query[1..4], ["category=a%20b", "at%3Agte=2026-01-01", "within=%7B%22x%22%3A[1%2C2]%7D"]);
    assert!(query[0].starts_with("json=%7B%22category%22"), "{}", query[0]);
    assert!(query[4].starts_with("flat=category%2Ca%20b%2Cat%3Agte%2C2026-01-01"), "{}", query[4]);
    let deep = ["deep[category]=a%20b", "deep[at%3Agte]=2026-01-01", "deep[within][x][0]=1", "deep[within][x][1]=2"];
    assert_eq!(query[5..], deep);
    assert_eq!(request.headers.get("Cookie"), Some("crumb=1%3B2; sid=s3cret"));
    assert!(!format!("{request:?}").contains("s3cret"));
}

#[tokio::test]
async fn reserved_characters_stay_where_they_may() {
    let kept = Kept::default();
    let client = Client::builder().session("s").transport(kept.clone()).build().unwrap();
    let within = from_json(r#"{"category":"a:b&c"}"#).unwrap();
    client.all().reserved("/a?b=c,d;(e)@f!$'*:&g#h+i [j]%é", "/a:b", &within).await.unwrap();
    let (_, query) = kept.last().url.split_once('?').map(|(path, query)| (path.to_owned(), query.to_owned())).unwrap();
    let path = "path=/a?b=c,d;(e)@f!$'*:%26g%23h%2Bi%20%5Bj%5D%25%C3%A9";
    assert_eq!(query, format!("{path}&other=%2Fa%3Ab&within%5Bcategory%5D=a:b%26c"));
}

#[tokio::test]
async fn bodies_arrive_in_their_media_type() {
    let kept = Kept::default();
    let client = Client::builder().transport(kept.clone()).mutual(kept.clone()).build().unwrap();
    client.all().pairs(&filter()).await.unwrap();
    let request = kept.last();
    assert_eq!(request.headers.get("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(text(&request), "category=a%20b&at%3Agte=2026-01-01&within%5Bx%5D%5B0%5D=1&within%5Bx%5D%5B1%5D=2");
    assert_eq!(request.headers.get("Authorization"), None);

    client.all().text("a;b\n").await.unwrap();
    let request = kept.last();
    let sent = (request.method.as_str(), request.headers.get("Content-Type"), text(&request));
    assert_eq!(sent, ("OPTIONS", Some("text/csv"), "a;b\n".to_owned()));

    let files = [Upload::new("a.txt", "A"), Upload::new("b.txt", "B")];
    client.all().parts(&files, &["x", "y"], &filter()).await.unwrap();
    let request = kept.last();
    let body = text(&request);
    assert_eq!(request.method.as_str(), "TRACE");
    assert_eq!((body.matches("name=\"files\"").count(), body.matches("name=\"tags\"").count()), (2, 2), "{body}");
    assert!(body.contains("name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"category\":\"a b\""), "{body}");
}

#[tokio::test]
async fn operations_are_called_at_their_server() {
    let kept = Kept::default();
    let png = Upload::new("a.png", [1_u8, 0, 255]);
    let builder = || Client::builder().digest("username=\"u\"").transport(kept.clone());
    builder().build().unwrap().all().elsewhere(&png).await.unwrap();
    let request = kept.last();
    assert_eq!(request.url, "https://upload.example.com/v2/files");
    assert_eq!(request.headers.get("Authorization"), Some("Digest username=\"u\""));
    assert_eq!(
        (request.headers.get("Content-Type"), request.body.as_slice()),
        (Some("image/png"), &[1_u8, 0, 255][..])
    );
    // Who says where the client is to go means all of it.
    builder().base_url("http://localhost:1/x").build().unwrap().all().elsewhere(&png).await.unwrap();
    assert_eq!(kept.last().url, "http://localhost:1/x/files");
    // What needs another credential is not called.
    let session = Client::builder().session("s").transport(kept.clone()).build().unwrap();
    assert!(session.all().elsewhere(&png).await.is_err());
}
