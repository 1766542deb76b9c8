//! Paths into values, from the root to a part.
//! Displayed as JSON pointers; in pattern form, `*` stands for indices, so all elements of a list have the same path.

use std::fmt;

use serde_json::Value;

/// A place in a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<ValueStep>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueStep {
    /// Into a member.
    Member(String),
    /// Into an element.
    Element(usize),
}

impl Path {
    /// The path written as members separated by `/`, where a number is a place in a list.
    pub fn of(text: &str) -> Self {
        let steps = text.split('/').filter(|step| !step.is_empty());
        Self(
            steps
                .map(|step| step.parse().map_or_else(|_| ValueStep::Member(step.to_owned()), ValueStep::Element))
                .collect(),
        )
    }

    /// The path one step further.
    pub fn member(&self, name: &str) -> Self {
        self.with(ValueStep::Member(name.to_owned()))
    }

    /// The path one step further.
    pub fn element(&self, index: usize) -> Self {
        self.with(ValueStep::Element(index))
    }

    fn with(&self, step: ValueStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The steps.
    pub fn steps(&self) -> &[ValueStep] {
        &self.0
    }

    /// The value at this place.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            ValueStep::Member(name) => value.get(name),
            ValueStep::Element(index) => value.get(index),
        })
    }

    /// Puts a value at this place, where what holds it is there.
    pub(crate) fn set(&self, value: &mut Value, to: Value) {
        let Some((last, way)) = self.0.split_last() else { return *value = to };
        let holder = way.iter().try_fold(value, |value, step| match step {
            ValueStep::Member(name) => value.get_mut(name),
            ValueStep::Element(index) => value.get_mut(index),
        });
        match (holder, last) {
            (Some(Value::Object(map)), ValueStep::Member(name)) => drop(map.insert(name.clone(), to)),
            (Some(Value::Array(list)), ValueStep::Element(index)) if *index < list.len() => list[*index] = to,
            _ => {}
        }
    }

    /// As JSON pointer with `*` for indices: the same for all elements of a list.
    pub fn pattern(&self) -> String {
        self.render(|_| "*".to_owned())
    }

    fn render(&self, index: impl Fn(usize) -> String) -> String {
        self.0.iter().fold(String::new(), |mut text, step| {
            text.push('/');
            match step {
                ValueStep::Member(name) => text.push_str(&name.replace('~', "~0").replace('/', "~1")),
                ValueStep::Element(at) => text.push_str(&index(*at)),
            }
            text
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|index| index.to_string()))
    }
}

impl From<Vec<ValueStep>> for Path {
    fn from(steps: Vec<ValueStep>) -> Self {
        Self(steps)
    }
}
