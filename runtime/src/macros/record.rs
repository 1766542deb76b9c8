//! `record!`: an object with known members.
//! The expansion is as small as possible: thousands of members pass through it.

/// Declares a struct that is a JSON object.
///
/// ```
/// use kontrakt_runtime::{Patch, record};
///
/// record! {
///     /// A change of a note.
///     #[derive(Default)]
///     pub struct NoteUpdate {
///         /// Identifier.
///         pub id: i64 = required("id"),
///         /// The new text; null removes it.
///         pub text: Patch<String> = optional("text"),
///         /// Spelled wrongly by the server, read in either spelling.
///         pub transfer: Option<i64> = optional("tranfer", "transfer"),
///     }
/// }
///
/// let note = NoteUpdate { id: 1, text: Patch::Null, ..NoteUpdate::default() };
/// assert_eq!(kontrakt_runtime::to_json(&note), r#"{"id":1,"text":null}"#);
/// ```
///
/// A `required` member is always written; a missing one is an error unless the type is an [`Option`] or a
/// [`Patch`](crate::Patch). An `optional` member is not written while it is `None` or [`Patch::Absent`](crate::Patch).
/// Keys after the first are read too, never written.
///
/// With `: open` after its name, the struct keeps members it does not know in a field `unknown` and writes them back,
/// when this crate has the feature `unknown-fields`; otherwise the field does not exist and they are ignored. Declare such
/// structs `#[non_exhaustive]`.
///
/// The struct implements [`Record`](crate::Record), `Clone`, `Debug` and `PartialEq`; with the feature `serde`, serde's two
/// traits too.
#[macro_export]
macro_rules! record {
    ($(#[$attribute:meta])* pub struct $name:ident: open $members:tt) => {
        $crate::__open_record! { [$(#[$attribute])*] $name $members }
    };
    ($(#[$attribute:meta])* pub struct $name:ident $members:tt) => {
        $crate::__record! { [$(#[$attribute])*] $name [] $members }
    };
}

#[cfg(not(feature = "unknown-fields"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_record {
    ($attributes:tt $name:ident $members:tt) => {
        $crate::__record! { $attributes $name [] $members }
    };
}

#[cfg(feature = "unknown-fields")]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_record {
    ($attributes:tt $name:ident $members:tt) => {
        $crate::__record! { $attributes $name [unknown] $members }
    };
}

// The expansion is what emitted crates consist of, so it is written for the compiler: an `Option` with the error beside it
// and a `match` cost it half of what a `Result` and `?` do, whose traits it would have to look up for every member.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    (
        [$(#[$attribute:meta])*] $name:ident [$($unknown:ident)?] {
            $( $(#[$field_attribute:meta])* pub $field:ident : $type:ty = $presence:ident($key:literal $(, $alias:literal)*) ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq)]
        pub struct $name {
            $( $(#[$field_attribute])* pub $field: $type, )*
            $(
                /// Members that this type does not know.
                pub $unknown: $crate::Unknown,
            )?
        }

        impl $crate::Record for $name {
            #[inline]
            fn read(r: &mut $crate::Reader<'_, '_>) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self {
                    $(
                        $field: match r$(.alias($alias))*.$presence($key) {
                            ::core::option::Option::Some(value) => value,
                            ::core::option::Option::None => return ::core::option::Option::None,
                        },
                    )*
                    $( $unknown: r.unknown(), )?
                })
            }

            #[inline]
            fn write<'a>(&'a self, w: &mut $crate::Writer<'a>) {
                $( w.$presence($key, stringify!($field), &self.$field); )*
                $( w.unknown(&self.$unknown); )?
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::debug(self, stringify!($name), f)
            }
        }

        $crate::__serde!($name);
        $crate::__schema! { $name: generator =>
            $crate::schema::record(generator, &[$( $crate::schema::Member::$presence::<$type>(&[$key $(, $alias)*]) ),*])
        }
    };
}

/// Without the feature, emitted types know nothing of serde.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($name:ident) => {};
}

/// serde's two traits by way of the tree.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($name:ident) => {
        impl<'de> $crate::__private::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::__private::Deserializer<'de>>(from: D) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize(from)
            }
        }

        impl $crate::__private::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::__private::Serializer>(&self, to: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize(self, to)
            }
        }
    };
}

/// Without the feature, types have no schema.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __schema {
    ($($described:tt)*) => {};
}

/// The schema of a type, under its name.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __schema {
    ($name:ident: $generator:ident => $schema:expr) => {
        impl $crate::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            #[allow(unused_variables)]
            fn json_schema($generator: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                $schema
            }
        }

        impl $crate::schema::Described for $name {
            fn describe(generator: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }
    };
}
