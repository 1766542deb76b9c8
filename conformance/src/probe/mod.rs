//! Probes an API: calls what only reads, with identifiers that earlier answers gave, within a budget, and never writes.
//! What may be called and where its arguments are found is read from the contract; the calls are those of the client.

mod find;
mod plan;
mod run;
mod state;
mod table;
mod tape;

pub use plan::{Argument, ArgumentSource, Plan, Unfit};
pub use run::{Budget, Ending, Probe};
pub use state::{Call, State};
pub use table::{ProbedCall, Standing, json, lines, text};
pub use tape::Tape;
