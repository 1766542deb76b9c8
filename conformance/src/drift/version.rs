//! Applies steps of Semantic Versioning to versions, by Cargo's reading of 0.x: before 1.0.0 the second number is what
//! breaks, and the third everything else.

use kontrakt_codegen::release::Version;

use super::step::Step;

impl Step {
    /// The version after this step.
    pub const fn after(self, version: Version) -> Version {
        let Version { major, minor, patch } = version;
        match (self, major) {
            (Self::None, _) => version,
            (Self::Major, 0) => Version { major, minor: minor + 1, patch: 0 },
            (Self::Major, _) => Version { major: major + 1, minor: 0, patch: 0 },
            (Self::Minor, 1..) => Version { major, minor: minor + 1, patch: 0 },
            (Self::Minor, 0) | (Self::Patch, _) => Version { major, minor, patch: patch + 1 },
        }
    }
}

/// The version that comes next, after a step. What is changed several times before it is released takes the largest of
/// its steps, and what was never released stays what it is.
pub fn next_version(released: Option<Version>, current: Version, step: Step) -> Version {
    released.map_or(current, |released| step.after(released).max(current))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn steps_are_those_of_cargo() {
        let cases = [
            ("0.1.3", ["0.1.3", "0.1.4", "0.1.4", "0.2.0"]),
            ("0.0.1", ["0.0.1", "0.0.2", "0.0.2", "0.1.0"]),
            ("1.2.3", ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]),
        ];
        for (from, expected) in cases {
            let steps = [Step::None, Step::Patch, Step::Minor, Step::Major];
            assert_eq!(steps.map(|step| step.after(version(from)).to_string()), expected, "{from}");
        }
    }

    #[test]
    fn a_release_takes_the_largest_step_since_the_last() {
        let cases = [
            // Never released.
            (None, "0.1.0", Step::Major, "0.1.0"),
            (Some("0.1.0"), "0.1.0", Step::Minor, "0.1.1"),
            // The second addition before the release.
            (Some("0.1.0"), "0.1.1", Step::Minor, "0.1.1"),
            (Some("0.1.0"), "0.1.1", Step::Major, "0.2.0"),
            // An addition after a break that is not released yet.
            (Some("0.1.0"), "0.2.0", Step::Minor, "0.2.0"),
            (Some("1.4.2"), "2.0.0", Step::Major, "2.0.0"),
            (Some("1.4.2"), "1.4.2", Step::None, "1.4.2"),
        ];
        for (released, current, step, expected) in cases {
            let next = next_version(released.map(version), version(current), step);
            assert_eq!(next, version(expected), "{released:?} {current} {step:?}");
        }
    }
}
