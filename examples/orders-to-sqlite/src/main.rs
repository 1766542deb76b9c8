//! Copies the orders of Shoptet, UPgates and Clipsan into one SQLite table; each run adds what changed since the last
//! one. It may fail or be killed at any point: a mark is stored after everything before it, and storing an order is
//! idempotent.

#[cfg(test)]
mod tests;

use std::{env, error::Error, result};

use rusqlite::{Connection, OptionalExtension as _};
use shoptet::runtime::{DateTime, Job, Json, Mark, reconcile, to_json};

type Result<T = ()> = result::Result<T, Box<dyn Error>>;

const TABLES: &str = "CREATE TABLE IF NOT EXISTS orders (shop, code, json, PRIMARY KEY (shop, code));
                      CREATE TABLE IF NOT EXISTS marks (shop PRIMARY KEY, mark)";
const STORE: &str = "REPLACE INTO orders VALUES (?, ?, ?)";
const TIMES: &str = "SELECT code, coalesce(json ->> 'changeTime', json ->> 'creationTime', json ->> 'last_update_time')
                     FROM orders WHERE shop = ?";
const FORGET: &str = "DELETE FROM orders WHERE shop = ? AND code = ?";
const MARK: &str = "REPLACE INTO marks VALUES (?, ?)";

fn mark(db: &Connection, shop: &str) -> Result<Mark> {
    let found = db.query_one("SELECT mark FROM marks WHERE shop = ?", [shop], |row| row.get::<_, String>(0));
    Ok(found.optional()?.map_or(Ok(Mark::default()), |mark| mark.parse())?)
}

fn stored(db: &Connection, shop: &str) -> Result<Vec<(String, Option<DateTime>)>> {
    let mut rows = db.prepare(TIMES)?;
    let time = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let rows = rows.query_map([shop], |row| Ok((row.get(0)?, time(row.get(1)?))))?;
    Ok(rows.collect::<result::Result<_, _>>()?)
}

/// Changes, or what differs from a snapshot: at first, when the list of changes does not reach back, and every night.
async fn shoptet(db: &Connection, shop: &shoptet::Client, everything: bool) -> Result {
    let changes = shop.orders().changes(mark(db, "shoptet")?.into()).feed().await;
    let (mut codes, mut mark, mut listed) = (Vec::new(), Mark::now(), Vec::new());
    if everything || changes.as_ref().is_err_and(|error| error.is_out_of_reach()) {
        let job = shop.orders().snapshot().submit().await?;
        let mut orders = Job::<Json>::new(shop.session(), job.id()).wait().await?.records().await?;
        while let Some(order) = orders.try_next().await? {
            let text = |member| order.get(member).and_then(|value| value.as_str());
            let changed = text("changeTime").or(text("creationTime")).and_then(|time| time.parse::<DateTime>().ok());
            listed.extend(text("code").map(|code| (code.to_owned(), changed)));
        }
        codes.extend(reconcile(stored(db, "shoptet")?, listed).keys().cloned());
    } else {
        let changes = changes?;
        mark = changes.mark();
        codes.extend(changes.iter().map(|change| change.key.clone()));
    }
    for code in codes {
        match shop.orders().get(&code).await {
            Ok(order) => db.execute(STORE, ("shoptet", code, to_json(&order)))?,
            Err(error) if error.is_not_found() => db.execute(FORGET, ("shoptet", code))?,
            // This order alone cannot be read: what came is kept for a person to look at.
            Err(error) if error.json_path().is_some() => db.execute(STORE, ("shoptet", code, error.body()))?,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(db.execute(MARK, ("shoptet", mark.to_string())).map(drop)?)
}

/// The list has the orders themselves, whether the client can read them or not. What was deleted is in none.
async fn upgates(db: &Connection, shop: &upgates::Client, everything: bool) -> Result {
    let since = if everything { Mark::default() } else { mark(db, "upgates")? };
    let changes = shop.orders().list().last_update_time_from(since.into()).feed().await?;
    for order in &changes {
        db.execute(STORE, ("upgates", &order.key, order.entry().to_json()))?;
    }
    let listed = changes.iter().map(|order| (order.key.clone(), order.time));
    for number in reconcile(stored(db, "upgates")?, listed).superfluous.iter().filter(|_| everything) {
        if shop.orders().get(number).await.is_err_and(|error| error.is_not_found()) {
            db.execute(FORGET, ("upgates", number))?;
        }
    }
    Ok(db.execute(MARK, ("upgates", changes.mark().to_string())).map(drop)?)
}

/// There is one list, of all there is, and no telling what has changed.
async fn clipsan(db: &Connection, account: &clipsan::Client) -> Result {
    let (purchases, unreadable) = account.purchases().list().items().partition().await?;
    for (id, purchase) in &purchases {
        db.execute(STORE, ("clipsan", id, to_json(purchase)))?;
    }
    for error in &unreadable {
        db.execute(STORE, ("clipsan", error.item_key(), error.item().map(|item| item.to_json())))?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let (db, everything) = (Connection::open("orders.sqlite")?, env::args().any(|one| one == "--everything"));
    db.execute_batch(TABLES)?;
    let first = shoptet::Client::builder().private_token(env::var("SHOPTET_TOKEN")?).build()?;
    let second = upgates::Client::builder().basic(env::var("UPGATES_USER")?, env::var("UPGATES_KEY")?);
    let second = second.base_url(env::var("UPGATES_URL")?).build()?;
    let third = clipsan::Client::builder().key(env::var("CLIPSAN_KEY")?).build()?;
    let (first, second) = (shoptet(&db, &first, everything).await, upgates(&db, &second, everything).await);
    first.and(second).and(clipsan(&db, &third).await)
}
