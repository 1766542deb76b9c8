//! Hints: the `x-` members below the document root, read once, with types.
//! The tables of members are in `specs/README.md`; unknown members are kept as `extensions`.

use std::collections::BTreeMap;

use super::at::At;
use super::behaviour::Behaviour;
use super::members::{Complaints, MemberValue, OneOrMany, meant, members, words};
use crate::document::{Map, Node, NodeKind, Role};

members! {
    /// What a schema says beyond JSON Schema.
    pub struct SchemaHints is open {
        /// Rust name: in PascalCase of the type, in snake_case of the field.
        "x-name" name: Option<String>,
        /// Names of variants, by value.
        "x-enum-names" enum_names: Option<BTreeMap<String, String>>,
        /// What the values of an enumeration mean.
        "x-enum-descriptions" enum_descriptions: BTreeMap<String, String>,
        /// Whether the server may know more values than are listed.
        "x-enum-open" enum_open: bool,
        /// Whether the value is a secret.
        "x-secret" secret: bool,
        /// Addresses that are put together, by the method that does it.
        "x-addresses" addresses: BTreeMap<String, AddressHint>,
        /// The meaning of the value, whatever form the wire uses.
        "x-scalar" scalar: Option<ScalarHint>,
        /// How the offset of a time is written.
        "x-offset" offset: Option<Offset>,
        /// Digits after the point that a decimal is written with.
        "x-scale" scale: Option<Scale>,
        /// Form of a scalar in requests.
        "x-written-as" written_as: Option<WrittenAs>,
        /// Other keys that a property is read from.
        "x-aliases" aliases: Vec<String>,
        /// Entries of `quirks.yaml` that apply here.
        "x-quirk" quirks: OneOrMany,
    }

    /// An address that is put together.
    pub struct AddressHint is closed {
        /// The member that holds its beginning.
        "base" base: String,
        /// What it is the address of.
        "description" description: Option<String>,
    }

    /// A value of a parameter that has a name.
    pub struct ConstantHint is closed {
        /// The value.
        "value" value: i64,
        /// What it means.
        "description" description: Option<String>,
    }

    /// What a parameter says beyond OpenAPI.
    pub struct ParameterHints is open {
        /// Rust name.
        "x-name" name: Option<String>,
        /// What joins the elements of a list that is sent as one value.
        "x-delimiter" delimiter: Option<String>,
        /// Whether the value is a secret.
        "x-secret" secret: bool,
        /// The meaning of the value, whatever form the wire uses.
        "x-scalar" scalar: Option<ScalarHint>,
        /// How the offset of a time is written.
        "x-offset" offset: Option<Offset>,
        /// Digits after the point that a decimal is written with.
        "x-scale" scale: Option<Scale>,
        /// Form of a scalar in requests.
        "x-written-as" written_as: Option<WrittenAs>,
        /// Values with names that the module of the resource has as constants.
        "x-constants" constants: BTreeMap<String, ConstantHint>,
        /// Where a value is found: an operation, and the path of a member in its answer.
        "x-found-in" found_in: OneOrMany,
        /// Entries of `quirks.yaml` that apply here.
        "x-quirk" quirks: OneOrMany,
    }

    /// What a path item says beyond OpenAPI.
    pub struct PathItemHints is open {
        /// The path that is sent, where the key of the path item is mistaken.
        "x-path" path: Option<String>,
        /// Entries of `quirks.yaml` that apply here.
        "x-quirk" quirks: OneOrMany,
    }

    /// What an operation or a webhook says beyond OpenAPI.
    pub struct OperationHints is open {
        /// Resource, in snake_case.
        "x-resource" resource: Option<String>,
        /// Name of the method, in snake_case.
        "x-method" method: Option<String>,
        /// Whether the answer is a page of a list, where the parameters would say so.
        "x-paging" paging: Option<bool>,
        /// The job that the call starts.
        "x-job" job: Option<JobHint>,
        /// The path that is sent, where the key of the path item is mistaken.
        "x-path" path: Option<String>,
        /// Whether the call may be repeated, whatever its method.
        "x-retry" retry: Option<Retry>,
        /// Path of members to the value in the answer.
        "x-value" value: Option<String>,
        /// How things are counted in a call that takes many.
        "x-bulk" bulk: Option<BulkHint>,
        /// How the list tells what has changed since a time.
        "x-feed" feed: Option<FeedHint>,
        /// How what the call creates is found by a key of the caller's.
        "x-create-once" create_once: Option<CreateOnceHint>,
        /// Calls that share the path and the method.
        "x-variants" variants: Vec<VariantHint>,
        /// What the call does to which records, where path and method do not say it.
        "x-sandbox" sandbox: Option<SandboxHint>,
        /// Entries of `quirks.yaml` that apply here.
        "x-quirk" quirks: OneOrMany,
    }

    /// A job that a call starts.
    pub struct JobHint is closed {
        /// Component of a line of its result.
        "result" result: Option<String>,
    }

    /// A call that takes many things, and answers the outcome of each.
    pub struct BulkHint is closed {
        /// Members of the body with the lists of things.
        "items" items: OneOrMany,
        /// Parameter that takes the things.
        "parameter" parameter: Option<String>,
        /// Members of the body that may stand in each of several calls.
        "settings" settings: OneOrMany,
        /// Things that one call takes.
        "limit" limit: Option<u64>,
        /// Paths to what is answered about the things of each list.
        "answers" answers: OneOrMany,
        /// Members that identify a thing and what is answered about it.
        "keys" keys: OneOrMany,
        /// Member of an outcome that says whether the thing was done.
        "outcome" outcome: Option<String>,
        /// Member of an outcome with messages.
        "messages" messages: Option<String>,
        /// How errors name the things that were not done.
        "errors" errors: Vec<NamedBy>,
    }

    /// A list that tells what has changed since a time.
    pub struct FeedHint is closed {
        /// Query parameter with the time.
        "from" from: String,
        /// Largest size of a page.
        "page-size" page_size: Option<Count>,
        /// Member of an entry that says what has changed.
        "key" key: String,
        /// Member with the time of the change.
        "time" time: Option<String>,
        /// Member with what has happened.
        "kind" kind: Option<String>,
        /// Its values for what was deleted.
        "deleted" deleted: Option<Vec<String>>,
        /// Days that the list reaches back.
        "reach-days" reach_days: Option<Count>,
        /// Operation that reads everything, for marks that are older.
        "restart" restart: Option<String>,
    }

    /// How what a call creates is found by a key of the caller's.
    pub struct CreateOnceHint is closed {
        /// Parameter of the query, or path in the body, with the key.
        "key" key: String,
        /// Operation that lists what there is.
        "list" list: String,
        /// Its parameter that takes the key.
        "filter" filter: Option<String>,
        /// Its parameter that takes the time from which on to look.
        "since" since: Option<String>,
        /// Operation that is called for each entry of the list.
        "detail" detail: Option<String>,
        /// Member with the key of what is found.
        "found" found: String,
        /// Members with which it counts as gone.
        "unless" unless: OneOrMany,
        /// Whether the server refuses a second one with the same key.
        "unique" unique: bool,
    }

    /// What a call does to which records of a sandbox.
    pub struct SandboxHint is closed {
        /// Name of the records, the same for all calls that share them.
        "collection" collection: Option<String>,
        /// What it does to them.
        "action" action: Option<SandboxAction>,
        /// Parameter that names the record.
        "key" key: Option<String>,
        /// Member of the record that this parameter means.
        "member" member: Option<String>,
    }

    /// One of the calls that share a path and a method.
    pub struct VariantHint is closed {
        /// Its operation id.
        "operationId" id: Option<String>,
        /// Name of its method.
        "x-method" method: Option<String>,
        /// One line on what it does.
        "summary" summary: Option<String>,
        /// Parameters of the operation that it takes.
        "parameters" parameters: Vec<String>,
        /// Those of them without which it is refused.
        "required" required: Vec<String>,
    }

    /// What a security scheme says beyond OpenAPI.
    pub struct SecuritySchemeHints is open {
        /// Name of the method that takes the credential.
        "x-name" name: Option<String>,
    }
}

words! {
    /// What a call does to records.
    pub enum SandboxAction {
        /// Tells all of them.
        List = "list",
        /// Tells one.
        Get = "get",
        /// Makes one.
        Create = "create",
        /// Changes one.
        Update = "update",
        /// Removes one.
        Delete = "delete",
    }

    /// How an error names the thing that it is about.
    pub enum NamedBy {
        /// By a member that identifies it.
        Key = "key",
        /// By its place in the list.
        Place = "place",
    }
}

words! {
    /// What a value means, whatever form the wire uses.
    pub enum ScalarHint {
        /// An exact decimal number.
        Decimal = "decimal",
        /// A day.
        Date = "date",
        /// A moment, with its offset.
        DateTime = "date-time",
        /// A time of day on a day, without an offset.
        LocalDateTime = "local-date-time",
        /// Seconds since 1970.
        UnixTime = "unix-time",
        /// A whole number.
        Integer = "integer",
        /// True or false.
        Boolean = "boolean",
        /// A text.
        String = "string",
        /// An identifier, or a JSON list of them written into a text.
        Identifiers = "identifiers",
    }

    /// How the offset of a time is written.
    pub enum Offset {
        /// `+0200`
        Basic = "basic",
        /// `+02:00`
        Extended = "extended",
    }

    /// Form of a scalar in requests.
    pub enum WrittenAs {
        /// A JSON string.
        String = "string",
        /// A JSON number.
        Number = "number",
        /// `1` for true and `0` for false.
        Digit = "0/1",
    }

    /// Whether a call may be repeated.
    pub enum Retry {
        /// Repeating it does nothing new.
        Safe = "safe",
        /// It is made once.
        Never = "never",
    }
}

/// Digits after the point, 0 to 28.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(pub u32);

impl MemberValue for Scale {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        let digits = u64::read(at, complaints)?;
        let scale = u32::try_from(digits).ok().filter(|digits| *digits <= 28).map(Self);
        if scale.is_none() {
            complaints.add(at, format!("a decimal has no {digits} digits after the point"), "expected 0 to 28");
        }
        scale
    }
}

/// A whole number above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl MemberValue for Count {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        let number = u64::read(at, complaints)?;
        let count = u32::try_from(number).ok().filter(|number| *number > 0).map(Self);
        if count.is_none() {
            complaints.add(
                at,
                format!("expected a whole number above 0, found {number}"),
                "see x-feed in specs/README.md",
            );
        }
        count
    }
}

impl ParameterHints {
    /// What is said about the value, as a schema says it.
    pub fn of_value(&self) -> SchemaHints {
        SchemaHints {
            name: self.name.clone(),
            secret: self.secret,
            scalar: self.scalar,
            offset: self.offset,
            scale: self.scale,
            written_as: self.written_as,
            ..SchemaHints::default()
        }
    }
}

impl SchemaHints {
    /// What this says, and what another schema says where this says nothing.
    pub fn or(self, farther: Self) -> Self {
        MemberValue::or(self, farther)
    }

    /// The name of the type.
    pub fn type_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| name.starts_with(char::is_uppercase))
    }

    /// The name of the field.
    pub fn field_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.starts_with(char::is_uppercase))
    }
}

/// The objects that have known members, what they are called, and these members.
const KNOWN: [(Role, &str, &[&str]); 6] = [
    (Role::Root, "document", Behaviour::MEMBERS),
    (Role::PathItem, "path item", PathItemHints::MEMBERS),
    (Role::Operation, "operation", OperationHints::MEMBERS),
    (Role::Parameter, "parameter", ParameterHints::MEMBERS),
    (Role::Schema, "schema", SchemaHints::MEMBERS),
    (Role::SecurityScheme, "security scheme", SecuritySchemeHints::MEMBERS),
];

/// Complains about `x-` members that are nearly a known one, or stand on an object where nobody reads them.
pub(super) fn check_names(at: &At<'_>, role: Role, complaints: &mut Complaints<'_>) {
    // Addresses are made for what has members alone: most nodes have none.
    let has_members = |node: &Node| matches!(node.kind, NodeKind::List(_) | NodeKind::Map(_));
    if at.node.as_list().is_some_and(|list| list.iter().any(has_members)) {
        at.elements().for_each(|element| check_names(&element, role, complaints));
    }
    for (key, node) in at.node.as_map().into_iter().flat_map(Map::iter) {
        let member = || At { node, pointer: at.pointer.join(key) };
        match role.member(key) {
            Role::Other | Role::Prose if key.starts_with("x-") => check_name(role, key, &member(), complaints),
            Role::Value | Role::Prose | Role::Other => {}
            role if has_members(node) => check_names(&member(), role, complaints),
            _ => {}
        }
    }
}

fn check_name(role: Role, key: &str, member: &At<'_>, complaints: &mut Complaints<'_>) {
    let known = KNOWN.iter().find(|(one, ..)| *one == role).map(|(.., known)| *known).unwrap_or_default();
    if known.contains(&key) {
        return;
    }
    if let Some(meant) = meant(key, known.iter().copied()) {
        return complaints.add(member, format!("unknown member {key:?}"), format!("did you mean {meant:?}?"));
    }
    let readers = KNOWN.iter().filter(|(.., known)| known.contains(&key)).map(|(_, object, _)| *object);
    let readers: Vec<&str> = readers.collect();
    if !readers.is_empty() {
        let help = format!("it means something on: {}", readers.join(", "));
        complaints.add(member, format!("{key:?} is not read here"), help);
    }
}

/// The hints of an object; none after a complaint.
pub(super) fn read<T: MemberValue + Default>(at: &At<'_>, complaints: &mut Complaints<'_>) -> T {
    T::read(at, complaints).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::behaviour::{
        ChangeTimes, CrateInfo, DeliveryLog, Envelope, ErrorFields, EventCause, EventPayload, Jobs, Limits, LogMember,
        MessageFields, MovedTo, OAuth, Paging, RecordChange, Recorder, SandboxSettings, SignedMembers, Success,
        Webhooks,
    };
    use super::*;

    /// Members of members, by the member that holds them.
    const WITHIN: [(&str, &[&str]); 26] = [
        ("x-crate", CrateInfo::MEMBERS),
        ("x-envelope", Envelope::MEMBERS),
        ("x-envelope", ErrorFields::MEMBERS),
        ("x-envelope", Success::MEMBERS),
        ("x-envelope", MovedTo::MEMBERS),
        ("x-messages", MessageFields::MEMBERS),
        ("x-recorder", Recorder::MEMBERS),
        ("x-paging", Paging::MEMBERS),
        ("x-limits", Limits::MEMBERS),
        ("x-jobs", Jobs::MEMBERS),
        ("x-oauth", OAuth::MEMBERS),
        ("x-addresses", AddressHint::MEMBERS),
        ("x-constants", ConstantHint::MEMBERS),
        ("x-job", JobHint::MEMBERS),
        ("x-bulk", BulkHint::MEMBERS),
        ("x-feed", FeedHint::MEMBERS),
        ("x-create-once", CreateOnceHint::MEMBERS),
        ("x-variants", VariantHint::MEMBERS),
        ("x-sandbox", SandboxHint::MEMBERS),
        ("x-sandbox", SandboxSettings::MEMBERS),
        ("x-webhooks", Webhooks::MEMBERS),
        ("x-webhooks", SignedMembers::MEMBERS),
        ("x-webhooks", EventCause::MEMBERS),
        ("x-webhooks", ChangeTimes::MEMBERS),
        ("x-webhooks", EventPayload::MEMBERS),
        ("x-webhooks", DeliveryLog::MEMBERS),
    ];

    fn table(title: &str) -> (BTreeSet<String>, String) {
        let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/README.md");
        let text = std::fs::read_to_string(readme).unwrap();
        let section = text.split("\n### ").find(|section| section.to_lowercase().starts_with(title));
        let section = section.unwrap_or_else(|| panic!("specs/README.md has no section {title:?}")).to_owned();
        let section = section.split("\n## ").next().unwrap().to_owned();
        let keys = section.lines().filter_map(|line| line.strip_prefix("| `x-")?.split(['`', ':']).next());
        (keys.map(|key| format!("x-{key}")).collect(), section)
    }

    #[test]
    fn the_tables_of_the_readme_are_these_members() {
        let mut sections = String::new();
        for (_, object, known) in KNOWN {
            let (listed, section) = table(object);
            let known: BTreeSet<String> = known.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(listed, known, "the table of the {object} in specs/README.md");
            sections += &section;
        }
        for (holder, members) in WITHIN {
            for member in members {
                let said = sections.contains(&format!("`{member}`")) || sections.contains(&format!("{member}: "));
                assert!(said, "specs/README.md does not explain `{member}` of `{holder}`");
            }
        }
        let words = (ScalarHint::WORDS.iter().map(|(word, _)| word))
            .chain(Offset::WORDS.iter().map(|(word, _)| word))
            .chain(WrittenAs::WORDS.iter().map(|(word, _)| word))
            .chain(Retry::WORDS.iter().map(|(word, _)| word))
            .chain(SandboxAction::WORDS.iter().map(|(word, _)| word))
            .chain(RecordChange::WORDS.iter().map(|(word, _)| word))
            .chain(LogMember::WORDS.iter().map(|(word, _)| word));
        words.for_each(|word| assert!(sections.contains(&format!("`{word}`")), "specs/README.md: no {word:?}"));
    }

    /// Everybody else reads fields: a member by its name is looked up in this module alone.
    #[test]
    fn nobody_else_looks_members_up_by_name() {
        let names: BTreeSet<&str> = KNOWN.iter().flat_map(|(.., known)| known.iter().copied()).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut folders: Vec<_> = ["codegen/src/plan", "codegen/src/emit", "codegen/src/lower", "conformance/src"]
            .into_iter()
            .chain(["commands/src", "xtask/src"])
            .map(|folder| root.join(folder))
            .collect();
        let mut read = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.extension().is_some_and(|extension| extension == "rs") {
                    read += 1;
                    let text = std::fs::read_to_string(&entry).unwrap();
                    for name in &names {
                        for lookup in ["extension(", "extension_str(", "get(", "== "] {
                            let lookup = format!("{lookup}\"{name}\"");
                            assert!(!text.contains(&lookup), "{}: {lookup}", entry.display());
                        }
                    }
                }
            }
        }
        assert!(read > 100, "only {read} files were found");
    }

    #[test]
    fn slips_are_told_from_other_names() {
        let known = SchemaHints::MEMBERS.iter().copied();
        for (name, expected) in [
            ("x-alises", Some("x-aliases")),
            ("x-scaler", Some("x-scalar")),
            ("x-Scalar", Some("x-scalar")),
            ("x-nmae", Some("x-name")),
            ("x-enum_names", Some("x-enum-names")),
            ("x-writen-as", Some("x-written-as")),
            ("x-logo", None),
            ("x-shoptet-scalar", None),
            ("x-nullable", None),
            ("x-enum-varnames", None),
            ("x-go-name", None),
            ("x-tags", None),
        ] {
            assert_eq!(meant(name, known.clone()), expected, "{name}");
        }
    }
}
