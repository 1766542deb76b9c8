//! `cargo xtask bench`: speed of the generator, of the clients, of verification and drift, and compile time, compared with
//! other tools. Results are ratios within one run, because seconds depend on the machine.

mod all;
mod compile;
mod corpus;
mod cpu;
mod decode;
mod drift;
mod generate;
mod newcomer;
mod process;
mod ratios;
mod serve;
mod verify;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_commands::clients;

use crate::console::Report;
use crate::with_clients;
use crate::workspace::Workspace;

/// Measure the generator and what it emits, beside other tools
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Write ratios that are better than those of xtask/ratios.json into it
    #[arg(long, global = true)]
    record: bool,
}

#[derive(clap::Subcommand)]
enum What {
    All(all::Args),
    Generate(generate::Args),
    Compile(compile::Args),
    Corpus(corpus::Args),
    Decode(decode::Args),
    Drift(drift::Args),
    Newcomer(newcomer::Args),
    Serve(serve::Args),
    Verify(verify::Args),
}

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let what = args.what.unwrap_or(What::All(all::Args::default()));
    let clients = matches!(what, What::All(_) | What::Decode(_) | What::Verify(_));
    let here = clients || matches!(what, What::Drift(_) | What::Generate(_) | What::Serve(_));
    if here && cfg!(debug_assertions) || clients && !clients::COMPILED {
        return with_clients::optimised(clients);
    }
    let mut report = match what {
        What::All(args) => all::run(&args, workspace),
        What::Generate(args) => generate::run(&args, workspace),
        What::Compile(args) => compile::run(&args, workspace),
        What::Corpus(args) => corpus::run(&args, workspace),
        What::Decode(args) => decode::run(&args),
        What::Drift(args) => drift::run(&args),
        What::Newcomer(args) => newcomer::run(&args, workspace),
        What::Serve(args) => serve::run(&args, workspace),
        What::Verify(args) => verify::run(&args, workspace),
    }?;
    report.warnings.extend(ratios::compare(workspace, &ratios::of(&report), args.record)?);
    Ok(report)
}

/// The middle one; of an even number the lower of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len().saturating_sub(1) / 2;
    numbers.get(middle).copied().unwrap_or_default()
}

/// Rows as aligned columns, the first to the left and the others to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line += &if at == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median(Vec::new()).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn columns_are_aligned() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let text = table(&[row(["", "ms", "of all"]), row(["contract", "3.5", ""]), row(["emit", "120.0", "1 %"])]);
        assert_eq!(text, "             ms  of all\ncontract    3.5\nemit      120.0     1 %\n");
    }
}
