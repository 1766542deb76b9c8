//! Sending with reqwest.
//! The only file that knows it.

use futures_util::stream;

use super::{Body, BoxFuture, Headers, Method, Request, Response, Transport, TransportError};

/// Sends with [`reqwest`], over TLS by rustls, asking for compressed answers.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport with settings of its own and a pool of connections.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        // A redirect would carry credentials to wherever it points.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        client.map(|client| Self { client }).map_err(hide_url)
    }

    /// Whether `url` is one to reqwest.
    pub(crate) fn takes(url: &str) -> bool {
        reqwest::Url::parse(url).is_ok()
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let mut builder = self.client.request(method(request.method), &request.url).timeout(request.timeout);
        for (name, value) in request.headers.iter() {
            // As bytes: UTF-8 may stand in a header field, but not in what reqwest takes as text.
            builder = builder.header(name, value.as_bytes());
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        Box::pin(async move {
            let response = builder.send().await.map_err(hide_url)?;
            let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            Ok(Response {
                status: response.status().as_u16(),
                headers: response
                    .headers()
                    .iter()
                    .map(|(name, value)| (name.as_str(), text(value)))
                    .collect::<Headers>(),
                body: Body::from_stream(pieces(response)),
            })
        })
    }
}

fn pieces(response: reqwest::Response) -> impl stream::Stream<Item = Result<Vec<u8>, TransportError>> {
    stream::unfold(Some(response), |response| async move {
        let mut response = response?;
        match response.chunk().await {
            Ok(None) => None,
            Ok(Some(piece)) => Some((Ok(piece.to_vec()), Some(response))),
            Err(error) => Some((Err(hide_url(error)), None)),
        }
    })
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::GET => reqwest::Method::GET,
        Method::HEAD => reqwest::Method::HEAD,
        Method::POST => reqwest::Method::POST,
        Method::PUT => reqwest::Method::PUT,
        Method::PATCH => reqwest::Method::PATCH,
        Method::DELETE => reqwest::Method::DELETE,
    }
}

fn hide_url(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        TransportError::request(error)
    } else if error.is_connect() {
        TransportError::connect(error)
    } else if error.is_timeout() {
        TransportError::timeout(error)
    } else {
        TransportError::interrupted(error)
    }
}
