//! What ARCHITECTURE.md says of the source: the files, tests and commands it names exist, and no file does what none may.
//! Sources are read as text; every check is shown to be able to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

const CRATES: [&str; 6] = ["codegen", "conformance", "kontrakt", "runtime", "sandbox", "xtask"];

/// As many as a hand-written file may have.
const LINES: usize = 600;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// All Rust files below a folder, with their texts.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// Lines of code, without comments and tests, that match a pattern.
fn lines(folder: &str, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut found = Vec::new();
    for (path, text) in sources(&root().join(folder)) {
        if path.file_stem().is_some_and(|stem| stem == "tests" || stem == "main") {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines().map(str::trim_start);
        let matching = code.filter(|line| !line.starts_with("//") && pattern.is_match(line));
        found.extend(matching.map(|line| format!("{}: {line}", path.strip_prefix(root()).unwrap().display())));
    }
    found
}

/// What each line of code of some folder must not do.
#[test]
fn no_line_does_what_none_may_do() {
    let rules = [
        // Exit codes are returned to `main`.
        (
            &CRATES.map(|name| format!("{name}/src"))[..],
            r"process::exit|mem::forget",
            "use std::process::exit; process::exit(3)",
        ),
        // Sentences are written where they are shown; nothing is decided by reading them.
        (
            &["conformance/src/drift".to_owned()],
            r"\b(message|what|sentence)(\(\))?\.(contains|starts_with|ends_with|strip_prefix|find|split)",
            "if change.message.contains(name) {",
        ),
        // Rust text is printed, never taken apart.
        (
            &["codegen/src/plan".to_owned(), "codegen/src/emit".to_owned()],
            r#"(strip_prefix|split_once|starts_with)\("[A-Za-z_]+(\(|<|::)"#,
            r#"ty.strip_prefix("Option<")"#,
        ),
        // APIs differ by data.
        (
            &["runtime", "codegen", "conformance", "kontrakt", "sandbox"].map(|name| format!("{name}/src"))[..],
            r"(?i)shoptet|upgates|clipsan",
            r#"if api == "shoptet" {"#,
        ),
    ];
    for (folders, pattern, example) in rules {
        let found: Vec<String> = folders.iter().flat_map(|folder| lines(folder, pattern)).collect();
        assert!(found.is_empty(), "{pattern}\n{}", found.join("\n"));
        assert!(Regex::new(pattern).unwrap().is_match(example), "{pattern} finds nothing");
    }
}

/// Hand-written files are short enough to be read at once. One without a function is data, and as long as its table.
#[test]
fn no_file_is_too_long() {
    let is_long = |text: &str| text.contains("fn ") && text.lines().count() > LINES;
    let files = tracked(root()).into_iter().filter(|(path, _)| !path.starts_with("generated/"));
    let long: Vec<String> =
        files.filter(|(_, text)| text.as_deref().is_some_and(is_long)).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "more than {LINES} lines: {long:?}");
    assert!(is_long(&"fn one() {}\n".repeat(LINES + 1)) && !is_long(&"row\n".repeat(LINES + 1)));
}

/// Types that share their name with another of the same crate, and why they may.
const HOMONYMS: [(&str, &str); 2] = [
    // The arguments of a command, one type in the module of each: clap's own word.
    ("xtask", "Args"),
    // A message of HTTP, and a value with the message that it came in: nobody needs both in one place.
    ("runtime", "Response"),
];

/// A name of a type has one meaning in a crate.
#[test]
fn no_two_types_of_a_crate_share_a_name() {
    for name in CRATES {
        let twice = declared_twice(&sources(&root().join(name).join("src")));
        let twice: Vec<_> = twice.iter().filter(|(one, _)| !HOMONYMS.contains(&(name, one.as_str()))).collect();
        assert!(twice.is_empty(), "put the subject into the name, such as `ParameterKind`: {twice:#?}");
    }
    let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
    let found = declared_twice(&[file("a.rs", "pub enum Kind {\n"), file("b.rs", "struct Kind;\nstruct Other;\n")]);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["Kind"]);
}

/// Types that several files declare outside of tests and functions, with these files.
fn declared_twice(files: &[(PathBuf, String)]) -> BTreeMap<String, BTreeSet<PathBuf>> {
    let declaration =
        Regex::new(r"(?m)^(?:(?: {8})?pub(?:\([a-z: ]+\))? )?(?:enum|struct|trait|type) ([A-Z]\w*)").unwrap();
    let mut declared: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.file_stem().is_some_and(|stem| stem != "tests")) {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for found in declaration.captures_iter(code) {
            declared.entry(found[1].to_owned()).or_default().insert(path.clone());
        }
    }
    declared.retain(|_, files| files.len() > 1);
    declared
}

/// Every file, test and command that ARCHITECTURE.md names exists.
#[test]
fn the_architecture_names_what_there_is() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let wrong = wrong_names(&text);
    assert!(wrong.is_empty(), "ARCHITECTURE.md names {wrong:?}");
    let invented = "`codegen/src/gone.rs` `gone.rs` `cargo xtask gone` (`imports_hold_no_circle` in `gone.rs`) \
                    (`gone` in `codegen/src/plan/tests.rs`)";
    assert_eq!(wrong_names(invented).len(), 6);
}

fn wrong_names(text: &str) -> Vec<String> {
    let files = tracked(root());
    let exists = |name: &str| {
        // `<api>` stands for any API, `*` for any name; a path may begin in the middle.
        let name = name.trim_end_matches('/').replace("<api>", "shoptet");
        let (before, after) = name.split_once('*').unwrap_or((&name, ""));
        let begins = format!("/{before}{}", if name.contains('*') { "" } else { "/" });
        files.iter().any(|(path, _)| format!("/{path}/").contains(&begins) && format!("{path}/").contains(after))
    };
    let code = Regex::new("`([^`\n]+)`").unwrap();
    let spans = code.captures_iter(text).map(|found| found[1].to_owned());
    let path = Regex::new(r"^[A-Za-z0-9_.*<>-]+(/[A-Za-z0-9_.*<>-]*)+$|^[a-z0-9_]+\.(rs|md|ya?ml|toml|tsv)$").unwrap();
    let is_path = |span: &String| path.is_match(span);
    let mut wrong: Vec<String> = spans.filter(|span| is_path(span) && !exists(span)).collect();
    let commands = Regex::new(r"cargo xtask (\w+)").unwrap();
    let unknown =
        |name: &&str| !exists(&format!("xtask/src/commands/{name}.rs")) && !exists(&format!("commands/src/{name}.rs"));
    wrong.extend(
        commands.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).filter(unknown).map(str::to_owned),
    );
    let tests = Regex::new(r"`(\w+)`\s+in\s+`([\w./-]+\.rs)`").unwrap();
    for found in tests.captures_iter(text) {
        let (test, file) = (&found[1], format!("/{}", &found[2]));
        let declaration = format!("fn {test}()");
        let holds = |(path, text): &(String, Option<String>)| {
            format!("/{path}").ends_with(&file) && text.as_ref().is_some_and(|text| text.contains(&declaration))
        };
        if !files.iter().any(holds) {
            wrong.push(format!("{test} in {}", &found[2]));
        }
    }
    wrong
}

/// Files of the checkout by their paths from its root, Rust files with their texts.
fn tracked(root: &Path) -> Vec<(String, Option<String>)> {
    let (mut found, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
                open.push(path);
            } else if path.is_file() {
                let text =
                    (path.extension().is_some_and(|ending| ending == "rs")).then(|| std::fs::read_to_string(&path));
                found.push((path.strip_prefix(root).unwrap().display().to_string(), text.transpose().unwrap()));
            }
        }
    }
    found
}
