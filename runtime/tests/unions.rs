//! What a value of a union is read as, and that nothing of it is lost when it is written again.

use std::time::{Duration, Instant};

use kontrakt_runtime::prelude::*;
use kontrakt_runtime::{from_json, to_json};

record! {
    /// A cat.
    pub struct Cat {
        /// Kind.
        pub kind: String = required("kind"),
        /// Lives.
        pub lives: Option<i64> = optional("lives"),
    }
}

record! {
    /// A dog.
    pub struct Dog {
        /// Kind.
        pub kind: String = required("kind"),
        /// Tricks.
        pub tricks: Option<Vec<String>> = optional("tricks"),
    }
}

union! {
    /// By tag.
    pub enum Pet {
        /// Cat.
        Cat(Cat) where "kind" = "cat" | "kitten",
        /// Dog.
        Dog(Dog) where "kind" = "dog",
    }
}

union! {
    /// Without a tag.
    pub enum Animal {
        /// Cat.
        Cat(Cat),
        /// Dog.
        Dog(Dog),
    }
}

record! {
    /// Opened.
    pub struct Opened {
        /// Outer tag.
        pub kind: i64 = required("kind"),
        /// What to.
        pub inner: Json = required("inner"),
    }
}

record! {
    /// Closed.
    pub struct Closed {
        /// Outer tag.
        pub kind: i64 = required("kind"),
        /// What to.
        pub inner: Json = required("inner"),
    }
}

record! {
    /// Changed.
    pub struct Changed {
        /// Outer tag.
        pub kind: i64 = required("kind"),
        /// What to.
        pub inner: Json = required("inner"),
    }
}

union! {
    /// The inner tag decides where the outer one does not.
    pub enum Happening {
        /// Opened.
        Opened(Opened) where "kind" = "1" && "inner/kind" = "opened",
        /// Closed.
        Closed(Closed) where "kind" = "1" && "inner/kind" = "closed",
        /// Other.
        Else(Changed) where "kind" = "2",
    }
}

union! {
    /// A union among the alternatives, and what anything is.
    pub enum Outer {
        /// Pets.
        Pet(Pet),
        /// A whole list of them.
        List(Vec<Outer>),
        /// Two of them.
        Pair(Box<Pair>),
        /// The same in other words.
        Twin(Box<Twin>),
        /// Flag.
        Flag(bool),
    }
}

record! {
    /// Two.
    #[derive(Default)]
    pub struct Pair {
        /// Left.
        pub left: Option<Box<Outer>> = optional("left"),
        /// Right.
        pub right: Option<Box<Outer>> = optional("right"),
    }
}

record! {
    /// Two.
    #[derive(Default)]
    pub struct Twin {
        /// Left.
        pub left: Option<Box<Outer>> = optional("left"),
        /// More.
        pub more: Option<i64> = optional("more"),
    }
}

/// The name of the variant that a text is read as; what it is written as must be the same text.
macro_rules! variant {
    ($union:ty, $text:expr) => {{
        let read = from_json::<$union>($text).unwrap();
        assert_eq!(to_json(&read), $text);
        let shown = format!("{read:?}");
        shown.split('(').next().unwrap_or_default().to_owned()
    }};
}

#[test]
fn the_tag_decides_and_an_unknown_one_is_kept() {
    let cases = [
        (r#"{"kind":"dog","tricks":["sit"]}"#, "Dog"),
        (r#"{"kind":"kitten"}"#, "Cat"),
        (r#"{"kind":"cow","milk":7.5}"#, "Other"),
        // A member that is missing or of the wrong kind is no reason to take it for another animal.
        (r#"{"kind":"dog","tricks":7}"#, "Other"),
        (r#"{"tricks":[]}"#, "Other"),
    ];
    for (text, expected) in cases {
        assert_eq!(variant!(Pet, text), expected, "{text}");
    }
}

#[test]
fn without_a_tag_the_one_that_keeps_most_is_read() {
    let cases = [
        (r#"{"kind":"?","tricks":["sit"]}"#, "Dog"),
        (r#"{"kind":"?","lives":7}"#, "Cat"),
        (r#"{"kind":"?"}"#, "Cat"),
        (r#"{"kind":"?","lives":7,"tricks":["sit"]}"#, "Other"),
    ];
    for (text, expected) in cases {
        assert_eq!(variant!(Animal, text), expected, "{text}");
    }
    // What nobody knows costs nobody the type.
    assert!(matches!(from_json::<Animal>(r#"{"kind":"?","age":3}"#).unwrap(), Animal::Cat(_)));
    let Animal::Other(whole) = from_json(r#"{"kind":"?","lives":7,"tricks":["sit"]}"#).unwrap() else { panic!() };
    assert_eq!((whole.to::<Cat>().unwrap().lives, whole.to::<Dog>().unwrap().tricks.unwrap().len()), (Some(7), 1));
}

#[test]
fn tags_may_be_numbers_and_stand_within() {
    let cases = [
        (r#"{"kind":1,"inner":{"kind":"closed"}}"#, "Closed"),
        (r#"{"kind":1,"inner":{"kind":"opened","by":"me"}}"#, "Opened"),
        (r#"{"kind":2,"inner":{"kind":"closed"}}"#, "Else"),
        (r#"{"kind":1,"inner":{"kind":"broken"}}"#, "Other"),
    ];
    for (text, expected) in cases {
        assert_eq!(variant!(Happening, text), expected, "{text}");
    }
}

#[test]
fn unions_stand_in_unions() {
    let cases = [
        (r#"{"kind":"dog"}"#, "Pet"),
        (r#"{"left":{"kind":"cow"}}"#, "Pair"),
        (r#"{"left":[{"right":true}],"more":1}"#, "Twin"),
        (r#"[{"left":true},false]"#, "List"),
        (r#""text""#, "Other"),
    ];
    for (text, expected) in cases {
        assert_eq!(variant!(Outer, text), expected, "{text}");
    }
}

/// Two alternatives that both read what stands within would double the work with each level.
#[test]
fn deep_values_take_no_longer_than_they_are_deep() {
    let text = (0..100).fold("true".to_owned(), |inner, _| format!(r#"{{"left":{inner}}}"#));
    let start = Instant::now();
    assert_eq!(variant!(Outer, text.as_str()), "Pair");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

record! {
    /// An amount of any form.
    pub struct Amounts {
        /// Amount.
        pub amount: Json = required("amount"),
    }
}

record! {
    /// An amount in digits, or a text.
    pub struct Amount {
        /// Amount.
        pub amount: Number = required("amount"),
    }
}

union! {
    /// Alternatives that keep the same members.
    pub enum Priced {
        /// Texts.
        Texts(Map<String>),
        /// Truth values.
        Truths(Map<bool>),
        /// Numbers.
        Number(Amount),
        /// Anything.
        Any(Amounts),
    }
}

#[test]
fn of_alternatives_that_keep_as_much_the_one_that_keeps_it_as_it_is() {
    for text in [
        r#"{"amount":"40"}"#,
        r#"{"amount":40}"#,
        r#"{"amount":-54181.2}"#,
        r#"{"amount":true}"#,
        r#"{"amount":1}"#,
        r#"{"amount":[40,"40"]}"#,
        r#"{"amount":123456789012345678901234567890}"#,
    ] {
        let value: Priced = from_json(text).unwrap();
        assert_eq!(to_json(&value), text, "{value:?}");
    }
}
