//! `open_enum!`, `closed_enum!` and `union!`: one value out of several.
//! What a server may extend is open: a value nobody knew at the time of writing is kept and written back.

/// Declares an enum of texts that keeps texts it does not know. It may grow, so a match needs a last arm `_`.
///
/// ```
/// kontrakt_runtime::open_enum! {
///     /// Whether stock may fall below zero.
///     pub enum NegativeStock {
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
/// After the name `: i64` says that the server has the values as numbers.
///
/// ```
/// kontrakt_runtime::open_enum! {
///     /// How it is paid.
///     pub enum Payment: i64 {
///         /// In cash.
///         Cash = "3",
///     }
/// }
///
/// assert_eq!(serde_json::from_str::<Payment>("3")?, Payment::Cash);
/// assert_eq!(serde_json::to_string(&Payment::Cash)?, "3");
/// assert_eq!(serde_json::to_string(&Payment::from("7"))?, "7");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident $(: $written:ident)? {
            $( $(#[$variant_attribute:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
            /// A value this version does not know.
            Unknown(::std::boxed::Box<str>),
        }

        #[allow(deprecated)]
        impl $name {
            /// The text that the server knows the value by.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Unknown(text) => text,
                }
            }
        }

        #[allow(deprecated)]
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )*
                    text => Self::Unknown(text.into()),
                }
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl $crate::Decode for $name {
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                $crate::__private::text(value).map(|text| Self::from(&*text))
            }

            /// Only texts it knows: in a union, another variant may know the text.
            fn accepts(value: &$crate::Value<'_>) -> bool {
                $crate::__listed!(value $(, $written)?)
                    .is_some_and(|text| !::core::matches!(Self::from(&*text), Self::Unknown(_)))
            }
        }

        $crate::__text!($name $(: $written)?);
        $crate::__serde!($name);
        $crate::__schema! { $name: generator => $crate::__known!(&[$($text),*], true $(, $written)?) }
    };
}

/// Declares an enum of texts that refuses texts it does not know: for what is only sent.
#[macro_export]
macro_rules! closed_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident $(: $written:ident)? {
            $( $(#[$variant_attribute:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
        }

        #[allow(deprecated)]
        impl $name {
            const TEXTS: &'static [&'static str] = &[$($text),*];

            /// The text that the server knows the value by.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $( Self::$variant => $text, )*
                }
            }
        }

        #[allow(deprecated)]
        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownText;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                match text {
                    $( $text => ::core::result::Result::Ok(Self::$variant), )*
                    _ => ::core::result::Result::Err($crate::UnknownText::new(Self::TEXTS)),
                }
            }
        }

        impl $crate::Decode for $name {
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                let text = $crate::__private::text(value)?;
                text.parse().map_err(|unknown: $crate::UnknownText| unknown.in_value(value))
            }

            fn accepts(value: &$crate::Value<'_>) -> bool {
                $crate::__listed!(value $(, $written)?).is_some_and(|text| Self::TEXTS.contains(&&*text))
            }
        }

        $crate::__text!($name $(: $written)?);
        $crate::__serde!($name);
        $crate::__schema! { $name: generator => $crate::__known!(Self::TEXTS, false $(, $written)?) }
    };
}

/// What both kinds of enum can do once they have `as_str`.
#[doc(hidden)]
#[macro_export]
macro_rules! __text {
    ($name:ident $(: $written:ident)?) => {
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Encode for $name {
            fn encode(&self) -> $crate::Value<'_> {
                $crate::__written!(self.as_str() $(, $written)?)
            }
        }

        impl $crate::Param for $name {
            fn each(&self, each: &mut dyn FnMut(&str)) {
                each(self.as_str());
            }
        }
    };
}

/// A value of an enum as the server takes it: a text, or the number in the text.
#[doc(hidden)]
#[macro_export]
macro_rules! __written {
    ($text:expr) => {
        $crate::Value::from($text)
    };
    ($text:expr, i64) => {
        $crate::__private::number($text)
    };
}

/// The text of a value that may be one of an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __listed {
    ($value:ident) => {
        $value.as_str()
    };
    ($value:ident, i64) => {
        $crate::__private::text($value).ok()
    };
}

/// The JSON Schema of an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __known {
    ($texts:expr, $open:expr) => {
        $crate::schema::texts($texts, $open)
    };
    ($texts:expr, $open:expr, i64) => {
        $crate::schema::numbers($texts, $open)
    };
}

/// Declares an enum of types, of which the first that fits the kind of the JSON value is read. Anything that fits none is
/// kept in a last variant `Other`.
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
/// assert_eq!(serde_json::from_str::<Size>("12")?, Size::Pixels(12));
/// assert_eq!(serde_json::from_str::<Size>(r#""12""#)?, Size::Name("12".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! union {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $( $(#[$variant_attribute:meta])* $variant:ident($type:ty) ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant($type), )*
            /// None of the above.
            Other($crate::Json),
        }

        #[allow(deprecated)]
        impl $crate::Decode for $name {
            fn decode(value: &$crate::Value<'_>) -> ::core::result::Result<Self, $crate::DecodeError> {
                $(
                    if let ::core::option::Option::Some(read) = $crate::__private::variant(value) {
                        return ::core::result::Result::Ok(Self::$variant(read));
                    }
                )*
                $crate::Decode::decode(value).map(Self::Other)
            }
        }

        #[allow(deprecated)]
        impl $crate::Encode for $name {
            fn encode(&self) -> $crate::Value<'_> {
                match self {
                    $( Self::$variant(value) => $crate::Encode::encode(value), )*
                    Self::Other(value) => $crate::Encode::encode(value),
                }
            }
        }

        $(
            #[allow(deprecated)]
            impl ::core::convert::From<$type> for $name {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        $crate::__serde!($name);
        $crate::__schema! { $name: generator => $crate::schema::union(generator, &[$( $crate::schema::whole::<$type> ),*]) }
    };
}
