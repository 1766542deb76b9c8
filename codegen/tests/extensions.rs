//! Extensions that emit items other than types and calls: addresses, error codes, the OAuth server.

mod common;

use common::sound::assert_sound;
use common::{complaints, described, lenient, strict, text};

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
    assert_sound(&generated);
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

const HINTS: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /things/{id}:
    get:
      tags: [things]
      operationId: thing
      x-retry: safe
      x-shoptet-note: carried
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: codes, in: query, x-delimiter: ',', schema: {type: array, items: {type: string}}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: Key, x-name: api_key}}
  schemas:
    Thing:
      type: object
      x-name: Thing
      properties:
        price: {type: string, x-scalar: decimal, x-scale: 2, x-aliases: [cost], x-secret: false}
        kind: {type: string, enum: [a, b], x-enum-names: {a: First}}
";

/// Replaced text, its replacement, a part of the complaint, a part of its suggested fix.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "x-scalar: decimal",
        "x-scalar: decimall",
        "test.yaml:21 #/components/schemas/Thing/properties/price/x-scalar \"decimall\" is not known",
        "did you mean \"decimal\"?",
    ),
    (
        "x-scalar: decimal",
        "x-scalar: money",
        "/Thing/properties/price/x-scalar \"money\" is not known",
        "expected decimal, date",
    ),
    (
        "x-scalar: decimal",
        "x-scalar: 5",
        "/Thing/properties/price/x-scalar expected a string, found a number",
        "specs/README.md",
    ),
    ("x-scale: 2", "x-scale: two", "/Thing/properties/price/x-scale expected a whole number, found a string", "README"),
    ("x-scale: 2", "x-scale: 29", "/Thing/properties/price/x-scale a decimal has no 29 digits", "0 to 28"),
    (
        "x-aliases: [cost]",
        "x-alises: [cost]",
        "/Thing/properties/price/x-alises unknown member",
        "did you mean \"x-aliases\"?",
    ),
    (
        "x-aliases: [cost]",
        "x-aliases: cost",
        "/Thing/properties/price/x-aliases expected a list, found a string",
        "README",
    ),
    ("x-aliases: [cost]", "x-aliases: [5]", "/Thing/properties/price/x-aliases/0 expected a string", "README"),
    ("x-secret: false", "x-secret: yes please", "/Thing/properties/price/x-secret expected true or false", "README"),
    (
        "x-secret: false",
        "x-delimiter: ','",
        "/Thing/properties/price/x-delimiter \"x-delimiter\" is not read here",
        "on: parameter",
    ),
    ("{a: First}", "[First]", "/kind/x-enum-names expected a map, found a list", "README"),
    ("x-retry: safe", "x-retry: saef", "#/paths/~1things~1{id}/get/x-retry \"saef\" is not known", "\"safe\""),
    ("x-retry: safe", "x-retyr: safe", "/get/x-retyr unknown member", "did you mean \"x-retry\"?"),
    ("x-retry: safe", "x-variants: {}", "/get/x-variants expected a list", "README"),
    ("x-retry: safe", "x-job: {reslut: Thing}", "/get/x-job/reslut unknown member", "did you mean \"result\"?"),
    (
        "x-delimiter: ','",
        "x-delimeter: ','",
        "/parameters/1/x-delimeter unknown member",
        "did you mean \"x-delimiter\"?",
    ),
    ("x-delimiter: ','", "x-delimiter: [',']", "/parameters/1/x-delimiter expected a string", "README"),
    ("x-name: api_key", "x-nmae: api_key", "/securitySchemes/key/x-nmae unknown member", "did you mean \"x-name\"?"),
    ("info:", "x-envelop: {}\ninfo:", "test.yaml:2 #/x-envelop unknown member", "did you mean \"x-envelope\"?"),
    (
        "info:",
        "x-envelope: {value: a, value-of: [b]}\ninfo:",
        "#/x-envelope/value value-of and value say the same",
        "keep one",
    ),
    ("info:", "x-jobs: []\ninfo:", "#/x-jobs expected a map, found a list", "README"),
];

/// A mistake is told with its place and what to do, whether it is in the name of a member or in its value.
#[test]
fn mistakes_are_complaints() {
    strict(HINTS).unwrap_or_else(|error| panic!("{error}"));
    for &(from, to, expected, mend) in MISTAKES {
        let error = strict(&HINTS.replacen(from, to, 1)).map(|generated| generated.statistics).expect_err(to);
        let all = complaints(&error);
        let told = all.iter().find(|one| described(one).contains(expected));
        let told =
            told.unwrap_or_else(|| panic!("{to}: {:?}", all.iter().map(|one| described(one)).collect::<Vec<_>>()));
        assert!(told.mend().is_some_and(|help| help.contains(mend)), "{to}: {:?}", told.mend());
        // Documents of others may mean something else by it.
        lenient(&HINTS.replacen(from, to, 1)).unwrap_or_else(|error| panic!("{to}: {error}"));
    }
}

/// Security of the document and of operations, by the names that the builder has for the schemes.
#[test]
fn security_becomes_data() {
    const SCHEMES: &str = "
components:
  securitySchemes:
    userKey: {type: apiKey, in: query, name: key}
    shopToken: {type: apiKey, in: header, name: X-Token, x-name: token}
    login: {type: http, scheme: basic}
    sso: {type: oauth2, flows: {}}
";
    // Of the document, of the operation, what becomes of both.
    let table = [
        ("", "", None, None),
        ("security: []", "", Some("&[]"), None),
        ("security: [{shopToken: []}]", "", Some(r#"&[&["token"]]"#), None),
        ("security: [{shopToken: []}]", "security: []", Some(r#"&[&["token"]]"#), Some("[]")),
        ("security: [{shopToken: []}]", "security: [{shopToken: []}]", Some(r#"&[&["token"]]"#), None),
        (
            "security: [{shopToken: []}, {login: [], userKey: []}]",
            "security: [{userKey: []}, {}]",
            Some(r#"&[&["token"], &["login", "user_key"]]"#),
            Some(r#"[["user_key"], []]"#),
        ),
        // Nothing is said of the whole, and something of one: the others need nothing.
        ("", "security: [{login: []}]", Some("&[]"), Some(r#"[["login"]]"#)),
        // Nobody but the caller knows how to get such a token.
        ("security: [{sso: [write]}]", "", Some("&[&[\"sso\"]]"), None),
    ];
    for (whole, one, of_api, of_operation) in table {
        let document = format!(
            "openapi: 3.1.0\ninfo: {{title: Shop, version: '1'}}\n{whole}
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      {one}
      responses: {{'204': {{description: ''}}}}{SCHEMES}"
        );
        let generated = strict(&document).unwrap_or_else(|error| panic!("{document}: {error}"));
        assert_sound(&generated);
        let line = |file: &str| {
            let line = text(&generated, file).lines().map(str::trim).find_map(|line| line.strip_prefix("security: "));
            line.map(|line| line.trim_end_matches(',').to_owned())
        };
        assert_eq!(line("src/lib.rs"), of_api.map(|text| format!("Some({text})")), "{whole} {one}");
        assert_eq!(line("src/orders.rs").as_deref(), of_operation, "{whole} {one}");
    }
}

/// What every call carries, what is said of errors, and where a signature stands.
#[test]
fn data_of_the_api_reaches_the_client() {
    let document = "openapi: 3.1.0
info: {title: Shop, version: '1'}
x-headers: {Content-Type: application/json}
x-error-help: {no-webhook: register one}
x-webhooks: {signature-header: X-Signature}
x-envelope: {moved-to: {member: url, domains: [example.com]}}
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'204': {description: ''}}}}
";
    let generated = strict(document).unwrap_or_else(|error| panic!("{error}"));
    for line in [
        "(\"Content-Type\", \"application/json\"),",
        "(\"no-webhook\", \"register one\"),",
        "pub const SIGNATURE_HEADER: &str = \"X-Signature\";",
        "moved_to: Some(kontrakt_runtime::MovedTo { member: \"url\", domains: &[\"example.com\"] }),",
    ] {
        assert!(text(&generated, "src/lib.rs").contains(line), "{line}");
    }
    for (from, to, complaint) in [
        ("{Content-Type: application/json}", "[Content-Type]", "expected a map"),
        ("{no-webhook: register one}", "{no-webhook: 1}", "expected a string"),
        ("signature-header", "signature", "unknown member"),
        ("{member: url, domains: [example.com]}", "url", "expected a map"),
        ("member: url, ", "", "is missing"),
    ] {
        let error = strict(&document.replace(from, to)).unwrap_err();
        assert!(complaints(&error).iter().any(|one| one.to_string().contains(complaint)), "{to}: {error}");
    }
}

/// What nobody says must neither limit nor hurry anybody.
#[test]
fn limits_and_waits_that_are_not_said() {
    let document = SHOP.replace(
        "x-glossary:",
        "x-limits: {timeout-seconds: 5}\nx-jobs: {detail: '/jobs/{id}', job: job, id: id, status: status, pending: [new], completed: done, result-url: url, log: log}\nx-glossary:",
    );
    let generated = strict(&document).unwrap_or_else(|error| panic!("{error}"));
    let root = text(&generated, "src/lib.rs");
    assert!(root.contains("timeout_seconds: 5,") && !root.contains("concurrency:"), "{root}");
    assert!(root.contains("waits: &[1, 2, 4, 8, 16, 32, 60],"), "{root}");
}
