//! The tables of the generated clients, where they are compiled in: the feature `clients`.

use kontrakt_runtime::codec::{Codec, Driver};

/// Whether the clients are compiled in.
pub const COMPILED: bool = cfg!(feature = "clients");

/// The APIs that have a client.
pub const NAMES: [&str; 3] = ["clipsan", "shoptet", "upgates"];

/// What the client of an API carries.
#[cfg(feature = "clients")]
#[must_use]
pub fn codecs(api: &str) -> Option<&'static [Codec]> {
    let all = [clipsan::codecs::CODECS, shoptet::codecs::CODECS, upgates::codecs::CODECS];
    NAMES.iter().zip(all).find(|(name, _)| **name == api).map(|(_, codecs)| codecs)
}

/// The calls of an API's client.
#[cfg(feature = "clients")]
#[must_use]
pub fn drivers(api: &str) -> Option<&'static [Driver]> {
    let all = [clipsan::codecs::DRIVERS, shoptet::codecs::DRIVERS, upgates::codecs::DRIVERS];
    NAMES.iter().zip(all).find(|(name, _)| **name == api).map(|(_, drivers)| drivers)
}

/// No table without the clients.
#[cfg(not(feature = "clients"))]
#[must_use]
pub fn codecs(_: &str) -> Option<&'static [Codec]> {
    None
}

/// No table without the clients.
#[cfg(not(feature = "clients"))]
#[must_use]
pub fn drivers(_: &str) -> Option<&'static [Driver]> {
    None
}
