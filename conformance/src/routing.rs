//! Finds the operation of a call: literal path segments before parameters, below any base URL. Trailing slashes are
//! ignored, since APIs and tools add them inconsistently. Query parameters are also recognized at the end of the path,
//! as `name/value`.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::HashMap;

use kontrakt_codegen::contract::{Contract, Location, Operation, SecurityKind};
use kontrakt_codegen::path::{PathTemplate, Segment};

use crate::recording::Entry;

/// The operations of a contract, ready to be found.
pub struct Router<'c> {
    routes: Vec<Route<'c>>,
    by_id: HashMap<&'c str, &'c Operation>,
    /// Paths of the documented base URLs.
    bases: Vec<Vec<String>>,
    /// Query parameters that are credentials.
    secrets: Vec<&'c str>,
}

/// An operation with the values of its path parameters.
#[derive(Clone, Debug)]
pub struct Routed<'c> {
    /// The operation.
    pub operation: &'c Operation,
    /// Path parameters, decoded.
    pub path: Vec<(&'c str, String)>,
    /// Query parameters in their order, decoded.
    pub query: Vec<(String, String)>,
}

struct Route<'c> {
    operation: &'c Operation,
    template: PathTemplate<'c>,
    /// Which of its segments are variables.
    shape: Vec<bool>,
}

/// The operation of a path with the values in it; `None` where the path exists, and not with this method.
type Found<'c> = Option<(&'c Operation, Vec<(&'c str, String)>)>;

impl<'c> Router<'c> {
    /// A router for the operations of a contract.
    pub fn new(contract: &'c Contract) -> Self {
        let routes = contract.operations.iter();
        let routes = routes.map(|operation| {
            let template = PathTemplate::parse(&operation.path);
            let shape = template.0.iter().map(|one: &Segment<'_>| one.literal().is_none()).collect();
            Route { operation, template, shape }
        });
        let mut routes: Vec<Route<'c>> = routes.collect();
        // Of two routes that fit, the one whose first differing segment is text wins.
        routes.sort_by(|a, b| a.shape.cmp(&b.shape));
        let bases = contract.servers.iter().map(|server| segments(path_of(&server.url))).collect();
        let by_id = contract.operations.iter().map(|operation| (operation.id.as_str(), operation)).collect();
        let secrets = contract.security_schemes.iter().filter_map(|scheme| match &scheme.kind {
            SecurityKind::Query(name) => Some(name.as_str()),
            _ => None,
        });
        Self { routes, by_id, bases, secrets: secrets.collect() }
    }

    /// The operation of an identifier.
    pub fn operation(&self, id: &str) -> Option<&'c Operation> {
        self.by_id.get(id).copied()
    }

    /// The operation of a recorded call: the one that it names, or that its address leads to.
    pub fn operation_of(&self, entry: &Entry) -> Option<&'c Operation> {
        match &entry.operation {
            Some(id) => self.operation(id),
            None => self.route(&entry.method, &entry.url).map(|routed| routed.operation),
        }
    }

    /// The operation that a call is of.
    pub fn route(&self, method: &str, url: &str) -> Option<Routed<'c>> {
        let url = url.split('#').next().unwrap_or_default();
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let all = segments(path_of(address));
        // Below a documented base URL, or else below whatever a proxy puts in front.
        let documented = self.bases.iter().filter(|base| !base.is_empty() && all.starts_with(base)).map(Vec::len);
        let starts = documented.max().map_or(0..all.len().max(1), |length| length..length + 1);
        let below = |start: usize| all.get(start..);
        if let Some(found) = starts.clone().find_map(|start| self.find(method, below(start)?, 0)) {
            let (operation, path) = found?;
            return Some(Routed { operation, path, query: pairs(query) });
        }
        // `/list/page/2` for `/list?page=2`: one pair at the end, or two, or as many as the path has.
        starts
            .flat_map(|start| (1..=(all.len() - start.min(all.len())) / 2).map(move |count| (start, 2 * count)))
            .find_map(|(start, length)| {
                let (operation, path) = self.find(method, below(start)?, length)??;
                let pairs_in_path =
                    all[all.len() - length..].chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
                let known = pairs_in_path.clone().all(|(name, _)| self.is_parameter(operation, &name));
                known.then(|| Routed { operation, path, query: pairs_in_path.chain(pairs(query)).collect() })
            })
    }

    /// Method and path of a call that is of no operation, without what a credential could be.
    pub fn describe(&self, method: &str, url: &str) -> String {
        let address = url.split(['?', '#']).next().unwrap_or_default();
        let mut secret = false;
        let shown = path_of(address).split('/').map(|segment| {
            let shown = if secret { "***" } else { segment };
            secret = self.secrets.contains(&segment);
            shown
        });
        format!("{method} {}", shown.collect::<Vec<_>>().join("/"))
    }

    fn is_parameter(&self, operation: &Operation, name: &str) -> bool {
        let mut parameters = operation.parameters.iter().filter(|one| one.location == Location::Query);
        self.secrets.contains(&name) || parameters.any(|one| is_name(&one.name, name))
    }

    /// The operation of a path of which the last segments are left out. A path that exists wins over a template that
    /// fits it too, whatever its methods are.
    fn find(&self, method: &str, path: &[String], left_out: usize) -> Option<Found<'c>> {
        let mut closest: Option<&[bool]> = None;
        let fitting = self.routes.iter().filter(|route| route.template.0.len() + left_out == path.len());
        for route in fitting {
            let Some(values) = route.values(path) else { continue };
            if *closest.get_or_insert(&route.shape) != route.shape.as_slice() {
                break;
            }
            if route.operation.method == method {
                return Some(Some((route.operation, values)));
            }
        }
        closest.map(|_| None)
    }
}

impl<'c> Route<'c> {
    /// The values of the variables in a path; `None` when it is none of this route.
    fn values(&self, path: &[String]) -> Option<Vec<(&'c str, String)>> {
        let mut values = Vec::new();
        for (segment, text) in self.template.0.iter().zip(path) {
            values.extend(segment.values(text)?.into_iter().map(|(name, value)| (name, value.to_owned())));
        }
        Some(values)
    }
}

/// Whether a name on the wire is a parameter's: `list[]` is also written `list[0]`.
pub(crate) fn is_name(parameter: &str, wire: &str) -> bool {
    let stem = |name: &str| name.find('[').map(|at| name[..at].to_owned());
    parameter == wire || parameter.ends_with("[]") && stem(parameter) == stem(wire)
}

/// The path of a URL, which may come without scheme and host.
fn path_of(url: &str) -> &str {
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| decode(segment, false)).collect()
}

/// The pairs of a query string or a form.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decode(name, true), decode(value, true))).collect()
}

/// All but the unreserved characters of RFC 3986.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-decodes; what is not valid stays as it is.
fn decode(text: &str, plus: bool) -> String {
    let text = if plus { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// Percent-encodes everything but unreserved characters.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;

    use super::{Router, encode, pairs};

    fn contract() -> Contract {
        let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
servers: [{url: 'https://{shop}.example.com/api/v2', variables: {shop: {default: x}}}]
paths:
  /orders/{code}: {get: {operationId: get, parameters: [{name: code, in: path, required: true}]}, delete: {operationId: drop, parameters: [{name: code, in: path, required: true}]}}
  /orders/changes: {get: {operationId: changes}}
  /{what}/changes: {get: {operationId: any, parameters: [{name: what, in: path, required: true}]}}
  /files/{name}.pdf: {get: {operationId: file, parameters: [{name: name, in: path, required: true}]}}
  /list/:
    get: {operationId: list, parameters: [{name: page, in: query}, {name: 'tag[]', in: query}]}
    post: {operationId: add}
";
        Contract::read(&Document::parse("t.yaml", text).unwrap()).unwrap()
    }

    #[test]
    fn finds_the_operation() {
        let contract = contract();
        let router = Router::new(&contract);
        for (method, url, expected) in [
            ("GET", "https://shop.example.com/api/v2/orders/A%2F1?x=1", "get code=A/1 x=1"),
            ("GET", "https://shop.example.com/api/v2/orders/changes", "changes"),
            ("GET", "https://shop.example.com/api/v2/lists/changes/", "any what=lists"),
            ("GET", "http://127.0.0.1:4711/orders/changes", "changes"),
            ("GET", "/proxy/shop/api/v2/orders/1", "get code=1"),
            ("GET", "/files/a.b.pdf", "file name=a.b"),
            ("GET", "/list", "list"),
            ("POST", "/list/#top", "add"),
            ("GET", "/list/page/2", "list page=2"),
            ("GET", "/proxy/api/v2/list/key/S%2F1/page/2/tag[0]/x?page=3", "list key=S/1 page=2 tag[0]=x page=3"),
            ("GET", "/list/page", "-"),
            ("GET", "/list/pages/2", "-"),
            ("PUT", "/list", "-"),
            // The path exists, and has no such method: it is no order with this code.
            ("DELETE", "https://shop.example.com/api/v2/orders/changes", "-"),
            ("DELETE", "https://shop.example.com/api/v2/orders/1", "drop code=1"),
            ("GET", "/a/b/c", "-"),
            ("GET", "https://example.com", "-"),
            ("GET", "", "-"),
        ] {
            let found = router.route(method, url).map_or("-".to_owned(), |routed| {
                let path = routed.path.iter().map(|(name, value)| format!(" {name}={value}"));
                let query = routed.query.iter().map(|(name, value)| format!(" {name}={value}"));
                path.chain(query).fold(routed.operation.id.clone(), |text, value| text + &value)
            });
            assert_eq!(found, expected, "{method} {url}");
        }
    }

    #[test]
    fn what_is_told_of_a_call_holds_no_credential() {
        let contract = contract();
        let told = Router::new(&contract).describe("GET", "https://example.com/api/gone/key/S3CRET/id/1?key=S3CRET#x");
        assert_eq!(told, "GET /api/gone/key/***/id/1");
    }

    #[test]
    fn decodes_queries() {
        assert_eq!(
            pairs("a=1&b=x+y%2B&c&&items%5B%5D=%7B%7D&bad=%zz%f"),
            [("a", "1"), ("b", "x y+"), ("c", ""), ("items[]", "{}"), ("bad", "%zz%f")]
                .map(|(a, b)| (a.into(), b.into()))
        );
        assert_eq!(encode("a b/+ž~"), "a%20b%2F%2B%C5%BE~");
    }
}
