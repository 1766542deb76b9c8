//! The role of each object of an OpenAPI document, determined by its position.
//! A property may be called `description` or `$ref`, so only the position tells what a member means.

/// The methods that an operation can have in a path item, in the order in which operations of one path are emitted.
pub(crate) const METHODS: [&str; 8] = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];

/// What an object of the document is, and so which of its members are what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A value such as a default, with everything in it.
    Value,
    /// Words for people, and examples.
    Prose,
    /// An extension or an unknown member.
    Other,
    /// A map whose keys are names and whose values are all of this role.
    Named(&'static Role),
    Root,
    Tag,
    Components,
    PathItem,
    Operation,
    Parameter,
    /// Has the members of a parameter.
    Header,
    RequestBody,
    Response,
    MediaType,
    Encoding,
    Schema,
    SecurityScheme,
    Flow,
    /// Names of scopes with a description each.
    Scopes,
    Server,
    Link,
}

impl Role {
    /// The role of a member of an object of this role; the elements of a list have the role of the list.
    pub(crate) fn member(self, key: &str) -> Role {
        use Role::*;
        // Alike in every kind of object, and no object has a member of its own by these names that is interface.
        // `title` is not among them: it is prose in schemas only, and `name` is the name of tags.
        let prose = matches!(key, "description" | "summary" | "externalDocs" | "example" | "examples" | "$comment");
        match (self, key) {
            (Value, _) => Value,
            // Between paths and between statuses there may be extensions; any other name is just a name.
            (Named(PathItem | Response), _) if key.starts_with("x-") => Other,
            (Named(role), _) => *role,
            (Tag, "name") => Value,
            (Tag, _) if !key.starts_with("x-") => Prose,
            // Required by the standard; emptied by an import.
            (Response, "description") => Value,
            (Other | Schema, "title") => Prose,
            _ if prose => Prose,
            _ if key.starts_with("x-") && key.to_ascii_lowercase().ends_with("descriptions") => Prose,
            _ if key.starts_with("x-") => Other,

            (Root, "tags") => Tag,
            (Root, "servers") | (PathItem | Operation, "servers") | (Link, "server") => Server,
            (Root, "paths" | "webhooks") => Named(&PathItem),
            (Root, "components") => Components,

            (Components, "schemas") => Named(&Schema),
            (Components, "responses") => Named(&Response),
            (Components, "parameters") => Named(&Parameter),
            (Components, "headers") => Named(&Header),
            (Components, "requestBodies") => Named(&RequestBody),
            (Components, "securitySchemes") => Named(&SecurityScheme),
            (Components, "links") => Named(&Link),
            (Components, "callbacks") => Named(&Named(&PathItem)),
            (Components, "pathItems") => Named(&PathItem),

            (PathItem, _) if METHODS.contains(&key) => Operation,
            (PathItem | Operation, "parameters") => Parameter,
            (Operation, "requestBody") => RequestBody,
            (Operation, "responses") => Named(&Response),
            (Operation, "callbacks") => Named(&Named(&PathItem)),

            (Parameter | Header | MediaType, "schema") => Schema,
            (Parameter | Header | RequestBody | Response, "content") => Named(&MediaType),
            (Response | Encoding, "headers") => Named(&Header),
            (Response, "links") => Named(&Link),
            (MediaType, "encoding") => Named(&Encoding),

            (Schema, "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas") => {
                Named(&Schema)
            }
            (Schema, "default" | "const" | "enum" | "required" | "discriminator" | "xml" | "dependentRequired") => {
                Value
            }
            // Some documents write properties beside `properties`; their prose is prose all the same.
            (Schema, _) => Schema,

            (SecurityScheme, "flows") => Named(&Flow),
            (Flow, "scopes") => Scopes,
            (Server, "variables") => Named(&Server),
            (Other, _) => Other,
            _ => Value,
        }
    }

    /// The section of `components` that holds objects of this role.
    pub(crate) fn section(self) -> Option<&'static str> {
        match self {
            Role::Schema => Some("schemas"),
            Role::Parameter => Some("parameters"),
            Role::Header => Some("headers"),
            Role::RequestBody => Some("requestBodies"),
            Role::Response => Some("responses"),
            _ => None,
        }
    }
}
