//! The coverage table of the README is up to date.
//! The figures are counted here again, from specifications, clients and recordings.

mod common;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_conformance::coverage::{Row, put, row, table};

#[test]
fn the_table_in_the_readme_is_current() {
    let root = common::root();
    let drivers = [shoptet::codecs::DRIVERS, upgates::codecs::DRIVERS, clipsan::codecs::DRIVERS];
    let count = |((api, codecs), drivers)| -> Result<Row> {
        row(&root.join("specs"), &root.join("conformance/recordings"), api, codecs, drivers)
    };
    let rows: Result<Vec<Row>> = common::CODECS.into_iter().zip(drivers).map(count).collect();
    let rows = rows.unwrap_or_else(|error| panic!("{error}"));
    for row in &rows {
        assert_eq!(row.typed, row.specified, "{}: operations without a method", row.api);
        assert_eq!(row.tested, row.specified, "{}: operations that no law is held on", row.api);
        assert_eq!(row.untrue, 0, "{}: `cargo xtask generate` tells which", row.api);
        assert!(row.recorded > 0 && row.proved > 0 && row.proved <= row.quirks, "{row:?}");
        assert!(row.seen + row.documented + row.made <= row.specified, "{}: an operation counts twice", row.api);
        assert_eq!(row.grades.iter().sum::<usize>(), row.quirks, "{}: every quirk has a grade", row.api);
    }
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let table = table(&rows);
    let current = put(&readme, &table).expect("the README has no markers");
    assert!(readme == current, "run `cargo xtask coverage`; it counts\n{table}");
}
