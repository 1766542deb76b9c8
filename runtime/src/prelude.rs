//! Names used in emitted modules, and by users of an emitted crate in its types.
//! Meant for a glob import; names declared beside the import take precedence.

pub use crate::{client, closed_enum, create_once, open_enum, operation, outcomes, record, resource, union};
pub use types::*;

/// The types alone: what an emitted crate has at its root.
pub mod types {
    pub use crate::{
        Change, ChangeKind, Changes, CompactDateTime, CreatedOnce, Date, DateTime, Decimal, DecimalString, Download,
        Feed, Fixed, Instance, Items, Job, Json, LocalDateTime, Map, Mark, Number, Page, Pages, Patch, Response,
        Scalar, Secret, UnixTime, Upload,
    };
}
