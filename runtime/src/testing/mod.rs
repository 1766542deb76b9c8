//! For tests of programs that use a client: stubs that are typed by the call they answer, samples of any type, and replays
//! of recorded traffic. Behind the feature `testing`.
//!
//! ```
//! use kontrakt_runtime::testing::Sample;
//! use kontrakt_runtime::{Api, client, operation, record, resource};
//!
//! record! {
//!     /// An order.
//!     pub struct Order {
//!         /// Code.
//!         pub code: String = required("code"),
//!     }
//! }
//! resource! {
//!     /// Orders.
//!     pub Orders
//! }
//! operation! {
//!     /// Reads an order.
//!     Orders::get(code: &str = path("code")) -> Call<Order> {
//!         id: "getOrder",
//!         call: GET "/orders/{code}",
//!         value: "order",
//!     }
//! }
//! const API: Api = Api { name: "example", base_url: "https://example.com", ..Api::DEFAULT };
//! client! {
//!     /// A client of the example.
//!     pub Client / ClientBuilder: API,
//!     credentials { /** The key. */ key: header("X-Key") }
//!     variables {}
//!     resources { /** Orders. */ orders: Orders }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), kontrakt_runtime::Error> {
//! let (shop, mock) = Client::mock();
//! mock.on(shop.orders().get("1")).answers(Order::sample_with(|order| order.code = "1".into()));
//! mock.on(shop.orders().get("2")).fails(404);
//!
//! assert_eq!(shop.orders().get("1").await?.code, "1");
//! assert!(shop.orders().get("2").await.unwrap_err().is_not_found());
//! mock.assert_sent(shop.orders().get("2"));
//! # Ok(())
//! # }
//! ```

mod answerable;
mod asked;
mod envelope;
pub(crate) mod made_up;
mod mock;
pub(crate) mod private;
mod replay;
mod sample;
mod stub;

pub use crate::http::{MockRequest, MockTransport};
pub use answerable::Answerable;
pub use mock::Mock;
pub use replay::{Replay, ReplayError};
pub use sample::Sample;
pub use stub::Stub;
