//! Documentation pages and specifications: the committed inventories, and the pages themselves where they are
//! available. Every difference must be an entry of quirks.yaml.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::drift::pages::{
    Difference, Fact, FactPlace, compare, inventory, names, overruled, read, read_inventory,
};
use kontrakt_conformance::quirks::{self, Quirk};

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

struct Api {
    contract: Contract,
    quirks: Vec<Quirk>,
}

fn api(name: &str) -> Api {
    let specification = Specification::load(&specs(), name, Unmatched::Error).unwrap();
    let contract = Contract::read(&specification.document).unwrap();
    let quirks = quirks::read(&Document::read(&specs().join(name).join("quirks.yaml")).unwrap()).unwrap();
    Api { contract, quirks }
}

/// The lists of an API: name and text.
fn lists(api: &str) -> Vec<(String, String)> {
    let mut lists = Vec::new();
    for entry in std::fs::read_dir(specs().join(api).join("pages")).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        lists.push((name, std::fs::read_to_string(&path).unwrap()));
    }
    lists.sort();
    lists
}

fn differences(api: &Api, facts: &[Fact]) -> Vec<String> {
    compare(facts, &api.contract, &api.quirks).iter().map(ToString::to_string).collect()
}

/// The same without those of a list that a newer document has settled.
fn open(name: &str, list: &str, api: &Api, facts: &[Fact]) -> Vec<String> {
    let settled = overruled(&specs().join(name));
    let found = differences(api, facts).into_iter().map(|one| format!("{list}: {one}"));
    found.filter(|one| !settled.contains(one)).collect()
}

#[test]
fn specifications_have_what_the_lists_of_pages_have() {
    let mut found = Vec::new();
    for name in ["clipsan", "shoptet", "upgates"] {
        let api = api(name);
        let lists = lists(name);
        assert!(!lists.is_empty(), "{name} has no list");
        let mut settled = overruled(&specs().join(name));
        for (list, text) in lists {
            let facts = read_inventory(&text).unwrap_or_else(|line| panic!("{name}/{list}.tsv:{line} is no fact"));
            assert_eq!(inventory(&facts), text, "{name}/{list}.tsv is sorted and has each fact once");
            let all = differences(&api, &facts).into_iter().map(|one| format!("{list}: {one}"));
            settled.retain(|one| !one.starts_with(&format!("{list}: ")) || all.clone().any(|other| other == *one));
            found.extend(open(name, &list, &api, &facts).into_iter().map(|one| format!("{name}/{one}")));
        }
        assert_eq!(settled, overruled(&specs().join(name)), "{name}: settled, and no difference any more");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_field_that_an_entry_names_is_on_a_page_and_not_in_the_specification() {
    for name in ["clipsan", "shoptet", "upgates"] {
        let mut api = api(name);
        let facts: Vec<Fact> = lists(name).iter().flat_map(|(_, text)| read_inventory(text).unwrap()).collect();
        let settled = overruled(&specs().join(name));
        let named = api.quirks.iter_mut().flat_map(|quirk| std::mem::take(&mut quirk.fields));
        let named: BTreeSet<String> = named.collect();
        let found = compare(&facts, &api.contract, &api.quirks);
        let is_open = |one: &&Difference| !settled.iter().any(|line| line.ends_with(&format!(": {one}")));
        let found = found.iter().filter(is_open).map(|one| one.name.rsplit('.').next().unwrap_or_default().to_owned());
        assert_eq!(named, found.collect(), "{name}");
    }
}

#[test]
fn words_of_an_entry_excuse_no_field() {
    let api = api("shoptet");
    let (_, text) = lists("shoptet").swap_remove(0);
    let mut facts = read_inventory(&text).unwrap();
    let before = differences(&api, &facts).len();
    let endpoint = facts.iter().find(|fact| fact.place == FactPlace::Answer).unwrap().clone();
    // Words that many an entry of quirks.yaml has in its prose.
    for word in ["document", "null", "number", "answer", "unit", "buyPrice"] {
        facts.push(Fact { name: format!("data.{word}"), kind: None, values: Vec::new(), ..endpoint.clone() });
    }
    assert_eq!(differences(&api, &facts).len(), before + 6);
}

#[test]
fn what_a_page_has_and_the_specification_has_not_is_told_both_ways() {
    let api = api("clipsan");
    let lists = lists("clipsan");
    let (_, text) = lists.iter().find(|(name, _)| name == "purchase-and-membership").unwrap();
    let facts = read_inventory(text).unwrap();
    let changed: Vec<Fact> = facts
        .iter()
        .filter(|fact| fact.name != "email")
        .cloned()
        .map(|fact| if fact.name == "state" { Fact { values: vec!["lost".to_owned()], ..fact } } else { fact })
        .chain([
            Fact { name: "colour".to_owned(), ..facts[0].clone() },
            Fact { endpoint: "GET /api/purchase/paint/".to_owned(), ..facts[0].clone() },
        ])
        .collect();
    let found = differences(&api, &changed).join("\n");
    for expected in [
        "GET /api/purchase/paint/: the specification has no such call",
        "colour",
        "GET /api/purchase/add/ query email: in the specification, not on the page",
        "state: values lost on the page",
    ] {
        assert!(found.contains(expected), "{expected} in:\n{found}");
    }
}

#[test]
fn the_pages_name_what_the_lists_say() {
    let folder = std::env::var_os("KONTRAKT_CORPUS").map(|root| Path::new(&root).join("docs"));
    let Some(folder) = folder.filter(|folder| folder.exists()) else {
        eprintln!("SKIPPED: set KONTRAKT_CORPUS to the folder that holds docs");
        return;
    };
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (name, list) = file.split_once('-').unwrap();
        let api = api(name);
        let facts = read(&std::fs::read_to_string(&path).unwrap(), &names(&api.contract));
        let (_, text) = lists(name).into_iter().find(|(one, _)| one == list).unwrap_or_else(|| panic!("no {file}"));
        assert_eq!(inventory(&facts), text, "{file}");
        let source = std::fs::read_to_string(&path).unwrap();
        // Pages that kept their lists on the way to text can be written as they were downloaded.
        if source.contains('•') {
            let facts = read(&html(&source), &names(&api.contract));
            assert_eq!(inventory(&facts), text, "{file} as HTML");
        }
        assert_eq!(open(name, list, &api, &facts), Vec::<String>::new(), "{file}");
        pages += 1;
    }
    assert!(pages > 0);
}

/// A page of text as HTML: bullets become nested lists, names code, letters with accents and dashes entities.
fn html(page: &str) -> String {
    let escape = |text: &str| -> String {
        let plain = |c: char| c.is_ascii() && !"<>&".contains(c);
        text.chars().map(|c| if plain(c) { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
    };
    let mut out = String::from("<!doctype html><html><head><style>p { x: y }</style></head><body>\n");
    let mut depth = 0;
    for line in page.lines() {
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let Some(text) = line.trim().strip_prefix('•') else {
            out.push_str(&format!("<p>{}</p>\n", escape(line.trim())));
            continue;
        };
        while depth < indent {
            out.push_str("<ul>");
            depth += 1;
        }
        while depth > indent {
            out.push_str("</ul>");
            depth -= 1;
        }
        let text = text.trim();
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        out.push_str(&format!("<li><code>{}</code> {}</li>\n", escape(name), escape(rest)));
    }
    out.push_str("</body></html>");
    out
}
