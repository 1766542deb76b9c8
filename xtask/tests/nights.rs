//! The nightly job against a repository of its own: `.ci/update` turns newer documents into one branch, night after night,
//! a breaking and a broken night among them, and goes on from what a person has committed there.
#![cfg(unix)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::Checkout;

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders: {get: {operationId: listOrders, tags: [Orders], responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}}
components: {schemas: {Order: {type: object, required: [id], properties: {id: {type: integer}}}}}
";

const OVERLAY: &str = "overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - {target: $, update: {x-crate: {name: shop, title: Shop}}}
  - {target: $.components.schemas.Order.properties.id, update: {x-scalar: integer}}
";

const MAIL: &str = "41898282+github-actions[bot]@users.noreply.github.com";

/// A bare repository that stands in for the hosted one, and a checkout of it in which the job runs.
struct Host {
    folder: Checkout,
    checkout: PathBuf,
}

impl Host {
    fn new(name: &str) -> Self {
        let folder = Checkout::empty(&format!("nights-{name}"));
        let host = Self { checkout: folder.root.join("checkout"), folder };
        host.folder.write("checkout/Cargo.toml", "[workspace]\n");
        host.folder.write("checkout/specs/shop/overlay.yaml", OVERLAY);
        host.folder.write("checkout/README.md", "# Shop\n");
        host.folder.write("checkout/CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/update");
        host.folder.write("checkout/.ci/update", &std::fs::read_to_string(script).unwrap());
        host.folder.write("2026-01-01-a0a0.yaml", DOCUMENT);
        for arguments in [&["import", "shop", "../2026-01-01-a0a0.yaml"][..], &["generate"]] {
            let program =
                Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).current_dir(&host.checkout).output();
            assert!(program.unwrap().status.success(), "{arguments:?}");
        }
        host.git(&host.folder.root, "init --quiet --bare --initial-branch main host.git");
        host.git(&host.checkout, "init --quiet --initial-branch main");
        host.commit(&host.checkout, "Start");
        host.git(&host.checkout, "remote add origin ../host.git");
        host.git(&host.checkout, "push --quiet origin main");
        host
    }

    fn git(&self, folder: &Path, arguments: &str) -> String {
        let arguments = arguments.split(' ');
        let output = Command::new("git").args(arguments.clone()).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, folder: &Path, message: &str) {
        self.git(folder, "add --all");
        self.git(folder, &format!("-c user.name=P -c user.email=person@shop.test commit --quiet --message {message}"));
    }

    /// One night with a document: exit code, and what was said.
    fn night(&self, document: &str) -> (i32, String) {
        self.folder.write("2026-02-01-b0b0.yaml", document);
        let output = Command::new("bash")
            .args([".ci/update", "shop", "--from", "../2026-02-01-b0b0.yaml", "--no-build", "--today", "2026-02-02"])
            .current_dir(&self.checkout)
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            .env_remove("GH_TOKEN")
            .env_remove("GITHUB_STEP_SUMMARY")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert_eq!(self.git(&self.checkout, "symbolic-ref --short HEAD"), "main");
        assert_eq!(self.git(&self.checkout, "status --porcelain"), "");
        (output.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    }

    /// The commit of the branch, who made it, and how many there are beyond main.
    fn branch(&self) -> (String, String, usize) {
        let host = self.folder.root.join("host.git");
        let log = self.git(&host, "log --format=%H,%ae main..update/shop");
        let (commit, author) = log.lines().next().unwrap().split_once(',').unwrap();
        (commit.to_owned(), author.to_owned(), log.lines().count())
    }

    /// A file of the branch.
    fn file(&self, path: &str) -> String {
        self.git(&self.folder.root.join("host.git"), &format!("show update/shop:{path}"))
    }
}

fn with(path: &str) -> String {
    let operation = format!(
        "  {path}: {{get: {{operationId: list{}, tags: [Orders], responses: {{'200': {{description: d, content: \
         {{application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}}}}}}}}}\ncomponents:",
        &path[1..]
    );
    DOCUMENT.replace("components:", &operation)
}

#[test]
fn newer_documents_become_one_branch_night_after_night() {
    let host = Host::new("green");
    assert_eq!(host.night(DOCUMENT).0, 4, "nothing new opens nothing");
    assert_eq!(host.git(&host.folder.root.join("host.git"), "branch --list update/shop"), "");

    let (code, said) = host.night(&with("/Parcels"));
    assert_eq!((code, said.contains("pushed update/shop")), (0, true), "{said}");
    let first = host.branch();
    assert_eq!((first.1.as_str(), first.2), (MAIL, 1));
    assert!(host.file("generated/shop/src/orders.rs").contains("parcels"));
    assert!(host.file("CHANGELOG.md").contains("/Parcels"));

    let (code, said) = host.night(&with("/Parcels"));
    assert_eq!((code, said.contains("is up to date")), (0, true), "{said}");
    assert_eq!(host.branch(), first, "the same document changes nothing");

    assert_eq!(host.night(&with("/Letters")).0, 0);
    let second = host.branch();
    assert!(second.0 != first.0 && second.2 == 1, "the same branch, anew from main: {second:?}");
    assert!(!host.file("CHANGELOG.md").contains("/Parcels"));

    let breaking = with("/Letters")
        .replace("required: [id], properties: {id: {type: integer}}", "properties: {id: {type: [integer, 'null']}}");
    assert_eq!(host.night(&breaking).0, 3, "a break is pushed and told");
    assert!(host.file("CHANGELOG.md").contains("Migration: "));
}

#[test]
fn a_broken_night_is_a_draft_and_a_person_goes_on_from_it() {
    let host = Host::new("broken");
    let broken = with("/Parcels").replace("id: {type: integer}", "number: {type: integer}");
    let (code, said) = host.night(&broken);
    assert_eq!((code, said.contains("specs/shop/overlay.yaml:5:")), (1, true), "{said}");
    assert!(host.file("specs/shop/openapi.yaml").contains("number:"), "the document is there to work on");
    assert!(!host.file("generated/shop/src/orders.rs").contains("parcels"), "and nothing half done");

    // A person mends the overlay on the branch.
    host.git(&host.folder.root, "clone --quiet --branch update/shop host.git person");
    let person = host.folder.root.join("person");
    host.folder.write("person/specs/shop/overlay.yaml", &OVERLAY.replace("properties.id", "properties.number"));
    host.commit(&person, "Follow");
    host.git(&person, "push --quiet origin update/shop");

    let (code, said) = host.night(&broken);
    assert_eq!(code, 3, "the number that went is a break: {said}");
    assert!(host.file("generated/shop/src/orders.rs").contains("parcels"));
    assert!(host.file("specs/shop/overlay.yaml").contains("properties.number"), "what the person did is kept");
    assert_eq!(host.branch().2, 3);
    let (code, said) = host.night(&broken);
    assert_eq!((code, said.contains("is up to date")), (3, true), "{said}");
}
