//! Path templates such as `/api/orders/{code}`: parsed once, so that no other code looks for braces.

/// A path with variables: what stands between its slashes. Empty segments count for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathTemplate<'p>(pub Vec<Segment<'p>>);

/// What stands between two slashes: text and variables, such as `{name}.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment<'p>(pub Vec<Part<'p>>);

/// A piece of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'p> {
    /// It stands there as it is.
    Text(&'p str),
    /// The value of the parameter of this name stands there.
    Variable(&'p str),
}

impl<'p> PathTemplate<'p> {
    /// Reads a path; a brace without its other half is text.
    pub fn parse(path: &'p str) -> Self {
        Self(path.split('/').filter(|segment| !segment.is_empty()).map(Segment::parse).collect())
    }

    /// The path without the names of its variables, which nobody sends: `/api/orders/{}`.
    pub fn anonymous(&self) -> String {
        self.shape().iter().map(|segment| format!("/{segment}")).collect()
    }

    /// The segments of the path without the names of its variables: equal for paths that no call can tell apart.
    pub fn shape(&self) -> Vec<String> {
        self.0.iter().map(Segment::shape).collect()
    }

    /// Names of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &'p str> {
        self.0.iter().flat_map(|segment| &segment.0).filter_map(|part| match part {
            Part::Variable(name) => Some(*name),
            Part::Text(_) => None,
        })
    }
}

impl<'p> Segment<'p> {
    fn parse(text: &'p str) -> Self {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            parts.extend((!before.is_empty()).then_some(Part::Text(before)));
            parts.push(Part::Variable(name));
            rest = after;
        }
        parts.extend((!rest.is_empty()).then_some(Part::Text(rest)));
        Self(parts)
    }

    /// The segment without the names of its variables.
    pub fn shape(&self) -> String {
        let part = |part: &Part<'p>| match part {
            Part::Text(text) => *text,
            Part::Variable(_) => "{}",
        };
        self.0.iter().map(part).collect()
    }

    /// Whether there can be a text of both segments, as far as their beginnings and ends tell.
    pub fn meets(&self, other: &Self) -> bool {
        let ends = |segment: &Self| {
            [segment.0.first(), segment.0.last()].map(|part| match part {
                Some(Part::Text(text)) => *text,
                _ => "",
            })
        };
        match (self.literal(), other.literal()) {
            (Some(text), _) => other.values(text).is_some(),
            (_, Some(text)) => self.values(text).is_some(),
            (None, None) => {
                let ([a, x], [b, y]) = (ends(self), ends(other));
                (a.starts_with(b) || b.starts_with(a)) && (x.ends_with(y) || y.ends_with(x))
            }
        }
    }

    /// The text of a segment without variables.
    pub fn literal(&self) -> Option<&'p str> {
        match self.0.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The name of the variable that the whole segment is.
    pub fn variable(&self) -> Option<&'p str> {
        match self.0.as_slice() {
            [Part::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// The values of the variables in a text; `None` when it is no text of this segment.
    pub fn values<'t>(&self, text: &'t str) -> Option<Vec<(&'p str, &'t str)>> {
        let (mut values, mut rest) = (Vec::new(), text);
        for (at, part) in self.0.iter().enumerate() {
            match part {
                Part::Text(text) => rest = rest.strip_prefix(text)?,
                Part::Variable(name) => {
                    // A value ends where the text after it begins: the last time, if nothing else follows.
                    let end = match &self.0[at + 1..] {
                        [] => rest.len(),
                        [Part::Text(after)] => rest.strip_suffix(after)?.len(),
                        [Part::Text(after), ..] => rest.find(after)?,
                        [Part::Variable(_), ..] => 0,
                    };
                    values.push((*name, &rest[..end]));
                    rest = &rest[end..];
                }
            }
        }
        rest.is_empty().then_some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::PathTemplate;

    #[test]
    fn variables_are_what_stands_in_braces() {
        let cases: [(&str, &[&str]); 6] = [
            ("/api/orders/{code}/item/{id}", &["code", "id"]),
            ("/files/{name}.{ending}", &["name", "ending"]),
            ("/", &[]),
            ("//a/", &[]),
            ("/a/{b", &[]),
            ("/a}/{}", &[""]),
        ];
        for (path, variables) in cases {
            assert_eq!(PathTemplate::parse(path).variables().collect::<Vec<_>>(), variables, "{path}");
        }
    }

    #[test]
    fn shapes_are_those_of_calls() {
        for (one, other, alike) in [
            ("/a/{b}", "a/{c}/", true),
            ("/a/{b}.json", "/a/{c}.json", true),
            ("/a/{b}.json", "/a/{b}.xml", false),
            ("/a/{b}", "/a/b", false),
        ] {
            assert_eq!(PathTemplate::parse(one).shape() == PathTemplate::parse(other).shape(), alike, "{one} {other}");
        }
        assert_eq!(PathTemplate::parse("//a/{b}-{c}").anonymous(), "/a/{}-{}");
    }

    #[test]
    fn a_segment_is_text_a_variable_or_both() {
        let template = PathTemplate::parse("/a/{b}/{c}.json");
        let kinds: Vec<_> = template.0.iter().map(|one| (one.literal(), one.variable())).collect();
        assert_eq!(kinds, [(Some("a"), None), (None, Some("b")), (None, None)]);
    }

    #[test]
    fn values_are_found_between_texts() {
        let cases: [(&str, &str, Option<&[&str]>); 8] = [
            ("{a}", "x", Some(&["x"])),
            ("{a}.json", "x.json.json", Some(&["x.json"])),
            ("{a}.json", "x.xml", None),
            ("v{a}-{b}", "v1-2-3", Some(&["1", "2-3"])),
            ("a", "a", Some(&[])),
            ("a", "ab", None),
            ("{a}bc", "c", None),
            ("ab{a}ba", "aba", None),
        ];
        for (segment, text, expected) in cases {
            let template = PathTemplate::parse(segment);
            let values = template.0[0].values(text).map(|all| all.into_iter().map(|(_, value)| value).collect());
            assert_eq!(values, expected.map(<[&str]>::to_vec), "{segment} {text}");
        }
    }
}
