//! What is derived from the contracts, for a person to review: which records each call is about, and how they are found.

mod common;

#[test]
fn what_calls_are_about() {
    for api in common::APIS {
        insta::assert_snapshot!(api, common::sandbox_of(api).describe());
    }
}
