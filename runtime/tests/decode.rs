//! Typed values are the same, and errors are the same, whether they are read from text or from a tree.

use kontrakt_runtime::{CompactDateTime, Decode, Fixed, Json, Map, Number, Patch, Value, from_json, open_enum, record};

open_enum! {
    /// A kind.
    pub enum Kind: text {
        /// One of them.
        Product = "product",
    }
}

record! {
    /// Members of every kind.
    #[derive(Default)]
    pub struct Item: open {
        /// A text.
        pub code: String = required("code"),
        /// A text that may be missing, under two names.
        pub name: Option<String> = optional("name", "title"),
        /// A number in a text.
        pub price: Option<Fixed<2>> = required("price"),
        /// A number.
        pub amount: Option<Number> = optional("amount"),
        /// An integer.
        pub count: Patch<i64> = optional("count"),
        /// A time.
        pub time: Option<CompactDateTime> = optional("time"),
        /// An enum.
        pub kind: Option<Kind> = optional("kind"),
        /// A truth value.
        pub visible: Option<bool> = optional("visible"),
        /// A list of itself.
        pub items: Option<Vec<Item>> = optional("items"),
        /// A map.
        pub prices: Option<Map<i64>> = optional("prices"),
        /// Anything.
        pub any: Option<Json> = optional("any"),
        /// Itself.
        pub part: Option<Box<Item>> = optional("part"),
    }
}

const KEYS: [&str; 16] = [
    "code",
    "name",
    "title",
    "price",
    "amount",
    "count",
    "time",
    "kind",
    "visible",
    "items",
    "prices",
    "any",
    "part",
    r"\u0063ode",
    "unknown",
    "0",
];

const SCALARS: [&str; 24] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "-7",
    "2.50",
    "1e400",
    "12345678901234567.89",
    "18446744073709551616",
    r#""""#,
    r#""null""#,
    r#""x""#,
    r#""\u006eull""#,
    r#""12.50""#,
    r#"" 3 ""#,
    r#""0000-00-00""#,
    r#""\n0000-00-00""#,
    r#""2026-04-27T09:15:52+0200""#,
    r#""product""#,
    r#""pro\u0064uct""#,
    r#""a\"b\/c""#,
    "[]",
    "{}",
];

/// Members mostly in the same order, so that objects are read by the model of others, and mostly of a fitting kind.
fn object(random: &mut fastrand::Rng, depth: usize) -> String {
    let mut members = Vec::new();
    for key in KEYS {
        match random.usize(..8) {
            0 => continue,
            1 => members.insert(random.usize(..=members.len()), member(random, key, depth)),
            2 if random.usize(..8) == 0 => {
                let other = KEYS[random.usize(..KEYS.len())];
                members.push(member(random, other, depth));
            }
            _ => members.push(member(random, key, depth)),
        }
    }
    format!("{{{}}}", members.join(","))
}

fn member(random: &mut fastrand::Rng, key: &str, depth: usize) -> String {
    let fits = random.usize(..12) > 0;
    let value = match key {
        "items" if fits && depth < 3 => list(random, depth + 1),
        "part" if fits && depth < 3 => object(random, depth + 1),
        "code" | "name" | "title" | r"\u0063ode" if fits => r#""text""#.to_owned(),
        "price" | "amount" if fits => ["1", "2.5", r#""3.50""#, "null"][random.usize(..4)].to_owned(),
        "time" if fits => SCALARS[18].to_owned(),
        "count" | "prices" | "items" | "part" | "visible" if fits => "null".to_owned(),
        _ => SCALARS[random.usize(..SCALARS.len())].to_owned(),
    };
    format!("\"{key}\": {value}")
}

fn list(random: &mut fastrand::Rng, depth: usize) -> String {
    let items: Vec<String> = (0..random.usize(..4)).map(|_| object(random, depth)).collect();
    match random.usize(..10) {
        0 => items.into_iter().next().unwrap_or_else(|| "{}".to_owned()),
        1 => format!(
            "{{{}}}",
            items.iter().enumerate().map(|(at, item)| format!("\"{at}\":{item}")).collect::<Vec<_>>().join(",")
        ),
        _ => format!("[{}]", items.join(", ")),
    }
}

/// What is read, or why not.
fn told<T: Decode + std::fmt::Debug>(text: &str) -> [String; 2] {
    let from_tree = Value::from_json(text.as_bytes()).map(|tree| T::decode(&tree));
    let from_tree = from_tree.map_or_else(|_| "no JSON".to_owned(), |read| format!("{read:?}"));
    let from_text = match from_json::<T>(text) {
        Err(error) if error.to_string().contains("expected JSON") => "no JSON".to_owned(),
        read => format!("{read:?}"),
    };
    [from_text, from_tree]
}

#[test]
fn text_and_tree_mean_the_same() {
    let mut random = fastrand::Rng::with_seed(20);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..400 {
        let text = list(&mut random, 0);
        for [from_text, from_tree] in [told::<Vec<Item>>(&text), told::<Option<Map<Item>>>(&text), told::<Json>(&text)]
        {
            assert_eq!(from_text, from_tree, "{text}");
            if from_text.starts_with("Ok") { read += 1 } else { refused += 1 }
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn a_decimal_keeps_its_digits() {
    let item: Item = from_json(r#"{"code":"a","price":12345678901234567.89}"#).unwrap();
    assert_eq!(item.price.unwrap().to_string(), "12345678901234567.89");
}
