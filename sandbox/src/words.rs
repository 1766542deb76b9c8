//! Plausible texts by the name of a member: people, places and goods, made up and Czech, as a shop would have them.
//! A name is looked up by its last words, so `billingAddress.city` and `company_city` are towns both.

use fastrand::Rng;
use kontrakt_codegen::name::words;

/// What texts of members look like, by the last words of their names. `#` is a digit.
const TEXTS: &[(&[&str], &[&str])] = &[
    (&["full", "name"], &["Jan Novák", "Eva Dvořáková", "Petr Svoboda", "Lucie Králová", "Tomáš Veselý"]),
    (&["first", "name"], &["Jan", "Eva", "Petr", "Lucie", "Tomáš"]),
    (&["last", "name"], &["Novák", "Dvořák", "Svoboda", "Král", "Veselý"]),
    (&["surname"], &["Novák", "Dvořák", "Svoboda", "Král", "Veselý"]),
    (&["company", "name"], &["Lípa a syn s.r.o.", "Dřevo Plus a.s.", "Papírnictví U Mostu"]),
    (&["company"], &["Lípa a syn s.r.o.", "Dřevo Plus a.s.", "Papírnictví U Mostu"]),
    (&["company", "id"], &["########"]),
    (&["vat", "id"], &["CZ########"]),
    (&["vat", "number"], &["CZ########"]),
    (&["tax", "id"], &["CZ########"]),
    (&["street"], &["Dlouhá 12", "Zahradní 3", "Nádražní 77", "Na Kopci 1"]),
    (&["house", "number"], &["12", "3", "77"]),
    (&["city"], &["Praha", "Brno", "Plzeň", "Olomouc", "Liberec"]),
    (&["zip"], &["11000", "60200", "30100", "77900", "46001"]),
    (&["postal", "code"], &["11000", "60200", "30100", "77900", "46001"]),
    (&["country"], &["CZ", "SK"]),
    (&["country", "code"], &["CZ", "SK"]),
    (&["region"], &["Plzeňský kraj", "Jihomoravský kraj"]),
    (&["phone"], &["+420601######", "+420777######"]),
    (&["telephone"], &["+420601######"]),
    (&["email"], &["jan.novak@example.com", "eva@example.com", "obchod@example.com"]),
    (&["mail"], &["jan.novak@example.com", "eva@example.com"]),
    (&["ean"], &["859##########"]),
    (&["code"], &["K-####", "ZB####"]),
    (&["currency"], &["CZK"]),
    (&["currency", "code"], &["CZK"]),
    (&["language"], &["cs"]),
    (&["language", "id"], &["cs"]),
    (&["locale"], &["cs_CZ"]),
    (&["url"], &["https://shop.example.com/obchod/#####"]),
    (&["link"], &["https://shop.example.com/obchod/#####"]),
    (&["href"], &["https://shop.example.com/obchod/#####"]),
    (&["ip"], &["192.0.2.#"]),
    (&["ip", "address"], &["192.0.2.#"]),
    (&["iban"], &["CZ6508000000192000145399"]),
    (&["bic"], &["GIBACZPX"]),
    (&["account", "number"], &["19-2000145399/0800"]),
    (&["unit"], &["ks"]),
    (&["title"], &["Hrnek modrý", "Svíčka z včelího vosku", "Deka s třásněmi", "Konvice na čaj"]),
    (&["name"], &["Hrnek modrý", "Svíčka z včelího vosku", "Deka s třásněmi", "Konvice na čaj"]),
    (&["description"], &["Ručně vyrobeno v Čechách.", "Skladem, odesíláme do dvou dnů."]),
    (&["remark"], &["Prosím zabalit jako dárek.", "Volat po šestnácté hodině."]),
    (&["note"], &["Prosím zabalit jako dárek.", "Volat po šestnácté hodině."]),
    (&["message"], &["V pořádku"]),
    (&["image"], &["obrazek-###.jpg"]),
    (&["filename"], &["soubor-###.pdf"]),
];

/// A text for a member of this name; `None` where the name says nothing.
pub(crate) fn text(name: &str, rng: &mut Rng) -> Option<String> {
    let words = words(name);
    let fits = |(last, _): &&(&[&str], &[&str])| {
        words.len() >= last.len() && words.iter().rev().zip(last.iter().rev()).all(|(a, b)| a == b)
    };
    let (_, texts) = TEXTS.iter().filter(fits).max_by_key(|(last, _)| last.len())?;
    let text = texts[rng.usize(..texts.len())];
    Some(text.chars().map(|sign| if sign == '#' { rng.digit(10) } else { sign }).collect())
}

/// Whether a member of this name holds an identifier that is the same nowhere else.
pub(crate) fn is_identifier(name: &str) -> bool {
    words(name).last().is_some_and(|word| word == "guid" || word == "uuid")
}

/// Whether a member of this name holds the time of the latest change of its record.
pub(crate) fn is_change_time(name: &str) -> bool {
    let words = words(name);
    let about = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    about(&["change", "changed", "update", "updated", "modified", "modification"]) && about(&["time", "date", "at"])
}
