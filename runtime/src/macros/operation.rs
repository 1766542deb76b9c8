//! `operation!` and `resource!`: the methods of a client.
//! Each operation becomes a method, a request type, and one setter per optional parameter.

/// Declares a resource: what operations are methods of.
#[macro_export]
macro_rules! resource {
    ($(#[$attribute:meta])* pub $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        pub struct $name {
            session: $crate::Session,
        }

        impl ::core::convert::From<&$crate::Session> for $name {
            fn from(session: &$crate::Session) -> Self {
                Self { session: session.clone() }
            }
        }
    };
}

/// Declares an operation as a method of a resource.
///
/// ```
/// # use kontrakt_runtime::{operation, record, resource};
/// # record! { /// Item.
/// #     pub struct Item { /// Code.
/// #         pub code: String = required("code") } }
/// resource! {
///     /// Orders.
///     pub Orders
/// }
///
/// operation! {
///     /// Changes one item of an order.
///     Orders::update_item(code: &str = path("code"), id: i64 = path("id"), body: &Item = json("data")) -> UpdateItem {
///         id: "updateOrderItem",
///         call: PATCH "/api/orders/{code}/item/{id}",
///         answer: Item = "data/item",
///         /// Leaves the stock alone.
///         suppress_stock_movements: bool = query("suppressStockMovements"),
///     }
/// }
/// ```
///
/// The text after `answer: T =` is the path of members to the value; empty for the whole body. `T` is `()`, anything that
/// is [`Decode`](crate::Decode), [`Download`](crate::Download), `Page<T>` (adds `items` and `pages`) or `Job<T>` (adds
/// `submit`); `Page` and `Job` are to be written without a path. A line `repeat: Safe,` or
/// `repeat: Never,` may follow it, and then one for calls that take many things, which adds `send_all`:
/// `bulk: Outcome = split { items: Body("orders"), limit: 100, answers: "orders", outcome: ["done"], messages: "messages" },`
/// with the fields of [`Bulk`](crate::Bulk) and the type of one outcome. Where the call takes one thing, the line is
/// `bulk: judge { answers: "", outcome: ["done"], messages: "messages" },`.
///
/// Arguments stand in: `path("k")`, `query("k")` (a slice repeats the key), `header("k")`, `json("k")` (a member of the
/// body, or the body itself for `""`; always a reference), `query_json("k")` (each item of a slice as JSON text),
/// `joined("k", ";")` (a slice as one text), `flag("k")` (`1` or `0`), `form("k")` and `file("k")` (a text and an
/// [`Upload`](crate::Upload) in a form that is the body).
#[macro_export]
macro_rules! operation {
    (
        $(#[$attribute:meta])*
        $resource:ident::$method:ident($($arguments:tt)*) -> $request:ident {
            id: $id:literal,
            call: $verb:ident $path:literal,
            answer: Page<$item:ty> = $value:literal,
            $($options:tt)*
        }
    ) => {
        $crate::__operation! {
            [$(#[$attribute])*] $resource $method [$($arguments)*] $request
            [$id $verb $path $value ByMethod] [$crate::Page<$item>] [bulk: ::core::option::Option::None,] [$($options)*]
        }
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }

        impl $request {
            /// All items, page after page, from the page that is asked for on.
            pub fn items(self) -> $crate::Items<$item> {
                $crate::Items::new(self.0)
            }

            /// All pages, from the one that is asked for on.
            pub fn pages(self) -> $crate::Pages<$item> {
                $crate::Pages::new(self.0)
            }
        }
    };
    (
        $(#[$attribute:meta])*
        $resource:ident::$method:ident($($arguments:tt)*) -> $request:ident {
            id: $id:literal,
            call: $verb:ident $path:literal,
            answer: Job<$item:ty> = $value:literal,
            $($options:tt)*
        }
    ) => {
        $crate::__operation! {
            [$(#[$attribute])*] $resource $method [$($arguments)*] $request
            [$id $verb $path $value ByMethod] [$crate::Job<$item>] [bulk: ::core::option::Option::None,] [$($options)*]
        }
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }

        impl $request {
            /// Starts the job and gives its handle. The same as `send`.
            pub fn submit(self) -> $crate::Sending<$crate::Job<$item>> {
                self.0.send()
            }
        }
    };
    (
        $(#[$attribute:meta])*
        $resource:ident::$method:ident($($arguments:tt)*) -> $request:ident {
            id: $id:literal,
            call: $verb:ident $path:literal,
            answer: $answer:ty = $value:literal,
            $($options:tt)*
        }
    ) => {
        $crate::__operation! {
            [$(#[$attribute])*] $resource $method [$($arguments)*] $request
            [$id $verb $path $value ByMethod] [$answer] [bulk: ::core::option::Option::None,] [$($options)*]
        }
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    // Before the options, because an option may be called `repeat` too.
    (
        [$($attributes:tt)*] $resource:ident $method:ident [$($arguments:tt)*] $request:ident
        [$id:literal $verb:ident $path:literal $value:literal ByMethod] [$answer:ty] [$($bulk:tt)*]
        [repeat: $repeat:ident, $($options:tt)*]
    ) => {
        $crate::__operation! {
            [$($attributes)*] $resource $method [$($arguments)*] $request
            [$id $verb $path $value $repeat] [$answer] [$($bulk)*] [$($options)*]
        }
    };
    (
        [$($attributes:tt)*] $resource:ident $method:ident [$($arguments:tt)*] $request:ident
        [$($call:tt)*] [$answer:ty] [$($none:tt)*]
        [
            bulk: judge { answers: $answers:literal, outcome: $outcome:tt, messages: $messages:literal $(,)? },
            $($options:tt)*
        ]
    ) => {
        $crate::__operation! {
            [$($attributes)*] $resource $method [$($arguments)*] $request [$($call)*] [$answer]
            [bulk: ::core::option::Option::Some($crate::Bulk {
                items: $crate::BulkItems::One,
                limit: 1,
                answers: $answers,
                outcome: &$outcome,
                messages: $messages,
            }),]
            [$($options)*]
        }
    };
    (
        [$($attributes:tt)*] $resource:ident $method:ident [$($arguments:tt)*] $request:ident
        [$($call:tt)*] [$answer:ty] [$($none:tt)*]
        [
            bulk: $entry:ty = split {
                items: $place:ident($($key:literal),+), limit: $limit:literal, answers: $answers:literal,
                outcome: $outcome:tt, messages: $messages:literal $(,)?
            },
            $($options:tt)*
        ]
    ) => {
        $crate::__operation! {
            [$($attributes)*] $resource $method [$($arguments)*] $request [$($call)*] [$answer]
            [bulk: ::core::option::Option::Some($crate::Bulk {
                items: $crate::BulkItems::$place($($key),+),
                limit: $limit,
                answers: $answers,
                outcome: &$outcome,
                messages: $messages,
            }),]
            [$($options)*]
        }

        impl $request {
            /// Sends any number of things, in as many calls as it takes, and gives the outcome of each, in their order.
            pub fn send_all(self) -> $crate::bulk::SendingAll<$entry> {
                self.0.send_all()
            }
        }
    };
    (
        [$(#[$attribute:meta])*] $resource:ident $method:ident
        [$($argument:ident : $argument_type:ty = $place:ident($($key:literal),+)),* $(,)?] $request:ident
        [$id:literal $verb:ident $path:literal $value:literal $repeat:ident] [$answer:ty] [$($bulk:tt)*]
        [$( $(#[$option_attribute:meta])* $option:ident : $option_type:ty = $option_place:ident($($option_key:literal),+), )*]
    ) => {
        impl $resource {
            $(#[$attribute])*
            #[allow(clippy::too_many_arguments)]
            pub fn $method(&self $(, $argument: $argument_type)*) -> $request {
                let operation = &$crate::Operation {
                    id: $id,
                    method: $crate::Method::$verb,
                    path: $path,
                    value: $value,
                    repeat: $crate::Repeat::$repeat,
                    $($bulk)*
                };
                $request($crate::Call::new(&self.session, operation)$(.$place($($key),+, $argument))*.complete())
            }
        }

        #[doc = concat!("A call of [`", stringify!($resource), "::", stringify!($method), "`].")]
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent"]
        pub struct $request($crate::Call<$answer>);

        impl $request {
            $(
                $(#[$option_attribute])*
                pub fn $option(self, $option: $option_type) -> Self {
                    Self(self.0.$option_place($($option_key),+, $option))
                }
            )*

            /// How long one attempt of this call may take.
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// How failures of this call are met.
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Sends the call and gives the value.
            ///
            /// # Errors
            /// The future gives an error when the server does, when it does only some of what was asked, or when the
            /// answer cannot be read.
            pub fn send(self) -> $crate::Sending<$answer> {
                self.0.send()
            }

            /// Sends the call and gives the value with all that the server says besides.
            ///
            /// # Errors
            /// As `send`, except that a partial success is none.
            pub fn send_raw(self) -> $crate::Sending<$crate::Response<$answer>> {
                self.0.send_raw()
            }
        }

        impl ::core::future::IntoFuture for $request {
            type Output = ::core::result::Result<$answer, $crate::Error>;
            type IntoFuture = $crate::Sending<$answer>;

            fn into_future(self) -> Self::IntoFuture {
                self.0.send()
            }
        }
    };
}

/// Without the feature, operations can be called as what they are only.
#[cfg(not(feature = "codecs"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __drive {
    ($($operation:tt)*) => {};
}

/// Implements [`Driven`](crate::codec::Driven): arguments and then options are turned, one after the other, into
/// `(name place key owned type, how it is passed)`.
#[cfg(feature = "codecs")]
#[doc(hidden)]
#[macro_export]
macro_rules! __drive {
    ($resource:ident $method:ident $request:ident [$($arguments:tt)*] [repeat: $repeat:ident, $($options:tt)*]) => {
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }
    };
    (
        $resource:ident $method:ident $request:ident [$($arguments:tt)*]
        [bulk: $entry:ty = split $bulk:tt, $($options:tt)*]
    ) => {
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }
    };
    (
        $resource:ident $method:ident $request:ident [$($arguments:tt)*]
        [bulk: judge $bulk:tt, $($options:tt)*]
    ) => {
        $crate::__drive! { $resource $method $request [$($arguments)*] [$($options)*] }
    };
    ($resource:ident $method:ident $request:ident [$($arguments:tt)*] [$($options:tt)*]) => {
        $crate::__drive! { @($resource $method $request [$($options)*]) [] $($arguments)* }
    };
    (@($resource:ident $method:ident $request:ident [$($options:tt)*]) [$($arguments:tt)*]) => {
        $crate::__drive! { @($resource $method $request {$($arguments)*}) [] $($options)* }
    };
    (@$to:tt [$($done:tt)*] $(#[$a:meta])* $name:ident : &[&str] = $place:ident($key:literal $($more:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__drive! { @$to [
            $($done)* ($name $place $key ::std::vec::Vec<::std::string::String>, &$crate::codec::texts(&$name))
        ] $($($rest)*)? }
    };
    (@$to:tt [$($done:tt)*] $(#[$a:meta])* $name:ident : &str = $place:ident($key:literal $($more:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__drive! { @$to [$($done)* ($name $place $key ::std::string::String, &$name)] $($($rest)*)? }
    };
    (@$to:tt [$($done:tt)*] $(#[$a:meta])* $name:ident : &[$type:ty] = $place:ident($key:literal $($more:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__drive! { @$to [$($done)* ($name $place $key ::std::vec::Vec<$type>, &$name)] $($($rest)*)? }
    };
    (@$to:tt [$($done:tt)*] $(#[$a:meta])* $name:ident : &$type:ty = $place:ident($key:literal $($more:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__drive! { @$to [$($done)* ($name $place $key $type, &$name)] $($($rest)*)? }
    };
    (@$to:tt [$($done:tt)*] $(#[$a:meta])* $name:ident : $type:ty = $place:ident($key:literal $($more:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__drive! { @$to [$($done)* ($name $place $key $type, $name)] $($($rest)*)? }
    };
    (
        @($resource:ident $method:ident $request:ident
            {$(($argument:ident $place:ident $key:literal $type:ty, $passed:expr))*})
        [$(($option:ident $option_place:ident $option_key:literal $option_type:ty, $option_passed:expr))*]
    ) => {
        #[allow(deprecated)]
        impl $crate::codec::Driven for $request {
            #[allow(unused_mut, unused_variables)]
            fn drive(
                session: &$crate::Session,
                given: &$crate::codec::Arguments,
            ) -> ::core::result::Result<$crate::Sending<$crate::Response<$crate::Json>>, $crate::DecodeError> {
                $( let $argument = given.required::<$type>(stringify!($place), $key)?; )*
                let mut request = <$resource>::from(session).$method($($passed),*);
                $(
                    if let ::core::option::Option::Some($option) =
                        given.optional::<$option_type>(stringify!($option_place), $option_key)?
                    {
                        request = request.$option($option_passed);
                    }
                )*
                ::core::result::Result::Ok(request.send_raw().written())
            }
        }
    };
}
