//! Takes entries out of the text of a YAML file and leaves all else as it is written, comments too.

use super::{Document, Map, Node, NodeKind};

impl Document {
    /// The text of its first file without the entries that stand at these places (line and column of their values). An
    /// entry is a member of a map, a text in a list, or an element of the lists of `OWNERS`. `None` when one of them is
    /// not found, or does not stand on lines of its own.
    pub fn without(&self, places: &[(u32, u32)]) -> Option<String> {
        let text = &self.sources.first()?.text;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut gone = vec![false; lines.len()];
        for place in places {
            let (line, column) = entry(&self.root, *place, None)?;
            let (first, indent) = (line as usize - 1, column as usize - 1);
            let before: String = lines.get(first)?.chars().take(indent).collect();
            if !before.trim().is_empty() && before.trim() != "-" {
                return None;
            }
            let indent = indent_of(lines[first]);
            gone[first] = true;
            let below = lines.iter().enumerate().skip(first + 1);
            let below = below.take_while(|(_, line)| line.trim().is_empty() || indent_of(line) > indent);
            // Empty lines at the end belong to what follows.
            let last = below.filter(|(_, line)| !line.trim().is_empty()).map(|(at, _)| at).last().unwrap_or(first);
            gone[first..=last].fill(true);
        }
        Some(lines.iter().zip(gone).filter(|(_, gone)| !gone).map(|(line, _)| *line).collect())
    }
}

fn indent_of(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

/// Lists whose elements stand and fall with one of their members.
const OWNERS: [(&str, &str); 2] = [("actions", "target"), ("quirks", "id")];

/// Where the entry begins that holds a value at a place.
fn entry(node: &Node, place: (u32, u32), action: Option<(u32, u32)>) -> Option<(u32, u32)> {
    match &node.kind {
        NodeKind::Map(map) => map.iter().find_map(|(key, value)| member(map, key, value, place, action)),
        NodeKind::List(list) => list.iter().find_map(|one| entry(one, place, action)),
        // A text in a list.
        _ => ((node.span.line, node.span.column) == place).then_some(place),
    }
}

fn member(map: &Map, key: &str, value: &Node, place: (u32, u32), action: Option<(u32, u32)>) -> Option<(u32, u32)> {
    let at = |node: &Node| (node.span.line, node.span.column);
    if at(value) == place {
        return action.or_else(|| map.key_span(key).map(|span| (span.line, span.column)));
    }
    match (&value.kind, OWNERS.iter().find(|(list, _)| *list == key)) {
        (NodeKind::List(list), Some((_, owner))) => list.iter().find_map(|one| {
            let whole = one.get(owner).filter(|owner| at(owner) == place).map(|_| at(one));
            whole.or_else(|| entry(one, place, None))
        }),
        _ => entry(value, place, action),
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    const TEXT: &str = "\
actions:
  # About a.
  - target: $.a
    description: why
    update:
      description: >-
        long
        text

  # About b.
  - {target: $.b, update: {x-name: B}}
  - target: $
    update:
      x-glossary:
        # Numbers
        a: one
        b: two
          lines
        c: three
quirks:
  # One.
  - id: one
    where:
      - '#/a'
      - '#/b'
    kind: odd

  - id: two
    where: ['#/a', '#/b']
";

    #[test]
    fn entries_go_and_everything_else_stays() {
        let document = Document::parse("a.yaml", TEXT).unwrap();
        let without = |places: &[(u32, u32)]| document.without(places);
        let left = |gone: &[std::ops::RangeInclusive<usize>]| -> Option<String> {
            let lines = TEXT.split_inclusive('\n').enumerate();
            let kept = lines.filter(|(at, _)| !gone.iter().any(|range| range.contains(&(at + 1))));
            Some(kept.map(|(_, line)| line).collect())
        };
        assert_eq!(without(&[(3, 13)]), left(&[3..=8]));
        assert_eq!(without(&[(11, 14)]), left(&[11..=11]));
        assert_eq!(without(&[(17, 12), (3, 13)]), left(&[3..=8, 17..=18]));
        assert_eq!(without(&[(19, 12)]), left(&[19..=19]));
        assert_eq!(without(&[(24, 9)]), left(&[24..=24]));
        assert_eq!(without(&[(22, 9)]), left(&[22..=26]));
        assert_eq!(without(&[(29, 13)]), None, "a text that shares its line");
        assert_eq!(without(&[(11, 36)]), None, "a member that shares its line");
        assert_eq!(without(&[(1, 1)]), None);
    }
}
