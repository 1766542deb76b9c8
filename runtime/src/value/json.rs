//! Parses JSON text, tolerant of values that nobody reads. Written by hand, because a number that no machine type holds,
//! or excessive nesting of one member, must not fail the whole document: such values are kept as text.

use std::fmt;

use super::Value;
use super::tape::{Key, Keys, Kind, Span, Tape, index};

/// What is nested deeper is kept as text. Trees are read, written and dropped by recursion.
const DEEPEST: usize = 128;

/// A double holds 15 significant digits, and some senders write all 17 that tell doubles apart. Who writes more than
/// that means a decimal.
const DIGITS_OF_A_DOUBLE: usize = 17;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseJsonError {
    expected: &'static str,
    line: usize,
    column: usize,
}

impl fmt::Display for ParseJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at line {} column {}", self.expected, self.line, self.column)
    }
}

impl std::error::Error for ParseJsonError {}

/// The text without white space around it, and without the mark that some editors and servers begin a text with.
pub(crate) fn trimmed(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).trim_ascii()
}

pub(super) fn parse(tape: Tape<'_>) -> Result<Tape<'_>, ParseJsonError> {
    let text = tape.text();
    let start = if text.as_bytes().starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut parser = Parser { text, at: start, tape };
    let read = parser.document();
    read.map(|()| parser.tape).map_err(|expected| {
        let before = text.as_bytes().get(..parser.at).unwrap_or_default();
        let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        ParseJsonError {
            expected,
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: parser.at - line + 1,
        }
    })
}

/// What a text with escapes means. They are known to be valid.
pub(super) fn unescaped(text: &str) -> String {
    let mut parser = Parser { text, at: 0, tape: Tape::default() };
    let mut meant = String::with_capacity(text.len());
    loop {
        let start = parser.at;
        parser.skip_plain();
        meant.push_str(parser.since(start));
        if parser.at == text.len() {
            return meant;
        }
        parser.at += 1;
        meant.extend(parser.escaped());
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    tape: Tape<'a>,
}

/// What was expected where the parser stands.
type Parsed<T> = Result<T, &'static str>;

/// Eight times the same byte.
const fn repeated(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Whether some of eight bytes is zero: the lowest bit that is set is in the first of them.
const fn zeros(bytes: u64) -> u64 {
    bytes.wrapping_sub(repeated(1)) & !bytes & repeated(0x80)
}

impl<'a> Parser<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes the byte, if it comes next.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The part of the text from `start` to here.
    #[inline]
    fn span(&self, start: usize) -> Span {
        // Texts that are longer are refused.
        Span { start: index(start), length: index(self.at - start) }
    }

    fn document(&mut self) -> Parsed<()> {
        if u32::try_from(self.text.len()).is_err() {
            return Err("a text of less than 4 GiB");
        }
        self.value(0, Key::default(), None)?;
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err("the end") }
    }

    /// A value; `model` is the entry of one that may be alike.
    fn value(&mut self, depth: usize, key: Key, model: Option<usize>) -> Parsed<()> {
        self.space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                let (span, escaped) = self.string()?;
                self.tape.push(key, if escaped { Kind::EscapedText } else { Kind::Text }, span);
                return Ok(());
            }
            Some(b'{' | b'[') if depth == DEEPEST => self.nested()?,
            Some(b'{') => return self.object(depth + 1, key, model),
            Some(b'[') => return self.list(depth + 1, key, model),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::True)?,
            Some(b'f') => self.word("false", Kind::False)?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err("a value"),
        };
        self.tape.push(key, kind, self.span(start));
        Ok(())
    }

    fn word(&mut self, word: &'static str, kind: Kind) -> Parsed<Kind> {
        if !self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err("a value");
        }
        self.at += word.len();
        Ok(kind)
    }

    fn list(&mut self, depth: usize, key: Key, model: Option<usize>) -> Parsed<()> {
        let list = self.tape.open(key, Kind::List);
        let mut model = model.and_then(|model| self.tape.first_item(model));
        self.at += 1;
        self.space();
        let mut ended = self.take(b']');
        while !ended {
            let item = self.tape.len();
            self.value(depth, Key::default(), model)?;
            model = Some(item);
            self.space();
            ended = self.take(b']');
            if !ended && !self.take(b',') {
                return Err("`,` or `]`");
            }
        }
        self.tape.close(list);
        Ok(())
    }

    fn object(&mut self, depth: usize, key: Key, model: Option<usize>) -> Parsed<()> {
        let object = self.tape.open(key, Kind::Map);
        let mut keys = Keys::new(&self.tape, object, model);
        self.at += 1;
        self.space();
        let mut ended = self.take(b'}');
        while !ended {
            self.space();
            let (key, model) = self.key(&mut keys)?;
            self.space();
            if !self.take(b':') {
                return Err("`:`");
            }
            self.value(depth, key, model)?;
            self.space();
            ended = self.take(b'}');
            if !ended && !self.take(b',') {
                return Err("`,` or `}`");
            }
        }
        self.tape.close(object);
        if keys.repeat {
            self.tape.merge_repeated_keys(object);
        }
        Ok(())
    }

    /// A key, and the entry of the member of the model that has it.
    #[inline]
    fn key(&mut self, keys: &mut Keys) -> Parsed<(Key, Option<usize>)> {
        if self.peek() != Some(b'"') {
            return Err("a key");
        }
        if let Some((key, model)) = keys.expected(&self.tape, self.at + 1) {
            self.at = key.behind();
            return Ok((key, Some(model)));
        }
        let (span, escaped) = self.string()?;
        let key = self.tape.new_key(span, escaped);
        let model = keys.other(&self.tape, key);
        Ok((key, model))
    }

    /// A list or an object as text, checked without recursion.
    fn nested(&mut self) -> Parsed<Kind> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
        let whole = values.next().is_some_and(|value| value.is_ok());
        self.at += values.byte_offset();
        if whole { Ok(Kind::Deep) } else { Err("a value") }
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err("a digit") }
    }

    fn number(&mut self) -> Parsed<Kind> {
        self.take(b'-');
        // A number with a leading zero is none: it may be meant as a code.
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut kind = Kind::Integer;
        if self.take(b'.') {
            self.digits()?;
            kind = Kind::Double;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
            kind = Kind::Double;
        }
        Ok(kind)
    }

    /// What stands between two quotes, and whether something of it is escaped.
    #[inline(always)]
    fn string(&mut self) -> Parsed<(Span, bool)> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    let span = self.span(start);
                    self.at += 1;
                    return Ok((span, escaped));
                }
                Some(_) => {
                    escaped = true;
                    self.at += 1;
                    self.escaped()?;
                }
                None => return Err("the end of a text"),
            }
        }
    }

    /// Goes to the next quote or backslash, or to the end: eight bytes at a time.
    #[inline(always)]
    fn skip_plain(&mut self) {
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        while let Some((eight, behind)) = rest.split_first_chunk() {
            let bytes = u64::from_le_bytes(*eight);
            let found = zeros(bytes ^ repeated(b'"')) | zeros(bytes ^ repeated(b'\\'));
            if found != 0 {
                self.at += found.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
            rest = behind;
        }
        self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
    }

    fn escaped(&mut self) -> Parsed<char> {
        let escaped = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err("an escape"),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// A letter by its number, or by two; half a letter is one that nobody can read.
    fn unicode(&mut self) -> Parsed<char> {
        let first = self.hex()?;
        let behind = self.at;
        if (0xd800..0xdc00).contains(&first) && self.take(b'\\') && self.peek() == Some(b'u') {
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let letter = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.at = behind;
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// `u` and four digits.
    fn hex(&mut self) -> Parsed<u32> {
        self.at += 1;
        let digits =
            self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or("four hexadecimal digits")?;
        self.at += 4;
        Ok(number)
    }
}

/// An integer, if 64 bits hold it.
pub(super) fn integer(text: &str) -> Option<Value<'static>> {
    // Only a double has a zero with a sign.
    if text == "-0" {
        return Some(Value::Float(-0.0));
    }
    text.parse().map(Value::Int).or_else(|_| text.parse().map(Value::Uint)).ok()
}

/// A double, if it means the same.
pub(super) fn double(text: &str) -> Option<Value<'static>> {
    let value: f64 = text.parse().ok()?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0') } else { mantissa };
    let significant = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    let fits = value.is_finite() && significant <= DIGITS_OF_A_DOUBLE && (value != 0.0 || significant == 0);
    fits.then_some(Value::Float(value))
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, Value, trimmed};

    fn read(text: &str) -> Value<'_> {
        Value::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// All of the values, and whether they are what serde_json reads.
    const DOCUMENTS: [&str; 10] = [
        r#"{"a":[1,-2,3.5,1e3,true,false,null,"x"],"b":{"c":{},"d":[]}}"#,
        "[]",
        "{}",
        " [ 1 , 2 ] ",
        "\t{\n\"a\" : \"b\"\r}",
        r#""\u0159\ud83d\ude00\n\t\/\\\"\b\f\r""#,
        r#"{"a":1,"b":2,"a":3}"#,
        "-0",
        "0.1e-7",
        "18446744073709551615",
    ];

    #[test]
    fn documents() {
        for text in DOCUMENTS {
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(read(text)).unwrap(), expected, "{text}");
            let again: serde_json::Value = serde_json::from_str(&read(text).to_json()).unwrap();
            assert_eq!(again, expected, "{text}");
        }
    }

    /// Whatever is done to a document, it is JSON when serde_json says so.
    #[test]
    fn damaged_documents() {
        let pieces =
            ["{", "}", "[", "]", ",", ":", "\"", "\\", "u00", "null", "-", "0", "1", ".", "e", "+", " ", "ř", "a"];
        let mut random = fastrand::Rng::with_seed(5);
        let mut read = 0;
        for _ in 0..50_000 {
            let mut text = DOCUMENTS[random.usize(..DOCUMENTS.len())].to_owned();
            for _ in 0..random.usize(1..4) {
                let at = (0..=random.usize(0..=text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                if random.bool() {
                    text.insert_str(at, pieces[random.usize(..pieces.len())]);
                } else if at < text.len() {
                    text.remove(at);
                }
            }
            let expected: Result<serde_json::Value, _> = serde_json::from_str(&text);
            match (Value::from_json(text.as_bytes()), expected) {
                (Ok(value), Ok(expected)) => {
                    read += 1;
                    let written = value.to_json();
                    let again: serde_json::Value = serde_json::from_str(&written).unwrap();
                    assert!(again == expected || written.contains("e+") || digits(&text) > 17, "{text} -> {written}");
                }
                (Err(_), Err(_)) => {}
                // More is read than serde_json does: halves of letters, numbers beyond a double.
                (Ok(_), Err(error)) => {
                    let told = error.to_string();
                    let known = ["surrogate", "hex escape", "out of range", "unicode", "control character"];
                    assert!(known.iter().any(|known| told.contains(known)), "{text}: {error}");
                }
                (Err(error), Ok(_)) => panic!("{text}: {error}"),
            }
        }
        assert!(read > 5_000, "{read}");
    }

    fn digits(text: &str) -> usize {
        text.bytes().filter(u8::is_ascii_digit).count()
    }

    #[test]
    fn numbers_keep_their_kind_and_shortest_text() {
        for text in ["0", "-1", "9223372036854775807", "18446744073709551615", "138.3", "0.1", "205.79", "1.0", "-2.5"]
        {
            assert_eq!(read(text).to_json(), text);
        }
        assert_eq!(read("138.30000000000001").to_json(), "138.3", "what a double of PHP is written as");
        assert_eq!(
            (read("3.00000000000000000000"), read("0.00000000000000000000")),
            (Value::Float(3.0), Value::Float(0.0))
        );
    }

    #[test]
    fn numbers_beyond_measure_are_texts() {
        let many = "9".repeat(400);
        for text in ["1e400", "-1e400", "1e-400", "18446744073709551616", "0.1234567890123456789", &many] {
            assert_eq!(read(text), Value::Raw(text.into()), "{text}");
            let document = format!(r#"{{"nobody":{text},"code":"1"}}"#);
            assert_eq!(read(&document).to_json(), document);
            assert_eq!(read(&document).at("code").and_then(Value::as_str), Some("1"));
        }
    }

    #[test]
    fn depth_beyond_measure_is_text() {
        for depth in [DEEPEST - 1, DEEPEST, DEEPEST + 1, 200, 100_000] {
            for (open, middle, close) in [("[", "", "]"), ("{\"a\":", "1e400", "}")] {
                let deep = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
                let document = format!(r#"{{"nobody":{deep},"code":"1"}}"#);
                let value = read(&document);
                assert_eq!(value.at("code").and_then(Value::as_str), Some("1"), "{depth}");
                assert_eq!(value.to_json(), document, "{depth}");
                assert_eq!(value.clone().into_owned(), value);
            }
        }
        for text in
            ["[".repeat(100_000), format!("{}]", "[".repeat(300)), format!("{}1 2{}", "[".repeat(200), "]".repeat(200))]
        {
            assert!(Value::from_json(text.as_bytes()).is_err());
        }
    }

    #[test]
    fn strings_are_borrowed_unless_escaped() {
        let Value::List(items) = read(r#"["plain","new\nline"]"#) else { panic!() };
        let borrowed = |value: &Value<'_>| matches!(value, Value::Str(std::borrow::Cow::Borrowed(_)));
        assert_eq!(items.iter().map(borrowed).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn letters_that_are_cut_are_read_as_unreadable() {
        for text in [r#""a\ud83d""#.as_bytes(), r#""a\udc00""#.as_bytes(), b"\"a\xc5\"", b"\"a\xff\""] {
            assert_eq!(Value::from_json(text).unwrap(), Value::from("a\u{fffd}"));
        }
        assert_eq!(read(r#""\ud83dx""#).as_str(), Some("\u{fffd}x"));
        assert_eq!(read(r#""\ud83d\u0041""#).as_str(), Some("\u{fffd}A"));
        assert_eq!(read("\"a\nb\tc\"").as_str(), Some("a\nb\tc"), "as somebody writes who has no library");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(read("\u{feff}{}"), read("{}"));
        assert_eq!(trimmed("\r\n\u{feff} {} ".as_bytes()), b"{}");
        assert_eq!(trimmed("\u{feff}".as_bytes()), b"");
    }

    #[test]
    fn garbage_is_an_error() {
        for text in [
            "",
            "{",
            "[1,",
            "\"",
            "nul",
            "1 2",
            "{\"a\":1,}",
            "[1,]",
            "{a:1}",
            "01",
            "1.",
            "-",
            "+1",
            ".5",
            "1e",
            "'a'",
            r#""\x""#,
            r#""\u12""#,
            "\u{feff}\u{feff}1",
        ] {
            assert!(Value::from_json(text.as_bytes()).is_err(), "{text}");
        }
        let error = Value::from_json(b"{\n  \"a\": x}").unwrap_err();
        assert_eq!(error.to_string(), "expected a value at line 2 column 8");
    }
}
