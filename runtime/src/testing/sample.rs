//! Values of any type of a client, for tests: answers cannot be written as literals, because they may get new members.

use crate::decode::Decode;

/// A value for tests. Every type that a client reads has one.
///
/// It has the members that a value must have, and no others: a text is the name of its member, a number 1, a list empty, an
/// enum its first value. The rest is up to the test:
///
/// ```
/// use kontrakt_runtime::{record, testing::Sample};
///
/// record! {
///     /// An order.
///     #[non_exhaustive]
///     pub struct Order {
///         /// Code.
///         pub code: String = required("code"),
///         /// Who ordered it.
///         pub email: Option<String> = optional("email"),
///     }
/// }
///
/// let order = Order::sample_with(|order| order.email = Some("jana@example.com".into()));
/// assert_eq!((&*order.code, order.email.as_deref()), ("code", Some("jana@example.com")));
/// ```
pub trait Sample: Decode {
    /// A value.
    ///
    /// # Panics
    /// When there is none: the type is not one of a client, and reads none of the common values.
    #[must_use]
    fn sample() -> Self {
        Self::made_up("sample").unwrap_or_else(|| panic!("{} has no sample", std::any::type_name::<Self>()))
    }

    /// A value that is changed as the test wants it.
    #[must_use]
    fn sample_with(change: impl FnOnce(&mut Self)) -> Self {
        let mut sample = Self::sample();
        change(&mut sample);
        sample
    }
}

impl<T: Decode> Sample for T {}
