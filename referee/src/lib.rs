//! A second opinion on the emitted clients: progenitor's clients of the same contracts, by way of our export.
//! Nothing that users get depends on this crate or on progenitor.
#![allow(missing_docs, unreachable_pub, deprecated, clippy::all, rustdoc::all, reason = "what is included is not ours")]

/// progenitor's client of the Clipsan API.
#[rustfmt::skip]
pub mod clipsan {
    include!(concat!(env!("OUT_DIR"), "/clipsan.rs"));
}

/// progenitor's client of the Shoptet API.
#[rustfmt::skip]
pub mod shoptet {
    include!(concat!(env!("OUT_DIR"), "/shoptet.rs"));
}

/// progenitor's client of the UPgates API.
#[rustfmt::skip]
pub mod upgates {
    include!(concat!(env!("OUT_DIR"), "/upgates.rs"));
}
