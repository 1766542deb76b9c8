//! The transport that sends with reqwest: the only file that uses it.

use futures_util::stream;

use super::{Body, BoxFuture, Headers, Request, Response, Transport, TransportError};

/// Sends with [`reqwest`], asking for compressed answers. TLS is a feature: `rustls` (the default) or `native-tls`.
///
/// Clients have one unless they are given another. Give your own settings (proxies, root certificates, time-outs for
/// connecting) with [`from_builder`](Self::from_builder), or a client that your program has already. For layers around
/// reqwest, such as `reqwest-middleware`, implement [`Transport`].
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
        Self::from_builder(reqwest::Client::builder())
    }

    /// A transport with settings of yours. Redirects are turned off: they would carry credentials to wherever they point.
    ///
    /// # Errors
    /// When reqwest cannot build the client.
    pub fn from_builder(builder: reqwest::ClientBuilder) -> Result<Self, TransportError> {
        let client = builder.redirect(reqwest::redirect::Policy::none()).build();
        client.map(Self::from_client).map_err(hide_url)
    }

    /// A transport that sends with a client of yours, and shares its connections. Build it with
    /// `redirect(reqwest::redirect::Policy::none())`, as reqwest cannot be asked whether that was done: an answer that came
    /// by way of a redirect is an error, but by then the credentials may have been sent to where it pointed.
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Whether `url` is one to reqwest.
    pub(crate) fn takes(url: &str) -> bool {
        reqwest::Url::parse(url).is_ok()
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let mut builder = self.client.request(request.method.into(), &request.url).timeout(request.timeout);
        for (name, value) in request.headers.iter() {
            // As bytes: UTF-8 may stand in a header field, but not in what reqwest takes as text.
            builder = builder.header(name, value.as_bytes());
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let asked = reqwest::Url::parse(&request.url).ok();
        let without_tls = !cfg!(any(feature = "rustls", feature = "native-tls")) && request.url.starts_with("https:");
        Box::pin(async move {
            let response = builder.send().await.map_err(|error| match hide_url(error) {
                error if error.is_connect() && without_tls => {
                    TransportError::request("TLS is off: turn on the feature `rustls` or `native-tls`")
                }
                error => error,
            })?;
            if asked.as_ref() != Some(response.url()) {
                let host = response.url().host_str().unwrap_or_default();
                let message =
                    format!("the reqwest client followed a redirect to {host}: build it with `Policy::none()`");
                return Err(TransportError::interrupted(message));
            }
            Ok(Response {
                status: response.status().as_u16(),
                headers: Headers::from(response.headers()),
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
