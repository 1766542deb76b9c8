//! What the registry asks of a crate: metadata, licences and changelog in each package.

mod common;

use std::path::Path;

use common::{Folder, repository, specs, text};
use kontrakt_codegen::generate::generate;
use kontrakt_codegen::specification::names;

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_client_has_what_a_release_needs() {
    for name in names(&specs()).unwrap() {
        let generated = generate(&specs(), &name).unwrap();
        let manifest: toml::Table = text(&generated, "Cargo.toml").parse().unwrap();
        let package = manifest["package"].as_table().unwrap();
        for key in ["license", "repository", "homepage", "rust-version", "edition"] {
            assert_eq!(package[key]["workspace"].as_bool(), Some(true), "{name}: {key}");
        }
        assert_eq!(package["documentation"].as_str(), Some(&*format!("https://docs.rs/{name}")));
        assert!(
            package["keywords"].as_array().unwrap().len() > 2 && !package["categories"].as_array().unwrap().is_empty()
        );
        assert_eq!(package["metadata"]["docs"]["rs"]["all-features"].as_bool(), Some(true));
        assert!(text(&generated, package["readme"].as_str().unwrap()).starts_with("<!-- @generated"));
        assert!(text(&generated, "src/lib.rs").contains("#![cfg_attr(docsrs, feature(doc_cfg))]"));
        for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(text(&generated, license), read(repository().join(license)), "{name}");
        }
        assert!(text(&generated, "CHANGELOG.md").contains("\n## [Unreleased]\n"), "{name}");
    }
}

#[test]
fn the_runtime_has_what_a_release_needs() {
    let runtime = repository().join("runtime");
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(read(runtime.join(license)), read(repository().join(license)));
    }
    assert!(read(runtime.join("CHANGELOG.md")).contains("\n## [Unreleased]\n"));
    let manifest: toml::Table = read(runtime.join("Cargo.toml")).parse().unwrap();
    assert!(
        manifest["package"].get("publish").is_none() && manifest["package"]["readme"].as_str() == Some("README.md")
    );
}

/// Until it is known, it is to be written once.
#[test]
fn one_place_has_the_address_of_the_repository() {
    let manifest: toml::Table = read(repository().join("Cargo.toml")).parse().unwrap();
    let address = manifest["workspace"]["package"]["repository"].as_str().unwrap().to_owned();
    let mut waiting = vec![repository()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            waiting.extend(entries.filter(|path| !path.ends_with("target") && !path.ends_with(".git")));
        } else if path != repository().join("Cargo.toml") && path != repository().join("codegen/tests/release.rs") {
            let text = std::fs::read(&path).unwrap_or_default();
            let found = String::from_utf8_lossy(&text).contains(&address);
            assert!(!found, "{} has the address of the repository too", path.display());
        }
    }
}

#[test]
fn a_specification_without_a_release_gives_a_crate_of_the_workspace() {
    let folder = Folder::new();
    folder.write("shop/openapi.yaml", "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths: {}\n");
    let generated = generate(&folder.0, "shop").unwrap();
    assert!(text(&generated, "Cargo.toml").contains("\nversion.workspace = true\n"));
    assert!(!generated.files.iter().any(|file| file.path.starts_with("LICENSE") || file.path == "CHANGELOG.md"));
    folder.write("shop/release.yaml", "version: 1.2.3\nkeywords: [shop]\n");
    assert!(generate(&folder.0, "shop").unwrap_err().message().contains("CHANGELOG.md"));
    folder.write("shop/CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
    assert!(text(&generate(&folder.0, "shop").unwrap(), "Cargo.toml").contains("\nversion = \"1.2.3\"\n"));
}
