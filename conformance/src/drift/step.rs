//! Steps of Semantic Versioning: what a change on the wire and the public items of a crate ask for.
//! The greater of both is the step of the crate.

use super::model::Severity;

/// A step of Semantic Versioning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// No release is needed.
    #[default]
    None,
    /// Nothing that users write changes.
    Patch,
    /// What users wrote still compiles and works; there is more.
    Minor,
    /// What users wrote may no longer compile or work.
    Major,
}

impl Step {
    /// Word for it, as reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The step that a change on the wire asks for.
    pub const fn of_wire(severity: Severity) -> Self {
        match severity {
            Severity::Breaking => Self::Major,
            Severity::Risky | Severity::Additive => Self::Minor,
            Severity::Cosmetic => Self::None,
        }
    }
}

/// The step of one crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateStep {
    /// Name of the crate.
    pub name: String,
    /// What the wire asks for.
    pub wire: Step,
    /// What the public items ask for; `None` when they were not compared.
    pub source: Option<Step>,
}

impl CrateStep {
    /// The greater of both.
    pub fn step(&self) -> Step {
        self.wire.max(self.source.unwrap_or_default())
    }
}
