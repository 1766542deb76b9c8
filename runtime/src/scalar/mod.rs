//! Scalar values, one file per meaning.
//! Each type reads every form that servers are known to send, and writes exactly one.

mod any;
mod clock;
mod date;
mod date_time;
mod decimal;
mod integer;
mod local_date_time;
mod map;
mod patch;
mod serde;
mod text;
mod unix_time;

pub use any::{Json, Scalar};
pub use date::Date;
pub use date_time::{CompactDateTime, DateTime};
pub use decimal::{DecimalString, Fixed, Number, ParseDecimalError};
pub use local_date_time::LocalDateTime;
pub use map::Map;
pub use patch::Patch;
pub use unix_time::UnixTime;

pub use clock::ParseTimeError;
