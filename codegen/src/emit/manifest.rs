//! The manifest of an emitted crate: features and dependencies, including those of the guide and the examples.

use super::code::wrap;
use super::{Emission, File, MARK, Manifest};
use crate::guide::Example;
use crate::release::CHANGELOG;

/// What the emitted programs and those of the guide are built with.
const DEVELOPMENT: &str = "
[dev-dependencies]
kontrakt-sandbox.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = [\"macros\", \"rt\"] }
wiremock.workspace = true";

/// Categories of crates.io that every client is in.
const CATEGORIES: [&str; 2] = ["api-bindings", "web-programming::http-client"];

/// Licences of emitted crates, which each package carries.
const LICENSES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../../LICENSE-MIT")),
];

/// What a package holds beside its code once it is released.
pub(super) fn package(emission: Emission<'_>) -> Vec<File> {
    let Some(release) = emission.specification.release.as_ref().filter(|_| *emission.manifest == Manifest::Workspace)
    else {
        return Vec::new();
    };
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let licenses = LICENSES.iter().map(|(path, text)| file(path, text));
    licenses.chain([file(CHANGELOG, &release.changelog)]).collect()
}

/// `Cargo.toml`.
pub(super) fn file(emission: Emission<'_>) -> File {
    File { path: "Cargo.toml".to_owned(), text: text(emission) }
}

/// Features of the default set: those that the specification names, as far as they exist.
fn default_features(emission: Emission<'_>) -> Vec<String> {
    let wanted = &emission.contract.behaviour.krate.default_features;
    let exists = |name: &&String| emission.plan.resources.iter().any(|resource| resource.name == **name);
    let wanted = wanted.iter().filter(exists).map(String::as_str);
    wanted.chain(DEFAULT_FEATURES).map(|name| format!("{name:?}")).collect()
}

/// Features of the runtime that emitted crates have by default.
pub(super) const DEFAULT_FEATURES: [&str; 2] = ["reqwest", "rustls"];

/// Features that an emitted crate hands on to the runtime.
pub(super) const RUNTIME_FEATURES: [(&str, &str); 10] = [
    ("Sends with reqwest. Without it the client builder must be given a transport.", "reqwest"),
    ("TLS by rustls, for reqwest.", "rustls"),
    ("TLS by the system's own library (SChannel, Secure Transport, OpenSSL), for reqwest.", "native-tls"),
    ("Waits for calls without an async runtime.", "blocking"),
    ("Records traffic as HAR, without secrets and personal data.", "recorder"),
    ("Keeps members of answers that this version does not know, and writes them back.", "unknown-fields"),
    ("Implements serde's `Serialize` and `Deserialize` for every type.", "serde"),
    ("Implements `schemars::JsonSchema` for every type.", "schemars"),
    ("Stubs, samples and replays, for tests of programs that use this crate.", "testing"),
    (
        "Tables of what operations carry and how they are called, for tests that hold them against the document.",
        "codecs",
    ),
];

fn text(emission: Emission<'_>) -> String {
    let mut text = MARK.replace("//", "#");
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add("[package]");
    add(&format!("name = {}", toml_text(emission.package())));
    add(&format!("description = {}", toml_text(&format!("Typed client of the {} API", emission.title()))));
    let runtime = match emission.manifest {
        Manifest::Workspace => {
            release(emission).iter().for_each(|line| add(line));
            "kontrakt-runtime.workspace = true".to_owned()
        }
        Manifest::Standalone { runtime } => {
            add("version = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]");
            format!("kontrakt-runtime = {{ path = {}, default-features = false }}", toml_text(runtime))
        }
    };
    add("");
    if *emission.manifest == Manifest::Workspace {
        add("[lints]\nworkspace = true\n");
    }
    add("[features]");
    for line in wrap("default = [", &default_features(emission), "]", 0) {
        add(&line);
    }
    let all: Vec<String> = emission.plan.resources.iter().map(|resource| format!("{:?}", resource.name)).collect();
    add("# Every resource.");
    for line in wrap("full = [", &all, "]", 0) {
        add(&line);
    }
    for (comment, feature) in RUNTIME_FEATURES {
        add(&format!("# {comment}"));
        add(&format!("{feature} = [\"kontrakt-runtime/{feature}\"]"));
    }
    if emission.contract.behaviour.webhooks.signed_members.is_some() {
        add("# Checks the signatures of calls that the server makes.");
        add("rsa = [\"kontrakt-runtime/rsa\"]");
    }
    add("# One feature per resource.");
    for resource in &emission.plan.resources {
        add(&format!("{} = []", toml_key(&resource.name)));
    }
    add("");
    add("[dependencies]");
    add(&runtime);
    development(emission).iter().for_each(|line| add(line));
    text
}

/// What the registry asks for, and how its documentation is built.
fn release(emission: Emission<'_>) -> Vec<String> {
    let version = emission.specification.release.as_ref().map(|release| format!("version = \"{}\"", release.version));
    let mut lines = vec![version.unwrap_or_else(|| "version.workspace = true".to_owned())];
    lines.extend(["edition", "rust-version", "license"].map(|key| format!("{key}.workspace = true")));
    if let Some(release) = &emission.specification.release {
        let list = |texts: &[String]| texts.iter().map(|text| toml_text(text)).collect::<Vec<_>>().join(", ");
        lines.extend(["repository", "homepage"].map(|key| format!("{key}.workspace = true")));
        lines.extend([
            format!("documentation = \"https://docs.rs/{}\"", emission.package()),
            "readme = \"README.md\"".to_owned(),
            format!("keywords = [{}]", list(&release.keywords)),
            format!("categories = [{}]", list(&CATEGORIES.map(str::to_owned))),
            "\n[package.metadata.docs.rs]\nall-features = true".to_owned(),
        ]);
    }
    lines
}

/// A text as TOML writes it, where escapes are not those of Rust.
fn toml_text(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// A key as TOML writes it: bare where all of it is ASCII.
fn toml_key(name: &str) -> String {
    if name.is_ascii() { name.to_owned() } else { toml_text(name) }
}

/// Sections for the programs of guide and examples.
fn development(emission: Emission<'_>) -> Vec<String> {
    let guide = emission.guide;
    if guide.text.is_empty() && guide.examples.is_empty() {
        return Vec::new();
    }
    // With other sets of features a program is left out, rather than an error.
    let example = |one: &Example| {
        let features = std::iter::once("default").chain(one.features.iter().map(String::as_str));
        let features: Vec<String> = features.map(|feature| format!("{feature:?}")).collect();
        format!("\n[[example]]\nname = {:?}\nrequired-features = [{}]", one.name, features.join(", "))
    };
    let examples = guide.examples.iter().map(example);
    std::iter::once(DEVELOPMENT.to_owned()).chain(examples).collect()
}
