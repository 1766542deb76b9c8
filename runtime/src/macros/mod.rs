//! What emitted crates are written in: one macro per kind of item.
//! Each names what the wire knows once; what follows from that is expanded here.

mod client;
mod enums;
mod operation;
mod record;
