//! A copy of a shop's orders, kept by a program that is killed, while the shop changes between any two requests.
//! After random schedules the copy equals the shop. `SCHEDULES=10000 cargo test --release -p kontrakt-runtime --test
//! losing_nothing -- --nocapture` runs as many as `docs/clients.md` states.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::sync::{Arc, Mutex, PoisonError};

use fastrand::Rng;
use kontrakt_runtime::http::{MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::time::{Duration, OffsetDateTime};
use kontrakt_runtime::{
    Api, ChangeKind, CompactDateTime, Error, Mark, Paging, RetryPolicy, client, operation, reconcile, record, resource,
};

const API: Api = Api {
    name: "model",
    base_url: "https://example.com",
    paging: Some(Paging { page: "page", current: "page", pages: "pages", total: "total" }),
    ..Api::DEFAULT
};

client! {
    /// Client of the model shop.
    pub Client / ClientBuilder: API,
    credentials {
        /// Any token.
        token: header("X-Token"),
    }
    variables {}
    resources {
        /// Orders.
        orders: Orders,
    }
}

resource! {
    /// Orders.
    pub Orders
}

record! {
    /// An order, or what a list says about it.
    pub struct Order {
        /// Code.
        pub code: String = required("code"),
        /// How often it was changed.
        pub version: Option<i64> = optional("version"),
        /// When it was changed last.
        pub time: Option<CompactDateTime> = required("time"),
    }
}

operation! {
    /// Reads one order.
    Orders::get(code: &str = path("code")) -> Call<Order> {
        id: "getOrder",
        call: GET "/orders/{code}",
        value: "",
    }
}

operation! {
    /// Lists changes.
    Orders::changes(from: CompactDateTime = query("from")) -> ChangesRequest {
        id: "listChanges",
        call: GET "/changes",
        pages: Order = "items" feed {
            from: "from", size: Some(("size", 1000)), key: "code", time: "time", kind: "kind", deleted: &["delete"],
            reach_days: 30, restart: "orders().list()",
        },
        options {
            /// Page, from 1.
            page: i64 = query("page"),
        }
    }
}

operation! {
    /// Lists orders.
    Orders::list() -> ListRequest {
        id: "listOrders",
        call: GET "/orders",
        pages: Order = "items" feed { from: "from", key: "code", time: "time" },
        options {
            /// Page, from 1.
            page: i64 = query("page"),
        }
    }
}

/// How the shop writes its list of changes.
#[derive(Clone, Copy, Debug)]
enum Style {
    /// Each thing with its last change, where that stands in time.
    LastChange,
    /// The same, in the order of the codes.
    ByCode,
    /// Each change.
    Log,
}

/// One line of the list of changes.
#[derive(Clone, Debug)]
struct Line {
    code: u32,
    second: i64,
    deleted: bool,
    untimed: bool,
}

/// The shop, and what goes wrong with it.
#[derive(Debug)]
struct Shop {
    rng: Rng,
    style: Style,
    newest_first: bool,
    from_is_included: bool,
    page_size: usize,
    /// Whether some changes never come to the list.
    drops: bool,
    /// Nothing happens any more.
    at_rest: bool,
    start: OffsetDateTime,
    second: i64,
    /// Version and second of the last change.
    orders: BTreeMap<u32, (i64, i64)>,
    lines: Vec<Line>,
    next_code: u32,
}

impl Shop {
    fn new(seed: u64, drops: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let start = OffsetDateTime::now_utc() - Duration::days(10);
        let mut shop = Self {
            style: [Style::LastChange, Style::ByCode, Style::Log][rng.usize(..3)],
            newest_first: rng.bool(),
            from_is_included: rng.bool(),
            page_size: rng.usize(1..=5),
            drops,
            at_rest: false,
            start: start.replace_nanosecond(0).unwrap(),
            second: 10,
            orders: BTreeMap::new(),
            lines: Vec::new(),
            next_code: 1,
            rng,
        };
        for _ in 0..shop.rng.usize(..20) {
            shop.happens();
        }
        shop
    }

    fn time(&self, second: i64) -> String {
        CompactDateTime::from(self.start + Duration::seconds(second)).to_string()
    }

    /// Something happens: to a new order, or to one that there is, or to one that was deleted.
    fn happens(&mut self) {
        self.second += [0, 0, 1, 2, 3600][self.rng.usize(..5)];
        let known: Vec<u32> = self.orders.keys().copied().collect();
        let code = match known.as_slice() {
            [..] if self.rng.u8(..10) == 0 && self.next_code > 1 => self.rng.u32(1..self.next_code),
            known if !known.is_empty() && self.rng.u8(..3) > 0 => known[self.rng.usize(..known.len())],
            _ => {
                self.next_code += 1;
                self.next_code - 1
            }
        };
        let deleted = self.orders.contains_key(&code) && self.rng.u8(..5) == 0;
        if deleted {
            self.orders.remove(&code);
        } else {
            // An order that was deleted and comes again has a version of its own.
            let version = i64::try_from(self.lines.len()).unwrap() + 1;
            self.orders.insert(code, (version, self.second));
        }
        if self.drops && self.rng.u8(..8) == 0 {
            return;
        }
        let line = Line { code, second: self.second, deleted, untimed: self.rng.u8(..10) == 0 };
        self.lines.push(line);
    }

    /// What may come between two requests.
    fn meanwhile(&mut self) {
        if !self.at_rest && self.rng.u8(..6) == 0 {
            for _ in 0..self.rng.usize(1..4) {
                self.happens();
            }
        }
    }

    fn chance(&mut self, percent: u8) -> bool {
        !self.at_rest && self.rng.u8(..100) < percent
    }

    fn answer(&mut self, request: &MockRequest) -> Result<Response, TransportError> {
        self.meanwhile();
        if self.chance(1) {
            return Err(TransportError::interrupted("reset"));
        }
        if self.chance(1) {
            return Ok(reply(500, "{}".to_owned()));
        }
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let query: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
        match path.trim_start_matches("https://example.com/") {
            "changes" => {
                let from = query["from"].replace("%3A", ":").replace("%2B", "+");
                let from = (*from.parse::<CompactDateTime>().unwrap() - self.start).whole_seconds();
                let items = self.changes(from);
                Ok(self.page(items, page))
            }
            "orders" => {
                let item = |(code, (_, second)): (&u32, &(i64, i64))| {
                    format!(r#"{{"code":"{code}","time":"{}"}}"#, self.time(*second))
                };
                Ok(self.page(self.orders.iter().map(item).collect(), page))
            }
            path => {
                let code: u32 = path.trim_start_matches("orders/").parse().unwrap();
                let order = self.orders.get(&code).map(|(version, second)| {
                    format!(r#"{{"code":"{code}","version":{version},"time":"{}"}}"#, self.time(*second))
                });
                Ok(order.map_or_else(|| reply(404, "{}".to_owned()), |order| reply(200, order)))
            }
        }
    }

    /// The list of changes as it is now.
    fn changes(&mut self, from: i64) -> Vec<String> {
        let since = |line: &&Line| line.second > from || (self.from_is_included && line.second == from);
        let mut lines: Vec<&Line> = self.lines.iter().filter(since).collect();
        if !matches!(self.style, Style::Log) {
            let mut known = BTreeSet::new();
            lines.reverse();
            lines.retain(|line| known.insert(line.code));
            lines.reverse();
        }
        if matches!(self.style, Style::ByCode) {
            lines.sort_by_key(|line| line.code);
        }
        if self.newest_first {
            lines.reverse();
        }
        let line = |line: &&Line| {
            let time = if line.untimed { "null".to_owned() } else { format!("\"{}\"", self.time(line.second)) };
            let kind = if line.deleted { "delete" } else { "edit" };
            format!(r#"{{"code":"{}","time":{time},"kind":"{kind}"}}"#, line.code)
        };
        let mut items: Vec<String> = lines.iter().map(line).collect();
        // A line that comes twice.
        if !items.is_empty() && self.chance(5) {
            items.insert(0, items[0].clone());
        }
        items
    }

    fn page(&self, items: Vec<String>, page: usize) -> Response {
        let pages = items.len().div_ceil(self.page_size);
        let total = items.len();
        let items: Vec<String> = items.into_iter().skip((page - 1) * self.page_size).take(self.page_size).collect();
        let items = items.join(",");
        reply(200, format!(r#"{{"items":[{items}],"page":{page},"pages":{pages},"total":{total}}}"#))
    }
}

fn reply(status: u16, body: String) -> Response {
    Response::new(status, [("content-type", "application/json")].into_iter().collect(), body)
}

/// What survives when the program is killed.
#[derive(Debug)]
struct Database {
    mark: Mark,
    /// Version and time.
    orders: BTreeMap<String, (i64, CompactDateTime)>,
}

/// The program.
struct Program {
    client: Client,
    shop: Arc<Mutex<Shop>>,
    database: Database,
}

/// Why a run ended early.
#[derive(Debug)]
enum Ended {
    Killed,
    Failed,
}

impl From<Error> for Ended {
    fn from(_: Error) -> Self {
        Self::Failed
    }
}

impl Program {
    fn new(seed: u64, drops: bool) -> Self {
        let shop = Arc::new(Mutex::new(Shop::new(seed, drops)));
        let asked = Arc::clone(&shop);
        let transport = MockTransport::answering(move |request| {
            asked.lock().unwrap_or_else(PoisonError::into_inner).answer(request)
        });
        let builder = Client::builder().token("any").transport(transport).retry(RetryPolicy::never());
        let mark = shop.lock().unwrap().start.into();
        Self { client: builder.build().unwrap(), shop, database: Database { mark, orders: BTreeMap::new() } }
    }

    /// The program may be killed wherever this stands.
    fn maybe_killed(&self) -> Result<(), Ended> {
        if self.shop.lock().unwrap().chance(1) { Err(Ended::Killed) } else { Ok(()) }
    }

    async fn refresh(&mut self, code: &str) -> Result<(), Ended> {
        self.maybe_killed()?;
        match self.client.orders().get(code).await {
            Ok(order) => {
                self.maybe_killed()?;
                // Times are whole seconds, and this one is not over: the order may change in it once more.
                let over = {
                    let shop = self.shop.lock().unwrap();
                    shop.start + Duration::seconds(shop.second - 1)
                };
                let time = (*order.time.unwrap()).min(over);
                self.database.orders.insert(order.code, (order.version.unwrap(), time.into()));
            }
            Err(error) if error.is_not_found() => drop(self.database.orders.remove(code)),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// One run, as the guides show it.
    async fn run(&mut self) -> Result<(), Ended> {
        let changes = self.client.orders().changes(self.database.mark.into()).feed().await?;
        for change in &changes {
            match change.kind {
                ChangeKind::Deleted => drop(self.database.orders.remove(&change.key)),
                _ => self.refresh(&change.key).await?,
            }
        }
        self.maybe_killed()?;
        self.database.mark = changes.mark();
        Ok(())
    }

    /// The same with one reading of the list, which is what a program does that is written without thinking of it.
    async fn careless_run(&mut self) -> Result<(), Ended> {
        let mut changes = self.client.orders().changes(self.database.mark.into()).items();
        let mut newest = None;
        while let Some(change) = changes.try_next().await? {
            newest = newest.max(change.time);
            self.refresh(&change.code).await?;
        }
        if let Some(newest) = newest {
            self.database.mark = Mark::from(*newest - Duration::seconds(1)).max(self.database.mark);
        }
        Ok(())
    }

    async fn reconcile(&mut self) -> Result<(), Ended> {
        let listed = self.client.orders().list().feed().await?;
        let stored = self.database.orders.iter().map(|(code, (_, time))| (code.clone(), Some((*time).into())));
        let found = reconcile(stored, listed.iter().map(|one| (one.key.clone(), one.time)));
        for code in found.keys() {
            self.refresh(code).await?;
        }
        Ok(())
    }

    /// Orders that the copy lacks, that it has in an old version, and that it has too much.
    fn differences(&self) -> (usize, usize, usize) {
        let shop = self.shop.lock().unwrap();
        let stored = |code: &u32| self.database.orders.get(&code.to_string());
        let lost = shop.orders.keys().filter(|code| stored(code).is_none()).count();
        let old = shop.orders.iter().filter(|(code, (version, _))| stored(code).is_some_and(|(v, _)| v != version));
        let orders = self.database.orders.keys();
        (lost, old.count(), orders.filter(|code| !shop.orders.contains_key(&code.parse().unwrap())).count())
    }
}

#[derive(Debug, Default)]
struct Figures {
    runs: usize,
    killed: usize,
    failed: usize,
    lost: usize,
    stale: usize,
    superfluous: usize,
}

/// Runs a schedule to its end, and until all is at rest.
async fn schedule(seed: u64, drops: bool, careless: bool, figures: &mut Figures) {
    let mut program = Program::new(seed, drops);
    for _ in 0..6 {
        program.shop.lock().unwrap().meanwhile();
        let result = if careless { program.careless_run().await } else { program.run().await };
        figures.runs += 1;
        match result {
            Ok(()) => {}
            Err(Ended::Killed) => figures.killed += 1,
            Err(Ended::Failed) => figures.failed += 1,
        }
    }
    program.shop.lock().unwrap().at_rest = true;
    for _ in 0..2 {
        let result = if careless { program.careless_run().await } else { program.run().await };
        result.unwrap();
    }
    if drops {
        program.reconcile().await.unwrap();
    }
    let (lost, stale, superfluous) = program.differences();
    if !careless {
        assert_eq!(
            (lost, stale, superfluous),
            (0, 0, 0),
            "seed {seed}: {:?}\n{:#?}",
            program.database,
            program.shop.lock().unwrap()
        );
    }
    figures.lost += lost;
    figures.stale += stale;
    figures.superfluous += superfluous;
}

fn schedules(default: u64) -> u64 {
    env::var("SCHEDULES").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_stays_old() {
    let (count, mut figures) = (schedules(200), Figures::default());
    for seed in 0..count {
        schedule(seed, false, false, &mut figures).await;
    }
    println!("{count} schedules: {figures:?}");
}

#[tokio::test]
async fn what_the_list_never_tells_is_found_by_reconciling() {
    let (count, mut figures) = (schedules(200), Figures::default());
    for seed in 0..count {
        schedule(seed, true, false, &mut figures).await;
    }
    println!("{count} schedules, some changes never listed: {figures:?}");
}

#[tokio::test]
async fn one_reading_of_the_list_loses_orders() {
    let mut figures = Figures::default();
    for seed in 0..300 {
        schedule(seed, false, true, &mut figures).await;
    }
    println!("300 schedules, the list read once: {figures:?}");
    assert!(figures.lost > 0 && figures.stale > 0, "the model shop is too easy: {figures:?}");
}

/// Sixty changes on pages of twenty; before the second page is answered, an order of the first one changes again. All
/// entries shift by one, the totals stay, and who reads the list once has 59.
#[tokio::test]
async fn an_order_changes_again_while_its_neighbour_is_fetched() {
    let start = OffsetDateTime::now_utc() - Duration::days(1);
    let lines: Mutex<Vec<(u32, i64)>> = Mutex::new((1..=60).map(|code| (code, i64::from(code))).collect());
    let asked = Mutex::new(0);
    let transport = MockTransport::answering(move |request| {
        let mut lines = lines.lock().unwrap();
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        if *asked == 2 {
            lines.retain(|(code, _)| *code != 5);
            lines.push((5, 61));
        }
        let page: usize = request.url.split("page=").nth(1).map_or(1, |page| page[..1].parse().unwrap());
        let items = lines.iter().skip((page - 1) * 20).take(20).map(|(code, second)| {
            let time = CompactDateTime::from(Mark::from(start + Duration::seconds(*second)));
            format!(r#"{{"code":"{code}","time":"{time}","kind":"edit"}}"#)
        });
        let items: Vec<String> = items.collect();
        Ok(reply(200, format!(r#"{{"items":[{}],"page":{page},"pages":3,"total":60}}"#, items.join(","))))
    });
    let client = Client::builder().token("any").transport(transport.clone()).build().unwrap();
    let before = Mark::from(start);

    let changes = client.orders().changes(before.into()).feed().await.unwrap();
    let codes: BTreeSet<u32> = changes.iter().map(|change| change.key.parse().unwrap()).collect();
    assert!(codes.iter().copied().eq(1..=60), "{codes:?}");
    assert!(changes.is_settled());
    assert_eq!(changes.mark(), Mark::from(start + Duration::seconds(60)), "a second before the newest");
    let requests = transport.requests();
    assert_eq!(requests.len(), 9, "once, once more, and once to be sure");
    assert!(requests.iter().all(|request| request.url.contains("size=1000")), "the largest page");
}

#[tokio::test]
async fn an_entry_that_says_nothing_holds_the_mark() {
    let time = CompactDateTime::from(Mark::now());
    let transport = MockTransport::new();
    let items = format!(r#"{{"code":"1","time":"{time}","kind":"edit"}},{{"time":"{time}","kind":"edit"}},null"#);
    transport.reply(200, format!(r#"{{"items":[{items}],"page":1,"pages":1,"total":3}}"#));
    let client = Client::builder().token("any").transport(transport).build().unwrap();
    let before = Mark::from(OffsetDateTime::now_utc() - Duration::days(9));

    let mut changes = client.orders().changes(before.into()).feed().await.unwrap();
    assert_eq!((changes.len(), changes.unreadable().len()), (1, 2));
    assert_eq!(changes.mark(), before);
    assert_eq!(changes.take_unreadable().len(), 2);
    assert!(changes.mark() > before, "whoever has them in hand may go on");
}
