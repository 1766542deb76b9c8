//! Documentation pages: the endpoints, parameters and fields that a page names, as facts, and how they differ from a
//! contract. Reads HTML and text; some pages lose their nesting on the way to text, so names are compared by endpoint.

mod compare;
mod html;

pub use compare::{Difference, compare};
pub use html::text as text_of_html;

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A query parameter.
    Query,
    /// The request body.
    Body,
    /// The answer.
    Answer,
}

impl Place {
    /// Word for it, as inventories write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Body => "body",
            Self::Answer => "answer",
        }
    }
}

/// What a page says about one field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Method and path as the page writes them, without query.
    pub endpoint: String,
    /// Where it goes.
    pub place: Place,
    /// Its name; where the page has lost the space before it, with letters of the word before.
    pub name: String,
    /// Whether the name may begin with letters of the word before.
    pub glued: bool,
    /// The page's word for its type.
    pub kind: Option<String>,
    /// Values that the page allows.
    pub values: Vec<String>,
}

/// The facts of a page, in its order.
pub fn read(page: &str) -> Vec<Fact> {
    let text = if page.trim_start().starts_with('<') { html::text(page) } else { page.to_owned() };
    let mut reader = Reader::default();
    text.lines().for_each(|line| reader.line(line));
    reader.facts
}

/// Facts as lines that can be committed and compared: endpoint, place, name, type, values.
pub fn inventory(facts: &[Fact]) -> String {
    let mut lines: Vec<String> = facts
        .iter()
        .map(|fact| {
            let kind = fact.kind.as_deref().unwrap_or("-");
            let values = if fact.values.is_empty() { "-".to_owned() } else { fact.values.join(",") };
            format!("{}\t{}\t{}\t{kind}\t{values}\n", fact.endpoint, fact.place.name(), fact.name)
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

/// Words that begin a list of values.
const VALUES: [&str; 2] = ["možné hodnoty", "hodnoty:"];

#[derive(Default)]
struct Reader {
    facts: Vec<Fact>,
    path: String,
    method: String,
    place: Option<Place>,
    answer: bool,
    /// The next line holds an address.
    address_follows: bool,
    /// Depth of the field whose values may follow below it.
    values_below: Option<usize>,
    /// The line before: on pages that lost their lists, a name stands at its end.
    before: String,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let depth = line.chars().take_while(|c| c.is_whitespace()).count();
        let bullet = line.trim_start().starts_with(['•', '-', '*']);
        let text = line.trim().trim_start_matches(['•', '-', '*']).trim();
        let lower = text.to_lowercase();
        if std::mem::take(&mut self.address_follows) && !text.is_empty() {
            self.endpoint("GET", text);
        } else if let Some(rest) = text.strip_prefix("URI:") {
            let method = std::mem::take(&mut self.method);
            self.endpoint(&method, rest.trim());
            self.method.clear();
        } else if let Some(rest) = text.strip_prefix("HTTP metoda:") {
            self.method = rest.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        } else if let Some(rest) = text.strip_prefix("Base URL:") {
            match rest.trim() {
                "" => self.address_follows = true,
                address => self.endpoint("GET", address),
            }
        } else if lower.starts_with("odpověď") && !bullet {
            self.answer = true;
            // Pages without a section for the body list the members right below.
            self.place =
                self.method.is_empty().then_some(Place::Answer).or((self.path.ends_with('/')).then_some(Place::Answer));
        } else if lower.starts_with("požadavek") && !bullet {
            (self.answer, self.place) = (false, None);
        } else if ["vyžadované parametry", "volitelné parametry", "nepovinné parametry", "parametry"]
            .iter()
            .any(|word| lower.starts_with(word))
        {
            self.place = Some(Place::Query);
        } else if lower.starts_with("tělo") {
            self.place = Some(if self.answer { Place::Answer } else { Place::Body });
        } else if ["hlavičky", "příklad", "authorization:", "content-type:", "http/"]
            .iter()
            .any(|word| lower.starts_with(word))
        {
            self.place = None;
        } else if let Some(rest) = text.strip_prefix('(') {
            self.glued(rest);
        } else if bullet {
            self.field(depth, text);
        }
        if !text.is_empty() {
            text.clone_into(&mut self.before);
        }
    }

    fn endpoint(&mut self, method: &str, address: &str) {
        let address = address.split(['?', ' ', '&']).next().unwrap_or_default();
        let path = match address.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => address,
        };
        path.clone_into(&mut self.path);
        method.clone_into(&mut self.method);
        (self.place, self.answer, self.values_below) = (None, false, None);
    }

    /// `name (type) - words` or `name – words`, or a value of the field above.
    fn field(&mut self, depth: usize, text: &str) {
        let end = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = (&text[..end], text[end..].trim_start());
        if name.is_empty() {
            return;
        }
        let kind = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(kind, _)| kind.trim().to_owned());
        if self.values_below.is_some_and(|field| depth > field) && kind.is_none() {
            if let Some(fact) = self.facts.last_mut() {
                fact.values.push(name.to_owned());
            }
            return;
        }
        if kind.is_none() && !rest.starts_with(['-', '–', '—']) {
            return;
        }
        self.values_below = VALUES.iter().any(|word| text.contains(word)).then_some(depth);
        self.push(name, kind, values_in(rest), false);
    }

    /// A line `type) - words` after a line that ends in the name.
    fn glued(&mut self, rest: &str) {
        let Some((kind, _)) = rest.split_once(')') else { return };
        let start = self.before.char_indices().rev().take_while(|(_, c)| is_name(*c)).last().map(|(at, _)| at);
        if let Some(start) = start
            && kind.chars().all(|c| c.is_ascii_lowercase())
        {
            let name = self.before[start..].to_owned();
            self.push(&name, Some(kind.to_owned()), Vec::new(), true);
        }
    }

    fn push(&mut self, name: &str, kind: Option<String>, values: Vec<String>, glued: bool) {
        let Some(place) = self.place.filter(|_| !self.path.is_empty()) else { return };
        let method = if self.method.is_empty() { "GET" } else { &self.method };
        let endpoint = format!("{method} {}", self.path);
        self.facts.push(Fact { endpoint, place, name: name.to_owned(), glued, kind, values });
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// Values in parentheses behind the words: `state – Stav platby (init, paid)`.
fn values_in(text: &str) -> Vec<String> {
    let Some(list) = text.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(list, _)| list) else {
        return Vec::new();
    };
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let plain = values.len() > 1 && values.iter().all(|value| !value.is_empty() && value.chars().all(is_name));
    if plain { values.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_with_types_are_read() {
        let page = "Seznam\n • URI: /api/v2/vouchers\n • HTTP metoda: GET\n • hlavičky:\n  • Authorization: Basic x\n \
                    • parametry - filtr:\n  • page (int) - strana\n\nOdpověď\n\n • tělo:\n  • vouchers (array) - pole\n   \
                    • type (string) - typ, možné hodnoty:\n    • price - cena\n    • percentage - procenta\n   • note (string) - x\n";
        let expected = "GET /api/v2/vouchers\tanswer\tnote\tstring\t-\nGET /api/v2/vouchers\tanswer\ttype\tstring\tprice,percentage\n\
                        GET /api/v2/vouchers\tanswer\tvouchers\tarray\t-\nGET /api/v2/vouchers\tquery\tpage\tint\t-\n";
        assert_eq!(inventory(&read(page)), expected);
        let html = "<p>Seznam</p><ul><li>URI: /api/v2/vouchers</li><li>HTTP metoda: GET</li><li>parametry:<ul>\
                    <li><b>page</b> (int) - strana</li></ul></li></ul>";
        assert_eq!(inventory(&read(html)), "GET /api/v2/vouchers\tquery\tpage\tint\t-\n");
    }

    #[test]
    fn lists_without_types_and_glued_names_are_read() {
        let page = "Base URL:\nhttps://shop.example/api/list/\n\nVolitelné parametry\n\n • state – Stav (init, paid)\n\n\
                    Odpověď\n\n • result – Výsledek\n";
        assert_eq!(
            inventory(&read(page)),
            "GET /api/list/\tanswer\tresult\t-\t-\nGET /api/list/\tquery\tstate\t-\tinit,paid\n"
        );
        let glued = "- URI: /api/orders\n- HTTP metoda: POST\ntělo:\nsend_yn\n(bool) - posláníorders\n(array) - pole\n";
        let facts = read(glued);
        assert_eq!(facts.iter().map(|fact| fact.name.as_str()).collect::<Vec<_>>(), ["send_yn", "orders"]);
        assert!(facts.iter().all(|fact| fact.glued && fact.endpoint == "POST /api/orders"));
    }
}
