//! Every resource of the emitted crates compiles alone: checked by comparing uses with features.
//! The compiler itself checks a few resources, none of them, and all of them.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::sound::{assert_sound, of_plan};
use common::{Crate, repository, specs, standalone, text, thorough};
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{Specification, names};

fn generated(name: &str) -> Generated {
    let specification = Specification::load(&specs(), name, Unmatched::Error).unwrap();
    from_specification(&specification, Strictness::Strict, &standalone(), ("load", Duration::ZERO)).unwrap()
}

/// Features of a manifest, each with what it switches on.
fn features(manifest: &str) -> BTreeMap<String, BTreeSet<String>> {
    let table: toml::Table = manifest.parse().unwrap();
    let texts = |value: &toml::Value| {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    table["features"].as_table().unwrap().iter().map(|(name, value)| (name.clone(), texts(value))).collect()
}

#[test]
fn what_a_feature_switches_on_needs_no_other_feature() {
    for name in names(&specs()).unwrap() {
        let generated = generated(&name);
        assert_sound(&generated);
        let (features, root) = (features(text(&generated, "Cargo.toml")), text(&generated, "src/lib.rs"));
        assert!(generated.plan.resources.len() > 1, "{name}");
        for resource in generated.plan.resources.iter().map(|resource| &resource.name) {
            assert!(features.contains_key(resource) && features["full"].contains(resource), "{name}: {resource}");
            let module = format!("#[cfg(feature = {resource:?})]\n#[rustfmt::skip]\npub mod {resource};\n");
            assert!(root.contains(&module), "{name}: {resource}");
        }
    }
}

/// The proof would notice a shared type that is behind too few features.
#[test]
fn a_missing_feature_is_noticed() {
    let mut plan = generated("shoptet").plan;
    let shared = plan.types.iter_mut().find(|def| def.resources.len() > 1).unwrap();
    let missing = shared.resources.remove(0);
    let (name, feature) = (shared.name.clone(), plan.resources[missing].name.clone());
    let violations = of_plan(&plan);
    assert!(violations.iter().any(|one| one.contains(&feature) && one.contains(&name)), "{violations:?}");
}

/// Features of Shoptet that use many shared types, and one that uses none.
#[test]
fn the_compiler_agrees() {
    let generated_shoptet = generated("shoptet");
    let mut default = features(text(&generated_shoptet, "Cargo.toml"))["default"].clone();
    // The HTTP library takes longer to build than everything else, and has no part in this.
    assert!(default.remove("reqwest") && default.remove("rustls"));
    let default = Vec::from_iter(default).join(",");
    let shoptet = Crate::new("features-shoptet", &generated_shoptet.files);
    let sets = ["", &default, "order_shipping", "products", "eshop"];
    sets.iter().take(if thorough() { sets.len() } else { 2 }).for_each(|features| shoptet.check(features));
    for name in if thorough() { &["upgates", "clipsan"][..] } else { &["clipsan"] } {
        let emitted = Crate::new(&format!("features-{name}"), &generated(name).files);
        ["", "full,codecs"].iter().for_each(|features| emitted.check(features));
    }
}

/// The checked-in crates are those of the specifications, whose features were looked at above.
#[test]
fn the_checked_in_manifests_have_the_same_features() {
    for name in names(&specs()).unwrap() {
        let manifest = std::fs::read_to_string(repository().join("generated").join(&name).join("Cargo.toml")).unwrap();
        assert_eq!(features(&manifest), features(text(&generated(&name), "Cargo.toml")), "{name}");
    }
}
