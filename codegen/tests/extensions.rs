//! Extensions that emit something of their own beside types and calls: addresses, codes of errors, the OAuth server.

mod common;

use common::emitted::Emitted;
use common::{complaints, strict, text};

const SHOP: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
x-oauth: {exchange: /oauth/token, token: /oauth/short}
x-envelope: {errors: errors, error-codes: errorCode}
x-glossary: {width: In pixels, old: Said twice, urlPath: Where pictures are, page: From 1}
x-replacements: {old: use `width`, oldCuts: use `cuts`}
paths:
  /cuts:
    get:
      tags: [cuts]
      operationId: cuts
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Cut'}}}}}}
  /old:
    get: {tags: [cuts], operationId: oldCuts, deprecated: true, responses: {'204': {description: ''}}}
components:
  schemas:
    Cut:
      type: object
      required: [urlPath, width]
      properties: {urlPath: {type: string}, width: {type: integer}, maybe: {type: string}, old: {type: integer, deprecated: true, description: Told}}
      x-addresses: {imageUrl: {base: urlPath, description: Where it is}}
    errorCode:
      type: string
      enum: [not-found, expired_token]
      x-enum-descriptions: {not-found: it is gone}
";

#[test]
fn they_are_emitted() {
    let generated = strict(SHOP).unwrap_or_else(|error| panic!("{error}"));
    Emitted::read(&generated.files).unwrap().assert_sound();
    for (file, lines) in [
        (
            "src/cuts.rs",
            &[
                "    /// Where it is.",
                "        /// In pixels.",
                "        /// From 1.",
                "        /// Told.",
                "        #[deprecated(note = \"use `width`\")]",
                "    #[deprecated(note = \"use `cuts`\")]",
                "    pub fn image_url(&self, name: &str) -> String {",
                "        format!(\"{}/{name}\", self.url_path.trim_end_matches('/'))",
            ][..],
        ),
        (
            "src/error_code.rs",
            &["pub enum ErrorCode: text {", "/// `not-found`: It is gone.", "    ExpiredToken = \"expired_token\","],
        ),
        (
            "src/lib.rs",
            &[
                "pub use error_code::ErrorCode;",
                "pub const OAUTH: kontrakt_runtime::OAuthPaths",
                "    exchange: \"/oauth/token\",",
            ],
        ),
    ] {
        let emitted = text(&generated, file);
        lines.iter().for_each(|line| assert!(emitted.contains(line), "no {line:?} in {file}\n{emitted}"));
    }
    // Codes of errors are no record that nobody carries.
    assert!(!generated.files.iter().any(|file| file.path == "src/records.rs"));
}

#[test]
fn what_they_name_must_exist() {
    let cases = [
        (
            "base: urlPath",
            "base: width",
            "`x-addresses` names the member \"width\", which is no text that is always there",
        ),
        ("base: urlPath", "base: maybe", "`x-addresses` names the member \"maybe\", which is no text"),
        (
            "error-codes: errorCode",
            "error-codes: Cut",
            "`error-codes` names \"Cut\", which is no component with an enum",
        ),
        ("error-codes: errorCode", "error-codes: gone", "`error-codes` names \"gone\", which is no component"),
        ("x-glossary: {width", "x-glossary: {widht", "`x-glossary` explains \"widht\", which is nowhere"),
        ("oldCuts: use", "newCuts: use", "`x-replacements` explains \"newCuts\", which is nowhere"),
        ("token: /oauth/short", "tokens: /oauth/short", "\"token\" is missing"),
    ];
    for (from, to, expected) in cases {
        let error = strict(&SHOP.replace(from, to)).map(|generated| generated.statistics).expect_err(to);
        let all: Vec<&str> = complaints(&error).iter().map(|one| one.message()).collect();
        assert!(all.iter().any(|one| one.contains(expected)), "{to}: {all:?}");
        assert!(error.mend().is_some() && error.position().is_some(), "{error}");
    }
}
