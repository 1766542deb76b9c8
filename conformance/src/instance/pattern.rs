//! Generates strings that match a pattern, from the syntax tree of the expression.
//! Anchors inside the expression are not supported; the caller checks every string with the real engine.

use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::check::ecma;

/// A pattern to draw from.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    hir: Hir,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    /// `None` when the engine cannot express the pattern.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(&ecma::translate(pattern)).ok()?;
        let ends: &[Hir] = match hir.kind() {
            HirKind::Concat(parts) => parts,
            _ => std::slice::from_ref(&hir),
        };
        let is = |part: Option<&Hir>, look| part.is_some_and(|part| *part.kind() == HirKind::Look(look));
        let open_start = !is(ends.first(), Look::Start);
        let open_end = !is(ends.last(), Look::End);
        Some(Self { hir, open_start, open_end })
    }

    /// A text that most likely matches; `stretch` is how often what may repeat forever does so at most.
    pub(super) fn draw(&self, rng: &mut Rng, stretch: u32, text: &mut String) {
        let pad = |rng: &mut Rng, text: &mut String| {
            // Unanchored patterns are satisfied by more than their matches, sometimes.
            if rng.u8(..4) == 0 {
                text.push(rng.choice(['x', ' ', '0', '-']).unwrap_or('x'));
            }
        };
        if self.open_start {
            pad(rng, text);
        }
        draw(&self.hir, rng, stretch, text);
        if self.open_end {
            pad(rng, text);
        }
    }
}

fn draw(hir: &Hir, rng: &mut Rng, stretch: u32, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            // Letters of other alphabets are members of `.` too, but mostly not what is meant.
            let plain = ranges.iter().filter(|range| range.start() <= '\u{7e}' && range.end() >= ' ').count();
            let index =
                if plain > 0 && rng.u8(..8) != 0 { rng.usize(..plain) } else { rng.usize(..ranges.len().max(1)) };
            let mut choices = ranges.iter().filter(|range| plain == 0 || range.end() >= ' ');
            let range = choices.nth(index).or(ranges.first());
            if let Some(range) = range {
                let (low, mut high) = (range.start(), range.end());
                let mut low = low;
                if low <= '\u{7e}' && high > '\u{7e}' && rng.u8(..8) != 0 {
                    high = '\u{7e}';
                }
                if low < ' ' && high >= ' ' {
                    low = ' ';
                }
                text.push(rng.char(low..=high));
            }
        }
        HirKind::Class(Class::Bytes(class)) => {
            if let Some(range) = rng.choice(class.ranges()) {
                text.push(char::from(rng.u8(range.start()..=range.end())));
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(stretch));
            for _ in 0..rng.u32(repetition.min..=most.max(repetition.min)) {
                draw(&repetition.sub, rng, stretch, text);
            }
        }
        HirKind::Capture(capture) => draw(&capture.sub, rng, stretch, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| draw(part, rng, stretch, text)),
        HirKind::Alternation(branches) => {
            if let Some(branch) = rng.choice(branches) {
                draw(branch, rng, stretch, text);
            }
        }
    }
}
