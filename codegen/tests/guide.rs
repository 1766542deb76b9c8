//! The guide and the example programs of a specification as files of its crate, as snapshots for review.
//! The tests of the emitted crates compile and run them.

use std::path::Path;

use kontrakt_codegen::generate::{Generated, generate};
use kontrakt_codegen::write::{compare, write};
use tempfile::TempDir;

const OPENAPI: &str = "
openapi: 3.1.0
info: {title: Shop, version: '1'}
x-crate: {name: shop, title: Shop, default-features: [orders]}
tags: [{name: orders, description: What was bought.}]
paths: {/orders: {get: {tags: [orders], operationId: listOrders, responses: {'204': {description: ''}}}}}
";

const GUIDE: &str = "Sells tea.

```rust
# #[tokio::main(flavor = \"current_thread\")]
# async fn main() {
let shop = 1; // what people see
# }
```

## Lists

See [`Client`].
";

const EXAMPLE: &str = "//! Lists orders.
//!
//! `cargo run -p shop --example orders --features blocking`

fn main() {}
";

/// A folder of specifications with one API in it, gone when the test ends.
struct Specs(TempDir);

impl Specs {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join("shop").join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn generate(&self) -> Generated {
        generate(self.0.path(), "shop").unwrap()
    }
}

fn text<'g>(generated: &'g Generated, path: &str) -> &'g str {
    &generated.files.iter().find(|file| file.path == path).unwrap().text
}

#[test]
fn texts_become_files_of_the_crate() {
    let specs = Specs::new(&[("openapi.yaml", OPENAPI), ("guide.md", GUIDE), ("examples/orders.rs", EXAMPLE)]);
    let generated = specs.generate();
    let lib = text(&generated, "src/lib.rs").split("pub use").next().unwrap();
    let manifest = text(&generated, "Cargo.toml").split("[dependencies]").nth(1).unwrap();
    let mut shown = format!("======== src/lib.rs\n{lib}======== Cargo.toml{manifest}");
    for path in ["README.md", "GUIDE.md", "src/guide.md", "examples/orders.rs"] {
        shown += &format!("======== {path}\n{}", text(&generated, path));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("guide-and-examples", shown));
}

#[test]
fn a_crate_without_texts_has_nothing_of_them() {
    let generated = Specs::new(&[("openapi.yaml", OPENAPI)]).generate();
    let paths: Vec<&str> = generated.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["Cargo.toml", "README.md", "src/codecs.rs", "src/lib.rs", "src/orders.rs"]);
    assert!(!text(&generated, "Cargo.toml").contains("dev-dependencies"));
    assert!(!text(&generated, "README.md").contains("GUIDE.md"));
}

/// A program that is added, changed or taken away makes the crate stale.
#[test]
fn staleness_of_texts_is_noticed() {
    let mut files = vec![("openapi.yaml", OPENAPI), ("guide.md", GUIDE), ("examples/orders.rs", EXAMPLE)];
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &Specs::new(&files).generate().files).unwrap();
    files[2].1 = "//! Lists orders too.\n\nfn main() {}\n";
    files.push(("examples/more.rs", EXAMPLE));
    let specs = Specs::new(&files);
    let stale = |specs: &Specs| -> Vec<String> {
        let stale = compare(folder.path(), &specs.generate().files).unwrap();
        stale
            .iter()
            .map(|one| one.path.strip_prefix(folder.path()).unwrap_or(Path::new("")).display().to_string())
            .collect()
    };
    assert_eq!(stale(&specs), ["Cargo.toml", "README.md", "examples/more.rs", "examples/orders.rs"]);
    write(folder.path(), &specs.generate().files).unwrap();
    assert_eq!(stale(&specs), Vec::<String>::new());
    std::fs::remove_file(specs.0.path().join("shop/examples/more.rs")).unwrap();
    assert!(stale(&specs).contains(&"examples/more.rs".to_owned()));
}
