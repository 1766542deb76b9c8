//! Reads the outcome of each item from an answer: from its own result, or from an error that names it.
//! Nothing counts as done unless the answer says so.

use crate::api::{Bulk, BulkItems, BulkList, MessageFields, NamedBy};
use crate::decode::Decode;
use crate::error::ApiError;
use crate::scalar::Json;
use crate::things::{Thing, keys_of};
use crate::value::Value;

/// What an answer says about one thing.
#[derive(Debug)]
pub(crate) enum Fate {
    Done(Json),
    Refused(Vec<ApiError>, Option<Json>),
    /// Nothing.
    Unsaid,
}

/// What the errors of an answer say about one thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Nothing,
    Against(Vec<ApiError>),
    /// Some error may be about it, or about another.
    Doubt,
}

impl Bulk {
    /// What an answer says about each thing of its call; `errors` are those of the envelope.
    pub(crate) fn fates(
        &self,
        fields: &MessageFields,
        things: &[Thing],
        body: &Value<'_>,
        errors: &[ApiError],
    ) -> Vec<Fate> {
        let said = self.errors_by_thing(things, errors).into_iter();
        let fate = |(thing, (said, entry)): (&Thing, (Said, Option<&Value<'_>>))| {
            let answer = entry.map(|entry| Json::from(entry.borrow()));
            let against = entry.map(|entry| self.refusals(fields, entry)).unwrap_or_default();
            let told = self.lists.get(thing.list).is_some_and(|list| list.answers.is_some());
            match (said, entry) {
                (Said::Against(errors), _) => Fate::Refused(errors, answer),
                _ if !against.is_empty() => Fate::Refused(against, answer),
                (_, Some(entry)) if self.is_done(entry) => Fate::Done(answer.unwrap_or_default()),
                // Where the answer speaks only of what has failed, silence is consent.
                (Said::Nothing, None) if !told => Fate::Done(Json::default()),
                _ => Fate::Unsaid,
            }
        };
        things.iter().zip(said.zip(self.entries(things, body))).map(fate).collect()
    }

    /// How many things of its call an answer does not speak of.
    pub(crate) fn unsaid(
        &self,
        fields: &MessageFields,
        things: &[Thing],
        body: &Value<'_>,
        errors: &[ApiError],
    ) -> usize {
        self.fates(fields, things, body, errors).iter().filter(|fate| matches!(fate, Fate::Unsaid)).count()
    }

    /// What the errors of an answer say about each thing.
    pub(crate) fn errors_by_thing(&self, things: &[Thing], errors: &[ApiError]) -> Vec<Said> {
        let mut said = vec![Said::Nothing; things.len()];
        if self.errors.is_empty() {
            return said;
        }
        let mut unclear = false;
        for error in errors {
            let named: Vec<usize> = error.instance.as_deref().map_or(Vec::new(), |name| self.named(things, name));
            unclear |= named.is_empty();
            // Of several things of one name, the errors say which only if there is one for each.
            let share = errors.iter().filter(|other| other.instance == error.instance).count();
            for at in &named {
                match &mut said[*at] {
                    _ if share < named.len() => said[*at] = Said::Doubt,
                    Said::Against(errors) => errors.push(error.clone()),
                    other => *other = Said::Against(vec![error.clone()]),
                }
            }
        }
        if unclear {
            said.iter_mut().filter(|said| **said == Said::Nothing).for_each(|said| *said = Said::Doubt);
        }
        said
    }

    /// The things that an error may mean by `name`.
    fn named(&self, things: &[Thing], name: &str) -> Vec<usize> {
        let by = |way: &NamedBy| match way {
            NamedBy::Key => {
                let is_named = |at: &usize| things[*at].keys.iter().any(|key| key == name);
                (0..things.len()).filter(is_named).collect()
            }
            NamedBy::Place => place_in(name).filter(|at| *at < things.len()).into_iter().collect::<Vec<_>>(),
        };
        self.errors.iter().map(by).find(|named| !named.is_empty()).unwrap_or_default()
    }

    /// The entry about each thing.
    fn entries<'v, 'a>(&self, things: &[Thing], body: &'v Value<'a>) -> Vec<Option<&'v Value<'a>>> {
        let mut entries = vec![None; things.len()];
        for (at, list) in self.lists.iter().enumerate() {
            let own: Vec<usize> = (0..things.len()).filter(|thing| things[*thing].list == at).collect();
            let mut found: Vec<Option<&'v Value<'a>>> = self.answers(list, body).into_iter().map(Some).collect();
            let agree = |thing: usize, entry: &Value<'_>| {
                let keys = keys_of(entry, list.keys);
                let shared = |key: &String| things[thing].keys.iter().any(|own| own.eq_ignore_ascii_case(key));
                (keys.is_empty() || things[thing].keys.is_empty(), keys.iter().any(shared))
            };
            // In the order of the things, unless their keys say otherwise.
            let in_order = found.len() == own.len()
                && own.iter().zip(&found).all(|(thing, entry)| {
                    let (nameless, same) = entry.map_or((true, false), |entry| agree(*thing, entry));
                    nameless || same
                });
            for (place, thing) in own.into_iter().enumerate() {
                entries[thing] = match in_order {
                    true => found[place],
                    false => found
                        .iter_mut()
                        .find(|entry| entry.is_some_and(|entry| agree(thing, entry).1))
                        .and_then(Option::take),
                };
            }
        }
        entries
    }

    /// The entries about the things of a list: under its own name, or where the list says.
    fn answers<'v, 'a>(&self, list: &BulkList, body: &'v Value<'a>) -> Vec<&'v Value<'a>> {
        let Some(path) = list.answers else { return Vec::new() };
        let own = match list.items {
            BulkItems::Body(path) => path.rsplit('/').next().unwrap_or(path),
            BulkItems::Query(..) | BulkItems::One => path,
        };
        let mut found = Vec::new();
        each(body, own, &mut found);
        if found.is_empty() {
            each(body, path, &mut found);
        }
        if found.is_empty() && matches!(list.items, BulkItems::One) {
            found.extend(self.told_anywhere(body));
        }
        found
    }

    /// The first object that tells an outcome.
    fn told_anywhere<'v, 'a>(&self, value: &'v Value<'a>) -> Option<&'v Value<'a>> {
        match value {
            Value::Map(members) if self.outcome.iter().any(|key| members.get(key).is_some()) => Some(value),
            Value::Map(members) => members.iter().find_map(|(_, value)| self.told_anywhere(value)),
            Value::List(items) => items.iter().find_map(|item| self.told_anywhere(item)),
            _ => None,
        }
    }

    /// Whether an entry says that the thing was done.
    fn is_done(&self, entry: &Value<'_>) -> bool {
        let is_true = |key: &&str| entry.get(key).is_some_and(|value| matches!(bool::decode(value), Ok(true)));
        self.outcome.is_empty() || self.outcome.iter().any(is_true)
    }

    /// What an answer, or one entry of it, says was not done: of each thing that was not, and of all that was written
    /// together with it, as variants are with their product.
    pub(crate) fn refusals(&self, fields: &MessageFields, answer: &Value<'_>) -> Vec<ApiError> {
        let mut errors = Vec::new();
        self.collect(fields, answer, "", &mut errors);
        errors
    }

    fn collect(&self, fields: &MessageFields, value: &Value<'_>, place: &str, errors: &mut Vec<ApiError>) {
        match value {
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.collect(fields, item, &format!("{place}[{at}]"), errors);
                }
            }
            Value::Map(members) => {
                let messages = members.get(self.messages).and_then(Value::as_list).unwrap_or_default();
                let is_refusing = |message: &&Value<'_>| {
                    let level = message.get(fields.level).and_then(Value::as_str);
                    level.is_some_and(|level| fields.refusing.contains(&level))
                };
                let known = errors.len();
                errors.extend(messages.iter().filter(is_refusing).map(|message| api_error(fields, message, place)));
                let is_false =
                    |key: &&&str| members.get(key).is_some_and(|value| matches!(bool::decode(value), Ok(false)));
                let said = errors.len() > known;
                match self.outcome.iter().find(is_false).filter(|_| !said) {
                    // Some messages have no level.
                    Some(_) if !messages.is_empty() => {
                        errors.extend(messages.iter().map(|message| api_error(fields, message, place)));
                    }
                    Some(name) => {
                        errors.push(ApiError::new(None, format!("`{name}` is false"), Some(place.to_owned())))
                    }
                    None => {}
                }
                for (key, value) in members.iter().filter(|(key, _)| *key != self.messages) {
                    let inner = if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
                    self.collect(fields, value, &inner, errors);
                }
            }
            _ => {}
        }
    }
}

/// What stands at a path, where `*` is every item: the items of a list, or the one thing.
fn each<'v, 'a>(value: &'v Value<'a>, path: &str, found: &mut Vec<&'v Value<'a>>) {
    let (step, rest) = path.split_once('/').unwrap_or((path, ""));
    match (step, value) {
        ("" | "*", Value::List(items)) if rest.is_empty() => found.extend(items),
        ("*", Value::List(items)) => items.iter().for_each(|item| each(item, rest, found)),
        ("", Value::Map(members)) => {
            // PHP writes a list that has lost members as an object with numbers for keys.
            let numbered = !members.is_empty() && members.iter().all(|(key, _)| key.parse::<u32>().is_ok());
            match numbered {
                true => found.extend(members.iter().map(|(_, item)| item)),
                false => found.push(value),
            }
        }
        ("" | "*", _) => {}
        (step, value) => value.get(step).into_iter().for_each(|value| each(value, rest, found)),
    }
}

/// The place that a name such as `data[3]`, `/data/3/code` or `3` gives.
fn place_in(name: &str) -> Option<usize> {
    name.split(['[', ']', '/', '.']).find_map(|step| step.parse().ok())
}

fn api_error(fields: &MessageFields, message: &Value<'_>, place: &str) -> ApiError {
    let text = |member| message.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let property = text(fields.about)
        .map(|property| if place.is_empty() { property.to_owned() } else { format!("{place}.{property}") });
    let place = property.unwrap_or_else(|| place.to_owned());
    ApiError::new(text(fields.level).map(str::to_owned), text(fields.text).unwrap_or("refused").to_owned(), Some(place))
}

#[cfg(test)]
mod tests {
    use super::{ApiError, Bulk, Fate, MessageFields, Thing, Value};
    use crate::api::{BulkItems, BulkList, NamedBy};

    const LIST: BulkList = BulkList { items: BulkItems::Body("orders"), answers: Some("orders"), keys: &["code"] };

    const FIELDS: MessageFields =
        MessageFields { text: "message", level: "level", refusing: &["error", "fatal_error"], about: "property" };

    const TOLD: Bulk = Bulk { lists: &[LIST], limit: 100, outcome: &["created_yn", "created"], ..Bulk::ONE };

    const NAMED: Bulk =
        Bulk { lists: &[BulkList { answers: None, ..LIST }], errors: &[NamedBy::Key, NamedBy::Place], ..TOLD };

    /// The fates of things with these keys, a letter each: done, refused, or nothing said.
    fn letters(bulk: &Bulk, things: &[(usize, &str)], body: &str, errors: &[&str]) -> String {
        let thing = |(list, key): &(usize, &str)| Thing { list: *list, keys: vec![(*key).to_owned()] };
        let things: Vec<Thing> = things.iter().map(thing).collect();
        let error = |name: &&str| ApiError::new(None, "m".to_owned(), Some((*name).to_owned()));
        let errors: Vec<ApiError> = errors.iter().map(error).collect();
        let body = Value::from_json(body.as_bytes()).unwrap();
        let letter = |fate: &Fate| match fate {
            Fate::Done(_) => 'd',
            Fate::Refused(errors, _) => {
                assert!(!errors.is_empty(), "a refusal without a reason");
                'r'
            }
            Fate::Unsaid => '?',
        };
        bulk.fates(&FIELDS, &things, &body, &errors).iter().map(letter).collect()
    }

    #[test]
    fn what_an_entry_says() {
        // The entry, the errors it stands for, and what became of the thing.
        for (entry, errors, fate) in [
            (r#"{"order_number":"1","created_yn":true,"messages":[]}"#, &[][..], "d"),
            (r#"{"order_number":"1"}"#, &[], "?"),
            ("{}", &[], "?"),
            ("null", &[], "?"),
            (r#""done""#, &[], "?"),
            (r#"{"created_yn":null}"#, &[], "?"),
            (r#"{"created_yn":"soon"}"#, &[], "?"),
            (r#"{"created":1}"#, &[], "d"),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"warning"},{"message":"m"}]}"#, &[], "d"),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"error"}]}"#, &["error: m (orders[0])"], "r"),
            (
                r#"{"created_yn":false,"messages":[{"property":"vat","message":"m","level":"fatal_error"}]}"#,
                &["fatal_error: m (orders[0].vat)"],
                "r",
            ),
            (r#"{"created_yn":"0","messages":null}"#, &["`created_yn` is false (orders[0])"], "r"),
            (r#"{"created":false}"#, &["`created` is false (orders[0])"], "r"),
            (r#"{"created":false,"messages":[{"message":"m","line":3}]}"#, &["m (orders[0])"], "r"),
            (
                r#"{"created_yn":true,"variants":[{"created_yn":true},{"created_yn":false}]}"#,
                &["`created_yn` is false (orders[0].variants[1])"],
                "r",
            ),
        ] {
            let answer = format!(r#"{{"orders":[{entry}]}}"#);
            assert_eq!(letters(&TOLD, &[(0, "1")], &answer, &[]), fate, "{entry}");
            let answer = Value::from_json(answer.as_bytes()).unwrap();
            let found: Vec<String> = TOLD.refusals(&FIELDS, &answer).iter().map(ToString::to_string).collect();
            assert_eq!(found, errors, "{entry}");
        }
    }

    #[test]
    fn which_entry_is_about_which_thing() {
        let yes = |code: &str| format!(r#"{{"code":"{code}","created":true}}"#);
        let no = |code: &str| format!(r#"{{"code":"{code}","created":false}}"#);
        let nameless = |done: bool| format!(r#"{{"created":{done}}}"#);
        for (entries, fates) in [
            (vec![yes("a"), no("b"), yes("c")], "drd"),
            (vec![nameless(true), nameless(false), yes("c")], "drd"),
            // In another order, or not all of them: by their names.
            (vec![yes("c"), no("b"), yes("a")], "drd"),
            (vec![yes("c"), no("B")], "?rd"),
            (vec![yes("x"), yes("a")], "d??"),
            (vec![yes("a"), yes("a"), yes("a")], "d??"),
            // Without names there is only the order.
            (vec![nameless(true)], "???"),
            (vec![], "???"),
        ] {
            let answer = format!(r#"{{"orders":[{}]}}"#, entries.join(","));
            assert_eq!(letters(&TOLD, &[(0, "a"), (0, "b"), (0, "c")], &answer, &[]), fates, "{answer}");
        }
        // One object for a list of one, and a list that has become an object.
        assert_eq!(letters(&TOLD, &[(0, "a")], &format!(r#"{{"orders":{}}}"#, yes("a")), &[]), "d");
        let numbered = format!(r#"{{"orders":{{"0":{},"1":{}}}}}"#, yes("a"), no("b"));
        assert_eq!(letters(&TOLD, &[(0, "a"), (0, "b")], &numbered, &[]), "dr");
        for body in ["null", "[]", "{}", r#"{"orders":null}"#, r#"{"orders":"a"}"#] {
            assert_eq!(letters(&TOLD, &[(0, "a"), (0, "b")], body, &[]), "??", "{body}");
        }
    }

    #[test]
    fn entries_of_several_lists() {
        let variants =
            BulkList { items: BulkItems::Body("variants"), answers: Some("orders/*/variants"), keys: &["code"] };
        let lists: &'static [BulkList] = Box::leak(Box::new([LIST, variants]));
        let bulk = Bulk { lists, ..TOLD };
        let things = [(0, "a"), (1, "v"), (1, "w")];
        for (answer, fates) in [
            (
                r#"{"orders":[{"code":"a","created":true}],"variants":[{"code":"v","created":true},{"code":"w","created":false}]}"#,
                "ddr",
            ),
            (
                r#"{"orders":[{"code":"a","created":true},{"code":"x","created":true,"variants":[{"code":"w","created":true}]}]}"#,
                "d?d",
            ),
            (r#"{"orders":[{"code":"a","created":true}]}"#, "d??"),
            (r#"{"orders":[],"variants":[]}"#, "???"),
        ] {
            assert_eq!(letters(&bulk, &things, answer, &[]), fates, "{answer}");
        }
    }

    #[test]
    fn errors_that_name_things() {
        let things = [(0, "a"), (0, "b"), (0, "b"), (0, "7")];
        for (errors, fates) in [
            (&[][..], "dddd"),
            (&["a"], "rddd"),
            (&["data[0]", "/data/1/code"], "rrdd"),
            // A name is a name before it is a place.
            (&["7"], "dddr"),
            (&["3"], "dddr"),
            // Two of one name: which is it?
            (&["b"], "d??d"),
            (&["b", "b"], "drrd"),
            // An error that names nothing may be about anything.
            (&["unknown"], "????"),
            (&["a", "unknown"], "r???"),
            (&["data[9]"], "????"),
        ] {
            assert_eq!(letters(&NAMED, &things, r#"{"data":null}"#, errors), fates, "{errors:?}");
        }
    }
}
