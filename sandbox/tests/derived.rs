//! What is derived from the contracts, for a person to review: which records each call is about, and how they are found.

mod common;

#[test]
fn what_calls_are_about() {
    for api in common::APIS {
        let described = common::sandbox_of(api).describe();
        insta::assert_snapshot!(api, described);
        // What is inside is the same document, in the same order.
        let inside = kontrakt_sandbox::Sandbox::of(api, kontrakt_sandbox::Options::default()).unwrap();
        assert_eq!(inside.describe(), described, "{api}");
    }
}
