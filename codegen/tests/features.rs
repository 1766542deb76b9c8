//! Every resource of the emitted crates compiles alone: checked by comparing uses with features.
//! The compiler itself checks a few resources, none of them, and all of them.

mod common;

use common::emitted::Emitted;
use common::{Crate, repository, specs, standalone};
use kontrakt_codegen::emit::File;
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{Specification, names};
use std::time::Duration;

fn generated(name: &str) -> Generated {
    let specification = Specification::load(&specs(), name, Unmatched::Error).unwrap();
    from_specification(&specification, Strictness::Strict, &standalone(), ("load", Duration::ZERO)).unwrap()
}

#[test]
fn what_a_feature_switches_on_needs_no_other_feature() {
    for name in names(&specs()).unwrap() {
        let emitted = Emitted::read(&generated(&name).files).unwrap();
        emitted.assert_sound();
        assert!(emitted.modules.len() > 1, "{name}");
    }
}

/// The proof would notice a shared type that is behind too few features.
#[test]
fn a_missing_feature_is_noticed() {
    let mut files = generated("shoptet").files;
    let types: &mut File = files.iter_mut().find(|file| file.path == "src/types.rs").unwrap();
    let first = types.text.find("#[cfg(any(feature = ").unwrap();
    let feature = types.text[first..].split('"').nth(1).unwrap().to_owned();
    types.text = types.text.replacen(&format!("feature = \"{feature}\", "), "", 1);
    let violations = Emitted::read(&files).unwrap().violations();
    assert!(violations.iter().any(|violation| violation.contains(&feature)), "{violations:?}");
}

/// Features of Shoptet that use many shared types, and one that uses none.
#[test]
fn the_compiler_agrees() {
    let files = generated("shoptet").files;
    let mut default = Emitted::read(&files).unwrap().features["default"].clone();
    // The HTTP library takes longer to build than everything else, and has no part in this.
    assert!(default.remove("reqwest") && default.remove("rustls"));
    let default = Vec::from_iter(default).join(",");
    let shoptet = Crate::new("features-shoptet", &files);
    for features in ["", &default, "order_shipping", "products", "eshop"] {
        shoptet.check(features);
    }
    for name in ["upgates", "clipsan"] {
        let emitted = Crate::new(&format!("features-{name}"), &generated(name).files);
        ["", "full,codecs"].iter().for_each(|features| emitted.check(features));
    }
}

/// The checked-in crates are those of the specifications, whose features were looked at above.
#[test]
fn the_checked_in_manifests_have_the_same_features() {
    for name in names(&specs()).unwrap() {
        let manifest = std::fs::read_to_string(repository().join("generated").join(&name).join("Cargo.toml")).unwrap();
        let checked_in = Emitted::read(&[File { path: "Cargo.toml".to_owned(), text: manifest }]).unwrap().features;
        assert_eq!(checked_in, Emitted::read(&generated(&name).files).unwrap().features, "{name}");
    }
}
