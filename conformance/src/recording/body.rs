//! Decodes recorded bodies: text, base64, and bodies that are still compressed.
//! A body that decompresses beyond a limit is refused.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{GzDecoder, ZlibDecoder};

/// No answer of an API is larger.
const MOST: u64 = 256 << 20;

/// The bytes of a body.
pub(super) fn decode(text: &str, base64: bool, encoding: Option<&str>) -> Result<Vec<u8>, String> {
    let bytes = if base64 {
        let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(compact).map_err(|_| "body is not base64".to_owned())?
    } else {
        return Ok(text.as_bytes().to_vec());
    };
    // Most tools keep what they unpacked and the header of what came over the wire: the bytes decide.
    match (bytes.as_slice(), encoding.unwrap_or_default().trim()) {
        ([0x1f, 0x8b, ..], _) => unpack(GzDecoder::new(bytes.as_slice())),
        ([0x78, ..], "deflate") => unpack(ZlibDecoder::new(bytes.as_slice())),
        (_, coding @ ("br" | "zstd")) if !looks_plain(&bytes) => Err(format!("body is compressed with {coding}")),
        _ => Ok(bytes),
    }
}

fn looks_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

fn unpack(reader: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let length = reader.take(MOST + 1).read_to_end(&mut bytes).map_err(|_| "compressed body is damaged".to_owned())?;
    if length as u64 > MOST { Err("body is too large".to_owned()) } else { Ok(bytes) }
}
