//! Makes a purchase exactly once, although the answer to the call that made it is lost.
//!
//! `cargo run -p clipsan --example add_once`; the account is a sandbox. It prints
//!
//! ```text
//! it is there already
//! it is there already
//! calls that make a purchase: 1
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use clipsan::{Client, CreatedOnce};
use kontrakt_sandbox::{CREDENTIAL, Fault, Sandbox};

/// The number of the purchase that was made for an order of your own; makes one if there is none.
async fn purchase(account: &Client, order: &str, out: &mut impl Write) -> Result<i64, Box<dyn Error>> {
    match account.purchases().add(1, "customer@example.com").custom(order).create_once().await? {
        CreatedOnce::Created(purchase) => Ok(purchase.id),
        CreatedOnce::Found(purchase) => {
            writeln!(out, "it is there already")?;
            Ok(purchase.id)
        }
        // The next run asks again, and until then nobody else makes one.
        CreatedOnce::Unknown(error) => Err(error.into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::clipsan();
    // The purchase is made, and nobody hears of it.
    sandbox.fault(Fault::lost_answer().on("addPurchase").times(1));

    let account = Client::builder().key(CREDENTIAL).transport(sandbox.transport()).build()?;
    let mut numbers = Vec::new();
    for _ in 0..2 {
        numbers.push(purchase(&account, "order-4711", out).await?);
    }
    assert_eq!(numbers[0], numbers[1]);
    let made = sandbox.calls().iter().filter(|call| call.operation.as_deref() == Some("addPurchase")).count();
    writeln!(out, "calls that make a purchase: {made}")?;
    Ok(())
}
