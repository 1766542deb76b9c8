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

/// The same step, borrowed from the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepRef<'v> {
    Member(&'v str),
    Element(usize),
}

impl ValueStep {
    pub(super) fn borrow(&self) -> StepRef<'_> {
        match self {
            Self::Member(name) => StepRef::Member(name),
            Self::Element(index) => StepRef::Element(*index),
        }
    }
}

impl StepRef<'_> {
    fn into_owned(self) -> ValueStep {
        match self {
            Self::Member(name) => ValueStep::Member(name.to_owned()),
            Self::Element(index) => ValueStep::Element(index),
        }
    }
}

/// Where a traversal stands: borrowed from the value until a path is wanted.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Root,
    Inside(&'a At<'a>, StepRef<'a>),
    Below(&'a Path),
}

impl<'a> At<'a> {
    /// One step further.
    pub(crate) fn step(&'a self, step: StepRef<'a>) -> Self {
        Self::Inside(self, step)
    }

    /// The way from the root.
    pub(crate) fn path(&self) -> Path {
        match self {
            At::Root => Path::default(),
            At::Below(path) => (*path).clone(),
            At::Inside(up, step) => up.path().with(step.into_owned()),
        }
    }
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
        self.clone().with(ValueStep::Member(name.to_owned()))
    }

    /// The path one step further.
    pub fn element(&self, index: usize) -> Self {
        self.clone().with(ValueStep::Element(index))
    }

    fn with(mut self, step: ValueStep) -> Self {
        self.0.push(step);
        self
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
