//! Pages of lists, in Czech: `URI:` and `HTTP metoda:`, or `Base URL:`, then fields as bullets or as lines.
//! Where bullets were lost in the conversion to text, a name is at the end of the line before its type.

use std::collections::BTreeSet;

use super::{Fact, FactPlace, is_name, is_value, is_word};

/// The facts of a page.
pub(super) fn read(page: &str, known: &[String]) -> Vec<Fact> {
    let mut reader = Reader { typed: page.contains("HTTP metoda"), ..Reader::default() };
    page.lines().for_each(|line| reader.line(line));
    reader.separate(known);
    let mut facts = reader.facts;
    let mut seen = BTreeSet::new();
    facts.retain(|fact| seen.insert(fact.clone()));
    facts
}

/// Words that announce values.
const VALUES: [&str; 4] = ["možné hodnoty", "možné hodnota", "hodnoty:", "hodnoty mohou být"];

/// Words that begin a list of parameters.
const PARAMETERS: [&str; 4] = ["vyžadované parametry", "volitelné parametry", "nepovinné parametry", "parametry"];

/// Words that begin something else than a list of fields.
const OTHER: [&str; 6] = ["hlavičky", "příklad", "authorization:", "content-type:", "http/", "nepomohla"];

#[derive(Default)]
struct Reader {
    facts: Vec<Fact>,
    /// Facts whose names may begin with letters of the word before.
    glued: BTreeSet<usize>,
    /// Names that stand alone, or in quotes, somewhere on the page.
    certain: BTreeSet<String>,
    /// Whether fields have types, so that a bullet without one is none.
    typed: bool,
    /// An address that goes on in the next line.
    address: Option<String>,
    path: String,
    method: String,
    place: Option<FactPlace>,
    answer: bool,
    /// Depth of the field whose values may follow below it.
    values_below: Option<usize>,
    /// Bullets that follow are values of the last field.
    values_follow: bool,
    /// The line before: on pages that lost their lists, a name stands at its end.
    before: String,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let depth = line.chars().take_while(|c| c.is_whitespace()).count();
        let bullet = line.trim_start().starts_with(['•', '-', '*']);
        let text = line.trim().trim_start_matches(['•', '-', '*']).trim();
        if text.is_empty() {
            return;
        }
        let lower = text.to_lowercase();
        self.examples(text);
        if let Some(address) = &mut self.address {
            let (more, rest) = match text.split_once("HTTP metoda:") {
                Some((more, method)) => (more.trim().trim_end_matches('-').trim(), Some(method)),
                None => (text, None),
            };
            address.push_str(more);
            match rest {
                Some(method) => {
                    let method = method.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
                    let address = self.address.take().unwrap_or_default();
                    self.endpoint(&method, &address);
                }
                // An address on a line of its own, as below `Base URL:`.
                None if address.contains("://") => {
                    let address = self.address.take().unwrap_or_default();
                    self.endpoint("GET", &address);
                }
                None => {}
            }
        } else if let Some(rest) = text.strip_prefix("URI:") {
            self.address = Some(rest.trim().to_owned());
        } else if let Some(rest) = text.strip_prefix("Base URL:") {
            match rest.trim() {
                "" => self.address = Some(String::new()),
                address => self.endpoint("GET", address),
            }
        } else if lower.starts_with("odpově") && !bullet {
            self.answer = true;
            // Pages without a section for the body list the members right below.
            self.place = (!self.typed).then_some(FactPlace::Answer);
        } else if lower.starts_with("požadavek") && !bullet {
            (self.answer, self.place) = (false, None);
        } else if PARAMETERS.iter().any(|word| lower.starts_with(word)) {
            self.place = Some(FactPlace::Query);
        } else if lower.starts_with("tělo") {
            // A body without a request before it is the answer of a call that only reads.
            let reads = self.method == "GET";
            self.place = Some(if self.answer || reads { FactPlace::Answer } else { FactPlace::Body });
        } else if OTHER.iter().any(|word| lower.starts_with(word)) {
            self.place = None;
        } else if let Some(rest) = text.strip_prefix('(') {
            self.lost(rest);
        } else if bullet {
            self.bullet(depth, text);
        } else {
            self.sentence(text);
        }
        text.clone_into(&mut self.before);
    }

    fn endpoint(&mut self, method: &str, address: &str) {
        let address = address.replace(' ', "");
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let path = match path.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => path,
        };
        // `/orders/{number}?…` is a list, and one of it where the number is given.
        let optional = !query.is_empty() && path.ends_with('}');
        let path = if optional { path.rfind('{').map_or(path, |at| &path[..at]) } else { path };
        path.clone_into(&mut self.path);
        method.clone_into(&mut self.method);
        (self.place, self.answer, self.values_below, self.values_follow) = (None, false, None, false);
    }

    /// `name (type) - words` or `name – words`, or a value of the field above.
    fn bullet(&mut self, depth: usize, text: &str) {
        let end = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = (&text[..end], text[end..].trim_start());
        let kind = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(kind, _)| kind.trim().to_owned());
        let below = self.values_follow || self.values_below.is_some_and(|field| depth > field);
        if below && kind.is_none() {
            let value = text.split(|c: char| !is_value(c)).next().unwrap_or_default();
            if let (true, Some(fact)) = (is_word(value), self.facts.last_mut()) {
                fact.values.push(value.to_owned());
            }
            return;
        }
        self.values_follow = false;
        if name.is_empty() || kind.is_none() && (self.typed || !rest.starts_with(['-', '–', '—'])) {
            return;
        }
        self.values_below = VALUES.iter().any(|word| text.contains(word)).then_some(depth);
        self.push(name, kind, values_in(rest), false);
    }

    /// A line `type) - words` after a line that ends in the name.
    fn lost(&mut self, rest: &str) {
        let Some((kind, words)) = rest.split_once(')') else { return };
        if kind.is_empty() || !kind.chars().all(|c| c.is_ascii_lowercase()) {
            return;
        }
        let start = self.before.char_indices().rev().take_while(|(_, c)| is_name(*c)).last().map(|(at, _)| at);
        let Some(start) = start else { return };
        let name = self.before[start..].to_owned();
        // `systémulanguage_id`: an accent ends what could be a name, and the end of the word is taken for part of it.
        let glued = start > 0 && !self.before[..start].ends_with(')');
        (self.values_follow, self.values_below) = (words.trim_end().ends_with(':'), None);
        let values = values_in(words);
        self.push(&name, Some(kind.to_owned()), values, glued);
    }

    /// Words of a field that go on: they can announce values too.
    fn sentence(&mut self, text: &str) {
        // Values on lines of their own, without bullets.
        let listed = self.values_follow || self.values_below.is_some();
        if let (true, Some((value, _))) = (listed, text.split_once(" - "))
            && is_word(value)
            && let Some(fact) = self.facts.last_mut()
        {
            fact.values.push(value.to_owned());
            return;
        }
        self.values_follow = self.place.is_some() && text.ends_with(':');
        if let Some(value) = text.strip_prefix("nebo").map(str::trim)
            && is_word(value)
            && let Some(fact) = self.facts.last_mut().filter(|fact| fact.values.len() == 1)
        {
            fact.values.push(value.to_owned());
        }
        if text.chars().all(is_name) {
            self.certain.insert(text.to_owned());
        }
    }

    /// Keys of JSON in the text.
    fn examples(&mut self, text: &str) {
        let parts: Vec<&str> = text.split('"').collect();
        for pair in parts.windows(2).skip(1).step_by(2) {
            let [key, after] = pair else { continue };
            if after.trim_start().starts_with(':') && !key.is_empty() && key.chars().all(is_name) {
                self.certain.insert((*key).to_owned());
                if !self.path.is_empty() && !key.chars().all(|c| c.is_ascii_digit()) {
                    self.facts.push(Fact {
                        endpoint: format!("{} {}", self.method, self.path),
                        place: FactPlace::Example,
                        name: (*key).to_owned(),
                        kind: None,
                        values: Vec::new(),
                    });
                }
            }
        }
    }

    fn push(&mut self, name: &str, kind: Option<String>, values: Vec<String>, glued: bool) {
        let Some(place) = self.place.filter(|_| !self.path.is_empty()) else { return };
        if glued {
            self.glued.insert(self.facts.len());
        } else {
            self.certain.insert(name.to_owned());
        }
        let endpoint = format!("{} {}", self.method, self.path);
        self.facts.push(Fact { endpoint, place, name: name.to_owned(), kind, values });
    }

    /// Tells names from the ends of words before them: by the names on the page, else by known ones.
    fn separate(&mut self, known: &[String]) {
        for at in &self.glued {
            let fact = &mut self.facts[*at];
            let longest = |names: &mut dyn Iterator<Item = &String>| {
                names.filter(|name| fact.name.ends_with(name.as_str())).max_by_key(|name| name.len()).cloned()
            };
            let of_page = longest(&mut self.certain.iter());
            let of_known = longest(&mut known.iter());
            // A known name that holds the one on the page is the whole of it: `order_number` and `number`.
            let name = of_page.into_iter().chain(of_known).max_by_key(String::len);
            if let Some(name) = name {
                fact.name = name;
            }
        }
    }
}

/// Values that the words of a field name: in parentheses, before dashes, or one after the other.
fn values_in(words: &str) -> Vec<String> {
    if let Some((_, list)) = words.split_once("hodnoty jsou:")
        && list.contains(" - ")
    {
        let parts: Vec<&str> = list.split(" - ").collect();
        let last_word = |part: &&str| part.split_whitespace().next_back().map(str::to_owned);
        return parts[..parts.len() - 1].iter().filter_map(last_word).filter(|word| is_word(word)).collect();
    }
    if let Some((_, value)) = words.split_once("hodnoty jsou")
        && is_word(value.trim())
    {
        return vec![value.trim().to_owned()];
    }
    let list = words.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(list, _)| list);
    let Some(list) = list.map(|list| list.rsplit_once(':').map_or(list, |(_, list)| list)) else { return Vec::new() };
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let plain = values.len() > 1 && values.iter().all(|value| is_word(value));
    if plain { values.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::{inventory, read};

    #[test]
    fn lists_with_types_are_read() {
        let page = "Seznam\n • URI: /api/v2/vouchers/{code}?page={page}\n • HTTP metoda: GET\n • hlavičky:\n  • Authorization: Basic x\n \
                    • parametry - filtr:\n  • page (int) - strana\n\nOdpověď\n\n • tělo:\n  • vouchers (array) - pole\n   \
                    • type (string) - typ, možné hodnoty:\n    • price - cena\n    • onSale - akce\n   • note (string) - x\n \
                    • příklad\n  {\"vouchers\": [{\"note\": \"a\"}]}\n";
        let expected = "GET /api/v2/vouchers/\tanswer\tnote\tstring\t-\nGET /api/v2/vouchers/\tanswer\ttype\tstring\tprice,onSale\n\
                        GET /api/v2/vouchers/\tanswer\tvouchers\tarray\t-\nGET /api/v2/vouchers/\texample\tnote\t-\t-\n\
                        GET /api/v2/vouchers/\texample\tvouchers\t-\t-\nGET /api/v2/vouchers/\tquery\tpage\tint\t-\n";
        assert_eq!(inventory(&read(page, &[])), expected);
        let html = "<p>Seznam</p><ul><li>URI: /api/v2/vouchers</li><li>HTTP metoda: GET</li><li>parametry:<ul>\
                    <li><code>type</code> (string) - typ, možné hodnoty:<br>cash - hotově<br>onSale - akce</li>\
                    <li><code>page</code> (int) - strana</li></ul></li></ul>";
        let expected =
            "GET /api/v2/vouchers\tquery\tpage\tint\t-\nGET /api/v2/vouchers\tquery\ttype\tstring\tcash,onSale\n";
        assert_eq!(inventory(&read(html, &[])), expected);
    }

    #[test]
    fn lists_without_types_are_read() {
        let page = "Base URL:\nhttps://shop.example/api/list/\n\nVolitelné parametry\n\n • state – Stav (init, paid)\n\n\
                    Odpověď\n\n • result – Výsledek\n";
        let expected = "GET /api/list/\tanswer\tresult\t-\t-\nGET /api/list/\tquery\tstate\t-\tinit,paid\n";
        assert_eq!(inventory(&read(page, &[])), expected);
        let html = "<p><strong>Base URL:</strong><br>https://shop.example/api/list/</p><h3>Volitelné parametry</h3><ul>\
                    <li><strong>state</strong> &#8211; Stav (init, paid)</li></ul><h3>Odpov&#283;&#x10F;</h3>\
                    <ul><li><strong>result</strong> &ndash; V&yacute;sledek</li></ul>";
        assert_eq!(inventory(&read(html, &[])), expected);
    }

    #[test]
    fn names_are_told_from_the_words_before_them() {
        let page = "- URI: /api/orders/\n{code}\n/pdf - HTTP metoda: POST\ntělo:\nsend_yn\n(bool) - posláníorders\n(array) - pole\
                    objednávekcase_number\n(string) - číslo, možné hodnoty jsoupercent\nneboprice\ntype\n(string) - typ:\n\
                    - Received - Přijatá\n- cash-register - pokladna\namount\n(float) - x\n{ \"orders\": [] }\n";
        let expected = "POST /api/orders/{code}/pdf\tbody\tamount\tfloat\t-\n\
                        POST /api/orders/{code}/pdf\tbody\tcase_number\tstring\tpercent,price\n\
                        POST /api/orders/{code}/pdf\tbody\torders\tarray\t-\n\
                        POST /api/orders/{code}/pdf\tbody\tsend_yn\tbool\t-\n\
                        POST /api/orders/{code}/pdf\tbody\ttype\tstring\tReceived,cash-register\n\
                        POST /api/orders/{code}/pdf\texample\torders\t-\t-\n";
        assert_eq!(inventory(&read(page, &["case_number".to_owned()])), expected);
    }
}
