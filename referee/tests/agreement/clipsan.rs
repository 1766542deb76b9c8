//! Clipsan: all parameters in the query, errors inside HTTP 200, a list that is a map.
//! Covers lists of values and JSON in the query, sent by the call with free items.

use clipsan::purchases::{Currency, NewItem, PaymentOption, PurchaseState};
use kontrakt_referee::clipsan as progenitor;
use kontrakt_runtime::to_json;

use crate::ROUNDS;
use crate::exchange::{Answer, Referee, ours, theirs};
use crate::inputs::Inputs;

pub(crate) async fn play(referee: &mut Referee) {
    let inputs = Inputs::of("clipsan");
    let client = clipsan::Client::builder().key("k").base_url(referee.url()).build().unwrap();
    let other = progenitor::Client::new(&referee.url());

    let (status, bodies) = inputs.answers("listPurchases", ROUNDS);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async {
            ours(client.purchases().list().entity(7).email("a@b.cz").state(PurchaseState::Paid).await, to_json)
        };
        let state = progenitor::types::PurchaseState::Paid;
        let their_call = async { theirs(other.list_purchases().entity(7).email("a@b.cz").state(state).send().await) };
        referee.play("listPurchases", Answer::json(status, &body, "data"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("getPurchase", ROUNDS);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async { ours(client.purchases().get(12).await, to_json) };
        let their_call = async { theirs(other.get_purchase().id(12).send().await) };
        referee.play("getPurchase", Answer::json(status, &body, "purchase"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("getMembership", ROUNDS);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let our_call = async { ours(client.memberships().get(3).await, to_json) };
        let their_call = async { theirs(other.get_membership().id(3).send().await) };
        referee.play("getMembership", Answer::json(status, &body, "membership"), our_call, their_call).await;
    }

    let item: NewItem =
        kontrakt_runtime::from_json(r#"{"name": "Kurz & kniha", "price": 100, "vat": 21, "count": 2}"#).unwrap();
    let (status, bodies) = inputs.answers("addPurchase", 1);
    for body in bodies {
        let body = body.to_string().into_bytes();
        let items = [item.clone()];
        let our_call = async {
            let call = client.purchases().add_items(1, &["x y", "z"], 530, "a@b.cz", &items, "Label");
            ours(call.currency(Currency::Czk).r#type(PaymentOption::Online).no_funnel(true).await, to_json)
        };
        let (texts, lists) = (vec![to_json(&item)], vec!["x y".to_owned(), "z".to_owned()]);
        let their_call = async {
            let call =
                other.add_purchase().entity(1).list(lists).funnel(530).email("a@b.cz").items(texts).name("Label");
            let call = call.currency(progenitor::types::Currency::Czk).type_(progenitor::types::PaymentOption::Online);
            theirs(call.nofunnel(1).send().await)
        };
        referee.play("addPurchase", Answer::json(status, &body, "purchase"), our_call, their_call).await;
    }
}
