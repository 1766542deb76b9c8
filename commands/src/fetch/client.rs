//! The client that fetches: reqwest, with TLS.
//! An error says what to do instead.

use std::io::Read;

use indicatif::ProgressBar;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use reqwest::blocking::Client;
use reqwest::redirect::Policy;

use super::Limits;

/// The body of a successful answer.
///
/// # Errors
/// When there is no answer in time, its status is not a success, it redirects to another scheme, or it is too long.
pub fn fetch(url: &str, limits: Limits) -> Result<Vec<u8>> {
    let complain = |message: String| Diagnostic::new(format!("cannot fetch {url}: {message}"));
    let failed = |error: reqwest::Error| {
        let help = if error.is_timeout() {
            "the server took too long: try again, or download the file and import that"
        } else {
            "check the address and the connection, or download the file and import that"
        };
        complain(causes(&error.without_url())).help(help)
    };
    let client = Client::builder()
        .user_agent(concat!("kontrakt/", env!("CARGO_PKG_VERSION")))
        .timeout(limits.time)
        .redirect(redirects(limits.redirects))
        .build()
        .map_err(failed)?;
    let answer = client.get(url).send().map_err(failed)?;
    if !answer.status().is_success() {
        return Err(complain(format!("the server answers {}", answer.status())).help("check the address of the file"));
    }
    let too_long = || {
        complain(format!("the answer is longer than {} bytes", limits.bytes))
            .help("this can hardly be an API document: check the address")
    };
    let length = answer.content_length();
    if length.is_some_and(|length| length > limits.bytes) {
        return Err(too_long());
    }
    // Draws on a terminal only.
    let progress = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new).with_message(url.to_owned());
    let mut body = Vec::new();
    let read = progress.wrap_read(answer.take(limits.bytes + 1)).read_to_end(&mut body);
    progress.finish_and_clear();
    read.map_err(|error| {
        complain(format!("the answer breaks off: {}", causes(&error)))
            .help("try again, or download the file and import that")
    })?;
    if body.len() as u64 > limits.bytes {
        return Err(too_long());
    }
    Ok(body)
}

/// Follows a few redirects, none of them to another scheme: what was asked for encrypted must not come in the clear.
fn redirects(limit: usize) -> Policy {
    Policy::custom(move |attempt| {
        let scheme = attempt.previous().first().map(|url| url.scheme().to_owned());
        if scheme.is_some_and(|scheme| scheme != attempt.url().scheme()) {
            let message = format!("redirected to the scheme {}", attempt.url().scheme());
            attempt.error(message)
        } else if attempt.previous().len() > limit {
            attempt.error(format!("more than {limit} redirects"))
        } else {
            attempt.follow()
        }
    })
}

/// An error with all that lies below it; the outermost text alone says little.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;

    /// A server that gives these answers, one per connection, and then is gone.
    fn serve(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/openapi.yaml", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
                while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n{body}")
    }

    #[test]
    fn gives_the_body() {
        let redirect = answer("302 Found", "Location: /other\r\nContent-Length: 0\r\n", "");
        let url = serve(vec![redirect, answer("200 OK", "", "openapi: 3.1.0")]);
        assert_eq!(fetch(&url, Limits::default()).unwrap(), b"openapi: 3.1.0");
    }

    #[test]
    fn complains_about_what_is_no_whole_answer() {
        let limits = Limits { bytes: 10, time: Duration::from_secs(5), redirects: 1 };
        let to = |location: &str| answer("302 Found", &format!("Location: {location}\r\nContent-Length: 0\r\n"), "");
        let cases = [
            (vec![answer("404 Not Found", "", "nope")], "answers 404"),
            (vec![answer("200 OK", "Content-Length: 11\r\n", "01234567890")], "longer than 10 bytes"),
            (vec![answer("200 OK", "", "01234567890")], "longer than 10 bytes"),
            (vec![answer("200 OK", "Content-Length: 9\r\n", "0123")], "breaks off"),
            (vec![to("ftp://127.0.0.1/x")], "scheme ftp"),
            (vec![to("https://127.0.0.1/x")], "scheme https"),
            (vec![to("/a"), to("/b"), to("/c")], "more than 1 redirects"),
            (vec![String::new()], "cannot fetch"),
        ];
        for (answers, expected) in cases {
            let error = fetch(&serve(answers), limits).unwrap_err();
            assert!(error.message().contains(expected), "{expected}: {error}");
            assert!(error.mend().is_some());
        }
        for url in ["http://", "http://127.0.0.1:1/"] {
            assert!(fetch(url, limits).unwrap_err().message().starts_with("cannot fetch"));
        }
    }

    #[test]
    fn does_not_wait_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let limits = Limits { time: Duration::from_millis(100), ..Limits::default() };
        let error = fetch(&url, limits).unwrap_err();
        assert!(error.mend().unwrap().contains("too long"), "{error}");
    }
}
