//! Naming rule of resources and methods: from tag, HTTP method and path to `orders().update_status()`.
//! `x-resource` and `x-method` override it; ARCHITECTURE.md describes the rule.

use crate::contract::Operation;
use crate::lock::NameLock;
use crate::name::{module, pascal, singular, snake, words};
use crate::path::{PathTemplate, Segment};

/// Last segments of a POST path that are verbs themselves.
const VERBS: [&str; 6] = ["copy", "restock", "close", "use", "login", "verify"];
/// First words of last segments of a POST path that are verbs themselves.
const VERB_PREFIXES: [&str; 3] = ["link", "cancel", "renew"];

/// Resource of an operation in snake_case: as the specification says, as it was, or by its tag.
pub(super) fn resource(operation: &Operation, lock: &NameLock) -> String {
    let chosen = operation.hints.resource.as_deref().map(module);
    let kept = || lock.modules.get(&operation.call()).cloned();
    let tag = || operation.tags.first().map_or_else(|| "api".to_owned(), |tag| module(tag));
    chosen.or_else(kept).unwrap_or_else(tag)
}

/// Method of an operation in snake_case.
pub(super) fn method(operation: &Operation, resource: &str) -> String {
    match &operation.hints.method {
        Some(name) => snake(name),
        None => rule(&operation.method, &operation.path, resource),
    }
}

/// Name of the struct whose methods are a resource's operations.
pub(crate) fn api(resource: &str) -> String {
    format!("{}Api", pascal(resource))
}

/// Name of the request type of a method.
pub(crate) fn request(method: &str) -> String {
    format!("{}Request", pascal(method))
}

fn rule(http: &str, path: &str, resource: &str) -> String {
    let known: Vec<String> = resource.split('_').map(singular).collect();
    let mut segments = PathTemplate::parse(path).0;
    if segments.first().and_then(Segment::literal) == Some("api") {
        segments.remove(0);
    }
    let mut rest: Vec<String> = Vec::new();
    let mut by: Vec<String> = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let Some(text) = segment.literal() else { continue };
        let words = words(text);
        if words.iter().all(|word| known.contains(&singular(word))) {
            continue;
        }
        if segments.get(at + 1).and_then(Segment::variable) == Some(text) {
            by.push(format!("by_{}", words.join("_")));
        } else {
            rest.push(words.join("_"));
        }
    }
    let item = segments.last().is_some_and(|segment| segment.literal().is_none());
    let verb_itself = rest.last().is_some_and(|last| {
        VERBS.contains(&last.as_str()) || last.split('_').next().is_some_and(|first| VERB_PREFIXES.contains(&first))
    });
    let tail = [rest.as_slice(), by.as_slice()].concat().join("_");
    let name = match (http, tail.as_str()) {
        ("GET", "") if item => "get".to_owned(),
        ("GET", "") => "list".to_owned(),
        ("GET", tail) if item => format!("get_{tail}"),
        ("GET", tail) => tail.to_owned(),
        ("POST", _) if verb_itself => rest.join("_"),
        (_, tail) => {
            let verb = match http {
                "POST" => "create",
                "PUT" | "PATCH" => "update",
                "DELETE" => "delete",
                other => return snake(&format!("{other}_{tail}")),
            };
            match tail {
                "" if item || verb == "create" => verb.to_owned(),
                "" => format!("{verb}_all"),
                tail => format!("{verb}_{tail}"),
            }
        }
    };
    snake(&name)
}

#[cfg(test)]
mod tests {
    use super::rule;

    #[test]
    fn methods_are_named_by_verb_and_path() {
        let cases = [
            ("GET", "/api/orders", "orders", "list"),
            ("GET", "/api/orders/{code}", "orders", "get"),
            ("POST", "/api/orders", "orders", "create"),
            ("PATCH", "/api/orders/{code}/status", "orders", "update_status"),
            ("DELETE", "/api/orders/{code}/item/{id}", "order_items", "delete"),
            ("GET", "/api/orders/changes", "orders", "changes"),
            ("GET", "/api/products/code/{code}", "products", "get_by_code"),
            ("POST", "/api/orders/{code}/copy", "orders", "copy"),
            ("POST", "/api/shipments/{guid}/cancel-request", "shipments", "cancel_request"),
            ("PATCH", "/api/products/batch", "products", "update_batch"),
            ("DELETE", "/api/discount-coupons", "discount_coupons", "delete_all"),
            ("GET", "/api/categories/{categoryGuid}/productsPriority", "categories", "products_priority"),
            ("GET", "/types", "kinds", "types"),
        ];
        for (http, path, resource, method) in cases {
            assert_eq!(rule(http, path, resource), method, "{http} {path}");
        }
    }
}
