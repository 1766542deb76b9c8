//! `open_enum!`, `closed_enum!` and `union!`: one value out of several.
//! Enums of answers are open: unknown values are kept and written back.

/// Declares an enum of texts that keeps texts it does not know. It may grow, so a match needs a last arm `_`.
///
/// ```
/// kontrakt_runtime::open_enum! {
///     /// Whether stock may fall below zero.
///     pub enum NegativeStock: text {
///         /// It may.
///         Allowed = "allowed",
///         /// The product is hidden instead.
///         Hidden = "no-show-product",
///     }
/// }
///
/// assert_eq!(NegativeStock::from("allowed"), NegativeStock::Allowed);
/// assert_eq!(NegativeStock::from("something-new").as_str(), "something-new");
/// ```
///
/// With `number` in place of `text`, the server has the values as numbers.
///
/// ```
/// use kontrakt_runtime::{from_json, to_json};
///
/// kontrakt_runtime::open_enum! {
///     /// How it is paid.
///     pub enum Payment: number {
///         /// In cash.
///         Cash = "3",
///     }
/// }
///
/// assert_eq!(from_json::<Payment>("3")?, Payment::Cash);
/// assert_eq!(to_json(&Payment::Cash), "3");
/// assert_eq!(to_json(&Payment::from("7")), "7");
/// # Ok::<(), kontrakt_runtime::DecodeError>(())
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident: $kind:ident {
            $( $(#[$variant_attribute:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[non_exhaustive]
        #[derive(Clone, Debug)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
            /// A value this version does not know.
            Unknown(::std::boxed::Box<str>),
        }

        impl $name {
            /// The text that the server knows the value by.
            #[must_use]
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )*
                    text => Self::Unknown(text.into()),
                }
            }
        }

        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl $crate::Decode for $name {
            #[inline]
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                $crate::__private::open(value)
            }

            /// Only texts it knows: in a union, another variant may know the text.
            #[inline]
            fn accepts(value: &$crate::Value<'_>) -> bool {
                $crate::__private::$kind::lists(&[$($text),*], value)
            }

            $crate::__made_up! { variant $($variant)* }
        }

        $crate::__enum!($name $kind);
        $crate::__schema! { $name: generator => $crate::__private::$kind::schema(&[$($text),*], true) }
    };
}

/// Declares an enum of texts that refuses texts it does not know: for what is only sent.
#[macro_export]
macro_rules! closed_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident: $kind:ident {
            $( $(#[$variant_attribute:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
        }

        impl $name {
            const TEXTS: &'static [&'static str] = &[$($text),*];

            /// The text that the server knows the value by.
            #[must_use]
            #[inline]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $( Self::$variant => $text, )*
                }
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownText;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                match text {
                    $( $text => ::core::result::Result::Ok(Self::$variant), )*
                    _ => ::core::result::Result::Err($crate::UnknownText::new(Self::TEXTS)),
                }
            }
        }

        impl $crate::Decode for $name {
            #[inline]
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                $crate::__private::closed(value)
            }

            #[inline]
            fn accepts(value: &$crate::Value<'_>) -> bool {
                $crate::__private::$kind::lists(Self::TEXTS, value)
            }

            $crate::__made_up! { variant $($variant)* }
        }

        $crate::__enum!($name $kind);
        $crate::__schema! { $name: generator => $crate::__private::$kind::schema(Self::TEXTS, false) }
    };
}

/// What both kinds of enum can do once they have `as_str`.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum {
    ($name:ident $kind:ident) => {
        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Encode for $name {
            #[inline]
            fn encode(&self) -> $crate::Value<'_> {
                $crate::__private::$kind::written(self.as_str())
            }
        }

        impl $crate::Param for $name {
            #[inline]
            fn each(&self, each: &mut dyn ::core::ops::FnMut(&str)) {
                $crate::__private::each(self.as_str(), each);
            }
        }

        $crate::__serde!($name);
    };
}

/// Declares an enum of types. A value is read as the one that its tags name; where they name several or there are none,
/// as the one that keeps most of it, and of those as the first. Anything that fits none, or of which several keep a part
/// and none the whole, is kept as it came in a last variant `Other`: [`Json::to`](crate::Json::to) reads it.
///
/// ```
/// kontrakt_runtime::union! {
///     /// A size, in pixels or by name.
///     pub enum Size {
///         /// Pixels.
///         Pixels(i64),
///         /// Name.
///         Name(String),
///     }
/// }
///
/// assert_eq!(kontrakt_runtime::from_json::<Size>("12")?, Size::Pixels(12));
/// assert_eq!(kontrakt_runtime::from_json::<Size>(r#""12""#)?, Size::Name("12".to_owned()));
/// # Ok::<(), kontrakt_runtime::DecodeError>(())
/// ```
///
/// A tag is a member, or a path of members separated by `/`, with the values that it has in an alternative. An alternative
/// is none of a value whose member has another one:
///
/// ```
/// # use kontrakt_runtime::{from_json, record, to_json, union};
/// # record! { /// A cat.
/// #     pub struct Cat { /// Kind.
/// #         pub kind: String = required("kind") } }
/// # record! { /// A dog.
/// #     pub struct Dog { /// Kind.
/// #         pub kind: String = required("kind") } }
/// union! {
///     /// A pet.
///     pub enum Pet {
///         /// Meows.
///         Cat(Cat) where "kind" = "cat" | "kitten",
///         /// Barks.
///         Dog(Dog) where "kind" = "dog",
///     }
/// }
///
/// assert!(matches!(from_json::<Pet>(r#"{"kind":"dog"}"#)?, Pet::Dog(_)));
/// let unknown = from_json::<Pet>(r#"{"kind":"cow","milk":7}"#)?;
/// assert!(matches!(unknown, Pet::Other(_)));
/// assert_eq!(to_json(&unknown), r#"{"kind":"cow","milk":7}"#);
/// # Ok::<(), kontrakt_runtime::DecodeError>(())
/// ```
#[macro_export]
macro_rules! union {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $(
                $(#[$variant_attribute:meta])*
                $variant:ident($type:ty) $(where $($path:literal = $($text:literal)|+)&&+)?
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant($type), )*
            /// None of the above.
            Other($crate::Json),
        }

        impl $name {
            const ALTERNATIVES: &'static [$crate::__private::Alternative<Self>] = &[
                $(
                    $crate::__private::Alternative {
                        tags: &[$($( ($path, &[$($text),+]) ),+)?],
                        accepts: <$type as $crate::Decode>::accepts,
                        read: |value| $crate::__private::read(value).map(Self::$variant),
                    },
                )*
            ];
        }

        impl $crate::Decode for $name {
            #[inline]
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                match $crate::__private::choose(value, Self::ALTERNATIVES) {
                    ::core::option::Option::Some(read) => ::core::result::Result::Ok(read),
                    ::core::option::Option::None => $crate::Decode::decode(value).map(Self::Other),
                }
            }

            /// Only what is one of the alternatives: in another union, another one may know it.
            #[inline]
            fn accepts(value: &$crate::Value<'_>) -> bool {
                $crate::__private::choose(value, Self::ALTERNATIVES).is_some()
            }

            $crate::__made_up! { alternative $($variant [$type])* }
        }

        impl $crate::Encode for $name {
            #[inline]
            fn encode(&self) -> $crate::Value<'_> {
                match self {
                    $( Self::$variant(value) => $crate::Encode::encode(value), )*
                    Self::Other(value) => $crate::Encode::encode(value),
                }
            }
        }

        // A union may hold itself.
        impl $crate::Decode for ::std::boxed::Box<$name> {
            #[inline]
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                $crate::Decode::decode(value).map(Self::new)
            }

            #[inline]
            fn accepts(value: &$crate::Value<'_>) -> bool {
                <$name as $crate::Decode>::accepts(value)
            }

            $crate::__made_up! { boxed $name }
        }

        impl $crate::Encode for ::std::boxed::Box<$name> {
            #[inline]
            fn encode(&self) -> $crate::Value<'_> {
                <$name as $crate::Encode>::encode(self)
            }
        }

        $(
            impl ::core::convert::From<$type> for $name {
                #[inline]
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        $crate::__serde!($name);
        $crate::__schema! { $name: generator => $crate::schema::union(generator, &[$( $crate::schema::whole::<$type> ),*]) }
    };
}

/// Without the feature, nothing is made up.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __made_up {
    ($($made_up:tt)*) => {};
}

/// The first variant, for tests.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __made_up {
    (variant $first:ident $($more:ident)*) => {
        #[inline]
        fn made_up(_: &str) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(Self::$first)
        }
    };
    (alternative $first:ident [$type:ty] $($more:tt)*) => {
        #[inline]
        fn made_up(name: &str) -> ::core::option::Option<Self> {
            let first = <$type as $crate::Decode>::made_up(name).map(Self::$first);
            first.and_then(|first| $crate::__private::tagged(first, Self::ALTERNATIVES))
        }
    };
    (boxed $name:ident) => {
        #[inline]
        fn made_up(name: &str) -> ::core::option::Option<Self> {
            <$name as $crate::Decode>::made_up(name).map(Self::new)
        }
    };
    ($kind:ident) => {};
}
