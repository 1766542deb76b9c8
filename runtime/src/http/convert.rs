//! Conversions from and to the types of the crate `http`, which HTTP libraries, middleware and test tools speak.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Headers, Method, Request, Response, TransportError};

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::GET => Self::GET,
            Method::HEAD => Self::HEAD,
            Method::POST => Self::POST,
            Method::PUT => Self::PUT,
            Method::PATCH => Self::PATCH,
            Method::DELETE => Self::DELETE,
            Method::OPTIONS => Self::OPTIONS,
            Method::TRACE => Self::TRACE,
        }
    }
}

impl TryFrom<&http::Method> for Method {
    type Error = TransportError;

    fn try_from(method: &http::Method) -> Result<Self, TransportError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == method.as_str());
        found.ok_or_else(|| TransportError::request(format!("calls cannot have the method {method}")))
    }
}

impl From<&HeaderMap> for Headers {
    /// Bytes that are not UTF-8 are replaced.
    fn from(map: &HeaderMap) -> Self {
        map.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
    }
}

impl TryFrom<&Headers> for HeaderMap {
    type Error = TransportError;

    /// The values are marked as sensitive, since some are credentials.
    fn try_from(headers: &Headers) -> Result<Self, TransportError> {
        let mut map = Self::new();
        for (name, value) in headers.iter() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(TransportError::request)?;
            let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(TransportError::request)?;
            value.set_sensitive(true);
            map.append(name, value);
        }
        Ok(map)
    }
}

impl TryFrom<Request> for http::Request<Vec<u8>> {
    type Error = TransportError;

    /// The time-out is not part of it.
    fn try_from(request: Request) -> Result<Self, TransportError> {
        let headers = HeaderMap::try_from(&request.headers)?;
        let built = http::Request::builder().method(request.method).uri(&request.url).body(request.body);
        let mut built = built.map_err(TransportError::request)?;
        *built.headers_mut() = headers;
        Ok(built)
    }
}

impl<B: Into<Vec<u8>>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        Self::new(parts.status.as_u16(), Headers::from(&parts.headers), body)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{HeaderMap, Headers, Method, Request, Response};

    #[test]
    fn requests_and_responses_of_the_crate_http() {
        let headers: Headers = [("X-Token", "secret"), ("Accept", "text/žluť")].into_iter().collect();
        let request = Request {
            method: Method::PATCH,
            url: "https://x.cz/a?b=c".to_owned(),
            headers: headers.clone(),
            body: b"{}".to_vec(),
            operation: "",
            timeout: Duration::ZERO,
        };
        let converted = http::Request::try_from(request.clone()).unwrap();
        assert_eq!((converted.method(), converted.uri().query()), (&http::Method::PATCH, Some("b=c")));
        assert!(!format!("{converted:?}").contains("secret"));
        assert_eq!(Headers::from(converted.headers()).get("accept"), Some("text/žluť"));
        assert_eq!(Headers::from(&HeaderMap::try_from(&headers).unwrap()).get("x-token"), Some("secret"));
        for url in ["", "https://x.cz/ a"] {
            assert!(http::Request::try_from(Request { url: url.to_owned(), ..request.clone() }).is_err(), "{url:?}");
        }
        let bad = [("X Token", "a"), ("X-Token", "a\nb")].map(|field| Headers::from_iter([field]));
        assert!(bad.iter().all(|headers| HeaderMap::try_from(headers).is_err()));

        let answer = http::Response::builder().status(201).header("X-Id", "7").body("created").unwrap();
        let answer = Response::from(answer);
        assert_eq!((answer.status, answer.headers.get("x-id")), (201, Some("7")));

        assert_eq!(Method::try_from(&http::Method::HEAD).unwrap(), Method::HEAD);
        assert!(Method::try_from(&http::Method::CONNECT).is_err());
    }
}
