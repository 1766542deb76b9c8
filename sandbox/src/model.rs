//! What a contract says of records: which calls are about the same ones, what each call does to them, by which members
//! they are found, and where they stand in bodies and answers. Derived once, from paths and schemas.

mod filters;
mod keys;
mod places;
mod subscriptions;

use std::collections::{BTreeMap, HashMap};

use kontrakt_codegen::contract::{Contract, Location, Operation, SandboxAction, SchemaId};
use kontrakt_codegen::name::{singular, words};
use kontrakt_codegen::path::{Part, PathTemplate, Segment};
use kontrakt_conformance::quirks::{Quirk, Wire};
use kontrakt_conformance::routing::Router;
use kontrakt_conformance::verify::Verifier;

pub(crate) use filters::{Filter, Test};
pub(crate) use keys::{By, key_of};
pub(crate) use places::{Form, Place};
pub(crate) use subscriptions::{Subscriptions, is_event_name, notice_schema};

use crate::SandboxError;
use crate::maker::Schemas;

/// Schemas that hold together.
pub(crate) type Slot = Vec<SchemaId>;

/// Name of the member with the key of a record whose own members show none. No member on the wire begins with a slash.
pub(crate) const HIDDEN_KEY: &str = "/key";

/// All that is derived from a contract.
pub(crate) struct Model {
    pub(crate) contract: &'static Contract,
    pub(crate) schemas: Schemas,
    pub(crate) router: Router<'static>,
    pub(crate) verifier: Verifier<'static>,
    pub(crate) wire: Wire,
    plans: HashMap<&'static str, Plan>,
    /// By node.
    pub(crate) collections: BTreeMap<String, Collection>,
    pub(crate) subscriptions: Option<Subscriptions>,
}

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Tells records.
    List,
    /// Tells one.
    Get,
    /// Makes records.
    Create,
    /// Changes records.
    Update,
    /// Removes records.
    Delete,
    /// Tells what has changed.
    Feed,
    /// Tells something that there is one of.
    Read,
    /// Changes something that there is one of.
    Write,
    /// Starts a job.
    Job,
    /// Tells about a job.
    JobDetail,
    /// Gives a token.
    Token,
    /// Answers, and changes nothing.
    Answer,
}

/// One step to what a call is about.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The pattern of the path: `/api/orders/{}/item`.
    pub(crate) node: String,
    /// The member of the record before, or of the state, that holds it.
    pub(crate) member: String,
    /// The parameter that names the record, where one is named.
    pub(crate) parameter: Option<String>,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) operation: &'static Operation,
    pub(crate) action: Action,
    pub(crate) steps: Vec<Step>,
    /// Where what it is about stands in the answer.
    pub(crate) answer: Option<Place>,
    /// Where it stands in the body.
    pub(crate) body: Option<Place>,
    pub(crate) filters: Vec<Filter>,
}

/// Records of a kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collection {
    /// What records look like in answers, the fullest first.
    pub(crate) views: Vec<Slot>,
    /// The members that each parameter means.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    /// Whether any key names a record, because no call lists or makes them.
    pub(crate) open: bool,
    /// A member that no two records share, besides keys.
    pub(crate) unique: Vec<String>,
    /// Members with lists of records that have calls of their own, and their nodes.
    pub(crate) embedded: Vec<(String, String)>,
    /// Whether calls list or change its records, or it is something there is one of.
    pub(crate) many: bool,
    /// What its records are called, by the words of its path.
    pub(crate) noun: Vec<String>,
}

impl Model {
    /// Derives what a contract says.
    pub(crate) fn new(contract: &'static Contract, quirks: &[Quirk]) -> Result<Self, SandboxError> {
        let schemas = Schemas::new(contract);
        let verifier = Verifier::new(contract).map_err(SandboxError::of_diagnostic)?;
        let mut model = Self {
            contract,
            schemas,
            router: Router::new(contract),
            verifier,
            wire: Wire::of(contract, quirks),
            plans: HashMap::new(),
            collections: BTreeMap::new(),
            subscriptions: None,
        };
        model.nodes();
        model.views();
        model.keys();
        model.embed();
        model.filters();
        model.subscriptions = model.find_subscriptions();
        Ok(model)
    }

    /// What a call does.
    pub(crate) fn plan(&self, operation: &str) -> Option<&Plan> {
        self.plans.get(operation)
    }

    /// All calls, in the order of the document.
    pub(crate) fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.contract.operations.iter().filter_map(|operation| self.plan(&operation.id))
    }

    /// The call that tells about a job.
    pub(crate) fn job_plan(&self) -> Option<&Plan> {
        self.plans().find(|plan| plan.action == Action::JobDetail)
    }

    /// Finds what is a collection, then what each call does.
    fn nodes(&mut self) {
        let contract = self.contract;
        let routes: Vec<(&'static Operation, Vec<Step>)> =
            contract.operations.iter().map(|operation| (operation, steps(operation))).collect();
        let mut many: BTreeMap<String, bool> = BTreeMap::new();
        for (operation, steps) in &routes {
            for step in steps.iter().filter(|step| step.parameter.is_some()) {
                many.insert(step.node.clone(), true);
            }
            let listed = self.place_in_answer(operation).is_some_and(|place| place.form != Form::One);
            let last = steps.last().filter(|step| step.parameter.is_none());
            let feed = operation.hints.feed.as_ref().is_some_and(|feed| feed.kind.is_some());
            if let Some(last) = last.filter(|_| operation.method == "GET" && listed && !feed) {
                many.insert(last.node.clone(), true);
            }
            let hinted = operation.hints.sandbox.as_ref().and_then(|hint| hint.collection.as_ref());
            if let (Some(_), Some(last)) = (hinted, steps.last()) {
                many.insert(last.node.clone(), true);
            }
        }
        let lists = self.lists(&routes);
        for (operation, mut steps) in routes {
            let (answer, body) = (self.place_in_answer(operation), self.place_in_body(operation));
            let is_many = |node: &str| many.contains_key(node);
            self.redirect(operation, &mut steps, answer.as_ref(), &lists, &is_many);
            if self.holds_a_list(operation, &steps, answer.as_ref(), body.as_ref()) {
                let last = steps.last().map(|step| step.node.clone()).unwrap_or_default();
                many.insert(format!("{last}/{{}}/*"), true);
                steps.push(Step { node: format!("{last}/{{}}/*"), member: "/*".to_owned(), parameter: None });
            }
            let is_many = |node: &str| many.contains_key(node);
            let action = self.action(operation, &steps, &is_many);
            for step in &steps {
                let collection = self.collections.entry(step.node.clone()).or_default();
                collection.many |= is_many(&step.node);
                collection.noun = noun_of(&step.node);
            }
            self.plans.insert(&operation.id, Plan { operation, action, steps, answer, body, filters: Vec::new() });
        }
    }

    /// Lists by node: the member of the answer that they stand in, and what is in them.
    fn lists(&self, routes: &[(&'static Operation, Vec<Step>)]) -> BTreeMap<String, (String, Slot)> {
        let list = |(operation, steps): &(&'static Operation, Vec<Step>)| {
            let last = steps.last().filter(|step| step.parameter.is_none() && operation.method == "GET")?;
            let place = self.place_in_answer(operation).filter(|place| place.form == Form::List)?;
            Some((last.node.clone(), (place.path.last()?.clone(), place.slot)))
        };
        routes.iter().filter_map(list).collect()
    }

    /// Calls about the records of the path above their own: what has changed of them, a part of what each shows, a
    /// change of many.
    fn redirect(
        &self,
        operation: &Operation,
        steps: &mut Vec<Step>,
        answer: Option<&Place>,
        lists: &BTreeMap<String, (String, Slot)>,
        is_many: &dyn Fn(&str) -> bool,
    ) {
        let Some(last) = steps.last().filter(|step| step.parameter.is_none() && operation.hints.sandbox.is_none())
        else {
            return;
        };
        let Some((above, _)) = last.node.rsplit_once('/') else { return };
        let above = above.trim_end_matches("/{}").to_owned();
        let feed = operation.hints.feed.as_ref().is_some_and(|feed| feed.kind.is_some());
        // Of a record that is named it is about a part.
        let named = steps.iter().any(|step| step.parameter.is_some());
        let bulk = operation.hints.bulk.is_some() && operation.method != "POST" && !is_many(&last.node) && !named;
        // The same member of the answer as in the list above, with a key of its records.
        let same = answer.zip(lists.get(&above)).is_some_and(|(place, (member, _))| {
            let keys = ["code", "id", "guid"].iter().any(|key| self.schemas.member(&place.slot, key).is_some());
            operation.method == "GET" && place.form == Form::List && place.path.last() == Some(member) && keys
        });
        if !is_many(&above) || !(feed || bulk || same) {
            return;
        }
        if steps.len() > 1 && steps[steps.len() - 2].node == above {
            steps.pop();
        } else if let Some(last) = steps.last_mut() {
            *last = Step { member: above.clone(), node: above, parameter: None };
        }
    }

    /// Whether a call is about a list in the record that it names, whose elements are others than the record: the prices
    /// of a price list.
    fn holds_a_list(
        &self,
        operation: &Operation,
        steps: &[Step],
        answer: Option<&Place>,
        body: Option<&Place>,
    ) -> bool {
        let Some(parameter) = steps.last().and_then(|step| step.parameter.as_ref()) else { return false };
        if operation.hints.feed.is_some() || operation.hints.job.is_some() || operation.hints.sandbox.is_some() {
            return false;
        }
        let own = words(parameter);
        let place = if operation.method == "GET" { answer } else { body };
        let Some(place) = place.filter(|place| place.form == Form::List && operation.hints.value.is_none()) else {
            return false;
        };
        let members = self.schemas.members(&place.slot);
        let shown = members.iter().any(|(name, _)| {
            let name = words(name);
            name == own || name.ends_with(&own) || own.ends_with(&name)
        });
        !members.is_empty() && !shown
    }

    fn action(&self, operation: &Operation, steps: &[Step], is_many: &dyn Fn(&str) -> bool) -> Action {
        let behaviour = &self.contract.behaviour;
        if let Some(action) = operation.hints.sandbox.as_ref().and_then(|hint| hint.action) {
            return match action {
                SandboxAction::List => Action::List,
                SandboxAction::Get => Action::Get,
                SandboxAction::Create => Action::Create,
                SandboxAction::Update => Action::Update,
                SandboxAction::Delete => Action::Delete,
            };
        }
        if behaviour.oauth.as_ref().is_some_and(|oauth| oauth.token == operation.path) {
            return Action::Token;
        }
        if operation.hints.job.is_some() {
            return Action::Job;
        }
        let anonymous = |path: &str| PathTemplate::parse(path).anonymous();
        if behaviour.jobs.as_ref().is_some_and(|jobs| anonymous(&jobs.detail) == anonymous(&operation.path)) {
            return Action::JobDetail;
        }
        if operation.hints.feed.as_ref().is_some_and(|feed| feed.kind.is_some()) {
            return Action::Feed;
        }
        let Some(last) = steps.last() else { return Action::Answer };
        let record = last.parameter.is_some();
        let many = is_many(&last.node);
        let json = operation.success().is_some_and(|answer| answer.json().is_some());
        match operation.method.as_str() {
            "GET" if !json => Action::Answer,
            "GET" if record => Action::Get,
            "GET" if many => Action::List,
            "GET" => Action::Read,
            "POST" if many && !record => Action::Create,
            "PUT" | "PATCH" | "POST" if record => Action::Update,
            "PUT" | "PATCH" if many => Action::Update,
            "PUT" | "PATCH" => Action::Write,
            "DELETE" if record || many => Action::Delete,
            _ => Action::Answer,
        }
    }
}

/// The way to what a call is about: the literal segments of its path, with the parameters between them.
fn steps(operation: &Operation) -> Vec<Step> {
    if let Some((hint, collection)) =
        operation.hints.sandbox.as_ref().and_then(|hint| Some((hint, hint.collection.as_ref()?)))
    {
        let node = format!("/{collection}");
        return vec![Step { member: node.clone(), node, parameter: hint.key.clone() }];
    }
    let template = PathTemplate::parse(&operation.path);
    let (mut steps, mut node, mut literals): (Vec<Step>, String, Vec<&str>) = (Vec::new(), String::new(), Vec::new());
    let end = |steps: &mut Vec<Step>, node: &mut String, literals: &mut Vec<&str>, parameter: Option<&str>| {
        // `orders/code/{code}` is an order by its code.
        if literals.len() > 1 && parameter.is_some() && literals.last().copied() == parameter {
            literals.pop();
        }
        let name: String = literals.drain(..).map(|literal| format!("/{literal}")).collect();
        *node += &name;
        let member = if steps.is_empty() { node.clone() } else { format!("/{}", name.trim_start_matches('/')) };
        steps.push(Step { node: node.clone(), member, parameter: parameter.map(str::to_owned) });
        *node += "/{}";
    };
    for segment in &template.0 {
        let variables: Vec<&str> = PathTemplate(vec![segment.clone()]).variables().collect();
        match variables.first() {
            None => literals.extend(segment.literal()),
            Some(name) => end(&mut steps, &mut node, &mut literals, Some(name)),
        }
    }
    if !literals.is_empty() {
        end(&mut steps, &mut node, &mut literals, None);
    }
    steps
}

/// The words of a path, in the singular: `/api/customers/groups` is about a customer group.
fn noun_of(node: &str) -> Vec<String> {
    let version =
        |word: &str| word.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let segments = node.split('/').filter(|segment| !["", "{}", "api"].contains(segment) && !version(segment));
    segments.flat_map(words).map(|word| singular(&word)).collect()
}

/// A segment of a path with the values of its variables.
pub(crate) fn path_members(segment: &Segment<'_>, value: &dyn Fn(&str) -> String) -> String {
    let part = |part: &Part<'_>| match part {
        Part::Text(text) => (*text).to_owned(),
        Part::Variable(name) => value(name),
    };
    segment.0.iter().map(part).collect()
}

/// The query parameters of a call.
pub(crate) fn query(operation: &Operation) -> impl Iterator<Item = &kontrakt_codegen::contract::Parameter> {
    operation.parameters.iter().filter(|parameter| parameter.location == Location::Query)
}
