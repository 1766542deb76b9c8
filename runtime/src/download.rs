//! Answers that are files.
//! Small enough for memory: invoices and the like. Results of jobs are streamed instead.

use std::fmt;

use crate::answer::{Answer, Answered};
use crate::decode::DecodeError;
use crate::http::url;

/// A file: its bytes, what they are, and what to call them.
#[derive(Clone, PartialEq, Eq)]
pub struct Download {
    /// The content.
    pub bytes: Vec<u8>,
    /// The media type, as the server says.
    pub content_type: Option<String>,
    /// The name the server suggests, without directories.
    pub file_name: Option<String>,
}

impl Answer for Download {
    const ACCEPT: &'static str = "*/*";

    fn read(answer: &Answered<'_>) -> Result<Self, DecodeError> {
        let headers = &answer.reply.headers;
        Ok(Self {
            bytes: answer.reply.body.clone(),
            content_type: headers.get("Content-Type").map(str::to_owned),
            file_name: headers.get("Content-Disposition").and_then(file_name),
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("bytes", &self.bytes.len())
            .field("content_type", &self.content_type)
            .field("file_name", &self.file_name)
            .finish()
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
