//! Revisions of Shoptet's document as the nightly job would have met them, a sample of them: `cargo xtask update shoptet
//! --replay LIST` takes all. Needs the folder that `KONTRAKT_CORPUS` names.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Every how many nights one is taken: a test of less than a minute.
const EVERY: &str = "8";

#[test]
fn ordinary_nights_need_nobody() {
    let Some(corpus) = std::env::var_os("KONTRAKT_CORPUS") else {
        eprintln!("SKIPPED ordinary_nights_need_nobody: KONTRAKT_CORPUS is not set");
        return;
    };
    let list = Path::new(&corpus).join("upstream/shoptet/nights.txt");
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["update", "shoptet", "--every", EVERY, "--today", "2026-09-01", "--format", "json", "--replay"])
        .arg(&list)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nights = report["result"]["nights"].as_array().unwrap();
    assert!(nights.len() > 2, "{} lists too few documents", list.display());
    for night in nights {
        let outcome = night["outcome"].as_str().unwrap();
        let told = !night["why"].as_array().unwrap().is_empty();
        assert_ne!(outcome, "draft", "{night:#}");
        assert_eq!(outcome == "somebody must look", told, "{night:#}");
    }
}
