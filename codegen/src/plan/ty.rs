//! Rust types and arguments as values; `emit` spells them.
//! The parameter `Id` identifies emitted types: drafts while types have no names, then types of the plan.

use std::fmt;

use crate::contract::Location;

/// One of [`Plan::types`](super::Plan::types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) usize);

/// A Rust type.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty<Id = TypeId> {
    /// A value without members, or of which nothing is known.
    Scalar(Scalar),
    /// A type that is emitted.
    Named(Id),
    /// `Vec`
    List(Box<Ty<Id>>),
    /// `Map`
    Map(Box<Ty<Id>>),
    /// `Option`
    Optional(Box<Ty<Id>>),
    /// `Patch`
    Patch(Box<Ty<Id>>),
    /// `Box`, where a type would contain itself.
    Boxed(Box<Ty<Id>>),
}

/// A type of the standard library or the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number, its digits kept.
    Number,
    /// A boolean.
    Boolean,
    /// A decimal written as text.
    Decimal,
    /// A decimal written as text with this many digits after the point.
    Fixed(u32),
    /// A day.
    Date,
    /// A time with an offset.
    DateTime,
    /// A time with an offset in the basic form of ISO 8601.
    CompactDateTime,
    /// A time without an offset.
    LocalDateTime,
    /// Seconds since 1970.
    UnixTime,
    /// Text that is never shown.
    Secret,
    /// The part of an error's place that names what it is about.
    Instance,
    /// Text, number or boolean.
    Mixed,
    /// Any JSON value.
    Json,
}

impl<Id: Copy> Ty<Id> {
    /// A list of this.
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// A map to this.
    pub fn map_of(self) -> Self {
        Self::Map(Box::new(self))
    }

    /// This, or nothing.
    pub fn optional(self) -> Self {
        Self::Optional(Box::new(self))
    }

    /// The type inside, if it is made of another.
    pub fn inner(&self) -> Option<&Self> {
        match self {
            Self::Scalar(_) | Self::Named(_) => None,
            Self::List(inner) | Self::Map(inner) | Self::Optional(inner) | Self::Patch(inner) | Self::Boxed(inner) => {
                Some(inner)
            }
        }
    }

    /// The emitted type inside, if any.
    pub fn named(&self) -> Option<Id> {
        match self {
            Self::Named(id) => Some(*id),
            other => other.inner()?.named(),
        }
    }

    /// The same with other ids.
    pub fn map<To>(&self, id: &impl Fn(Id) -> To) -> Ty<To> {
        let boxed = |inner: &Self| Box::new(inner.map(id));
        match self {
            Self::Scalar(scalar) => Ty::Scalar(*scalar),
            Self::Named(one) => Ty::Named(id(*one)),
            Self::List(inner) => Ty::List(boxed(inner)),
            Self::Map(inner) => Ty::Map(boxed(inner)),
            Self::Optional(inner) => Ty::Optional(boxed(inner)),
            Self::Patch(inner) => Ty::Patch(boxed(inner)),
            Self::Boxed(inner) => Ty::Boxed(boxed(inner)),
        }
    }
}

impl<Id> From<Scalar> for Ty<Id> {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

/// How a method takes a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentTy<Id = TypeId> {
    /// The value itself.
    Owned(Ty<Id>),
    /// A text.
    Str,
    /// A reference to the value.
    Reference(Ty<Id>),
    /// Many of them.
    Slice(Box<ArgumentTy<Id>>),
    /// The content of a file.
    Upload,
    /// The contents of files.
    Uploads,
}

impl<Id> ArgumentTy<Id> {
    /// How a scalar is taken.
    pub fn of_scalar(scalar: Scalar) -> Self {
        if scalar == Scalar::String { Self::Str } else { Self::Owned(scalar.into()) }
    }
}

impl<Id: Copy> ArgumentTy<Id> {
    /// How a value of a path, query, header or form is taken: a text is borrowed, and so is a list.
    pub fn of_value(ty: Ty<Id>) -> Self {
        match ty {
            Ty::List(inner) => Self::Slice(Box::new(Self::of_value(*inner))),
            Ty::Scalar(scalar) => Self::of_scalar(scalar),
            other => Self::Owned(other),
        }
    }

    /// How a value that is written as JSON is taken: by reference.
    pub fn of_json(ty: Ty<Id>) -> Self {
        match ty {
            Ty::List(inner) => Self::Slice(Box::new(Self::Owned(*inner))),
            other => Self::Reference(other),
        }
    }

    /// The type of the value that is taken; none for a file.
    pub fn value(&self) -> Option<Ty<Id>> {
        match self {
            Self::Owned(ty) | Self::Reference(ty) => Some(ty.clone()),
            Self::Str => Some(Scalar::String.into()),
            Self::Slice(inner) => inner.value().map(Ty::list),
            Self::Upload | Self::Uploads => None,
        }
    }

    /// The emitted type inside, if any.
    pub fn named(&self) -> Option<Id> {
        match self {
            Self::Owned(ty) | Self::Reference(ty) => ty.named(),
            Self::Slice(inner) => inner.named(),
            Self::Str | Self::Upload | Self::Uploads => None,
        }
    }

    /// The same with other ids.
    pub fn map<To>(&self, id: &impl Fn(Id) -> To) -> ArgumentTy<To> {
        match self {
            Self::Owned(ty) => ArgumentTy::Owned(ty.map(id)),
            Self::Str => ArgumentTy::Str,
            Self::Reference(ty) => ArgumentTy::Reference(ty.map(id)),
            Self::Slice(inner) => ArgumentTy::Slice(Box::new(inner.map(id))),
            Self::Upload => ArgumentTy::Upload,
            Self::Uploads => ArgumentTy::Uploads,
        }
    }
}

/// Where the value of an argument goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentPlace {
    /// A variable of the path.
    Path(String),
    /// A parameter of the query; a list repeats it.
    Query(String),
    /// A parameter of the query, written as JSON; a list repeats it.
    QueryJson(String),
    /// A parameter of the query: a list as one text.
    Joined {
        /// Name of the parameter.
        name: String,
        /// What stands between the elements.
        separator: String,
    },
    /// A parameter of the query: a boolean as `1` or `0`.
    Flag(String),
    /// A header.
    Header(String),
    /// A cookie.
    Cookie(String),
    /// A variable of the path after a dot (`label`).
    Label {
        /// Name of the variable.
        name: String,
        /// What stands between the elements of a list.
        separator: String,
    },
    /// A variable of the path as `;name=value` (`matrix`).
    Matrix {
        /// Name of the variable.
        name: String,
        /// Whether the name stands before each element of a list.
        each: bool,
    },
    /// A parameter of any place, written as JSON.
    Json(Location, String),
    /// An object in the query, each member a parameter of its own.
    Members(String),
    /// An object in the query, keys and values as one text.
    Flat(String),
    /// An object in the query, each member in brackets after the name.
    Deep(String),
    /// The body as a form of keys and values: the members whose own members stand in brackets, and those whose lists are
    /// one text.
    Pairs {
        /// Names of members, a blank between them.
        deep: String,
        /// Likewise.
        joined: String,
    },
    /// The body, a text of this media type.
    Text(String),
    /// The body, bytes of this media type.
    Raw(String),
    /// A field of a form once per element of a list.
    FormEach(String),
    /// A field of a form, written as JSON.
    FormJson(String),
    /// Files in a form, all under one name.
    Files(String),
    /// The JSON body, or a member of it.
    Body(MemberPath),
    /// A field of a form.
    Form(String),
    /// A file in a form.
    File(String),
}

impl fmt::Display for ArgumentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(name) | Self::Label { name, .. } | Self::Matrix { name, .. } => write!(f, "path {name}"),
            Self::Query(name)
            | Self::QueryJson(name)
            | Self::Joined { name, .. }
            | Self::Flag(name)
            | Self::Members(name)
            | Self::Flat(name)
            | Self::Deep(name) => write!(f, "query {name}"),
            Self::Json(location, name) => write!(f, "{} {name}", location.name()),
            Self::Cookie(name) => write!(f, "cookie {name}"),
            Self::Pairs { .. } | Self::Text(_) | Self::Raw(_) => f.write_str("body"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body(path) if path.is_empty() => f.write_str("body"),
            Self::Body(path) => write!(f, "body {path}"),
            Self::Form(name) | Self::File(name) | Self::FormEach(name) | Self::FormJson(name) | Self::Files(name) => {
                write!(f, "form {name}")
            }
        }
    }
}

/// Members that lead from a JSON value into it, written with `/` between them; the value itself when there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberPath(pub Vec<String>);

impl MemberPath {
    /// Whether it leads nowhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for MemberPath {
    fn from(path: &str) -> Self {
        Self(path.split('/').filter(|member| !member.is_empty()).map(str::to_owned).collect())
    }
}

impl fmt::Display for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}
