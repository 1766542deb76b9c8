//! Commands with a document of several files: from the disk, from git and from an address.

mod common;

use common::Checkout;

const ROOT: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths: {/orders: {$ref: 'paths/orders.yaml#/~1orders'}}
";

const PATHS: &str = "/orders:
  get:
    tags: [orders]
    operationId: listOrders
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: ../schemas.yaml#/Order}}}}}
";

const SCHEMAS: &str = "Order: {type: object, required: [id], properties: {id: {type: integer, default: many}}}\n";

impl Checkout {
    fn new(name: &str) -> Self {
        let checkout = Self::empty(&format!("files-{name}"));
        let files = [
            ("specs/shop/openapi.yaml", ROOT),
            ("specs/shop/paths/orders.yaml", PATHS),
            ("specs/shop/schemas.yaml", SCHEMAS),
        ];
        files.iter().for_each(|(file, text)| checkout.write(file, text));
        checkout
    }
}

/// A server of the files of the API, `ids` being the type of the order's id.
fn serve(ids: &'static str) -> String {
    let site = common::serve(move |path| match path {
        "/api/openapi.yaml?download=1" => Some(ROOT.to_owned()),
        "/api/paths/orders.yaml" => Some(PATHS.to_owned()),
        "/api/schemas.yaml" => Some(SCHEMAS.replace("integer", ids)),
        _ => None,
    });
    site + "/api/openapi.yaml?download=1"
}

#[test]
fn drift_takes_files_from_where_the_document_is() {
    let checkout = Checkout::new("drift");
    checkout.git(&["init", "-q"]);
    checkout.git(&["add", "."]);
    checkout.git(&["commit", "-q", "-m", "a"]);
    let committed = "git:HEAD:specs/shop/openapi.yaml";
    let drift = |old: &str, new: &str| checkout.said(&["drift", old, new, "--no-rust", "--today", "2026-01-01"]);

    let (code, said) = drift(committed, "shop");
    assert_eq!(code, 0, "{said}");
    // What changed stands in another file than the document itself.
    checkout.write("specs/shop/schemas.yaml", &SCHEMAS.replace("integer", "string"));
    for (old, new) in [(committed, "shop"), (committed, "specs/shop/openapi.yaml"), (committed, &serve("string"))] {
        let (code, said) = drift(old, new);
        assert_eq!(code, 3, "{new}: {said}");
        assert!(said.contains("id"), "{new}: {said}");
    }
    let (code, said) = drift("shop", &serve("string"));
    assert_eq!(code, 0, "{said}");
    let (code, said) = drift("git:HEAD:specs/shop/paths/../openapi.yaml", &serve("integer"));
    assert_eq!(code, 1, "{said}");
}

#[test]
fn lint_and_overlay_name_the_file_of_each_place() {
    let checkout = Checkout::new("lint");
    let (code, said) = checkout.said(&["lint", "shop"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("specs/shop/schemas.yaml:1: "), "{said}");
    let (code, said) = checkout.said(&["overlay", "shop"]);
    assert!(code == 0 && said.contains("$ref: \"#/components/schemas/Order\""), "{said}");
    let (code, said) = checkout.said(&["export", "shop"]);
    assert!(code == 0 && said.contains("#/components/schemas/Order"), "{said}");

    std::fs::remove_file(checkout.root.join("specs/shop/schemas.yaml")).unwrap();
    let (code, said) = checkout.said(&["lint", "shop"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("schemas.yaml") && said.contains("paths/orders.yaml:5"), "{said}");
}
