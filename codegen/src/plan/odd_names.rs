//! Finds names of types that no person would choose: words that are about schemas, a word said twice, names that are
//! too long or hard to tell apart. Each is a warning with the overlay action that mends it, unless `x-accepted-names` has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use super::context::Context;
use super::model::{OddName, OddNameKind, TypeDef};
use crate::contract::Contract;
use crate::document::Pointer;
use crate::name::{capital, is_type_name, singular, words};

/// Words that say what a thing is to a document, not to its readers.
const JARGON: [&str; 7] = ["schema", "data", "datum", "item", "request", "response", "input"];

/// Names have at most as many letters.
const LONGEST: usize = 40;

/// As many names of a kind are shown where they are counted.
const SHOWN: usize = 3;

impl OddNameKind {
    /// What names of this kind are.
    fn described(&self) -> &'static str {
        match self {
            Self::Jargon(_) => "with a word that is about schemas",
            Self::Repeated(_) => "that say a word twice",
            Self::Long(_) => "of more than 40 letters",
            Self::Similar(_) => "that differ from another one by a letter",
        }
    }
}

impl fmt::Display for OddName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.kind {
            OddNameKind::Jargon(word) => write!(f, "the name {name} has the word {word}, which is about schemas"),
            OddNameKind::Repeated(word) => write!(f, "the name {name} says {word} twice"),
            OddNameKind::Long(letters) => write!(f, "the name {name} has {letters} letters, more than {LONGEST}"),
            OddNameKind::Similar(other) => write!(f, "the names {name} and {other} differ by one letter"),
        }
    }
}

impl OddName {
    /// What to do about it.
    pub fn mend(&self) -> String {
        let better = self.better.as_deref().unwrap_or("ABetterName");
        format!(
            "write an overlay action: {{target: \"{}\", update: {{x-name: {better}}}}}; or accept the name, with the \
             reason: x-accepted-names: {{{}: …}}",
            self.target, self.name
        )
    }
}

/// All odd names, those of a kind together; warns of each, or in documents of others of how many there are.
pub(super) fn check(context: &Context<'_>, types: &[TypeDef]) -> Vec<OddName> {
    let names: BTreeMap<&str, &TypeDef> = types.iter().map(|def| (def.name.as_str(), def)).collect();
    let accepted = Accepted::of(context.contract);
    let mut found: Vec<OddName> = Vec::new();
    let similar = similar(&names.keys().copied().collect::<Vec<_>>());
    let mut used = BTreeSet::new();
    for (name, def) in &names {
        let parts = words(name);
        let whole = || vec![Range { start: 0, end: parts.len() }];
        let mut odd = odd_words(&parts);
        odd.extend((name.len() > LONGEST).then(|| (OddNameKind::Long(name.len()), whole())));
        let others = similar.iter().filter(|(a, b)| b == name && !accepted.covers_name(a, &mut used));
        odd.extend(others.map(|(a, _)| (OddNameKind::Similar((*a).to_owned()), whole())));
        for (kind, places) in odd {
            // Every place is asked, so that an entry for either of them counts as used.
            let is_accepted = places.iter().filter(|place| accepted.covers(&parts, place, &mut used)).count() > 0;
            if !is_accepted {
                // At the end, such a word adds nothing.
                let is_last = matches!(kind, OddNameKind::Jargon(_)) && places[0].end == parts.len();
                let better: String = parts[..parts.len() - 1].iter().map(|word| capital(word)).collect();
                let is_free = is_last && is_type_name(&better) && !names.contains_key(better.as_str());
                let better = is_free.then_some(better);
                let pointer = context.contract[def.schemas[0]].pointer.clone();
                let target = context.json_path(&pointer);
                found.push(OddName { name: (*name).to_owned(), kind, pointer, target, better });
            }
        }
    }
    found.sort_by(|a, b| a.kind.described().cmp(b.kind.described()).then_with(|| a.name.cmp(&b.name)));
    accepted.unused(context, &used);
    warn(context, &found);
    found
}

fn warn(context: &Context<'_>, found: &[OddName]) {
    if !context.of_others {
        found.iter().for_each(|one| context.remark_place(&one.pointer, one.to_string(), one.mend()));
        return;
    }
    for kind in found.chunk_by(|a, b| a.kind.described() == b.kind.described()) {
        let names: BTreeSet<&str> = kind.iter().map(|one| one.name.as_str()).collect();
        let (count, such) = (names.len(), names.into_iter().take(SHOWN).collect::<Vec<_>>().join(", "));
        let message = format!("names of types {}: {count}, such as {such}", kind[0].kind.described());
        let help = "`--format json` lists them, each with the overlay action that gives it another name";
        context.remark_place(&kind[0].pointer, message, help);
    }
}

/// Words of a name that are odd, with all places of each.
fn odd_words(parts: &[String]) -> Vec<(OddNameKind, Vec<Range<usize>>)> {
    let mut places: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
    for (at, word) in parts.iter().enumerate() {
        places.entry(singular(word)).or_default().push(at..at + 1);
    }
    let mut found = Vec::new();
    for (word, places) in places {
        let shown = capital(&parts[places[0].start]);
        if JARGON.contains(&word.as_str()) {
            found.extend(places.iter().map(|place| (OddNameKind::Jargon(shown.clone()), vec![place.clone()])));
        }
        if places.len() > 1 {
            found.push((OddNameKind::Repeated(shown), places));
        }
    }
    found
}

/// Pairs of names that differ by one letter, each pair in order.
fn similar<'n>(names: &[&'n str]) -> BTreeSet<(&'n str, &'n str)> {
    // Names of which one letter is left out meet here.
    let mut meets: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let shorter = name.char_indices().map(|(at, c)| [&name[..at], &name[at + c.len_utf8()..]].concat());
        let forms: BTreeSet<String> = shorter.chain([(*name).to_owned()]).collect();
        forms.into_iter().for_each(|form| meets.entry(form).or_default().push(name));
    }
    let mut pairs = BTreeSet::new();
    for meeting in meets.values() {
        for (at, a) in meeting.iter().enumerate() {
            pairs.extend(meeting[at + 1..].iter().filter(|b| differ_by_a_letter(a, b)).map(|b| (*a.min(b), *a.max(b))));
        }
    }
    pairs
}

/// Whether one letter is all that tells two names apart, in names long enough to overlook it. Digits do: `V1` and `V2`.
fn differ_by_a_letter(a: &str, b: &str) -> bool {
    if a.len().max(b.len()) < 4 {
        return false;
    }
    let mut a: Vec<char> = a.chars().collect();
    let mut b: Vec<char> = b.chars().collect();
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    a.drain(..start);
    b.drain(..start);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    a.len().max(b.len()) == 1 && a.iter().chain(b).any(|c| c.is_alphabetic())
}

/// What `x-accepted-names` has: runs of words that are as they should be.
struct Accepted<'c>(BTreeMap<&'c str, Vec<String>>);

impl<'c> Accepted<'c> {
    fn of(contract: &'c Contract) -> Self {
        Self(contract.behaviour.accepted_names.keys().map(|key| (key.as_str(), words(key))).collect())
    }

    /// Whether an entry stands in a name, all over a place of it; adds the entry to those that are of use.
    fn covers(&self, parts: &[String], place: &Range<usize>, used: &mut BTreeSet<&'c str>) -> bool {
        let covering = self.0.iter().filter(|(_, entry)| {
            let runs = parts.windows(entry.len().max(1)).enumerate();
            runs.filter(|(_, run)| run == entry).any(|(at, run)| at <= place.start && place.end <= at + run.len())
        });
        let covering: Vec<&'c str> = covering.map(|(key, _)| *key).collect();
        used.extend(&covering);
        !covering.is_empty()
    }

    fn covers_name(&self, name: &str, used: &mut BTreeSet<&'c str>) -> bool {
        let parts = words(name);
        self.covers(&parts, &(0..parts.len()), used)
    }

    /// Complains about entries that accept nothing.
    fn unused(&self, context: &Context<'_>, used: &BTreeSet<&'c str>) {
        for key in self.0.keys().filter(|key| !used.contains(*key)) {
            let pointer = Pointer::from(["x-accepted-names", key]);
            context.about_obsolete(&pointer, format!("`x-accepted-names` accepts {key:?}, which is in no odd name"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{differ_by_a_letter, odd_words, similar};
    use crate::name::words;

    #[test]
    fn words_that_say_nothing_or_say_it_again() {
        let odd = |name: &str| {
            odd_words(&words(name)).iter().map(|(kind, places)| format!("{kind:?} {places:?}")).collect::<Vec<_>>()
        };
        for name in ["Order", "OrderStatus", "Metadata", "Itemization", "ItemizedBill", "PriceListPricing"] {
            assert_eq!(odd(name), Vec::<String>::new(), "{name}");
        }
        for word in ["Schema", "Data", "Datum", "Item", "Items", "Request", "Responses", "Input"] {
            assert_eq!(odd(&format!("Order{word}Head")), [format!("Jargon({word:?}) [1..2]")]);
        }
        assert_eq!(odd("FileListFile"), ["Repeated(\"File\") [0..1, 2..3]"]);
        assert_eq!(odd("PriceListPrices"), ["Repeated(\"Price\") [0..1, 2..3]"]);
        assert_eq!(odd("ItemListItem").len(), 3);
    }

    #[test]
    fn names_that_are_hard_to_tell_apart() {
        for (a, b, expected) in [
            ("OrderCreate", "OrderCreated", true),
            ("OrderCreate", "OrdersCreate", true),
            ("Card", "Cart", true),
            ("PriceList", "Pricelist", true),
            ("Aaa", "Aaaa", true),
            ("A", "B", false),
            ("Cat", "Car", false),
            ("Order", "Order", false),
            ("OrderV1", "OrderV2", false),
            ("Order", "Order2", false),
            ("OrderUpdate", "OrderUpdated2", false),
            ("Form", "From", false),
        ] {
            assert_eq!(differ_by_a_letter(a, b), expected, "{a} {b}");
            assert_eq!(!similar(&[a, b]).is_empty(), expected, "{a} {b}");
        }
    }
}
