//! Files as answers: streamed, or read into memory up to a limit.
//! An answer that is not a file, such as an error page, is detected first.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::answer::{Answer, Answered};
use crate::api::Operation;
use crate::decode::DecodeError;
use crate::error::Error;
use crate::http::{Body, url};

/// A file: what it is, what to call it, and its bytes, which may still be on their way.
///
/// Until it is read to its end or dropped, it counts as one of the requests that a client has in flight.
///
/// ```
/// # use kontrakt_runtime::{Download, Error};
/// # async fn f(mut file: Download) -> Result<(), Error> {
/// let name = file.file_name().unwrap_or("invoice.pdf").to_owned();
/// while let Some(piece) = file.try_next().await? {
///     // Write the piece somewhere.
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a file that is not read is not kept anywhere"]
pub struct Download {
    operation: Operation,
    content_type: Option<String>,
    file_name: Option<String>,
    size: Option<u64>,
    limit: usize,
    body: Option<Body>,
}

impl Download {
    /// The media type, as the server says.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The name the server suggests, without directories.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The number of bytes, if the server says it beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for as long as one attempt may take. What came before is then not all.
    pub async fn try_next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// All that is left, in memory: at most as much as any other answer may have, see `body_limit` of the client builder.
    ///
    /// # Errors
    /// See [`try_next`](Self::try_next). Also when it is larger than that.
    pub async fn bytes(self) -> Result<Vec<u8>, Error> {
        let limit = self.limit;
        self.bytes_up_to(limit).await
    }

    /// All that is left, in memory, with a limit of your own.
    ///
    /// # Errors
    /// See [`bytes`](Self::bytes).
    pub async fn bytes_up_to(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.try_next().await? {
            if bytes.len() + piece.len() > limit {
                return Err(Error::too_large("the file", limit).in_operation(&self.operation));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

impl Answer for Download {
    const IS_FILE: bool = true;

    fn read(answer: &mut Answered<'_>) -> Result<Self, DecodeError> {
        let reply = answer.reply;
        // JSON comes whole, because it might have been an error.
        let body = match answer.file.take() {
            None if reply.body.is_empty() => return Err(DecodeError::missing("")),
            None => Body::from(reply.body.clone()),
            Some(file) => file,
        };
        let header = |name| reply.headers.get(name);
        Ok(Self {
            operation: reply.operation,
            content_type: header("Content-Type").map(str::to_owned),
            file_name: header("Content-Disposition").and_then(file_name),
            size: header("Content-Length").and_then(|size| size.trim().parse().ok()),
            limit: answer.session.body_limit(),
            body: Some(body),
        })
    }
}

impl Stream for Download {
    type Item = Result<Vec<u8>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let piece = ready!(body.poll_chunk(context));
        if !matches!(piece, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(piece.map(|piece| piece.map_err(|error| Error::transport(error).in_operation(&self.operation))))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("file_name", &self.file_name)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// The name in a `Content-Disposition`: `filename*` in UTF-8 before `filename`. What could leave a directory is cut off.
fn file_name(disposition: &str) -> Option<String> {
    let mut plain = None;
    let mut extended = None;
    for parameter in disposition.split(';').skip(1) {
        let Some((key, value)) = parameter.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "filename" => plain = Some(value.to_owned()),
            "filename*" => {
                let encoded = value.get(..7).filter(|prefix| prefix.eq_ignore_ascii_case("utf-8''"));
                extended = encoded.and_then(|prefix| url::try_decoded(value.get(prefix.len()..)?));
            }
            _ => {}
        }
    }
    let name = extended.or(plain)?;
    let name = name.rsplit(['/', '\\']).next()?;
    let name: String = name.chars().filter(|each| !each.is_control()).collect();
    (!matches!(name.as_str(), "" | "." | "..")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn suggested_names() {
        for (header, name) in [
            ("attachment; filename=\"invoice-1.pdf\"", Some("invoice-1.pdf")),
            ("attachment; filename=a.isdoc", Some("a.isdoc")),
            ("attachment; filename=\"x.pdf\"; filename*=UTF-8''%C5%99.pdf", Some("ř.pdf")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename*=UTF-8''%zz", None),
            ("attachment; filename*=ř", None),
            ("inline", None),
        ] {
            assert_eq!(file_name(header).as_deref(), name, "{header}");
        }
    }
}
