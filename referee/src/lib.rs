//! An independent check of the emitted clients: progenitor's clients of the same contracts, generated from our export.
//! No client depends on this crate or on progenitor.
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
