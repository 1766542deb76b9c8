//! What was derived from the contract, for people: one line for each call.

use std::fmt::Write as _;

use crate::model::{Form, Plan, Test};
use crate::sandbox::Sandbox;

impl Sandbox {
    /// What each call does to which records: method, path, action, the records, the key, the filters.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for plan in self.0.model.plans() {
            let _ = writeln!(text, "{}", self.line(plan));
        }
        text
    }

    fn line(&self, plan: &Plan) -> String {
        let operation = plan.operation;
        let action = format!("{:?}", plan.action).to_lowercase();
        let mut line = format!("{} {}: {action}", operation.method, operation.path);
        let about = plan.steps.last();
        if let Some(step) = about {
            let _ = write!(line, " {}", step.node);
            if !step.member.starts_with('/') {
                let _ = write!(line, " in {}", step.member);
            }
            let key = step
                .parameter
                .as_ref()
                .and_then(|name| Some((name, self.0.model.collections.get(&step.node)?.keys.get(name)?.join("/"))));
            if let Some((name, key)) = key {
                let _ = write!(line, " [{name} = {key}]");
            }
        }
        if let Some(place) = plan.answer.as_ref() {
            let form = match place.form {
                Form::One => "",
                Form::List => "[]",
                Form::Map => "{}",
            };
            let _ = write!(line, " -> {}{form}", place.path.join("/"));
        }
        for filter in &plan.filters {
            let sign = match filter.test {
                Test::Equal => "=",
                Test::From => ">=",
                Test::To => "<=",
            };
            let _ = write!(line, " {}{sign}{}", filter.parameter, filter.path.join("/"));
        }
        line
    }
}
