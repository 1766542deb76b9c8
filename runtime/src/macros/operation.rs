//! `operation!` and `resource!`: the methods of a client.
//! Each operation becomes a method that returns a call, or a request type with setters if it has optional parameters.

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
            #[inline]
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
///     /// Reads one item of an order.
///     Orders::get_item(code: &str = path("code"), id: i64 = path("id")) -> Call<Item> {
///         id: "getOrderItem",
///         call: GET "/api/orders/{code}/item/{id}",
///         value: "data/item",
///     }
/// }
///
/// operation! {
///     /// Changes one item of an order.
///     Orders::update_item(code: &str = path("code"), id: i64 = path("id"), body: &Item = json("data")) -> UpdateItem {
///         id: "updateOrderItem",
///         call: PATCH "/api/orders/{code}/item/{id}",
///         answer: Item = "data/item",
///         options {
///             /// Leaves the stock alone.
///             suppress_stock_movements: bool = query("suppressStockMovements"),
///         }
///     }
/// }
/// ```
///
/// The method gives a [`Call`](crate::Call), or a request type of another name: the same with a setter for each option,
/// and with `send_all` when it is split. The kind of a request type's answer says what else it has:
///
/// | kind | answer | methods |
/// |---|---|---|
/// | `answer: T` | `T`: `()`, [`Download`](crate::Download), anything that is [`Decode`](crate::Decode) | |
/// | `pages: T` | [`Page<T>`](crate::Page) | `items`, `pages` |
/// | `list: T` | `Vec<T>` | `items` |
/// | `map: T` | [`Map<T>`](crate::Map) | `items` |
/// | `job: T` | [`Job<T>`](crate::Job) | `submit` |
///
/// Pages of changes say how to read them: `pages: T = "data/changes" feed { from: "from", key: "code", },`, with the
/// fields of [`ChangeFeed`](crate::ChangeFeed); the request type has `feed`.
///
/// The text after `value:` or `answer: T =` is the path of members to the value; empty for the whole body. Lines may
/// follow: `repeat: Safe,` or `repeat: Never,`; one with the [`Security`](crate::Security) of the operation if it has its
/// own (`security: [["token"], ["user", "key"]],`); `promise: Nothing,` where a success need not
/// have a body, or `promise: Bare,` where it has no envelope; one such as `page_size: ("size", 100),`, which streams of pages
/// then ask for; `reserved: ["path"],` names parameters of the query whose values keep their reserved characters; and, for
/// calls whose answer tells the outcome of what was sent, with the fields of [`Bulk`](crate::Bulk),
/// `judge: { answers: "", outcome: ["done"], messages: "messages" },` or, where there are lists of things that may be
/// divided into several calls, with the type of the outcomes:
/// `split: Outcomes<Created> = { limit: 100, outcome: ["done"], messages: "messages", errors: [],`
/// `list: Body("orders") { answers: Some("orders"), keys: ["code"] }, },`.
///
/// Arguments stand in: `path("k")`, `query("k")` (a slice repeats the key), `header("k")`, `json("k")` (a path of members
/// in the body, or the body itself for `""`; always a reference), `query_json("k")` (each item of a slice as JSON text),
/// `joined("k", ";")` (a slice as one text), `flag("k")` (`1` or `0`), `form("k")` and `file("k")` (a text and an
/// [`Upload`](crate::Upload) in a form that is the body).
#[macro_export]
macro_rules! operation {
    (
        $(#[$attribute:meta])*
        $resource:ident::$method:ident $arguments:tt -> Call<$answer:ty> {
            id: $id:literal,
            call: $verb:ident $path:literal,
            value: $value:literal,
            $($more:tt)*
        }
    ) => {
        $crate::__method! {
            [$(#[$attribute])*] $resource $method $arguments [$crate::Call<$answer>] [::core::convert::identity]
            [$id $verb $path $value] $($more)*
        }
    };
    (
        $(#[$attribute:meta])*
        $resource:ident::$method:ident $arguments:tt -> $request:ident {
            id: $id:literal,
            call: $verb:ident $path:literal,
            $kind:ident: $item:ty = $value:literal $(feed $feed:tt)?,
            $($more:tt)*
        }
    ) => {
        $crate::__method! {
            [$(#[$attribute])*] $resource $method $arguments [$request] [$request] [$id $verb $path $value] $($more)*
        }
        $crate::__answer! { $kind [$item] $resource $method $request $($more)* }
        $( $crate::__feed! { $request [$item] $feed } )?
    };
}

/// The request type of an operation, by the kind of its answer.
#[doc(hidden)]
#[macro_export]
macro_rules! __answer {
    (answer [$answer:ty] $($request:tt)*) => {
        $crate::__request! { [$answer] $($request)* }
    };
    (pages [$item:ty] $resource:ident $method:ident $request:ident $($more:tt)*) => {
        $crate::__request! { [$crate::Page<$item>] $resource $method $request $($more)* }

        impl $request {
            /// All items, page after page, from the page that is asked for on.
            #[inline]
            pub fn items(self) -> $crate::Items<$item> {
                self.0.items()
            }

            /// All pages, from the one that is asked for on.
            #[inline]
            pub fn pages(self) -> $crate::Pages<$item> {
                self.0.pages()
            }
        }
    };
    (list [$item:ty] $($request:tt)*) => {
        $crate::__answer! { @listed [::std::vec::Vec<$item>] [$item] $($request)* }
    };
    (map [$item:ty] $($request:tt)*) => {
        $crate::__answer! { @listed [$crate::Map<$item>] [(::std::string::String, $item)] $($request)* }
    };
    (@listed [$list:ty] [$item:ty] $resource:ident $method:ident $request:ident $($more:tt)*) => {
        $crate::__request! { [$list] $resource $method $request $($more)* }

        impl $request {
            /// The items, each for itself: one that cannot be read is an error of its own, and the rest comes all the
            /// same.
            #[inline]
            pub fn items(self) -> $crate::Items<$item> {
                self.0.items()
            }
        }
    };
    (job [$item:ty] $resource:ident $method:ident $request:ident $($more:tt)*) => {
        $crate::__request! { [$crate::Job<$item>] $resource $method $request $($more)* }

        impl $request {
            /// Starts the job and gives its handle. The same as `send`.
            #[inline]
            pub fn submit(self) -> $crate::Sending<$crate::Job<$item>> {
                self.0.send()
            }
        }
    };
}

/// The method that reads a list of changes, with the fields of [`ChangeFeed`](crate::ChangeFeed).
#[doc(hidden)]
#[macro_export]
macro_rules! __feed {
    ($request:ident [$item:ty] { $($field:ident: $value:expr),* $(,)? }) => {
        impl $request {
            /// What has changed since the time that is asked for: read until nothing can have been missed, each thing
            /// once, with the mark to store.
            #[inline]
            #[allow(clippy::needless_update)]
            pub fn feed(self) -> $crate::Feed<$item> {
                self.0.feed(const { &$crate::ChangeFeed { $($field: $value,)* ..$crate::ChangeFeed::DEFAULT } })
            }
        }
    };
}

/// The method of an operation: it gives the call, in the request type if there is one.
#[doc(hidden)]
#[macro_export]
macro_rules! __method {
    (
        [$(#[$attribute:meta])*] $resource:ident $method:ident
        ($($argument:ident : $argument_type:ty = $place:ident($($key:literal),+)),* $(,)?) [$gives:ty] [$wrap:path]
        [$id:literal $verb:ident $path:literal $value:literal]
        $(repeat: $repeat:ident,)?
        $(security: [$([$($credential:literal),*]),*],)?
        $(page_size: ($size:literal, $most:literal),)?
        $(reserved: [$($reserved:literal),*],)?
        $(promise: $promise:ident,)?
        $(judge: $judge:tt,)?
        $(split: $outcomes:ty = $split:tt,)?
        $(options $options:tt)?
    ) => {
        impl $resource {
            $(#[$attribute])*
            #[inline]
            pub fn $method(&self $(, $argument: $argument_type)*) -> $gives {
                let operation = &$crate::Operation {
                    id: $id,
                    method: $crate::Method::$verb,
                    path: $path,
                    value: $value,
                    $(repeat: $crate::Repeat::$repeat,)?
                    $(security: ::core::option::Option::Some(&[$(&[$($credential),*]),*]),)?
                    $(page_size: ::core::option::Option::Some(($size, $most)),)?
                    $(reserved: &[$($reserved),*],)?
                    $(promise: $crate::Promise::$promise,)?
                    $(bulk: ::core::option::Option::Some($crate::__bulk! $judge),)?
                    $(bulk: ::core::option::Option::Some($crate::__bulk! $split),)?
                    ..$crate::Operation::DEFAULT
                };
                $wrap($crate::Call::new(&self.session, operation)$(.$place($($key),+, $argument))*.complete())
            }
        }
    };
}

/// How a call tells the outcome of what was sent.
#[doc(hidden)]
#[macro_export]
macro_rules! __bulk {
    (answers: $answers:literal, outcome: $outcome:tt, messages: $messages:literal $(,)?) => {
        $crate::Bulk {
            lists: &[$crate::BulkList {
                answers: ::core::option::Option::Some($answers),
                ..$crate::BulkList::DEFAULT
            }],
            outcome: &$outcome,
            messages: $messages,
            ..$crate::Bulk::ONE
        }
    };
    (
        limit: $limit:literal, outcome: $outcome:tt, messages: $messages:literal, errors: [$($by:ident),*],
        $(list: $place:ident($($key:literal),+) { answers: $answers:expr, keys: $keys:tt },)+
    ) => {
        $crate::Bulk {
            lists: &[$($crate::BulkList {
                items: $crate::BulkItems::$place($($key),+),
                answers: $answers,
                keys: &$keys,
            }),+],
            limit: $limit,
            outcome: &$outcome,
            messages: $messages,
            errors: &[$($crate::NamedBy::$by),*],
        }
    };
}

/// The request type of an operation.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    (
        [$answer:ty] $resource:ident $method:ident $request:ident
        $(repeat: $repeat:ident,)?
        $(security: $security:tt,)?
        $(page_size: $page_size:tt,)?
        $(reserved: $reserved:tt,)?
        $(promise: $promise:ident,)?
        $(judge: $judge:tt,)?
        $(split: $outcomes:ty = $split:tt,)?
        $(options {
            $( $(#[$option_attribute:meta])* $option:ident : $option_type:ty = $option_place:ident($($option_key:literal),+), )*
        })?
    ) => {
        #[doc = concat!("A call of [`", stringify!($resource), "::", stringify!($method), "`].")]
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent"]
        pub struct $request($crate::Call<$answer>);

        impl $request {
            $($(
                $(#[$option_attribute])*
                #[inline]
                pub fn $option(self, $option: $option_type) -> Self {
                    Self(self.0.$option_place($($option_key),+, $option))
                }
            )*)?

            $(
                /// Sends any number of things, in as many calls as it takes, and gives the outcome of each, in their
                /// order.
                ///
                /// # Errors
                /// The future gives an error only when nothing was sent at all: there is nothing to send, or an
                /// argument is at fault.
                #[inline]
                pub fn send_all(self) -> $crate::bulk::SendingAll<$outcomes> {
                    self.0.send_all()
                }
            )?

            /// Adds a parameter to the query: one that the specification does not know, or not yet.
            #[inline]
            pub fn query(
                self,
                key: impl ::core::convert::Into<::std::borrow::Cow<'static, str>>,
                value: impl $crate::Param,
            ) -> Self {
                Self(self.0.query(key, value))
            }

            /// Sets a header field.
            #[inline]
            pub fn header(
                self,
                name: impl ::core::convert::Into<::std::borrow::Cow<'static, str>>,
                value: impl $crate::Param,
            ) -> Self {
                Self(self.0.header(name, value))
            }

            /// The same call, read as something else: `Json` reads anything.
            #[inline]
            pub fn answering<U: $crate::Answer>(self) -> $crate::Call<U> {
                self.0.answering()
            }

            /// How long one attempt of this call may take.
            #[inline]
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// How failures of this call are met.
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Sends the call and gives the value.
            ///
            /// # Errors
            /// The future gives an error when the server does, when it does only some of what was asked, or when the
            /// answer cannot be read.
            #[inline]
            pub fn send(self) -> $crate::Sending<$answer> {
                self.0.send()
            }

            /// Sends the call and gives the value with all that the server says besides.
            ///
            /// # Errors
            /// As `send`, except that a partial success is none.
            #[inline]
            pub fn send_raw(self) -> $crate::Sending<$crate::Response<$answer>> {
                self.0.send_raw()
            }
        }

        impl ::core::future::IntoFuture for $request {
            type Output = ::core::result::Result<$answer, $crate::Error>;
            type IntoFuture = $crate::Sending<$answer>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.0.send()
            }
        }
    };
}
