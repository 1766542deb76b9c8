//! How a parameter is written on the wire: what its style, `explode` and the type of its value come to.
//! Whoever sends, reads, compares or exports parameters takes it from here.

use super::{Contract, Location, Parameter, SchemaId, Slot, Type, Types};

/// How values of a parameter are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Serialization {
    /// What stands before the value.
    pub lead: Lead,
    /// The value itself.
    pub form: Form,
}

/// What stands before a value in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lead {
    /// Nothing.
    Nothing,
    /// A dot: `style: label`.
    Dot,
    /// A semicolon, the name and `=`: `style: matrix`.
    Semicolon,
}

/// What a value looks like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One text: `color=blue`.
    Text,
    /// A text for each element, each with the name: `color=blue&color=black`.
    Repeated,
    /// The elements joined by a text: `color=blue,black`.
    Joined(String),
    /// Members and their values in turn, joined by a text: `color=R,100,G,200`.
    Alternating(String),
    /// Members with their values, joined by a text: `R=100,G=200`.
    Pairs(String),
    /// Each member under its own name: `R=100&G=200`. The name of the parameter is not written at all.
    Members,
    /// Each member under its name in brackets: `color[R]=100&color[G]=200`.
    Brackets,
    /// Text of a media type, such as JSON.
    Content(String),
}

/// Something that stands in the query or in a cookie under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The name as it is written.
    pub name: String,
    /// What its value must satisfy.
    pub schema: Slot,
    /// Whether it must be there.
    pub required: bool,
}

impl Serialization {
    /// How values of a schema are written in the place and style of a parameter.
    pub fn of(contract: &Contract, parameter: &Parameter, schema: SchemaId) -> Self {
        let lead = match (parameter.location, parameter.style.as_str()) {
            (Location::Path, "label") => Lead::Dot,
            (Location::Path, "matrix") => Lead::Semicolon,
            _ => Lead::Nothing,
        };
        if let Some(media) = &parameter.media_type {
            return Self { lead: Lead::Nothing, form: Form::Content(super::essence(media)) };
        }
        let types = contract.possible_types(schema);
        let joint = match parameter.style.as_str() {
            "spaceDelimited" => " ",
            "pipeDelimited" => "|",
            "label" if parameter.explode => ".",
            _ => ",",
        };
        let joint = || parameter.hints.delimiter.clone().unwrap_or_else(|| joint.to_owned());
        // Where each element or member is written for itself.
        let alone = parameter.explode && !matches!(parameter.style.as_str(), "simple" | "label");
        let form = match parameter.style.as_str() {
            "deepObject" if types.contains(Type::Object) => Form::Brackets,
            _ if types.contains(Type::Array) => match alone && parameter.hints.delimiter.is_none() {
                true => Form::Repeated,
                false => Form::Joined(joint()),
            },
            _ if types.contains(Type::Object) && types != Types::ANY => match (alone, parameter.explode) {
                (true, _) => Form::Members,
                (false, true) => Form::Pairs(joint()),
                (false, false) => Form::Alternating(joint()),
            },
            _ => Form::Text,
        };
        Self { lead, form }
    }
}

impl Parameter {
    /// How its values are written.
    pub fn serialization(&self, contract: &Contract) -> Serialization {
        Serialization::of(contract, self, self.schema)
    }

    /// Everything that is written under a name of its own when it is sent: itself, or its members.
    pub fn sent(&self, contract: &Contract) -> Vec<Sent> {
        let form = self.serialization(contract).form;
        let named = |member: &str| match form {
            Form::Brackets => format!("{}[{member}]", self.name),
            _ => member.to_owned(),
        };
        match form {
            Form::Members | Form::Brackets => {
                let object = contract.merged(self.schema);
                let sent = |(member, slot): &(String, Slot)| Sent {
                    name: named(member),
                    schema: slot.clone(),
                    required: self.required && object.requires(member),
                };
                object.properties.iter().map(sent).collect()
            }
            _ => vec![Sent { name: self.name.clone(), schema: vec![self.schema], required: self.required }],
        }
    }

    /// What members must satisfy whose names are not listed, where the parameter is a map that has such members.
    pub fn other_members(&self, contract: &Contract) -> Option<Slot> {
        let object = contract.merged(self.schema);
        let map = !object.additional.is_empty() || object.properties.is_empty() && !object.is_closed();
        let spread = matches!(self.serialization(contract).form, Form::Members | Form::Brackets);
        (map && spread).then(|| object.additional.clone())
    }
}

impl Contract {
    /// Types that values of a schema may have, null aside, its alternatives looked into.
    pub fn possible_types(&self, id: SchemaId) -> Types {
        fn of(contract: &Contract, id: SchemaId, depth: usize) -> Types {
            let merged = contract.merged(id);
            if depth > 8 || merged.unions.is_empty() || merged.types.is_some() {
                return match (merged.types, &merged.values) {
                    (None, Some((values, _))) => values.iter().map(Type::of).collect(),
                    _ if merged.types.is_none() && !merged.properties.is_empty() => Types::from_iter([Type::Object]),
                    _ if merged.types.is_none() && !merged.items.is_empty() => Types::from_iter([Type::Array]),
                    _ => merged.plain_types(),
                };
            }
            let each = merged.unions.iter().flat_map(|union| &union.alternatives);
            each.flat_map(|one| of(contract, *one, depth + 1).iter()).collect()
        }
        of(self, id, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Lead};
    use crate::contract::Contract;
    use crate::document::Document;

    fn contract(parameters: &str) -> Contract {
        let text = format!("openapi: 3.1.0\npaths:\n  '/a/{{p}}':\n    get:\n      parameters: [{parameters}]\n");
        Contract::read(&Document::parse("t.yaml", text).unwrap()).unwrap()
    }

    #[test]
    fn styles_of_the_standard() {
        let list = "schema: {type: array, items: {type: string}}";
        let object = "schema: {type: object, properties: {R: {type: integer}, G: {type: integer}}}";
        let joined = |text: &str| Form::Joined(text.to_owned());
        let alternating = |text: &str| Form::Alternating(text.to_owned());
        let pairs = |text: &str| Form::Pairs(text.to_owned());
        let rows = [
            ("query", "schema: {type: string}", Lead::Nothing, Form::Text),
            ("query", "style: spaceDelimited, schema: {type: string}", Lead::Nothing, Form::Text),
            ("query", "", Lead::Nothing, Form::Repeated),
            ("query", list, Lead::Nothing, Form::Repeated),
            ("query", &format!("explode: false, {list}"), Lead::Nothing, joined(",")),
            ("query", &format!("style: spaceDelimited, {list}"), Lead::Nothing, joined(" ")),
            ("query", &format!("style: pipeDelimited, {list}"), Lead::Nothing, joined("|")),
            ("query", &format!("style: pipeDelimited, explode: true, {list}"), Lead::Nothing, Form::Repeated),
            ("query", &format!("explode: false, x-delimiter: ';', {list}"), Lead::Nothing, joined(";")),
            ("query", object, Lead::Nothing, Form::Members),
            ("query", &format!("explode: false, {object}"), Lead::Nothing, alternating(",")),
            ("query", &format!("style: spaceDelimited, {object}"), Lead::Nothing, alternating(" ")),
            ("query", &format!("style: deepObject, {object}"), Lead::Nothing, Form::Brackets),
            (
                "query",
                "content: {application/json: {schema: {type: object}}}",
                Lead::Nothing,
                Form::Content("application/json".into()),
            ),
            ("header", list, Lead::Nothing, joined(",")),
            ("header", object, Lead::Nothing, alternating(",")),
            ("header", &format!("explode: true, {object}"), Lead::Nothing, pairs(",")),
            ("cookie", object, Lead::Nothing, Form::Members),
            ("path", "schema: {type: string}", Lead::Nothing, Form::Text),
            ("path", list, Lead::Nothing, joined(",")),
            ("path", "style: label, schema: {type: string}", Lead::Dot, Form::Text),
            ("path", &format!("style: label, {list}"), Lead::Dot, joined(",")),
            ("path", &format!("style: label, explode: true, {list}"), Lead::Dot, joined(".")),
            ("path", &format!("style: label, explode: true, {object}"), Lead::Dot, pairs(".")),
            ("path", "style: matrix, schema: {type: string}", Lead::Semicolon, Form::Text),
            ("path", &format!("style: matrix, {list}"), Lead::Semicolon, joined(",")),
            ("path", &format!("style: matrix, explode: true, {list}"), Lead::Semicolon, Form::Repeated),
            ("path", &format!("style: matrix, explode: true, {object}"), Lead::Semicolon, Form::Members),
            ("path", &format!("style: matrix, {object}"), Lead::Semicolon, alternating(",")),
        ];
        for (place, rest, lead, form) in rows {
            let other = if place == "path" { "" } else { "{name: p, in: path, required: true}, " };
            let name = if place == "path" { "p" } else { "color" };
            let contract = contract(&format!("{other}{{name: {name}, in: {place}, required: true, {rest}}}"));
            let parameter = contract.operations[0].parameters.last().unwrap();
            let written = parameter.serialization(&contract);
            assert_eq!((written.lead, written.form), (lead, form), "{place} {rest}");
        }
    }

    #[test]
    fn members_have_names_of_their_own() {
        let object = "schema: {type: object, required: [R], properties: {R: {type: integer}, G: {type: integer}}}";
        for (rest, expected) in [
            (object.to_owned(), vec![("R", true), ("G", false)]),
            (format!("style: deepObject, {object}"), vec![("color[R]", true), ("color[G]", false)]),
            (format!("explode: false, {object}"), vec![("color", true)]),
            ("schema: {type: integer}".to_owned(), vec![("color", true)]),
        ] {
            let contract = contract(&format!(
                "{{name: p, in: path, required: true}}, {{name: color, in: query, required: true, {rest}}}"
            ));
            let sent = contract.operations[0].parameters[1].sent(&contract);
            let names: Vec<(&str, bool)> = sent.iter().map(|one| (one.name.as_str(), one.required)).collect();
            assert_eq!(names, expected, "{rest}");
        }
    }
}
