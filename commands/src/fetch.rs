//! Fetches a document: one GET with limits on size, time and redirects.
//! Only completeness is checked here; callers judge the content.

#[cfg(feature = "fetch")]
mod client;

use std::time::Duration;

#[cfg(feature = "fetch")]
pub use self::client::fetch;

/// Whether this program can fetch; it takes an HTTP client and TLS, half of what `xtask` would be compiled from.
pub const COMPILED: bool = cfg!(feature = "fetch");

/// What a fetch may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the answer.
    pub bytes: u64,
    /// Time for all of it.
    pub time: Duration,
    /// Redirects that are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 32 << 20, time: Duration::from_secs(60), redirects: 5 }
    }
}

/// Whether an argument means an address rather than a file.
#[must_use]
pub fn is_url(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// Without the feature nothing is fetched.
///
/// # Errors
/// Always.
#[cfg(not(feature = "fetch"))]
pub fn fetch(url: &str, _: Limits) -> kontrakt_codegen::diagnostic::Result<Vec<u8>> {
    let message = format!("cannot fetch {url}: this program is built without the feature `fetch`");
    Err(kontrakt_codegen::diagnostic::Diagnostic::new(message).help("download the file and name that"))
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn tells_addresses_from_files() {
        assert!(is_url("https://example.com/a") && is_url("HTTP://example.com"));
        assert!(!is_url("a.yaml") && !is_url("/https://") && !is_url("ftp://x") && !is_url("é"));
    }
}
