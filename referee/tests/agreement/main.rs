//! Our clients and progenitor's, with the same generated inputs: do they send and read the same?
//! Every difference is listed in `differences.yaml` with its reason; new and obsolete ones fail.

mod clipsan;
mod compare;
mod differences;
mod exchange;
mod inputs;
mod shoptet;
mod upgates;

use differences::Listed;
use exchange::Referee;

/// How many generated inputs each operation is tried with.
const ROUNDS: u64 = 12;

#[tokio::test]
async fn clients_agree_but_for_the_listed_differences() {
    let mut referee = Referee::start().await;
    shoptet::play(&mut referee).await;
    upgates::play(&mut referee).await;
    clipsan::play(&mut referee).await;
    let verdict = Listed::read().against(&referee.found);
    assert!(verdict.is_empty(), "\n{}", verdict.join("\n"));
}
