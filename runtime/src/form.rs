//! Bodies of type `multipart/form-data`: text and files as the fields of a form.
//! Equal fields give equal bytes; the boundary is chosen so that no field contains it.

use std::fmt;

/// A file to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    name: String,
    content: Vec<u8>,
}

impl Upload {
    /// A file of this name with this content.
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: content.into() }
    }

    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }
}

/// Neither name nor content: either may be personal data.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({} bytes)", self.content.len())
    }
}

/// A text is a file with this content, so that tests can give one.
#[cfg(feature = "codecs")]
impl crate::Decode for Upload {
    fn decode(value: &crate::Value<'_>) -> Result<Self, crate::DecodeError> {
        String::decode(value).map(|text| Self::new("upload", text))
    }
}

/// A field of a form.
#[derive(Clone)]
pub(crate) struct Field {
    name: &'static str,
    value: Upload,
    is_file: bool,
    media_type: Option<&'static str>,
}

impl Field {
    pub(crate) fn text(name: &'static str, text: &str) -> Self {
        Self { name, value: Upload::new("", text), is_file: false, media_type: None }
    }

    pub(crate) fn json(name: &'static str, text: &str) -> Self {
        Self { media_type: Some("application/json"), ..Self::text(name, text) }
    }

    pub(crate) fn file(name: &'static str, file: &Upload) -> Self {
        Self { name, value: file.clone(), is_file: true, media_type: None }
    }
}

/// Media type and bytes of a form.
pub(crate) fn encoded(fields: &[Field]) -> (String, Vec<u8>) {
    let boundary = boundary(fields);
    let mut body = Vec::new();
    for field in fields {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        body.extend_from_slice(format!("Content-Disposition: form-data; name=\"{}\"", quoted(field.name)).as_bytes());
        if field.is_file {
            let rest =
                format!("; filename=\"{}\"\r\nContent-Type: application/octet-stream", quoted(&field.value.name));
            body.extend_from_slice(rest.as_bytes());
        }
        if let Some(media_type) = field.media_type {
            body.extend_from_slice(format!("\r\nContent-Type: {media_type}").as_bytes());
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(&field.value.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// A text that no field contains.
fn boundary(fields: &[Field]) -> String {
    let contains = |content: &[u8], text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    let free = |text: &String| !fields.iter().any(|field| contains(&field.value.content, text));
    (0_u64..).map(|number| format!("kontrakt-form-{number}")).find(free).unwrap_or_default()
}

/// A name as browsers write it: a quotation mark or a line break would end it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::{Field, Upload, encoded};

    #[test]
    fn texts_and_files_stand_between_boundaries() {
        let photo = Upload::new("a \"b\"\r\n.jpg", [0_u8, 255, 13, 10]);
        let (media_type, body) = encoded(&[Field::file("file", &photo), Field::text("category_id", "7")]);
        assert_eq!(media_type, "multipart/form-data; boundary=kontrakt-form-0");
        let expected = [
            b"--kontrakt-form-0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22%0D%0A.jpg\"\r\n"
                as &[u8],
            b"Content-Type: application/octet-stream\r\n\r\n\x00\xff\r\n\r\n",
            b"--kontrakt-form-0\r\nContent-Disposition: form-data; name=\"category_id\"\r\n\r\n7\r\n",
            b"--kontrakt-form-0--\r\n",
        ];
        assert_eq!(body, expected.concat());
    }

    #[test]
    fn what_stands_in_a_field_is_no_boundary() {
        let text = "--kontrakt-form-0\r\nkontrakt-form-1";
        let (media_type, body) = encoded(&[Field::text("note", text)]);
        assert_eq!(media_type, "multipart/form-data; boundary=kontrakt-form-2");
        assert!(String::from_utf8(body).unwrap().contains(text));
        assert_eq!(encoded(&[]).1, b"--kontrakt-form-0--\r\n");
    }

    #[test]
    fn a_file_is_not_shown() {
        assert_eq!(format!("{:?}", Upload::new("karel.jpg", *b"abc")), "Upload(3 bytes)");
    }
}
