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
    let coding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = if base64 {
        let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(compact).map_err(|_| "body is not base64".to_owned())?
    } else if is_packed(text, &coding) {
        // One character for each byte, if the tool has not put others in their place.
        let bytes = text.chars().map(|c| u8::try_from(u32::from(c))).collect::<Result<Vec<u8>, _>>();
        bytes.map_err(|_| "body is still compressed, and damaged".to_owned())?
    } else {
        return Ok(text.as_bytes().to_vec());
    };
    // Most tools keep what they unpacked and the header of what came over the wire: the bytes decide.
    match (bytes.as_slice(), coding.as_str()) {
        ([0x1f, 0x8b, ..], _) => unpack(GzDecoder::new(bytes.as_slice())),
        ([0x78, ..], "deflate") => unpack(ZlibDecoder::new(bytes.as_slice())),
        (_, "br" | "zstd") if !looks_plain(&bytes) => Err(format!("body is compressed with {coding}")),
        _ if !base64 => Err("body is still compressed".to_owned()),
        _ => Ok(bytes),
    }
}

/// Whether a text is the bytes of a compressed body, taken for characters.
fn is_packed(text: &str, coding: &str) -> bool {
    let magic = ["\u{1f}\u{8b}", "\u{1f}\u{fffd}"].iter().any(|magic| text.starts_with(magic));
    let odd = |c: char| c == '\u{fffd}' || c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let coded = matches!(coding, "gzip" | "x-gzip" | "deflate" | "br" | "zstd") && text.chars().any(odd);
    magic || coded && serde_json::from_str::<serde_json::Value>(text).is_err()
}

fn looks_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

fn unpack(reader: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let length = reader.take(MOST + 1).read_to_end(&mut bytes).map_err(|_| "compressed body is damaged".to_owned())?;
    if length as u64 > MOST { Err("body is too large".to_owned()) } else { Ok(bytes) }
}
