//! The cases: parts of a document, and the expected code.
//! A case lists only what is specific to it; the whole crate is parsed and compiled.

use super::{NONE, Trap};

pub(crate) const TRAPS: &[Trap] = &[
    Trap {
        name: "types with null, and several types",
        schemas: "
Unions:
  type: object
  required: [nullable, mixed, numeric, any, open, onlyNull, enumNull]
  properties:
    nullable: {type: [string, 'null']}
    mixed: {type: [string, integer, 'null']}
    numeric: {type: [integer, number]}
    any: {type: [string, object]}
    open: {}
    onlyNull: {type: 'null'}
    enumNull: {enum: [null]}
",
        facts: &[
            "Unions.nullable: Option<String> = required(nullable)",
            "Unions.mixed: Option<Scalar> = required(mixed)",
            "Unions.numeric: Number = required(numeric)",
            "Unions.any: Json = required(any)",
            "Unions.open: Json = required(open)",
            "Unions.only_null: Option<Json> = required(onlyNull)",
            "Unions.enum_null: Option<Json> = required(enumNull)",
        ],
        ..NONE
    },
    Trap {
        name: "a body of null is other than no body",
        paths: "
/null/must: {put: {tags: [null bodies], operationId: nullMust, requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NullBody'}}}}, responses: {'204': {description: ''}}}}
/null/may: {put: {tags: [null bodies], operationId: nullMay, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NullBody'}}}}, responses: {'204': {description: ''}}}}
/null/list: {put: {tags: [null bodies], operationId: nullList, requestBody: {content: {application/json: {schema: {type: [array, 'null'], items: {type: string}}}}}, responses: {'204': {description: ''}}}}
/null/any: {put: {tags: [null bodies], operationId: nullAny, requestBody: {content: {application/json: {schema: {}}}}, responses: {'204': {description: ''}}}}
",
        schemas: "
NullBody: {type: [object, 'null'], properties: {a: {type: string}}}
",
        facts: &[
            "PUT /null/must(body: &Option<NullBody> = json())",
            "PUT /null/may[body: &Option<NullBody> = json()]",
            "PUT /null/list[body: &Option<Vec<String>> = json()]",
            "PUT /null/any[body: &Json = json()]",
        ],
        ..NONE
    },
    Trap {
        name: "siblings of $ref, with and without a meaning for the type",
        schemas: "
SiblingBase: {type: object, required: [a], properties: {a: {type: string}}}
SiblingText: {type: [string, 'null'], maxLength: 5}
Siblings:
  type: object
  required: [described, nullable, not]
  properties:
    described: {$ref: '#/components/schemas/SiblingBase', description: Words., deprecated: true}
    nullable: {oneOf: [{$ref: '#/components/schemas/SiblingBase'}, {type: 'null'}]}
    not: {$ref: '#/components/schemas/SiblingText', type: string, minLength: 1}
    more: {$ref: '#/components/schemas/SiblingBase', properties: {b: {type: integer}}}
",
        facts: &[
            "Siblings.described: SiblingBase = required(described)",
            "Siblings.nullable: Option<SiblingBase> = required(nullable)",
            "Siblings.not: String = required(not)",
            "SiblingsMore.a: String = required(a)",
            "SiblingsMore.b: Option<i64> = optional(b)",
        ],
        ..NONE
    },
    Trap {
        name: "several inline schemas and statuses of one operation",
        paths: "
/inline:
  post:
    tags: [inline]
    operationId: createInline
    requestBody: {required: true, content: {application/json: {schema: {type: object, required: [sent], properties: {sent: {type: string}}}}}}
    responses:
      '201': {description: '', content: {application/json: {schema: {type: object, required: [made], properties: {made: {type: string}}}}}}
      '403': {description: '', content: {application/json: {schema: {type: object, properties: {refused: {type: string}}}}}}
      default: {description: ''}
",
        facts: &[
            "POST /inline -> InlineCreateOutcome",
            "InlineCreateOutcome.made: String = required(made)",
            "POST /inline(body: &InlineCreate = json())",
            "InlineCreate.sent: String = required(sent)",
            "InlineCreateError.refused: Option<String> = optional(refused)",
        ],
        never: &["InlineCreateOutcome.refused"],
        ..NONE
    },
    Trap {
        name: "headers that OpenAPI says to ignore",
        paths: "
/headers:
  get:
    tags: [headers]
    operationId: headers
    parameters:
      - {name: Content-Type, in: header, required: true, schema: {type: string}}
      - {name: accept, in: header, schema: {type: string}}
      - {name: Authorization, in: header, schema: {type: string}}
      - {name: X-Trace, in: header, schema: {type: string}}
      - {name: session, in: cookie, required: true, schema: {type: string}}
    responses: {'204': {description: ''}}
",
        facts: &[
            "GET /headers[x_trace: &str = header(X-Trace)]",
            "GET /headers(session: &str = cookie(session))",
            "GET /headers -> ()",
        ],
        never: &["content_type", "accept", "authorization"],
        ..NONE
    },
    Trap {
        name: "media types: vendor, suffix, charset, none, binary, several, and a body that may be left out",
        paths: "
/media/vendor:
  get: {tags: [media], operationId: v, responses: {'200': {description: '', content: {application/vnd.shop.v1.0+json; charset=utf-8: {schema: {type: string}}}}}}
/media/old:
  get: {tags: [media], operationId: o, responses: {'200': {description: '', content: {application/vnd.shop.v1.0: {schema: {type: integer}}}}}}
/media/bare:
  get: {tags: [media], operationId: b, responses: {'200': {description: '', content: {application/json: {}}}}}
/media/pdf:
  get: {tags: [media], operationId: p, responses: {'200': {description: '', content: {application/pdf: {schema: {type: string, format: binary}}}}}}
/media/empty:
  get: {tags: [media], operationId: e, responses: {'200': {description: ''}, '404': {description: '', content: {application/json: {schema: {type: string}}}}}}
/media/either:
  post: {tags: [media], operationId: t, requestBody: {content: {multipart/form-data: {schema: {type: object}}, application/json: {schema: {type: array, items: {type: string}}}}}, responses: {'202': {description: ''}}}
/media/form:
  post: {tags: [media], operationId: f, requestBody: {content: {text/csv: {schema: {type: string}}}}, responses: {'202': {description: ''}}}
/media/sheet:
  get: {tags: [media], operationId: sh, responses: {'200': {description: '', content: {application/vnd.oasis.sheet: {schema: {$ref: '#/components/schemas/Sheet'}}}}}}
/media/any:
  get: {tags: [media], operationId: an, responses: {'200': {description: '', content: {'*/*': {schema: {type: object, properties: {a: {type: string}}}}}}}}
/media/default:
  get: {tags: [media], operationId: de, responses: {default: {description: '', content: {application/json: {schema: {type: integer}}}}, '404': {description: ''}}}
/media/both:
  post: {tags: [media], operationId: bo, responses: {'200': {description: '', content: {application/json: {schema: {type: string, enum: [done]}}}}, '202': {description: '', content: {application/json: {schema: {type: array, items: {type: integer}}}}}, '204': {description: ''}}}
/media/other:
  options: {tags: [media], operationId: op, responses: {'200': {description: ''}}}
  trace: {tags: [media], operationId: tr, responses: {'200': {description: ''}}}
",
        schemas: "
Sheet: {type: string, format: binary}
",
        facts: &[
            "GET /media/vendor -> String",
            "GET /media/old -> i64",
            "GET /media/bare -> Json",
            "GET /media/pdf -> Download",
            "GET /media/empty -> ()",
            "POST /media/either[body: &[String] = json()]",
            "POST /media/form[body: &str = text(text/csv)]",
            "GET /media/sheet -> Download",
            "GET /media/any -> MediaAny",
            "GET /media/default -> i64",
            "POST /media/both -> Option<MediaBothCreateOutcome>",
            "MediaBothCreateOutcome::List(Vec<i64>)",
            "OPTIONS /media/other -> ()",
            "TRACE /media/other -> ()",
        ],
        ..NONE
    },
    Trap {
        name: "styles of parameters, and shapes that have none",
        paths: "
/styles/{id}/{ids}:
  parameters:
    - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    - {name: ids, in: path, required: true, style: simple, schema: {type: array, items: {type: integer}}}
  get:
    tags: [styles]
    operationId: styles
    parameters:
      - {name: many, in: query, schema: {type: array, items: {type: string}}}
      - {name: comma, in: query, explode: false, schema: {type: array, items: {type: string}}}
      - {name: pipe, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}
      - {name: space, in: query, style: spaceDelimited, schema: {type: array, items: {type: ['null', integer]}}}
      - {name: deep, in: query, style: deepObject, schema: {type: object, properties: {a: {type: string}}}}
      - {name: json, in: query, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
      - {name: 'items[]', in: query, schema: {type: array, items: {type: string, contentMediaType: application/json, contentSchema: {type: object, properties: {a: {type: string}}}}}}
      - {name: any, in: query}
      - {name: nested, in: query, schema: {type: array, items: {type: array, items: {type: object}}}}
      - {name: either, in: query, schema: {oneOf: [{type: string, enum: [a]}, {type: object, properties: {b: {type: string}}}]}}
      - {name: wrong, in: query, schema: {type: integer, default: none}}
    responses: {'204': {description: ''}}
",
        facts: &[
            "GET /styles/{id}/{ids}(id: i64 = path(id))",
            "GET /styles/{id}/{ids}[many: &[&str] = query(many)]",
            "GET /styles/{id}/{ids}[comma: &[&str] = joined(comma, ,)]",
            "GET /styles/{id}/{ids}[pipe: &[&str] = joined(pipe, |)]",
            "GET /styles/{id}/{ids}[space: &[i64] = joined(space,  )]",
            "GET /styles/{id}/{ids}[deep: &StyleDeep = deep(deep)]",
            "GET /styles/{id}/{ids}[json: &StyleJson = json_query(json)]",
            "GET /styles/{id}/{ids}[with_items: &[StyleItems] = query_json(items[])]",
            "GET /styles/{id}/{ids}[any: &str = query(any)]",
            "GET /styles/{id}/{ids}[nested: &str = query(nested)]",
            "GET /styles/{id}/{ids}[either: &str = query(either)]",
            "GET /styles/{id}/{ids}[wrong: i64 = query(wrong)]",
        ],
        ..NONE
    },
    Trap {
        name: "more styles of parameters, in every place",
        paths: "
/places/{dot}/{semi}/{each}/{json}:
  get:
    tags: [places]
    operationId: places
    parameters:
      - {name: dot, in: path, required: true, style: label, schema: {type: array, items: {type: integer}}}
      - {name: semi, in: path, required: true, style: matrix, schema: {type: string}}
      - {name: each, in: path, required: true, style: matrix, explode: true, schema: {type: array, items: {type: string}}}
      - {name: json, in: path, required: true, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
      - {name: object, in: query, schema: {type: object, properties: {'a:b': {type: string}}}}
      - {name: flat, in: query, explode: false, schema: {type: object, additionalProperties: {type: integer}}}
      - {name: crumb, in: cookie, schema: {type: integer}}
      - {name: X-Json, in: header, content: {application/json: {schema: {type: array, items: {type: integer}}}}}
    responses: {'204': {description: ''}}
",
        facts: &[
            "GET /places/{dot}/{semi}/{each}/{json}(dot: &[i64] = label(dot, ,))",
            "GET /places/{dot}/{semi}/{each}/{json}(semi: &str = matrix(semi, joined))",
            "GET /places/{dot}/{semi}/{each}/{json}(each: &[&str] = matrix(each, each))",
            "GET /places/{dot}/{semi}/{each}/{json}(json: &PlaceJson = json_path(json))",
            "GET /places/{dot}/{semi}/{each}/{json}[object: &PlaceObject = members(object)]",
            "GET /places/{dot}/{semi}/{each}/{json}[flat: &Map<i64> = flat(flat)]",
            "GET /places/{dot}/{semi}/{each}/{json}[crumb: i64 = cookie(crumb)]",
            "GET /places/{dot}/{semi}/{each}/{json}[x_json: &[i64] = json_header(X-Json)]",
        ],
        ..NONE
    },
    Trap {
        name: "bodies other than JSON",
        paths: "
/bodies/form:
  post: {tags: [bodies], operationId: bf, requestBody: {required: true, content: {application/x-www-form-urlencoded: {schema: {type: object, required: [a], properties: {a: {type: string}, o: {type: object, properties: {b: {type: string}}}}}, encoding: {o: {style: deepObject}, a: {style: form, explode: false}}}}}, responses: {'204': {description: ''}}}
/bodies/xml:
  put: {tags: [bodies], operationId: bx, requestBody: {required: true, content: {application/xml: {schema: {type: object}}}}, responses: {'204': {description: ''}}}
/bodies/bytes:
  post: {tags: [bodies], operationId: bb, requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}, responses: {'204': {description: ''}}}
/bodies/none:
  post: {tags: [bodies], operationId: bn, requestBody: {required: true, content: {application/json: {}}}, responses: {'204': {description: ''}}}
/bodies/parts:
  post: {tags: [bodies], operationId: bp, requestBody: {required: true, content: {multipart/form-data: {schema: {type: object, required: [files, kind], properties: {files: {type: array, items: {type: string, format: binary}}, kind: {type: string, enum: [x, y]}, tags: {type: array, items: {type: string}}, meta: {type: object, properties: {m: {type: integer}}}}}}}}, responses: {'204': {description: ''}}}
",
        facts: &[
            "POST /bodies/form(body: &BodyFormCreate = pairs(o, a))",
            "PUT /bodies/xml(body: &str = text(application/xml))",
            "POST /bodies/bytes(body: &Upload = raw(application/octet-stream))",
            "POST /bodies/none(body: &Json = json())",
            "POST /bodies/parts(files: &[Upload] = files(files))",
            "POST /bodies/parts[tags: &[&str] = form_each(tags)]",
            "POST /bodies/parts[meta: &BodyCreatePartsMeta = form_json(meta)]",
        ],
        ..NONE
    },
    Trap {
        name: "enums: case, signs, the empty text, no type, numbers, const, null among the values, and who is open",
        paths: "
/enums:
  get:
    tags: [enums]
    operationId: enums
    parameters: [{name: sort, in: query, schema: {type: string, enum: [asc, desc]}}]
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Enums'}}}}}
",
        schemas: "
Enums:
  type: object
  required: [case, signs, untyped, numbers, constant, one, flag, hidden]
  properties:
    case: {type: string, enum: [item, ITEM]}
    signs: {type: string, enum: ['<', '>', '', a]}
    untyped: {enum: [a, b]}
    numbers: {type: integer, enum: [1, 2]}
    constant: {const: ok}
    one: {type: [string, 'null'], enum: [x, null]}
    flag: {enum: [true]}
    hidden: {type: string, enum: [Unknown, Other, Self, self]}
    nameless: {type: string, enum: ['+', '-']}
",
        facts: &[
            "EnumSort::Asc = asc only",
            "EnumsCase::Item = item",
            "EnumsSigns::Empty = ",
            "EnumsSigns::A = a",
            "Enums.untyped: EnumsUntyped = required(untyped)",
            "Enums.numbers: i64 = required(numbers)",
            "EnumsConstant::Ok = ok",
            "Enums.one: Option<EnumsOne> = required(one)",
            "Enums.flag: bool = required(flag)",
            "EnumsHidden::UnknownValue = Unknown",
            "EnumsHidden::Itself = Self",
            "EnumsNameless::Minus = -",
            "EnumsNameless::Plus = +",
        ],
        never: &["EnumsCase::ITEM", "2 ="],
    },
    Trap {
        name: "members whose names meet, and names that are Rust's own",
        schemas: "
Members:
  type: object
  required: [fooBar]
  properties:
    fooBar: {type: string}
    foo_bar: {type: string}
    type: {type: string}
    self: {type: string}
    Self: {type: string}
    crate: {type: string}
    _: {type: string}
    2xl: {type: string}
    new: {type: string}
    send: {type: string}
    r: {type: string}
    w: {type: string}
    unknown: {type: string}
    příliš: {type: string}
    '@id': {type: string}
",
        facts: &[
            "Members.foo_bar: String = required(fooBar)",
            "Members.foo_bar_key: Option<String> = optional(foo_bar)",
            "Members.r#type: Option<String> = optional(type)",
            "Members.self_: Option<String> = optional(self)",
            "Members.crate_: Option<String> = optional(crate)",
            "Members.unnamed: Option<String> = optional(_)",
            "Members.n2xl: Option<String> = optional(2xl)",
            "Members.prilis: Option<String> = optional(příliš)",
        ],
        ..NONE
    },
    Trap {
        name: "arguments and setters that are called what the macros call things",
        paths: "
/reserved/{type}:
  post:
    tags: [reserved]
    operationId: reserved
    parameters:
      - {name: type, in: path, required: true, schema: {type: string}}
      - {name: body, in: query, required: true, schema: {type: string}}
      - {name: self, in: query, schema: {type: string}}
      - {name: send, in: query, schema: {type: string}}
      - {name: items, in: query, schema: {type: string}}
      - {name: new, in: query, schema: {type: string}}
      - {name: id, in: query, schema: {type: string}}
      - {name: call, in: query, schema: {type: string}}
      - {name: answer, in: query, schema: {type: string}}
      - {name: repeat, in: query, schema: {type: string}}
      - {name: clone, in: query, schema: {type: string}}
      - {name: operation, in: query, required: true, schema: {type: string}}
    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Option'}}}}
    responses: {'204': {description: ''}}
",
        facts: &[
            "POST /reserved/{type}(r#type: &str = path(type))",
            "POST /reserved/{type}[body: &OptionType = json()]",
            "POST /reserved/{type}[self_: &str = query(self)]",
            "POST /reserved/{type}[with_send: &str = query(send)]",
            "POST /reserved/{type}[with_new: &str = query(new)]",
            "POST /reserved/{type}[repeat: &str = query(repeat)]",
        ],
        schemas: "
Option: {type: object, required: [some], properties: {some: {type: string}, none: {type: string}}}
",
        ..NONE
    },
    Trap {
        name: "schemas with the names of the standard library and the runtime",
        schemas: "
Result: {type: object, required: [ok], properties: {ok: {type: string}, err: {type: string}}}
Vec: {type: object, properties: {vec: {type: array, items: {$ref: '#/components/schemas/String'}}}}
String: {type: object, properties: {a: {type: string}}}
Error: {type: object, properties: {b: {type: string}}}
type: {type: object, properties: {c: {type: string}}}
self: {type: object, properties: {d: {type: string}}}
Box: {type: object, properties: {f: {$ref: '#/components/schemas/Box'}}}
Some: {type: string, enum: [a]}
None: {type: string, enum: [b]}
Ok: {type: string, enum: [c]}
Page: {type: object, properties: {g: {type: string}}}
Json: {type: object, properties: {h: {type: string}}}
Into: {type: object, required: [i], properties: {i: {type: string}, j: {type: string}}}
Default: {type: object, properties: {k: {type: string}}}
Clone: {type: object, properties: {l: {type: string}}}
Debug: {type: object, properties: {m: {type: string}}}
Items: {type: object, properties: {n: {type: string}}}
Response: {type: object, properties: {o: {type: string}}}
Record: {type: object, properties: {p: {type: string}}}
str: {type: object, properties: {q: {type: string}}}
i64: {type: object, properties: {r: {type: string}}}
",
        facts: &[
            "Record ResultType",
            "Record VecType",
            "VecType.vec: Option<Vec<StringType>> = optional(vec)",
            "Record ErrorType",
            "Record Type",
            "Record SelfType",
            "BoxType.f: Option<Box<BoxType>> = optional(f)",
            "Record PageType",
            "Record IntoType",
        ],
        ..NONE
    },
    Trap {
        name: "types with the names that resources and requests have",
        paths: "
/clash:
  get:
    tags: [clash]
    operationId: listClash
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/ListRequest'}}}}}
  post:
    tags: [clash]
    operationId: createClash
    responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/ClashApi'}}}}}
",
        schemas: "
ListRequest: {type: object, properties: {a: {type: string}}}
ClashApi: {type: object, properties: {b: {type: string}}}
",
        facts: &["GET /clash -> ListRequestType", "POST /clash -> ClashApiType"],
        ..NONE
    },
    Trap {
        name: "resources with the names that modules, features and Rust have",
        paths: "
/r1: {get: {tags: [type], operationId: r1, responses: {'204': {description: ''}}}}
/r2: {get: {tags: [types], operationId: r2, responses: {'204': {description: ''}}}}
/r3: {get: {tags: [records], operationId: r3, responses: {'204': {description: ''}}}}
/r4: {get: {tags: [default], operationId: r4, responses: {'204': {description: ''}}}}
/r5: {get: {tags: [self], operationId: r5, responses: {'204': {description: ''}}}}
/r6: {get: {tags: [session], operationId: r6, responses: {'204': {description: ''}}}}
/r7: {get: {tags: [builder], operationId: r7, responses: {'204': {description: ''}}}}
/r8: {get: {tags: [request], operationId: r8, responses: {'204': {description: ''}}}}
/r9: {get: {tags: ['$'], operationId: r9, responses: {'204': {description: ''}}}}
/r10: {get: {operationId: r10, responses: {'204': {description: ''}}}}
/r11: {get: {tags: [std], operationId: r11, responses: {'204': {description: ''}}}}
/r12: {get: {tags: [kontrakt_runtime], operationId: r12, responses: {'204': {description: ''}}}}
",
        facts: &["Resource TypeResourceApi", "Resource ApiApi"],
        ..NONE
    },
    Trap {
        name: "recursion: itself, each other, through lists and maps, and lists of themselves",
        schemas: "
Tree: {type: object, required: [left], properties: {left: {$ref: '#/components/schemas/Tree'}, right: {oneOf: [{$ref: '#/components/schemas/Tree'}, {type: 'null'}]}, many: {type: array, items: {$ref: '#/components/schemas/Tree'}}, named: {type: object, additionalProperties: {$ref: '#/components/schemas/Tree'}}}}
Ping1: {type: object, properties: {pong: {$ref: '#/components/schemas/Pong1'}}}
Pong1: {type: object, properties: {ping: {$ref: '#/components/schemas/Ping1'}}}
Nest: {type: array, items: {$ref: '#/components/schemas/Nest'}}
Deep: {type: object, additionalProperties: {$ref: '#/components/schemas/Deep'}}
Holder: {type: object, properties: {nest: {$ref: '#/components/schemas/Nest'}, deep: {$ref: '#/components/schemas/Deep'}}}
Choice: {oneOf: [{type: string}, {type: object, required: [again], properties: {again: {$ref: '#/components/schemas/Choice'}}}]}
",
        facts: &[
            "Tree.left: Box<Tree> = required(left)",
            "Tree.many: Option<Vec<Tree>> = optional(many)",
            "Holder.nest: Option<Vec<Json>> = optional(nest)",
            "Holder.deep: Option<Map<Json>> = optional(deep)",
            "Choice::Text(String)",
        ],
        ..NONE
    },
    Trap {
        name: "alternatives that overlap, and a discriminator",
        schemas: "
Overlap: {oneOf: [{$ref: '#/components/schemas/OverlapA'}, {$ref: '#/components/schemas/OverlapB'}, {type: string}, {type: array, items: {type: string}}]}
OverlapA: {type: object, required: [a], properties: {a: {type: string}, c: {type: string}}}
OverlapB: {type: object, required: [b], properties: {b: {type: string}, c: {type: string}}}
Other: {anyOf: [{$ref: '#/components/schemas/OverlapB'}, {type: boolean}]}
UnionOfOther: {oneOf: [{$ref: '#/components/schemas/Other'}, {$ref: '#/components/schemas/OverlapA'}], discriminator: {propertyName: c}}
",
        facts: &[
            "Overlap::OverlapA(OverlapA)",
            "Overlap::Text(String)",
            "Overlap::List(Vec<String>)",
            "Other::Flag(bool)",
            "UnionOfOther::OtherValue(Other) where \"c\" = \"Other\" | \"OverlapB\"",
        ],
        ..NONE
    },
    Trap {
        name: "tags: mapped, by the name of the component, constants, within, of a base, with several values",
        schemas: "
TagMapped: {oneOf: [{$ref: '#/components/schemas/TagA'}, {$ref: '#/components/schemas/TagB'}, {$ref: '#/components/schemas/TagC'}], discriminator: {propertyName: sort, mapping: {a: TagA, x: TagA, b: '#/components/schemas/TagB'}}}
TagA: {type: object, required: [sort], properties: {sort: {type: string}}}
TagB: {type: object, required: [sort], properties: {sort: {type: string}, more: {type: string}}}
TagC: {type: object, required: [sort], properties: {sort: {type: string}, less: {type: string}}}
TagConst: {anyOf: [{type: object, properties: {sort: {const: 1}, up: {type: integer}}}, {type: object, properties: {sort: {enum: [2, 3]}, up: {type: integer}}}]}
TagWithin: {oneOf: [{type: object, properties: {sort: {const: s}, in: {type: object, properties: {flag: {const: true}, a: {type: string}}}}}, {type: object, properties: {sort: {const: s}, in: {type: object, properties: {flag: {const: false}, b: {type: string}}}}}]}
TagBase: {type: object, required: [what], properties: {what: {type: string}}, discriminator: {propertyName: what, mapping: {one: '#/components/schemas/TagOne'}}}
TagOne: {allOf: [{$ref: '#/components/schemas/TagBase'}, {type: object, properties: {one: {type: string}}}]}
TagTwo: {allOf: [{$ref: '#/components/schemas/TagBase'}, {type: object, properties: {two: {$ref: '#/components/schemas/TagBase'}}}]}
TagHolder: {type: object, properties: {held: {$ref: '#/components/schemas/TagBase'}}}
",
        facts: &[
            "TagMapped::TagA(TagA) where \"sort\" = \"a\" | \"x\"",
            "TagMapped::TagB(TagB) where \"sort\" = \"b\"",
            "TagMapped::TagC(TagC) where \"sort\" = \"TagC\"",
            "TagConst::N1(TagConstN1) where \"sort\" = \"1\"",
            "TagConst::N2(TagConstN2) where \"sort\" = \"2\" | \"3\"",
            "TagWithin::True(TagWithinTrue) where \"in/flag\" = \"true\"",
            "TagWithin::False(TagWithinFalse) where \"in/flag\" = \"false\"",
            "TagBase::TagOne(TagOne) where \"what\" = \"one\"",
            "TagBase::TagTwo(Box<TagTwo>) where \"what\" = \"TagTwo\"",
            "TagBase::Base(TagBaseBase) where \"what\" = \"TagBase\"",
            "TagHolder.held: Option<TagBase> = optional(held)",
            "TagOne.what: String = required(what)",
            "TagBaseBase.what: String = required(what)",
        ],
        ..NONE
    },
    Trap {
        name: "what stands beside a choice, choices at once, and bases that choose between what extends them",
        schemas: "
Beside: {type: object, required: [id], properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/BesideA'}, {$ref: '#/components/schemas/BesideB'}]}
BesideA: {type: object, required: [a], properties: {a: {type: string}}}
BesideB: {type: object, required: [b], properties: {b: {type: string}}}
BesideAll: {allOf: [{type: object, properties: {all: {type: boolean}}}, {oneOf: [{$ref: '#/components/schemas/BesideA'}, {$ref: '#/components/schemas/BesideB'}]}]}
Twice: {allOf: [{oneOf: [{$ref: '#/components/schemas/BesideA'}, {$ref: '#/components/schemas/BesideB'}]}, {anyOf: [{type: object, required: [c], properties: {c: {type: string}}}, {type: object, required: [d], properties: {d: {type: string}}}]}]}
Chooser: {type: object, properties: {name: {type: string}}, oneOf: [{$ref: '#/components/schemas/Chosen'}, {$ref: '#/components/schemas/ChosenToo'}]}
Chosen: {allOf: [{$ref: '#/components/schemas/Chooser'}, {type: object, required: [up], properties: {up: {type: integer}}}]}
ChosenToo: {allOf: [{$ref: '#/components/schemas/Chooser'}, {type: object, required: [down], properties: {down: {$ref: '#/components/schemas/Chooser'}}}]}
",
        facts: &[
            "Beside::BesideA(BesideComponentBesideA)",
            "BesideComponentBesideA.id: String = required(id)",
            "BesideComponentBesideA.a: String = required(a)",
            "BesideAllBesideB.all: Option<bool> = optional(all)",
            "BesideAllBesideB.b: String = required(b)",
            "TwiceBesideA.a: String = required(a)",
            "TwiceBesideA.c: String = required(c)",
            "Chooser::Chosen(Chosen)",
            "Chosen.name: Option<String> = optional(name)",
            "Chosen.up: i64 = required(up)",
        ],
        ..NONE
    },
    Trap {
        name: "members that a second part narrows",
        schemas: "
NarrowPage: {type: object, properties: {data: {type: array, items: {type: object}}, one: {type: object}, note: {type: [string, 'null']}, left: {$ref: '#/components/schemas/NarrowLeft'}}}
NarrowLeft: {type: object, properties: {a: {type: string}}}
NarrowItem: {type: object, required: [name], properties: {name: {type: string}}}
Narrow: {allOf: [{$ref: '#/components/schemas/NarrowPage'}, {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/NarrowItem'}}, one: {$ref: '#/components/schemas/NarrowItem'}, note: {type: string, description: Said again.}, left: {required: [a], properties: {b: {type: integer}}}}}]}
",
        facts: &[
            "Narrow.data: Option<Vec<NarrowItem>> = optional(data)",
            "Narrow.one: Option<NarrowItem> = optional(one)",
            "Narrow.note: Option<String> = optional(note)",
            "Narrow.left: Option<NarrowComponentLeft> = optional(left)",
            "NarrowPage.data: Option<Vec<Map<Json>>> = optional(data)",
        ],
        ..NONE
    },
    Trap {
        name: "what only answers have, what only requests have, and large numbers",
        paths: "
/oneway:
  post: {tags: [oneway], operationId: ow, requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Oneway'}}}}, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Oneway'}}}}}}
",
        schemas: "
Oneway: {type: object, required: [id, secret, name, large, unsigned], properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}, large: {type: integer, maximum: 18446744073709551615}, unsigned: {type: integer, format: uint64}}}
",
        facts: &[
            "Oneway.id: Option<String> = optional(id)",
            "Oneway.secret: Option<String> = optional(secret)",
            "Oneway.name: String = required(name)",
            "Oneway.large: Number = required(large)",
            "Oneway.unsigned: Number = required(unsigned)",
        ],
        ..NONE
    },
    Trap {
        name: "unions that hold themselves, and null beside references",
        schemas: "
Filter: {type: object, properties: {must: {anyOf: [{$ref: '#/components/schemas/Filter'}, {type: array, items: {$ref: '#/components/schemas/Filter'}}]}, not: {$ref: '#/components/schemas/FilterTree'}}}
FilterTree: {oneOf: [{$ref: '#/components/schemas/FilterTwig'}, {type: boolean}], discriminator: {propertyName: is}}
FilterTwig: {oneOf: [{$ref: '#/components/schemas/FilterTree'}, {type: integer}, {$ref: '#/components/schemas/Filter'}], discriminator: {propertyName: is}}
NullBeside: {type: object, required: [a, b], properties: {a: {nullable: true, allOf: [{$ref: '#/components/schemas/Filter'}]}, b: {nullable: true, $ref: '#/components/schemas/Filter'}}}
",
        facts: &[
            "FilterTree::Flag(bool)",
            "NullBeside.a: Option<Filter> = required(a)",
            "NullBeside.b: Option<Filter> = required(b)",
        ],
        ..NONE
    },
    Trap {
        name: "objects: closed, empty, open, unsatisfiable, joined, and members that may not be",
        paths: "
/objects:
  get: {tags: [objects], operationId: objects, responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Objects'}}}}}}
",
        schemas: "
Objects:
  type: object
  additionalProperties: false
  required: [empty, open, map, never, all, absent]
  properties:
    empty: {type: object, properties: {}}
    open: {type: object, additionalProperties: true}
    map: {type: object, additionalProperties: {type: integer}}
    patterns: {type: object, patternProperties: {'^x': {type: string}}}
    never: false
    always: true
    all:
      allOf:
        - {type: object, additionalProperties: false, required: [a], properties: {a: {type: string}}}
        - {type: object, required: [b], properties: {b: {type: string}}}
    not: {not: {type: object}}
    phpMap: {oneOf: [{type: object, properties: {k: {type: string}}}, {type: array, maxItems: 0}]}
",
        facts: &[
            "Objects.empty: Map<Json> = required(empty)",
            "Objects.open: Map<Json> = required(open)",
            "Objects.map: Map<i64> = required(map)",
            "ObjectsAll.a: String = required(a)",
            "ObjectsAll.b: String = required(b)",
            "Objects.always: Option<Json> = optional(always)",
            "ObjectsPhpMap.k: Option<String> = optional(k)",
        ],
        never: &["Objects.never"],
    },
    Trap {
        name: "lists: nested, without items, tuples, and bounds that are only documentation",
        schemas: "
Lists:
  type: object
  required: [nested, bare, tuple, nullable, bounded, price, date, time]
  properties:
    nested: {type: array, items: {type: array, items: {type: object, properties: {x: {type: integer}}}}}
    bare: {type: array}
    tuple: {type: array, prefixItems: [{type: string}, {type: integer}]}
    nullable: {type: array, items: {type: ['null', string]}}
    bounded: {type: integer, minimum: 1, exclusiveMaximum: 10, multipleOf: 3}
    price: {type: string, pattern: '^[0-9]+\\.[0-9]{2}$'}
    date: {type: string, format: date}
    time: {type: string, format: date-time}
    bad: {type: string, pattern: '(', default: 5}
",
        facts: &[
            "Lists.nested: Vec<Vec<ListsNested>> = required(nested)",
            "Lists.bare: Vec<Json> = required(bare)",
            "Lists.tuple: Vec<Json> = required(tuple)",
            "Lists.nullable: Vec<Option<String>> = required(nullable)",
            "Lists.bounded: i64 = required(bounded)",
            "Lists.price: Fixed<2> = required(price)",
            "Lists.date: Date = required(date)",
            "Lists.time: DateTime = required(time)",
            "Lists.bad: Option<String> = optional(bad)",
        ],
        ..NONE
    },
    Trap {
        name: "three states in requests, two in answers",
        paths: "
/states:
  get: {tags: [states], operationId: getStates, responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {seen: {type: [string, 'null']}}}}}}}}
  patch: {tags: [states], operationId: patchStates, requestBody: {content: {application/json: {schema: {type: object, required: [must], properties: {must: {type: [string, 'null']}, may: {type: string}, both: {type: [string, 'null']}}}}}}, responses: {'204': {description: ''}}}
",
        facts: &[
            "StateList.seen: Option<String> = optional(seen)",
            "StateAllUpdate.must: Option<String> = required(must)",
            "StateAllUpdate.may: Option<String> = optional(may)",
            "StateAllUpdate.both: Patch<String> = optional(both)",
        ],
        ..NONE
    },
    Trap {
        name: "texts of a document that could leave the comment or the literal they stand in",
        paths: "
/texts:
  get:
    tags: [texts]
    operationId: \"te\\\"xts\\n\"
    summary: \"*/ } \\r\\n ``` <b>[x](y) \\\\ \\u202E #[x] \\u0001\"
    parameters: [{name: \"q\\\"\\n\", in: query, description: '}}', schema: {type: string, pattern: \"[\\\"`\\n]\", default: \"a\\nb\"}}]
    responses: {'200': {description: '', content: {application/json: {schema: {type: object, properties: {\"a\\nb\": {type: string, enum: [\"x\\ny\", \"\\\"\"]}}}}}}}
",
        facts: &["GET /texts[q: &str = query(q\"\n)]", "TextList.a_b: Option<TextListAB> = optional(a\nb)"],
        ..NONE
    },
];
