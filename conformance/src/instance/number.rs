//! Generates numbers: every number is a multiple of some unit, so bounds and `multipleOf` hold exactly.
//! Small values and the bounds themselves are frequent, since most mistakes occur there.

use fastrand::Rng;
use kontrakt_codegen::contract::{ScalarHint, Schema};
use serde_json::{Number, Value};

use crate::check::exact::Exact;
use crate::check::meaning;

/// Beyond this a JSON number does not survive every reader.
const LARGEST: i128 = 9_007_199_254_740_991;
/// Width of the usual range where the document sets no bound.
const USUAL: i128 = 1_000_000;

/// The numbers that satisfy a set of schemas: `low..=high` times one of the units.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    ranges: Vec<Range>,
}

#[derive(Clone, Debug)]
struct Range {
    unit: Exact,
    low: i128,
    high: i128,
}

impl Numbers {
    /// The numbers that satisfy all schemas; `None` when there is none (or none of at most eight digits' fineness).
    pub(super) fn new(schemas: &[&Schema], whole: bool) -> Option<Self> {
        let units = match units(schemas, whole) {
            Units::Fixed(unit) => vec![unit],
            Units::None => return None,
            Units::Free => (0..=4).chain([8]).map(|scale| Exact { mantissa: 1, scale }).collect(),
        };
        let ranges: Vec<Range> = units.into_iter().filter_map(|unit| range(schemas, unit)).collect();
        (!ranges.is_empty()).then_some(Self { ranges })
    }

    pub(super) fn draw(&self, rng: &mut Rng) -> Value {
        let range = &self.ranges[rng.usize(..self.ranges.len())];
        let span = range.high - range.low;
        let count = match rng.u8(..8) {
            0 => range.low,
            1 => range.high,
            // Around zero, or the bound next to it.
            2..=5 => {
                let zero = 0_i128.clamp(range.low, range.high);
                let near = i128::from(rng.i32(-20..=1000));
                (zero + near).clamp(range.low, range.high)
            }
            _ => range.low + i128::from(rng.u64(..=u64::try_from(span).unwrap_or(u64::MAX))).min(span),
        };
        // Counts are chosen so that they fit; zero is the answer to what cannot happen.
        Value::Number(range.unit.times(count).unwrap_or_else(|| Number::from(0)))
    }
}

enum Units {
    /// Any number will do.
    Free,
    Fixed(Exact),
    None,
}

fn units(schemas: &[&Schema], whole: bool) -> Units {
    let one = Exact { mantissa: 1, scale: 0 };
    let mut unit = whole.then_some(one);
    for multiple in schemas.iter().filter_map(|schema| schema.multiple_of.as_ref()) {
        let Some(multiple) = Exact::new(multiple).filter(|multiple| multiple.mantissa > 0) else { return Units::None };
        unit = match unit {
            None => Some(multiple),
            Some(unit) => match common(unit, multiple) {
                Some(unit) => Some(unit),
                None => return Units::None,
            },
        };
    }
    unit.map_or(Units::Free, Units::Fixed)
}

/// The least number that is a multiple of both.
fn common(a: Exact, b: Exact) -> Option<Exact> {
    let scale = a.scale.max(b.scale);
    let lift = |one: Exact| one.mantissa.checked_mul(10_i128.checked_pow(scale - one.scale)?);
    let (a, b) = (lift(a)?, lift(b)?);
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    Some(Exact { mantissa: (a / x).checked_mul(b)?, scale })
}

fn range(schemas: &[&Schema], unit: Exact) -> Option<Range> {
    let (mut low, mut high): (Option<i128>, Option<i128>) = (None, None);
    for schema in schemas {
        if let Some(bound) = schema.lower_bound() {
            let (count, even) = Exact::new(&bound.value)?.div_floor(unit)?;
            let count = if even && !bound.exclusive { count } else { count + 1 };
            low = Some(low.map_or(count, |low| low.max(count)));
        }
        if let Some(bound) = schema.upper_bound() {
            let (count, even) = Exact::new(&bound.value)?.div_floor(unit)?;
            let count = if even && bound.exclusive { count - 1 } else { count };
            high = Some(high.map_or(count, |high| high.min(count)));
        }
    }
    // What is read as a time has to be one.
    if schemas.iter().any(|schema| schema.hints.scalar == Some(ScalarHint::UnixTime)) {
        let last = i128::from(meaning::LAST_SECOND);
        (low, high) = (Some(low.unwrap_or(-last).max(-last)), Some(high.unwrap_or(last).min(last)));
    }
    // Where a side is open, a usual range most of the time, and the largest safe numbers as the bound.
    let limit = (LARGEST / unit.mantissa.max(1)).max(1);
    let usual = if unit.scale == 0 { limit } else { USUAL.min(limit) };
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low.max(0).saturating_add(usual)),
        (None, Some(high)) => (high.min(0).saturating_sub(usual), high),
        (None, None) => (-usual, usual),
    };
    let (low, high) = (low.max(-limit), high.min(limit));
    (low <= high).then_some(Range { unit, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(minimum: Option<f64>, maximum: Option<f64>, exclusive: bool, multiple: Option<f64>) -> Schema {
        let number = |value: Option<f64>| value.and_then(Number::from_f64);
        let mut schema = Schema { multiple_of: number(multiple), ..Schema::default() };
        if exclusive {
            (schema.exclusive_minimum, schema.exclusive_maximum) = (number(minimum), number(maximum));
        } else {
            (schema.minimum, schema.maximum) = (number(minimum), number(maximum));
        }
        schema
    }

    #[test]
    fn stays_inside_its_bounds() {
        let mut rng = Rng::with_seed(1);
        for (low, high, exclusive, multiple, whole) in [
            (0.0, 1.0, false, Some(0.01), false),
            (0.5, 0.6, true, None, false),
            (-3.0, 3.0, true, None, true),
            (1.0, 1.0, false, None, true),
            (0.1, 9.9, false, Some(0.5), true),
        ] {
            let schema = schema(Some(low), Some(high), exclusive, multiple);
            let numbers = Numbers::new(&[&schema], whole).unwrap();
            for _ in 0..300 {
                let drawn = numbers.draw(&mut rng);
                let value = drawn.as_f64().unwrap();
                assert!(if exclusive { value > low && value < high } else { value >= low && value <= high }, "{value}");
                assert!(!whole || value.fract() == 0.0);
            }
        }
    }

    #[test]
    fn says_when_there_is_none() {
        let empty = |schema: Schema, whole| Numbers::new(&[&schema], whole).is_none();
        assert!(empty(schema(Some(2.0), Some(1.0), false, None), false));
        assert!(empty(schema(Some(0.0), Some(1.0), true, None), true));
        assert!(empty(schema(Some(1.0), Some(4.0), false, Some(5.0)), false));
        assert!(!empty(schema(Some(0.0), Some(1.0), true, None), false));
    }
}
