//! Changes of a document: a name, all that stands below `openapi` before, and after.

use super::Row;

/// Of what stands beside operations.
pub(crate) const DOCUMENTS: &[Row] = &[
    ("operation", "paths: {/a: {get: {responses: {}}}}", "paths: {/a: {get: {responses: {}}, post: {responses: {}}}}"),
    (
        "operation removed as announced",
        "paths: {/a: {get: {deprecated: true, x-sunset: '2020-01-01', responses: {}}}}",
        "paths: {}",
    ),
    (
        "path renamed, the same id",
        "paths: {/a: {get: {operationId: a, responses: {}}}}",
        "paths: {/b: {get: {operationId: a, responses: {}}}}",
    ),
    (
        "method, the same id",
        "paths: {/a: {get: {operationId: a, responses: {}}}}",
        "paths: {/a: {post: {operationId: a, responses: {}}}}",
    ),
    (
        "path parameter renamed",
        "paths: {'/a/{x}': {get: {parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {}}}}",
        "paths: {'/a/{y}': {get: {parameters: [{name: y, in: path, required: true, schema: {type: string}}], responses: {}}}}",
    ),
    ("slash at the end", "paths: {/a: {get: {responses: {}}}}", "paths: {/a/: {get: {responses: {}}}}"),
    (
        "parameter of the path",
        "paths: {/a: {get: {responses: {}}}}",
        "paths: {/a: {parameters: [{name: q, in: query, required: true, schema: {type: string}}], get: {responses: {}}}}",
    ),
    ("x- member of a path", "paths: {/a: {get: {responses: {}}}}", "paths: {/a: {x-a: 1, get: {responses: {}}}}"),
    ("server", "servers: [{url: 'https://a'}]\npaths: {}", "servers: [{url: 'https://b/'}]\npaths: {}"),
    ("slash of a server", "servers: [{url: 'https://a'}]\npaths: {}", "servers: [{url: 'https://a/'}]\npaths: {}"),
    (
        "server variable",
        "servers: [{url: 'https://{r}', variables: {r: {default: eu, enum: [eu, us]}}}]\npaths: {}",
        "servers: [{url: 'https://{r}', variables: {r: {default: us, enum: [us, asia]}}}]\npaths: {}",
    ),
    ("security", "security: [{key: []}]\npaths: {}", "security: [{key: [], token: []}]\npaths: {}"),
    ("security said", "paths: {}", "security: [{key: []}]\npaths: {}"),
    (
        "security moved into operations",
        "security: [{key: []}]\npaths: {/a: {get: {responses: {}}}}",
        "security: [{key: []}]\npaths: {/a: {get: {security: [{key: []}], responses: {}}}}",
    ),
    (
        "scheme",
        "paths: {}\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X}}}",
        "paths: {}\ncomponents: {securitySchemes: {key: {type: apiKey, in: query, name: X}}}",
    ),
    ("new scheme", "paths: {}", "paths: {}\ncomponents: {securitySchemes: {key: {type: http, scheme: basic}}}"),
    (
        "oauth",
        "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a', scopes: {r: read}}}}}}",
        "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://b', scopes: {w: write}}}}}}",
    ),
    (
        "oauth flow",
        "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a', scopes: {}}}}}}",
        "paths: {}\ncomponents: {securitySchemes: {o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a', scopes: {}}}}}}",
    ),
    ("webhook", "paths: {}", "paths: {}\nwebhooks: {made: {post: {responses: {}}}}"),
    (
        "webhook payload",
        "paths: {}\nwebhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}, responses: {}}}}",
        "paths: {}\nwebhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}, responses: {}}}}",
    ),
    (
        "webhooks alone",
        "webhooks: {made: {post: {responses: {}}}}",
        "webhooks: {made: {post: {responses: {}}}, gone: {post: {responses: {}}}}",
    ),
    ("component", "paths: {}", "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object}}}"),
    (
        "component that no path reaches",
        "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object, properties: {a: {type: string}}}, orderBatchCreate: {type: object, properties: {a: {type: string}}}}}",
        "paths: {}\ncomponents: {schemas: {orderSnapshot: {type: object, properties: {a: {type: [string, 'null']}}}, orderBatchCreate: {type: object, properties: {a: {type: [string, 'null']}}}}}",
    ),
    (
        "other component",
        "paths: {}\ncomponents: {parameters: {page: {name: page, in: query, schema: {type: string}}}}",
        "paths: {}\ncomponents: {parameters: {page: {name: page, in: query, schema: {type: integer}}, size: {name: size, in: query}}}",
    ),
    ("x- member", "paths: {}", "x-a: 1\npaths: {}"),
    ("title and version", "info: {title: a, version: '1'}\npaths: {}", "info: {title: b, version: '2'}\npaths: {}"),
];
