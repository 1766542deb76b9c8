//! Changes of an operation: a name, the operation before, and after.

use super::Row;

/// Of an operation.
pub(crate) const CALLS: &[Row] = &[
    ("operation id", "{operationId: a, responses: {}}", "{operationId: b, responses: {}}"),
    ("tags", "{tags: [a], responses: {}}", "{tags: [b], responses: {}}"),
    ("deprecated", "{responses: {}}", "{deprecated: true, x-sunset: '2027-01-01', responses: {}}"),
    ("x- member", "{x-a: 1, responses: {}}", "{x-a: 2, responses: {}}"),
    ("parameter", "{responses: {}}", "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}"),
    (
        "required parameter",
        "{responses: {}}",
        "{parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter required",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter moved",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: header, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter style",
        "{parameters: [{name: q, in: query, schema: {type: array, items: {type: string}}}], responses: {}}",
        "{parameters: [{name: q, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}], responses: {}}",
    ),
    (
        "parameter explode",
        "{parameters: [{name: q, in: query, schema: {type: array, items: {type: string}}}], responses: {}}",
        "{parameters: [{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}], responses: {}}",
    ),
    (
        "explode of one text",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, explode: false, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter reserved",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, allowReserved: true, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter empty",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, allowEmptyValue: true, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter deprecated",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, deprecated: true, schema: {type: string}}], responses: {}}",
    ),
    (
        "parameter schema",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, schema: {type: string, enum: [a]}}], responses: {}}",
    ),
    (
        "parameter number",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, schema: {type: integer}}], responses: {}}",
    ),
    (
        "parameter default",
        "{parameters: [{name: q, in: query, schema: {type: string, default: a}}], responses: {}}",
        "{parameters: [{name: q, in: query, schema: {type: string, default: b}}], responses: {}}",
    ),
    (
        "parameter media type",
        "{parameters: [{name: q, in: query, schema: {type: string}}], responses: {}}",
        "{parameters: [{name: q, in: query, content: {application/json: {schema: {type: string}}}}], responses: {}}",
    ),
    (
        "body",
        "{responses: {}}",
        "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
    ),
    (
        "required body",
        "{responses: {}}",
        "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}, responses: {}}",
    ),
    (
        "body required",
        "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
        "{requestBody: {required: true, content: {application/json: {schema: {type: string}}}}, responses: {}}",
    ),
    (
        "media type",
        "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
        "{requestBody: {content: {application/json: {schema: {type: string}}, application/xml: {schema: {type: string}}}}, responses: {}}",
    ),
    (
        "media type renamed",
        "{requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}",
        "{requestBody: {content: {application/vnd.x+json: {schema: {type: integer}}}}, responses: {}}",
    ),
    (
        "media type parameters",
        "{responses: {'200': {content: {application/json: {schema: {type: string}}}}}}",
        "{responses: {'200': {content: {application/json; charset=utf-8: {schema: {type: string}}}}}}",
    ),
    (
        "encoding",
        "{requestBody: {content: {multipart/form-data: {schema: {type: object}, encoding: {file: {contentType: image/png}}}}}, responses: {}}",
        "{requestBody: {content: {multipart/form-data: {schema: {type: object}, encoding: {file: {contentType: image/gif, style: spaceDelimited}}}}}, responses: {}}",
    ),
    (
        "body without a schema",
        "{responses: {'200': {content: {application/json: {schema: {type: string}}}}}}",
        "{responses: {'200': {content: {application/json: {}}}}}",
    ),
    ("status", "{responses: {'200': {}}}", "{responses: {'200': {}, '404': {}}}"),
    ("success status", "{responses: {'200': {}, '404': {}}}", "{responses: {'201': {}, '404': {}}}"),
    (
        "status in a range",
        "{responses: {'200': {}, '404': {content: {application/json: {schema: {type: string}}}}}}",
        "{responses: {'200': {}, 4XX: {content: {application/json: {schema: {type: integer}}}}}}",
    ),
    ("header", "{responses: {'200': {}}}", "{responses: {'200': {headers: {X-Id: {schema: {type: string}}}}}}"),
    (
        "required header",
        "{responses: {'200': {}}}",
        "{responses: {'200': {headers: {X-Id: {required: true, schema: {type: string}}}}}}",
    ),
    (
        "header required",
        "{responses: {'200': {headers: {X-Id: {schema: {type: string}}}}}}",
        "{responses: {'200': {headers: {X-Id: {required: true, schema: {type: string}}}}}}",
    ),
    (
        "header schema",
        "{responses: {'200': {headers: {X-Id: {schema: {type: integer}}}}}}",
        "{responses: {'200': {headers: {X-Id: {schema: {type: integer, minimum: 1}}}}}}",
    ),
    (
        "header written",
        "{responses: {'200': {headers: {X-Id: {schema: {type: object}}}}}}",
        "{responses: {'200': {headers: {X-Id: {explode: true, deprecated: true, schema: {type: object}}}}}}",
    ),
    ("x- member of an answer", "{responses: {'200': {}}}", "{responses: {'200': {x-a: 1}}}"),
    ("security", "{security: [{key: []}], responses: {}}", "{security: [{key: []}, {token: []}], responses: {}}"),
    ("security dropped", "{security: [{key: []}], responses: {}}", "{security: [], responses: {}}"),
    ("security of the document", "{responses: {}}", "{security: [{key: []}], responses: {}}"),
    ("scopes", "{security: [{oauth: [read]}], responses: {}}", "{security: [{oauth: [read, write]}], responses: {}}"),
    ("own server", "{responses: {}}", "{servers: [{url: 'https://b'}], responses: {}}"),
    (
        "callback",
        "{responses: {}}",
        "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}}}}, responses: {}}",
    ),
    (
        "callback body",
        "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: string}}}}, responses: {}}}}}, responses: {}}",
        "{callbacks: {done: {'{$request.query.url}': {post: {requestBody: {content: {application/json: {schema: {type: [string, 'null']}}}}, responses: {}}}}}, responses: {}}",
    ),
];
