//! The tables of the generated clients, where they are compiled in.
//! The feature `clients` brings them; nothing else in this program needs it.

use kontrakt_runtime::codec::Codec;

/// Whether the clients are compiled in.
pub(super) const COMPILED: bool = cfg!(feature = "clients");

/// The table of an API's client.
#[cfg(feature = "clients")]
pub(super) fn codecs(api: &str) -> Option<&'static [Codec]> {
    match api {
        "clipsan" => Some(clipsan::codecs::CODECS),
        "shoptet" => Some(shoptet::codecs::CODECS),
        "upgates" => Some(upgates::codecs::CODECS),
        _ => None,
    }
}

/// No table without the clients.
#[cfg(not(feature = "clients"))]
pub(super) fn codecs(_: &str) -> Option<&'static [Codec]> {
    None
}
