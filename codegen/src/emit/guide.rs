//! The emitted README, guide and example programs.
//! The guide is part of the crate's documentation, so its code is compiled and run by the crate's doctests.

use super::manifest::{DEFAULT_FEATURES, RUNTIME_FEATURES};
use super::resource::own_types;
use super::{Emission, File, MARK};
use crate::guide::{Example, introduction};

/// README, and what stands beside the specification.
pub(super) fn files(emission: Emission<'_>) -> Vec<File> {
    let file = |path: String, text: String| File { path, text };
    let mut files = vec![file("README.md".to_owned(), readme(emission))];
    if !emission.guide.text.is_empty() {
        let package = emission.package();
        let people = emission.guide.for_people();
        files.push(file("GUIDE.md".to_owned(), format!("{}# Guide to {package}\n\n{people}", mark())));
        files.push(file("src/guide.md".to_owned(), format!("{}{}", mark(), emission.guide.text)));
    }
    let examples = &emission.guide.examples;
    files.extend(examples.iter().map(|one| file(format!("examples/{}.rs", one.name), format!("{MARK}{}", one.text))));
    files
}

/// The attribute that makes the guide part of the documentation: with the features that its programs use.
pub(super) fn attribute(emission: Emission<'_>) -> Option<&'static str> {
    let attribute = "#![cfg_attr(feature = \"default\", doc = include_str!(\"guide.md\"))]";
    (!emission.guide.text.is_empty()).then_some(attribute)
}

/// First lines of every emitted Markdown file.
fn mark() -> String {
    let mark = MARK.trim_start_matches("// ").trim_end();
    format!("<!-- {mark} -->\n\n")
}

/// Operations of the document; some are offered as several methods.
fn counted(emission: Emission<'_>) -> String {
    match (emission.contract.operations.len(), emission.plan.operations()) {
        (operations, methods) if operations == methods => format!("{operations} operations"),
        (operations, methods) => format!("{operations} operations in {methods} methods"),
    }
}

fn readme(emission: Emission<'_>) -> String {
    let (plan, guide, package) = (emission.plan, emission.guide, emission.package());
    let mut text = format!("{}# {package}\n\nTyped client of the {} API", mark(), emission.title());
    text += &format!(": {}, {} types.\n\n", counted(emission), plan.types.len());
    if !guide.text.is_empty() {
        text += introduction(&guide.for_people());
        let folder = &emission.specification.name;
        text += &format!(
            "\n\n## Add it\n\n```toml\n[dependencies]\n\
            {package} = {{ path = \"../kontrakt/generated/{folder}\" }} # where your checkout of this repository is\n\
            tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n```\n\n\
            [GUIDE.md](GUIDE.md) shows each kind of call. It is also the first page of the reference, which has every operation, \
            type\nand limit: `cargo doc -p {package} --features full --open`.\n\n"
        );
    }
    if !guide.examples.is_empty() {
        text += "## Programs to try\n\nThey talk to a server on your own machine and need no account.\n\n";
        text += &format!("| `cargo run -p {package} --example …` | |\n|---|---|\n");
        text.extend(guide.examples.iter().map(|Example { name, about, features, .. }| {
            let features =
                if features.is_empty() { String::new() } else { format!(" `--features {}`", features.join(",")) };
            format!("| [`{name}`](examples/{name}.rs){features} | {about} |\n")
        }));
        text.push('\n');
    }
    text += "## Features\n\n| feature | default | |\n|---|---|---|\n| `full` | | Every resource. |\n";
    for (comment, feature) in RUNTIME_FEATURES {
        let default = if DEFAULT_FEATURES.contains(&feature) { "yes" } else { "" };
        text += &format!("| `{feature}` | {default} | {comment} |\n");
    }
    text += "\nEvery resource is a module behind a feature of the same name:\n\n";
    text += "| feature and module | operations |\n|---|---|\n";
    for (index, resource) in plan.resources.iter().enumerate() {
        let default = emission.contract.behaviour.krate.default_features.contains(&resource.name);
        let methods: Vec<String> = resource.operations.iter().map(|one| format!("`{}`", one.name)).collect();
        let content =
            if methods.is_empty() { format!("{} types", own_types(plan, index).count()) } else { methods.join(", ") };
        text += &format!("| `{}`{} | {content} |\n", resource.name, if default { " (default)" } else { "" });
    }
    text + VERSIONS
}

/// What a step of the version means: what `drift` computes from the items that change.
const VERSIONS: &str = "
## Versions

Versions are [semantic](https://semver.org), before 1.0.0 as Cargo reads them: `0.2.0` may break what `0.1.x` compiled.

- **Additions** are new calls, types and setters, new members of answers (`#[non_exhaustive]`), new values of open enums (all
  that answers have), and new members of requests whose type has `Default`: end their literals with `..Default::default()`.
- **What breaks** is a call, type or member that is gone or has another type; a new member of a request whose type has no
  `Default`; a new value of a closed enum, which only requests have; a new alternative of a union.
- Values of open enums that this version does not know are kept, and written back as they came; so are unknown members with the
  feature `unknown-fields`.

[CHANGELOG.md](CHANGELOG.md) says what has changed in each version.
";
