//! Emitted code for each kind of item, from contracts of a few lines, as snapshots for review.
//! Each snapshot has contract and code side by side; `cargo insta review` or INSTA_UPDATE=always accepts changes.

mod common;

use std::collections::BTreeMap;

use common::{specs, strict, text};
use kontrakt_codegen::emit::{Item, ItemKind, surface};
use kontrakt_codegen::generate::{Generated, generate};
use kontrakt_codegen::specification::names;

/// A contract, and which of the emitted files shows what is particular about it.
struct Case {
    name: &'static str,
    file: &'static str,
    contract: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "record",
        file: "src/orders.rs",
        contract: "
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}}
components:
  schemas:
    Order:
      type: object
      description: What somebody bought.
      required: [code, price, creationTime, type]
      properties:
        code: {type: string, minLength: 1, maxLength: 10, description: 'Code of the order, such as `2024001`.'}
        price: {type: string, pattern: '^[0-9]+\\.[0-9]{2}$'}
        creationTime: {type: string, format: date-time}
        type: {type: [string, 'null'], default: eshop}
        note: {type: [string, 'null']}
        items: {type: array, items: {type: object, required: [amount], properties: {amount: {type: integer, minimum: 1}}}}
",
    },
    Case {
        name: "enums, open and closed",
        file: "src/orders.rs",
        contract: "
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      parameters: [{name: sort, in: query, schema: {type: string, enum: [code-asc, code-desc]}}]
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Status'}}}}}
components:
  schemas:
    Status: {type: string, enum: [new, paid, '', '<'], x-enum-names: {'<': Less}, description: How far it is.}
",
    },
    Case {
        name: "errors by status",
        file: "src/orders.rs",
        contract: "
paths:
  /orders/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string}}]
    get:
      tags: [orders]
      operationId: getOrder
      responses:
        '200': {description: '', content: {application/json: {schema: {type: object, properties: {code: {type: string}}}}}}
        '404': {description: '', content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
        '409': {description: '', content: {text/plain: {schema: {type: string}}}}
        '422': {description: '', content: {application/json: {schema: {type: array, items: {type: object, required: [field], properties: {field: {type: string}}}}}}}
        4XX: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}}
        default: {description: '', content: {application/json: {schema: {type: [object, 'null'], properties: {reason: {type: string, enum: [down, busy]}}}}}}
    delete:
      tags: [orders]
      operationId: deleteOrder
      responses:
        '204': {description: ''}
        default: {description: '', content: {application/json: {schema: {type: object, properties: {reason: {type: string, enum: [down, busy]}}}}}}
components:
  schemas:
    Problem: {type: object, required: [title], properties: {title: {type: string}, status: {type: integer}}, description: What went wrong.}
",
    },
    Case {
        name: "enum of numbers",
        file: "src/orders.rs",
        contract: "
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
components:
  schemas:
    Order:
      type: object
      properties:
        payment: {$ref: '#/components/schemas/Payment'}
        size: {type: integer, enum: [1, 2]}
    Payment: {type: integer, enum: [1, 2], x-enum-names: {'1': Cash, '2': Card}, x-enum-descriptions: {'1': in the shop}, description: How it is paid.}
",
    },
    Case {
        name: "union",
        file: "src/orders.rs",
        contract: "
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Target'}}}}}}}
components:
  schemas:
    Target:
      oneOf:
        - {type: string}
        - {type: array, items: {type: integer}}
        - {type: object, required: [url], properties: {url: {type: string}}}
        - {type: object, required: [code], properties: {code: {type: string}}}
        - {$ref: '#/components/schemas/OtherTarget'}
        - {$ref: '#/components/schemas/ShopTarget'}
    OtherTarget: {type: object, required: [other], properties: {other: {type: string}}}
    ShopTarget: {type: object, required: [shop], properties: {shop: {type: string}}}
",
    },
    Case {
        name: "scalars",
        file: "src/orders.rs",
        contract: "
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Scalars'}}}}}}}
components:
  schemas:
    Scalars:
      type: object
      required: [money, rate, number, day, moment, compact, local, unix, count, flag, either, anything]
      properties:
        money: {type: string, x-scalar: decimal, x-scale: 2}
        rate: {type: string, x-scalar: decimal}
        number: {type: number}
        day: {type: string, format: date}
        moment: {type: string, x-scalar: date-time}
        compact: {type: string, x-scalar: date-time, x-offset: basic}
        local: {type: string, x-scalar: local-date-time}
        unix: {type: integer, x-scalar: unix-time}
        count: {type: string, x-scalar: integer}
        flag: {type: integer, x-scalar: boolean}
        either: {type: [string, integer]}
        anything: {}
",
    },
    Case {
        name: "three states, and a constructor",
        file: "src/orders.rs",
        contract: "
paths:
  /orders/{code}:
    patch:
      tags: [orders]
      operationId: updateOrder
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [id, email], properties: {
        id: {type: integer}, email: {type: string}, note: {type: string}, phone: {type: [string, 'null']}}}}}}
      responses: {'204': {description: ''}}
",
    },
    Case {
        name: "everything that a request can carry",
        file: "src/orders.rs",
        contract: "
x-envelope: {request: data, value: data}
paths:
  /orders/{code}/notes:
    post:
      tags: [orders]
      operationId: createNote
      summary: Adds a note.
      description: Nobody is told.
      deprecated: true
      x-retry: safe
      parameters:
        - {name: code, in: path, required: true, description: Code of the order., schema: {type: string}}
        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 100}}
        - {name: since, in: query, schema: {type: string, format: date}}
        - {name: path, in: query, allowReserved: true, schema: {type: string}}
        - {name: codes, in: query, x-delimiter: ';', schema: {type: array, items: {type: string}}}
        - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
        - {name: 'items[]', in: query, x-name: entries, schema: {type: array, items: {type: string, contentMediaType: application/json, contentSchema: {type: object, required: [id], properties: {id: {type: integer}}}}}}
        - {name: active_yn, in: query, schema: {type: boolean, x-written-as: 0/1}}
        - {name: X-Trace, in: header, deprecated: true, schema: {type: string}}
        - {name: send, in: query, schema: {type: boolean}}
      requestBody: {content: {application/json: {schema: {type: object, properties: {data: {type: object, required: [text], properties: {text: {type: string}}}}}}}}
      responses: {'201': {description: '', content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {id: {type: integer}}}}}}}}}
",
    },
    Case {
        name: "paged list in an envelope",
        file: "src/orders.rs",
        contract: "
x-envelope: {value: data, errors: errors, unwrap-single: true}
x-paging: {page: page, size: itemsPerPage, current: paginator/page, pages: paginator/pageCount, total: paginator/totalCount}
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {
        orders: {type: array, items: {type: object, required: [code], properties: {code: {type: string}}}},
        paginator: {type: object, properties: {page: {type: integer}}}}}, errors: {type: 'null'}}}}}}}
  /orders/{code}:
    get:
      tags: [orders]
      operationId: getOrder
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {
        order: {type: [object, 'null'], required: [id], properties: {id: {type: integer}}}}}}}}}}}
",
    },
    Case {
        name: "lists for the objects around them",
        file: "src/stocks.rs",
        contract: "
x-envelope: {request: data, unwrap-single: true}
paths:
  /stocks:
    post:
      tags: [stocks]
      operationId: createStocks
      x-bulk: {items: stocks, limit: 10, outcome: done}
      requestBody: {content: {application/json: {schema: {type: object, required: [stocks], properties: {
        stocks: {type: array, description: The stocks., items: {$ref: '#/components/schemas/Stock'}}}}}}}
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {
        stocks: {type: array, items: {$ref: '#/components/schemas/Stock'}}}}}}}}
    put:
      tags: [stocks]
      operationId: updateStocks
      requestBody: {content: {application/json: {schema: {type: object, properties: {data: {type: object, required: [names], properties: {
        names: {type: array, items: {type: string}}}}}}}}}
      responses: {'204': {description: ''}}
    delete:
      tags: [stocks]
      operationId: deleteStocks
      description: Lists that may be missing or go by another name too are members of a type.
      requestBody: {content: {application/json: {schema: {type: object, properties: {ids: {type: array, items: {type: integer}}}}}}}
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, required: [stocks], properties: {
        stocks: {type: array, x-aliases: [shelves], items: {type: integer}}}}}}}}
components: {schemas: {Stock: {type: object, required: [id, done], properties: {id: {type: integer}, done: {type: boolean}}}}}
",
    },
    Case {
        name: "a form with a file",
        file: "src/files.rs",
        contract: "
paths:
  /files/{folder}:
    post:
      tags: [files]
      operationId: uploadFile
      x-method: upload
      parameters: [{name: folder, in: path, required: true, schema: {type: integer}}]
      requestBody: {content: {multipart/form-data: {schema: {type: object, required: [file, title], properties: {
        file: {type: string, contentMediaType: application/octet-stream, description: The content.}, title: {type: string},
        preview: {type: string, format: binary}, price: {type: number, x-scalar: decimal}, shown: {type: boolean}, day: {type: string, format: date}}}}}}
      responses: {'204': {description: ''}}
",
    },
    Case {
        name: "answers that tell by a member whether the call worked",
        file: "src/users.rs",
        contract: "
x-envelope: {success: {member: result, equals: ok}, error: error, value-of: [user, id]}
paths:
  /user/view: {get: {tags: [users], operationId: viewUser, responses: {'200': {description: '', content: {application/json: {schema: {oneOf: [
    {type: object, required: [result, user], properties: {result: {const: ok}, user: {type: object, properties: {name: {type: string}}}}}, {$ref: '#/components/schemas/Failure'}]}}}}}}}
  /user/add: {post: {tags: [users], operationId: addUser, responses: {'200': {description: '', content: {application/json: {schema: {oneOf: [
    {type: object, required: [result, id], properties: {result: {const: ok}, id: {type: integer}}}, {$ref: '#/components/schemas/Failure'}]}}}}}}}
  /user/delete: {post: {tags: [users], operationId: deleteUser, responses: {'200': {description: '', content: {application/json: {schema: {oneOf: [
    {type: object, required: [result], properties: {result: {const: ok}}}, {$ref: '#/components/schemas/Failure'}]}}}}}}}
components: {schemas: {Failure: {type: object, required: [result, error], properties: {result: {const: error}, error: {type: string}}}}}
",
    },
    Case {
        name: "job, download, empty answer, any answer",
        file: "src/orders.rs",
        contract: "
paths:
  /orders/snapshot: {get: {tags: [orders], operationId: orderSnapshot, x-job: {result: Line}, responses: {'202': {description: '', content: {application/json: {schema: {type: object}}}}}}}
  /orders/pdf: {get: {tags: [orders], operationId: orderPdf, responses: {'200': {description: '', content: {application/pdf: {schema: {type: string, format: binary}}}}}}}
  /orders: {delete: {tags: [orders], operationId: deleteOrders, responses: {'204': {description: ''}}}}
  /orders/any: {get: {tags: [orders], operationId: anyOrder, responses: {'200': {description: '', content: {application/json: {}}}}}}
components:
  schemas:
    Line: {type: object, required: [code], properties: {code: {type: string}}}
",
    },
    Case {
        name: "aliases, chosen names and deprecation",
        file: "src/purchases.rs",
        contract: "
paths:
  /purchase/view/:
    get:
      tags: [shopping]
      operationId: viewPurchase
      x-resource: purchases
      x-method: get
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, x-name: purchase_view, deprecated: true, properties: {
        tranfer: {type: integer, x-name: transfer, x-aliases: [transfer], deprecated: true}}}}}}}
",
    },
    Case {
        name: "types that several resources share",
        file: "src/types.rs",
        contract: "
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Price'}}}}}}}
  /invoices: {post: {tags: [invoices], operationId: createInvoice, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Price'}}}}, responses: {'204': {description: ''}}}}
components:
  schemas:
    Price: {type: object, required: [value], properties: {value: {type: string, x-scalar: decimal}, unit: {$ref: '#/components/schemas/Unit'}}}
    Unit: {type: string, enum: [EUR, CZK]}
",
    },
    Case {
        name: "many things in one call",
        file: "src/orders.rs",
        contract: "
paths:
  /orders:
    get:
      tags: [orders]
      operationId: getOrder
      x-value: orders/0
      parameters: [{name: number, in: query, required: true, schema: {type: string}}]
      responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {orders: {type: array, items: {$ref: '#/components/schemas/Outcome'}}}}}}}}
    post:
      tags: [orders]
      operationId: createOrders
      x-retry: never
      x-bulk: {items: orders, settings: send_emails_yn, limit: 100, outcome: created_yn}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/OrdersCreate'}}}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Outcomes'}}}}}
    delete:
      tags: [orders]
      operationId: deleteOrders
      x-bulk: {parameter: numbers, answers: orders, limit: 50, outcome: created_yn, messages: notes}
      x-variants:
        - {operationId: deleteOrder, x-method: delete, parameters: [number], required: [number]}
        - {operationId: deleteOrders, x-method: delete_many, parameters: [numbers], required: [numbers]}
      parameters:
        - {name: number, in: query, schema: {type: string}}
        - {name: numbers, in: query, x-delimiter: ';', schema: {type: array, items: {type: string}}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Outcomes'}}}}}
components:
  schemas:
    OrdersCreate:
      type: object
      required: [orders]
      properties:
        send_emails_yn: {type: boolean}
        orders: {type: array, items: {$ref: '#/components/schemas/OrderCreate'}}
    OrderCreate:
      type: object
      required: [title, price, day]
      properties: {title: {type: string}, price: {type: number, x-scalar: decimal}, day: {type: string, format: date}, note: {type: string}}
    Outcomes: {type: object, required: [orders], properties: {orders: {type: array, items: {$ref: '#/components/schemas/Outcome'}}}}
    Outcome: {type: object, properties: {order_number: {type: string}, created_yn: {type: boolean}}}
",
    },
    Case {
        name: "a list of changes",
        file: "src/orders.rs",
        contract: "
x-paging: {page: page, size: size, current: page, pages: pages}
paths:
  /orders:
    get:
      tags: [orders]
      operationId: listOrders
      parameters: [{name: page, in: query, schema: {type: integer}}, {name: since, in: query, schema: {type: string}}]
      x-feed: {from: since, key: order/code}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}}}
  /orders/changes:
    get:
      tags: [orders]
      operationId: listOrderChanges
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: size, in: query, schema: {type: integer}}
        - {name: from, in: query, required: true, schema: {type: string, x-scalar: date-time}}
      x-feed: {from: from, page-size: 100, key: code, time: time, kind: kind, deleted: [delete, gone], reach-days: 30, restart: listOrders}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Changes'}}}}}
components:
  schemas:
    Orders:
      type: object
      properties:
        page: {type: integer}
        pages: {type: integer}
        orders: {type: array, items: {type: object, properties: {order: {type: object, properties: {code: {type: string}}}}}}
    Changes:
      type: object
      properties:
        page: {type: integer}
        pages: {type: integer}
        changes: {type: array, items: {type: object, properties: {code: {type: string}, time: {type: string, x-scalar: date-time}, kind: {type: string}}}}
",
    },
    Case {
        name: "the root of a crate",
        file: "src/lib.rs",
        contract: "
servers: [{url: 'https://{shop}.example.com/api/', variables: {shop: {default: ''}}}]
x-crate: {name: example, title: Example, documentation: 'https://example.com/docs', default-features: [orders]}
x-envelope: {value: data, errors: errors, error-fields: {code: errorCode, message: message, instance: instance}, request-id: metadata/requestId}
x-paging: {page: page, current: paginator/page, pages: paginator/pageCount, total: paginator/totalCount}
x-limits: {concurrency: 3, timeout-seconds: 60}
tags: [{name: orders, description: What was bought.}]
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'204': {description: ''}}}}
components:
  securitySchemes:
    token: {type: apiKey, in: header, name: X-Token, description: Token of a shop., x-name: private_token}
    login: {type: http, scheme: basic}
    oauth: {type: oauth2, flows: {}}
",
    },
    Case {
        name: "the manifest of a crate",
        file: "Cargo.toml",
        contract: "
x-crate: {name: example, title: 'Exam\"ple', default-features: [orders]}
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'204': {description: ''}}}}
  /price-lists: {get: {tags: [Price lists], operationId: listPriceLists, responses: {'204': {description: ''}}}}
",
    },
];

/// What of a file is particular: without what is the same in every crate, and what depends on the checkout.
fn particular(file: &str, text: &str) -> String {
    if file.ends_with(".toml") || file == "src/lib.rs" {
        let steady = |line: &str| match line.split_once(" = ") {
            Some((name, _)) if name.contains("_SHA256") || name.contains("_VERSION") || name == "kontrakt-runtime" => {
                format!("{name} = ...")
            }
            _ => line.to_owned(),
        };
        return text.lines().map(steady).collect::<Vec<_>>().join("\n");
    }
    text.split_once("use kontrakt_runtime::prelude::*;").map_or(text, |(_, rest)| rest).trim().to_owned()
}

#[test]
fn contracts_become_code() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    for case in CASES {
        let document = format!("openapi: 3.1.0\ninfo: {{title: Shop, version: '1'}}{}", case.contract);
        let generated = strict(&document).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let code = particular(case.file, text(&generated, case.file));
        let name = case.name.split([',', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
        let both = format!("{}\n\n======== {}\n\n{code}", case.contract.trim(), case.file);
        settings.bind(|| insta::assert_snapshot!(name, both));
    }
}

/// The line that declares a member of a type or a setter.
fn declaration(item: &Item) -> Option<String> {
    let [member] = item.members.as_slice() else { return None };
    let (name, ty, keys) = (&member.name, &member.ty, Vec::from_iter(item.keys().map(|key| format!("{key:?}"))));
    let place = format!("{}({})", member.place, keys.join(", "));
    match item.kind {
        ItemKind::Field if !member.place.is_empty() => Some(format!("pub {name}: {ty} = {place},")),
        ItemKind::Setter => Some(format!("{name}: {ty} = {place},")),
        ItemKind::Variant if ty.is_empty() => Some(format!("{name} = {},", keys[0])),
        ItemKind::Variant => Some(format!("{name}({ty}),")),
        _ => None,
    }
}

#[test]
fn the_surface_is_what_is_written() {
    for name in names(&specs()).unwrap() {
        let Generated { contract, plan, files, .. } = generate(&specs(), &name).unwrap();
        let mut written: BTreeMap<&str, usize> = BTreeMap::new();
        for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
            file.text.lines().for_each(|line| *written.entry(line.trim()).or_default() += 1);
        }
        let items = surface(&name, &contract, &plan);
        let mut declared: BTreeMap<String, usize> = BTreeMap::new();
        items.iter().filter_map(declaration).for_each(|line| *declared.entry(line).or_default() += 1);
        for (line, times) in &declared {
            assert_eq!(written.get(line.as_str()), Some(times), "{name}: {line}");
        }
        let is_field = |line: &str| line.contains(" = required(") || line.contains(" = optional(");
        let fields: usize = written.iter().filter(|(line, _)| is_field(line)).map(|(_, times)| times).sum();
        let known: usize = declared.iter().filter(|(line, _)| is_field(line)).map(|(_, times)| times).sum();
        let of_kind = |kind| items.iter().filter(|item| item.kind == kind).count();
        let methods = ["operation! {", "create_once! {"].iter().filter_map(|head| written.get(head)).sum::<usize>();
        assert_eq!((fields, methods), (known, of_kind(ItemKind::Method)), "{name}");
        let types = ["record! {", "open_enum! {", "closed_enum! {", "union! {", "outcomes! {", "resource! {"];
        let types: usize = types.iter().filter_map(|head| written.get(head)).sum();
        assert_eq!(types, items.iter().filter(|item| item.kind.is_type()).count(), "{name}");
    }
}
