//! The emitted crates were generated from the specifications of this checkout, by this generator.
//! Otherwise the other tests would check another document.

use std::path::Path;

use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;

#[test]
fn crates_are_made_from_these_specifications() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let crates = [
        ("shoptet", shoptet::DOCUMENT_SHA256, shoptet::OVERLAYS_SHA256, shoptet::GENERATOR_VERSION),
        ("upgates", upgates::DOCUMENT_SHA256, upgates::OVERLAYS_SHA256, upgates::GENERATOR_VERSION),
        ("clipsan", clipsan::DOCUMENT_SHA256, clipsan::OVERLAYS_SHA256, clipsan::GENERATOR_VERSION),
    ];
    for (name, document, overlays, generator) in crates {
        let specification = Specification::load(&specs, name, Unmatched::Error).unwrap();
        let made_from = (document, overlays, generator);
        let here = (&*specification.document_sha256, &*specification.overlays_sha256, kontrakt_codegen::VERSION);
        assert_eq!(made_from, here, "{name}: run `cargo xtask generate`");
    }
}
