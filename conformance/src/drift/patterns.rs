//! Decides on automata whether one pattern accepts every text that another accepts, with a counterexample.
//! Patterns with look-around or back-references, and very large ones, are left undecided.

use std::collections::{HashMap, VecDeque};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

/// Automata above this size are not worth the wait.
const MAX_BYTES: usize = 1 << 20;
/// So are products with more states than this.
const MAX_STATES: usize = 200_000;

/// What is known about two patterns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Inclusion {
    /// Every text of the first is a text of the second.
    Included,
    /// This text is one of the first and not of the second: a shortest one.
    Counterexample(String),
    /// The patterns use what automata cannot express.
    Undecided,
}

/// Whether every text that `narrow` finds a match in is one that `wide` finds a match in. Both are ECMA-262, unanchored.
pub fn includes(wide: &str, narrow: &str) -> Inclusion {
    if wide == narrow {
        return Inclusion::Included;
    }
    let automata = (automaton(narrow), automaton(wide), automaton(""));
    let (Some(narrow), Some(wide), Some(text)) = automata else { return Inclusion::Undecided };
    search([&narrow, &wide, &text]).unwrap_or(Inclusion::Undecided)
}

/// An automaton over whole texts: what surrounds the match is part of it.
fn automaton(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    let pattern = format!("(?s:.)*(?:{})(?s:.)*", translate(pattern)?);
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        // All ways to match at once: what counts is whether there is one, not which.
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(MAX_BYTES))
        .determinize_size_limit(Some(MAX_BYTES));
    let limit = thompson::Config::new().nfa_size_limit(Some(MAX_BYTES));
    dense::Builder::new().configure(config).thompson(limit).syntax(syntax::Config::new()).build(&pattern).ok()
}

/// ECMA-262 to the syntax of the `regex` crates; `None` for what they do not have.
fn translate(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                // In ECMA-262 these are ASCII unless the pattern says otherwise.
                'd' => out.push_str(if class { "0-9" } else { "[0-9]" }),
                'D' if !class => out.push_str("[^0-9]"),
                'w' => out.push_str(if class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
                'W' if !class => out.push_str("[^A-Za-z0-9_]"),
                'D' | 'W' | 'c' | 'k' | '1'..='9' => return None,
                'b' if class => out.push_str("\\x08"),
                'b' => out.push_str("(?-u:\\b)"),
                '0' => out.push_str("\\x00"),
                'u' => {
                    let code: String = chars.by_ref().take(4).collect();
                    out.push_str(&format!("\\x{{{code}}}"));
                }
                escaped @ ('n' | 'r' | 't' | 'f' | 'v' | 's' | 'S' | 'x' | 'p' | 'P' | 'B') => {
                    out.extend(['\\', escaped])
                }
                literal => out.push_str(&escape(literal)),
            },
            '[' if class => out.push_str("\\["),
            '[' => {
                class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    chars.next();
                    out.push('^');
                }
            }
            ']' => {
                class = false;
                out.push(']');
            }
            // Set operations that ECMA-262 does not have.
            '&' | '~' if class => out.extend(['\\', c]),
            '(' if !class && chars.peek() == Some(&'?') => {
                chars.next();
                match chars.next()? {
                    ':' => out.push_str("(?:"),
                    _ => return None,
                }
            }
            c => out.push(c),
        }
    }
    Some(out)
}

fn escape(literal: char) -> String {
    if literal.is_ascii_punctuation() { format!("\\{literal}") } else { literal.to_string() }
}

/// Breadth first over the product: the first word that is in the first and third and not in the second.
fn search(automata: [&dense::DFA<Vec<u32>>; 3]) -> Option<Inclusion> {
    let start = |dfa: &dense::DFA<Vec<u32>>| dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok();
    let first = [start(automata[0])?, start(automata[1])?, start(automata[2])?];
    let bytes = representatives(automata);
    let mut seen: HashMap<[StateID; 3], Option<([StateID; 3], u8)>> = HashMap::from([(first, None)]);
    let mut queue = VecDeque::from([first]);
    while let Some(states) = queue.pop_front() {
        let ends = |at: usize| automata[at].is_match_state(automata[at].next_eoi_state(states[at]));
        if ends(0) && ends(2) && !ends(1) {
            return Some(Inclusion::Counterexample(word(&seen, states)));
        }
        for &byte in &bytes {
            let next: [StateID; 3] = std::array::from_fn(|at| automata[at].next_state(states[at], byte));
            // The second may be dead: that is what a counterexample looks like.
            let hopeless = [0, 2].into_iter().any(|at| automata[at].is_dead_state(next[at]));
            if !hopeless && !seen.contains_key(&next) {
                seen.insert(next, Some((states, byte)));
                queue.push_back(next);
            }
        }
        if seen.len() > MAX_STATES {
            return None;
        }
    }
    Some(Inclusion::Included)
}

/// One byte of each class that the automata tell apart, friendly ones first.
fn representatives(automata: [&dense::DFA<Vec<u32>>; 3]) -> Vec<u8> {
    let friendly = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(b' '..=b'~').chain(0..=255);
    let mut seen = Vec::new();
    let mut bytes = Vec::new();
    for byte in friendly {
        let class = automata.map(|dfa| dfa.byte_classes().get(byte));
        if !seen.contains(&class) {
            seen.push(class);
            bytes.push(byte);
        }
    }
    bytes
}

fn word(seen: &HashMap<[StateID; 3], Option<([StateID; 3], u8)>>, mut states: [StateID; 3]) -> String {
    let mut bytes = Vec::new();
    while let Some(Some((before, byte))) = seen.get(&states) {
        bytes.push(*byte);
        states = *before;
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inclusion_is_decided() {
        let included = [
            ("^[0-9]+$", "^[0-9]{3}$"),
            ("", "^a$"),
            ("[a-z]", "^[a-c]+$"),
            ("^(-)?[0-9]+$", "^\\d+$"),
            ("a|b", "^b$"),
        ];
        for (wide, narrow) in included {
            assert_eq!(includes(wide, narrow), Inclusion::Included, "{narrow} in {wide}");
        }
        let excluded = [
            ("^[0-9]{3}$", "^[0-9]+$", "0"),
            ("^a$", "", ""),
            ("^[a-z]+$", "^[a-z0-9]+$", "0"),
            ("^\\w+$", "^.$", " "),
            ("^[0-9]+\\.[0-9]{2}$", "^[0-9]+\\.[0-9]{3}$", "0.000"),
        ];
        for (wide, narrow, text) in excluded {
            assert_eq!(includes(wide, narrow), Inclusion::Counterexample(text.to_owned()), "{narrow} in {wide}");
        }
    }

    #[test]
    fn what_automata_cannot_express_is_undecided() {
        for pattern in ["^(?=a)", "(a)\\1", "[", "a{100000}{100}", "\\"] {
            assert_eq!(includes("^b$", pattern), Inclusion::Undecided, "{pattern}");
        }
    }
}
