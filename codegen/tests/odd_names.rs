//! Names of types that no person would choose are warnings with a mend.

mod common;

use common::{complaints, document as parsed, generate as generate_from, lenient, strict};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::generate::{Generated, Strictness};
use kontrakt_codegen::overlay::{Unmatched, apply};

fn document(components: &str, members: &str) -> String {
    let names = components.split(", ").map(|name| format!("{name}: {{properties: {{of{name}: {{type: string}}}}}}"));
    let all = components.split(", ").map(|name| format!("{name}: {{$ref: '#/components/schemas/{name}'}}"));
    format!(
        "openapi: 3.1.0
info: {{title: t, version: '1'}}
{members}
paths:
  /pets: {{get: {{tags: [pets], operationId: list, summary: Lists., responses: {{'200': {{description: '', content: {{
    application/json: {{schema: {{title: Pets, type: object, x-name: Pets, properties: {{{}}}}}}}}}}}}}}}}}
components: {{schemas: {{{}}}}}
",
        all.collect::<Vec<_>>().join(", "),
        names.collect::<Vec<_>>().join(", ")
    )
}

fn odd(generated: &Generated) -> Vec<String> {
    generated.plan.odd_names.iter().map(ToString::to_string).collect()
}

#[test]
fn each_kind_is_told_unless_it_is_accepted() {
    let long = "VeterinaryExaminationsOfDomesticatedMammals";
    for (components, accepted, expected) in [
        ("Cat, Dog", "", vec![]),
        ("CatSchema", "", vec!["the name CatSchema has the word Schema, which is about schemas"]),
        ("CatData", "CatData: why", vec![]),
        ("CatDataOwner", "CatData: why", vec![]),
        // The words must stand together.
        (
            "CatOwnerData, CatDataOwner",
            "CatData: why",
            vec!["the name CatOwnerData has the word Data, which is about schemas"],
        ),
        ("CatFoodCat", "", vec!["the name CatFoodCat says Cat twice"]),
        ("CatFoodCat", "CatFood: why", vec![]),
        (long, "", vec!["the name VeterinaryExaminationsOfDomesticatedMammals has 43 letters, more than 40"]),
        (long, "VeterinaryExaminationsOfDomesticatedMammals: why", vec![]),
        ("Cat, Cats", "", vec!["the names Cats and Cat differ by one letter"]),
        ("Cat, Cats", "Cats: why", vec![]),
        ("Cat, Cats", "Cat: why", vec![]),
    ] {
        let members = if accepted.is_empty() { String::new() } else { format!("x-accepted-names: {{{accepted}}}") };
        let generated = strict(&document(components, &members)).unwrap_or_else(|error| panic!("{components}: {error}"));
        assert_eq!(odd(&generated), expected, "{components} {accepted}");
        let warned: Vec<&str> = generated.notes.iter().map(|note| note.message()).collect();
        assert_eq!(warned, expected, "{components} {accepted}");
        for note in &generated.notes {
            assert!(note.position().is_some() && note.json_pointer().is_some() && note.mend().is_some());
        }
    }
}

#[test]
fn what_accepts_nothing_is_a_complaint() {
    let error = strict(&document("Cat", "x-accepted-names: {CatData: why}")).unwrap_err();
    let [complaint] = complaints(&error)[..] else { panic!("{error}") };
    assert!(complaint.message().contains("\"CatData\", which is in no odd name"), "{complaint}");
    assert_eq!(complaint.json_pointer().unwrap().to_string(), "#/x-accepted-names/CatData");
    assert!(complaint.is_obsolete());
}

/// The action that the warning proposes gives the type another name, and there is no warning any more.
#[test]
fn the_mend_mends() {
    let text = document("CatSchema, DogFoodDog", "");
    let warned = strict(&text).unwrap();
    let actions = warned.plan.odd_names.iter().enumerate().map(|(at, one)| {
        let help = one.mend();
        let action = help.strip_prefix("write an overlay action: ").and_then(|help| help.split_once("; ")).unwrap().0;
        format!("  - {}\n", action.replace("ABetterName", &format!("Better{}", ["A", "B"][at])))
    });
    let overlay =
        format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{}", actions.collect::<String>());
    let mut document = parsed(&text);
    apply(&mut document, Document::parse("mend.overlay.yaml", overlay).unwrap(), Unmatched::Error).unwrap();
    let mended = generate_from(document, Strictness::Strict).unwrap();
    assert_eq!(odd(&mended), Vec::<String>::new());
    let names: Vec<&str> = mended.plan.types.iter().map(|def| def.name.as_str()).collect();
    assert!(names.contains(&"Cat") && !names.iter().any(|name| name.contains("Dog")), "{names:?}");
}

#[test]
fn documents_of_others_get_a_count_for_each_kind() {
    let generated = lenient(&document("ASchema, BSchema, CSchema, DSchema, EData, FoodFood", "")).unwrap();
    let notes: Vec<&str> = generated.notes.iter().map(|note| note.message()).collect();
    assert_eq!(
        notes,
        [
            "names of types that differ from another one by a letter: 3, such as BSchema, CSchema, DSchema",
            "names of types that say a word twice: 1, such as FoodFood",
            "names of types with a word that is about schemas: 5, such as ASchema, BSchema, CSchema",
        ]
    );
    assert_eq!(generated.plan.odd_names.len(), 12);
}
