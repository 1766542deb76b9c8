//! The modules of the crate: one per resource, in order of first use.

/// A module before it holds anything.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) description: Option<String>,
}

/// All modules, each name once.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules(pub(super) Vec<Module>);

impl Modules {
    /// The module of a name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|module| module.name == name)
    }

    /// The module of a name, which is made where there is none.
    pub(super) fn find_or_add(&mut self, name: &str, description: impl FnOnce() -> Option<String>) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.0.push(Module { name: name.to_owned(), description: description() });
            self.0.len() - 1
        })
    }
}
