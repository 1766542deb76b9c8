//! progenitor accepts the whole export of every API, and its output compiles.
//! Checked by one nested cargo run, because the other tests need only a part of it.

use std::path::Path;
use std::process::Command;

#[test]
fn the_clients_of_the_whole_documents_compile() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--lib", "--features", "whole", "--manifest-path"])
        .arg(manifest)
        // What the outer cargo sets for this crate does not hold for the inner one.
        .env_remove("CARGO_FEATURE_WHOLE")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
