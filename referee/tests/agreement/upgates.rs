//! UPgates: bodies without an envelope, enumerations and joined lists in the query.
//! Every answer declares headers, which progenitor does not read.

use kontrakt_referee::upgates as progenitor;
use kontrakt_runtime::{from_json, to_json};

use crate::ROUNDS;
use crate::compare::CallDifference;
use crate::exchange::{Answer, Referee, ours, theirs};
use crate::inputs::Inputs;

pub(crate) async fn play(referee: &mut Referee) {
    let inputs = Inputs::of("upgates");
    let client = upgates::Client::builder().basic("login", "key").base_url(referee.url()).build().unwrap();
    let other = progenitor::Client::new(&referee.url());

    let (status, bodies) = inputs.answers("getOrder", ROUNDS);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async { ours(client.orders().get("O 22/05").await, to_json) };
        let their_call = async { theirs(other.get_order().order_number("O 22/05").send().await) };
        referee.play("getOrder", Answer::json(status, &body, "orders/0"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("listCustomers", ROUNDS);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async {
            let call = client.customers().list().email("a+b@c.cz").active_yn(true).page(2);
            ours(call.await, |page| to_json(&page.items))
        };
        let their_call = async {
            let call = other.list_customers().email("a+b@c.cz").active_yn(true).page(2_u64);
            theirs(call.send().await)
        };
        referee.play("listCustomers", Answer::json(status, &body, "customers"), our_call, their_call).await;
    }

    let (status, answers) = inputs.answers("updateOrders", ROUNDS);
    for (body, answer) in inputs.bodies("updateOrders", ROUNDS).iter().zip(&answers) {
        let mine = match from_json::<upgates::orders::OrdersUpdateBody>(&body.to_string()) {
            Ok(mine) => mine,
            Err(error) => panic!("{error}: {body}"),
        };
        let yours: progenitor::types::OrdersUpdateBody = match serde_json::from_value(body.clone()) {
            Ok(yours) => yours,
            Err(error) => {
                referee.note("updateOrders", CallDifference::new("only ours can make the body", error.to_string()));
                continue;
            }
        };
        let answer = answer.to_string().into_bytes();
        let our_call = async { ours(client.orders().update(&mine).await, to_json) };
        let their_call = async { theirs(other.update_orders().body(yours).send().await) };
        referee.play("updateOrders", Answer::json(status, &answer, "orders"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("deleteOrders", 3);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async { ours(client.orders().delete(&["O1", "O2"]).await, to_json) };
        let their_call = async { theirs(other.delete_orders().order_numbers("O1;O2").send().await) };
        referee.play("deleteOrders", Answer::json(status, &body, "orders"), our_call, their_call).await;
    }
}
