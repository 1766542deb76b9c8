//! `client!`: the root of an emitted crate.
//! A client is a session with named methods for credentials, variables of the base URL, and resources.

/// Declares a client and its builder.
///
/// ```
/// # mod orders { kontrakt_runtime::resource! { /// Orders.
/// #     pub Orders } }
/// use kontrakt_runtime::{Api, client};
///
/// const API: Api = Api { name: "example", base_url: "https://{shop}.example.com/api", ..Api::DEFAULT };
///
/// client! {
///     /// A client of the example.
///     pub Client / ClientBuilder: API,
///     credentials {
///         /// The token of a shop.
///         token: header("X-Token"),
///     }
///     variables {
///         /// The name of the shop.
///         shop,
///     }
///     resources {
///         /// Orders.
///         orders: orders::Orders,
///     }
/// }
///
/// let client = Client::builder().token("secret").shop("my-shop").build()?;
/// client.orders();
/// # Ok::<(), kontrakt_runtime::Error>(())
/// ```
///
/// Credentials are `header("Name")`, `query("key")`, `cookie("name")`, `bearer()`, `scheme("Digest")` or `basic()`; the
/// builder's method for the last one takes user and password. Each may be a text or a [`Token`](crate::Token). For a
/// `certificate()` the method takes the transport that shows it.
#[macro_export]
macro_rules! client {
    (
        $(#[$attribute:meta])*
        pub $client:ident / $builder:ident: $api:expr,
        credentials { $( $(#[$credential_attribute:meta])* $credential:ident: $place:ident($($key:literal)?) ),* $(,)? }
        variables { $( $(#[$variable_attribute:meta])* $variable:ident ),* $(,)? }
        resources { $( $(#[$resource_attribute:meta])* $resource:ident: $resource_type:path ),* $(,)? }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        pub struct $client {
            session: $crate::Session,
        }

        impl $client {
            /// Starts building a client.
            #[must_use]
            #[inline]
            pub fn builder() -> $builder {
                $builder {
                    session: $crate::Session::builder(const { &$api }).takers(&[$( stringify!($credential) ),*]),
                }
            }

            $(
                $(#[$resource_attribute])*
                #[must_use]
                #[inline]
                pub fn $resource(&self) -> $resource_type {
                    <$resource_type>::from(&self.session)
                }
            )*

            /// Any call of the API, whether this crate knows it or not, with the same credentials, attempts and errors.
            #[inline]
            pub fn request(&self, method: $crate::Method, path: &str) -> $crate::Call<$crate::Json> {
                self.session.request(method, path)
            }

            /// Forgets what the server said about waiting and about requests that are left: the next call is sent at
            /// once. For when that was wrong, or has changed.
            #[inline]
            pub fn reset_limits(&self) {
                self.session.reset_limits();
            }

            /// What the client sends with.
            #[must_use]
            #[inline]
            pub fn session(&self) -> &$crate::Session {
                &self.session
            }
        }

        $crate::__mock_client! { $client $api, [$( $credential $place($($key)?) ),*] [$($variable),*] }

        #[doc = concat!("Builds a [`", stringify!($client), "`].")]
        #[derive(Clone, Debug)]
        #[must_use = "a builder does nothing until it builds"]
        pub struct $builder {
            session: $crate::SessionBuilder,
        }

        impl $builder {
            $( $crate::__credential! { [$(#[$credential_attribute])*] $credential $place($($key)?) } )*

            $(
                $(#[$variable_attribute])*
                #[inline]
                pub fn $variable(self, $variable: &str) -> Self {
                    Self { session: self.session.variable(stringify!($variable), $variable) }
                }
            )*

            /// Where paths start, in place of the API's own base URL.
            #[inline]
            pub fn base_url(self, base_url: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self { session: self.session.base_url(base_url) }
            }

            /// What sends the requests: another HTTP library, or a fake.
            #[inline]
            pub fn transport(self, transport: impl $crate::http::Transport) -> Self {
                Self { session: self.session.transport(transport) }
            }

            /// How failures are met.
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self { session: self.session.retry(policy) }
            }

            /// How long one attempt may take, body included.
            #[inline]
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self { session: self.session.timeout(timeout) }
            }

            /// How many requests may be in flight at once.
            #[inline]
            pub fn concurrency(self, requests: usize) -> Self {
                Self { session: self.session.concurrency(requests) }
            }

            /// The largest body of an answer, in bytes.
            #[inline]
            pub fn body_limit(self, bytes: usize) -> Self {
                Self { session: self.session.body_limit(bytes) }
            }

            /// A header field that every call has, unless the call sets its own.
            #[inline]
            pub fn header(
                self,
                name: impl ::core::convert::Into<::std::string::String>,
                value: impl ::core::convert::Into<::std::string::String>,
            ) -> Self {
                Self { session: self.session.header(name, value) }
            }

            /// Your program's name, and a way to reach you, for the user agent.
            #[inline]
            pub fn user_agent(self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self { session: self.session.user_agent(name) }
            }

            /// Builds the client.
            ///
            /// # Errors
            /// When there is no credential, or one of the settings cannot be sent: a credential that is empty or has a
            /// line break, a base URL that is none or incomplete. The error names it.
            #[inline]
            pub fn build(self) -> ::core::result::Result<$client, $crate::Error> {
                ::core::result::Result::Ok($client { session: self.session.build()? })
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __credential {
    ([$(#[$attribute:meta])*] $name:ident basic()) => {
        $(#[$attribute])*
        #[inline]
        pub fn $name(
            self,
            user: impl ::core::convert::Into<::std::string::String>,
            password: impl ::core::convert::Into<$crate::Token>,
        ) -> Self {
            Self { session: self.session.credential($crate::Credential::basic(user, password).named(stringify!($name))) }
        }
    };
    ([$(#[$attribute:meta])*] $name:ident certificate()) => {
        $(#[$attribute])*
        ///
        /// Takes a transport whose connections show the certificate, such as `ReqwestTransport::from_builder` with an
        /// `identity`.
        #[inline]
        pub fn $name(self, transport: impl $crate::http::Transport) -> Self {
            let session = self.session.transport(transport);
            Self { session: session.credential($crate::Credential::certificate().named(stringify!($name))) }
        }
    };
    ([$(#[$attribute:meta])*] $name:ident $place:ident($($key:literal)?)) => {
        $(#[$attribute])*
        #[inline]
        pub fn $name(self, $name: impl ::core::convert::Into<$crate::Token>) -> Self {
            Self {
                session: self.session.credential($crate::Credential::$place($($key,)? $name).named(stringify!($name))),
            }
        }
    };
}

/// Without the feature, clients cannot be mocked in a line.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mock_client {
    ($($described:tt)*) => {};
}

/// A client for tests.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __mock_client {
    ($client:ident $api:expr, [$( $credential:ident $place:ident($($key:literal)?) ),*] [$($variable:ident),*]) => {
        impl $client {
            /// A client for tests that sends by a transport: a replay, a sandbox, a fake. All its credentials are
            /// `sandbox`, and it repeats calls without waiting.
            #[must_use]
            pub fn for_tests(transport: impl $crate::http::Transport) -> Self {
                let builder = $crate::Session::builder(const { &$api }).transport(transport)
                    $( .credential($crate::__mock_credential!($place($($key)?)).named(stringify!($credential))) )*
                    $( .variable(stringify!($variable), "sandbox") )*;
                Self { session: $crate::__private::session(builder) }
            }

            /// A client for tests that sends nothing anywhere, and what answers it: see the type `Mock` of the module
            /// `testing`.
            #[must_use]
            pub fn mock() -> (Self, $crate::testing::Mock) {
                let mock = $crate::testing::Mock::new();
                (Self::for_tests(mock.clone()), mock)
            }
        }
    };
}

#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __mock_credential {
    (basic()) => {
        $crate::Credential::basic("sandbox", "sandbox")
    };
    (certificate()) => {
        $crate::Credential::certificate()
    };
    ($place:ident($($key:literal)?)) => {
        $crate::Credential::$place($($key,)? "sandbox")
    };
}
