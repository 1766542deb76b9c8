//! An independent check of the emitted clients: progenitor's clients of the same contracts, generated from our export.
//! No client depends on this crate or on progenitor.
#![allow(
    missing_docs,
    unreachable_pub,
    deprecated,
    clippy::all,
    clippy::pedantic,
    rustdoc::all,
    reason = "what is included is not ours"
)]

/// progenitor's client of the part of the Clipsan API that is compared.
#[rustfmt::skip]
pub mod clipsan {
    include!(concat!(env!("OUT_DIR"), "/clipsan.rs"));
}

/// progenitor's client of the part of the Shoptet API that is compared.
#[rustfmt::skip]
pub mod shoptet {
    include!(concat!(env!("OUT_DIR"), "/shoptet.rs"));
}

/// progenitor's client of the part of the UPgates API that is compared.
#[rustfmt::skip]
pub mod upgates {
    include!(concat!(env!("OUT_DIR"), "/upgates.rs"));
}

/// progenitor's clients of the whole APIs, which need only compile.
#[cfg(feature = "whole")]
#[rustfmt::skip]
pub mod whole {
    /// Clipsan.
    pub mod clipsan {
        include!(concat!(env!("OUT_DIR"), "/whole-clipsan.rs"));
    }
    /// Shoptet.
    pub mod shoptet {
        include!(concat!(env!("OUT_DIR"), "/whole-shoptet.rs"));
    }
    /// UPgates.
    pub mod upgates {
        include!(concat!(env!("OUT_DIR"), "/whole-upgates.rs"));
    }
}
