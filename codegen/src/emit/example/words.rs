//! Plausible texts and numbers for members and parameters by the words of their names, where the document shows none.

use crate::name::{singular, words};
use crate::plan::Scalar;

/// Texts by the last words of names; the first that fits counts. Names of one word are also looked for with the
/// resource before them: `code` of orders is `order code`.
const TEXTS: &[(&str, &str)] = &[
    ("order code", "2026000042"),
    ("order number", "2026000042"),
    ("invoice code", "2026000042"),
    ("note code", "2026000042"),
    ("payment code", "2026000042"),
    ("currency code", "CZK"),
    ("currency", "CZK"),
    ("country code", "CZ"),
    ("country", "CZ"),
    ("region code", "CZ010"),
    ("language code", "cs"),
    ("language", "cs"),
    ("lang", "cs"),
    ("coupon code", "SPRING26"),
    ("group code", "wholesale"),
    ("product code", "TEAPOT-1"),
    ("variant code", "TEAPOT-1/RED"),
    ("external code", "erp-4711"),
    ("color code", "#c0392b"),
    ("postal code", "11000"),
    ("zip", "11000"),
    ("zip code", "11000"),
    ("ean", "8590000000017"),
    ("guid", "5f1c2d9e-7a44-4f0b-9a3e-2b6c8d1e0f57"),
    ("uuid", "5f1c2d9e-7a44-4f0b-9a3e-2b6c8d1e0f57"),
    ("email", "jana@example.com"),
    ("phone", "+420777000000"),
    ("url", "https://example.com/teapot"),
    ("link", "https://example.com/teapot"),
    ("image name", "teapot.jpg"),
    ("file name", "teapot.jpg"),
    ("full name", "Jana Vzorová"),
    ("customer name", "Jana Vzorová"),
    ("first name", "Jana"),
    ("last name", "Vzorová"),
    ("company", "Vzor s.r.o."),
    ("city", "Praha"),
    ("street", "Dlouhá 12"),
    ("product name", "Teapot"),
    ("color", "#c0392b"),
    ("currency symbol", "Kč"),
    ("code", "TEAPOT-1"),
    ("name", "Teapot"),
    ("title", "Teapot"),
    ("description", "Holds a litre."),
    ("text", "Holds a litre."),
    ("remark", "Call before delivery."),
    ("note", "Call before delivery."),
    ("comment", "Call before delivery."),
    ("message", "Thank you for your order."),
    ("user", "jana@example.com"),
    ("login", "jana@example.com"),
    ("tracking number", "DR0123456789C"),
    ("weight", "0.500"),
    ("ratio", "1.00"),
    ("vat", "21.00"),
    ("rate", "21.00"),
    ("vat rate", "21.00"),
    ("price", "199.90"),
    ("amount", "2"),
    ("quantity", "2"),
    ("stock", "2"),
    ("number", "4711"),
    ("id", "4711"),
    ("version", "1"),
    ("date", "2026-05-01"),
    ("time", "2026-05-01T08:00:00+0200"),
];

/// Numbers likewise.
const NUMBERS: &[(&str, i64)] = &[
    ("id", 12),
    ("year", 2026),
    ("price", 199),
    ("vat", 21),
    ("rate", 21),
    ("percent", 10),
    ("discount", 10),
    ("amount", 2),
    ("quantity", 2),
    ("count", 2),
    ("stock", 2),
    ("weight", 500),
];

/// Entry of a table for a name of this resource.
fn find<T: Copy>(table: &[(&str, T)], resource: &str, name: &str) -> Option<T> {
    let own: Vec<String> = words(name).iter().map(|word| singular(word)).collect();
    let spoken = if let [_] = own.as_slice() {
        let resource = words(resource).last().map(|word| singular(word)).unwrap_or_default();
        format!("{resource} {}", own.join(" "))
    } else {
        own.join(" ")
    };
    let ends = |key: &str| spoken.strip_suffix(key).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    table.iter().find(|(key, _)| ends(key)).map(|(_, value)| *value)
}

/// A text that such a member can have.
pub(super) fn text(resource: &str, name: &str) -> String {
    find(TEXTS, resource, name).map_or_else(|| words(name).join("-"), str::to_owned)
}

/// A whole number that such a member can have.
pub(super) fn number(resource: &str, name: &str) -> i64 {
    find(NUMBERS, resource, name).unwrap_or(1)
}

/// How a time of this kind is written.
pub(super) fn time(scalar: Scalar) -> Option<&'static str> {
    match scalar {
        Scalar::Date => Some("2026-05-01"),
        Scalar::DateTime => Some("2026-05-01T08:00:00+02:00"),
        Scalar::CompactDateTime => Some("2026-05-01T08:00:00+0200"),
        Scalar::LocalDateTime => Some("2026-05-01 08:00:00"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{number, text};

    #[test]
    fn names_say_what_values_look_like() {
        let texts = [
            (("orders", "code"), "2026000042"),
            (("products", "code"), "TEAPOT-1"),
            (("stocks", "productGuid"), "5f1c2d9e-7a44-4f0b-9a3e-2b6c8d1e0f57"),
            (("customers", "billingEmail"), "jana@example.com"),
            (("orders", "currencyCode"), "CZK"),
            (("orders", "somethingElse"), "something-else"),
        ];
        texts.iter().for_each(|((resource, name), expected)| assert_eq!(text(resource, name), *expected, "{name}"));
        assert_eq!([number("stocks", "id"), number("stocks", "paramIndex")], [12, 1]);
    }
}
