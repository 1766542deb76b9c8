//! CPU time of other programs, as the system counts it.
//! Read from `/proc`, because the standard library has no call for it and this project has no unsafe code.

use std::process::Command;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use super::process;

/// Clock ticks a second in what Linux shows of processes; the same on every machine.
const TICKS: f64 = 100.0;

/// Runs a command and gives the CPU seconds it took, user and system, with all that it started.
pub(super) fn seconds_of(command: &mut Command) -> Result<f64> {
    let before = children()?;
    process::run(command)?;
    Ok(children()? - before)
}

/// CPU seconds that this thread has had; other programs on the machine do not count, as they would on a clock.
pub(super) fn seconds_of_this_thread() -> Result<f64> {
    let path = "/proc/thread-self/schedstat";
    let failed = || Diagnostic::new(format!("cannot read {path}")).help("CPU seconds can be measured on Linux only");
    let text = std::fs::read_to_string(path).map_err(|_| failed())?;
    // Nanoseconds on a processor, those of waiting, and how often.
    let nanoseconds: f64 = text.split_whitespace().next().and_then(|first| first.parse().ok()).ok_or_else(failed)?;
    Ok(nanoseconds / 1e9)
}

/// CPU seconds of all ended children of this process and their children.
fn children() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").map_err(|error| {
        Diagnostic::new(format!("cannot read /proc/self/stat: {error}"))
            .help("CPU seconds can be measured on Linux only")
    })?;
    parse(&stat).ok_or_else(|| Diagnostic::new("/proc/self/stat is not what Linux writes"))
}

/// `cutime` and `cstime`, the 16th and 17th field. The second, a name in parentheses, may hold anything.
fn parse(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_fields_behind_any_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 250 50 20 0 1 0 7 8";
        assert_eq!(parse(stat), Some(3.0));
        assert_eq!(parse("42 (a) S 1"), None);
    }
}
