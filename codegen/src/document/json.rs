//! JSON text as the events of a tree. YAML reads most JSON, but not all of it: no pair of surrogates, no long keys, no tab
//! before a bracket. What is no JSON is left to the YAML parser.

/// Something in a JSON text, with the place where it begins.
pub(super) enum Token {
    /// `[` or `{`
    Open { is_map: bool },
    /// `]` or `}`
    Close,
    /// A string, its escapes read; keys are strings, too.
    Text(String),
    /// A number or one of the three names, as written.
    Plain(String),
}

/// A token with its line and column, both counted from 1, the column in characters.
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// The tokens of a text; `None` when it is not one JSON object or list.
pub(super) fn tokens(text: &str) -> Option<Vec<Placed>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut reader = JsonReader { rest: text, line: 1, column: 1, found: Vec::new() };
    reader.document()?;
    Some(reader.found)
}

struct JsonReader<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
    found: Vec<Placed>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Value,
    /// A value, or the end of a list that has just begun.
    FirstValue,
    Key,
    /// A key, or the end of a map that has just begun.
    FirstKey,
    /// What stands after a value: a comma or the end.
    Rest,
}

impl JsonReader<'_> {
    fn document(&mut self) -> Option<()> {
        let mut open: Vec<bool> = Vec::new();
        let mut expected = Expected::Value;
        loop {
            self.blanks();
            if expected == Expected::Rest && open.is_empty() {
                return self.rest.is_empty().then_some(());
            }
            let (line, column) = (self.line, self.column);
            let next = self.rest.chars().next()?;
            let token = match (expected, next) {
                (Expected::Rest, ',') => {
                    self.skip(1);
                    expected = if open.last() == Some(&true) { Expected::Key } else { Expected::Value };
                    continue;
                }
                (Expected::Rest | Expected::FirstValue, ']') | (Expected::Rest | Expected::FirstKey, '}')
                    if open.last() == Some(&(next == '}')) =>
                {
                    self.skip(1);
                    open.pop();
                    expected = Expected::Rest;
                    Token::Close
                }
                (Expected::Key | Expected::FirstKey, '"') => {
                    let key = self.string()?;
                    self.blanks();
                    self.rest.starts_with(':').then(|| self.skip(1))?;
                    expected = Expected::Value;
                    Token::Text(key)
                }
                (Expected::Value | Expected::FirstValue, '{' | '[') => {
                    self.skip(1);
                    let is_map = next == '{';
                    open.push(is_map);
                    expected = if is_map { Expected::FirstKey } else { Expected::FirstValue };
                    Token::Open { is_map }
                }
                (Expected::Value | Expected::FirstValue, _) => {
                    expected = Expected::Rest;
                    if next == '"' { Token::Text(self.string()?) } else { Token::Plain(self.plain()?) }
                }
                _ => return None,
            };
            self.found.push(Placed { token, line, column });
        }
    }

    /// Goes on by some bytes, all of them ASCII and none the end of a line.
    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
        self.column += bytes as u32;
    }

    fn blanks(&mut self) {
        while let Some(blank) = self.rest.chars().next().filter(|c| matches!(c, ' ' | '\t' | '\r' | '\n')) {
            self.skip(1);
            if blank == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn plain(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        let is_number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && word.parse::<f64>().is_ok();
        let word = (is_number || matches!(word, "true" | "false" | "null")).then(|| word.to_owned())?;
        self.skip(word.len());
        Some(word)
    }

    fn string(&mut self) -> Option<String> {
        self.skip(1);
        let mut text = String::new();
        loop {
            let c = self.rest.chars().next()?;
            self.rest = &self.rest[c.len_utf8()..];
            self.column += 1;
            match c {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }

    /// What stands after a backslash. Half a pair of surrogates is no sign.
    fn escape(&mut self) -> Option<char> {
        let kind = self.rest.chars().next().filter(char::is_ascii)?;
        self.skip(1);
        Some(match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let high = self.unit()?;
                if !(0xd800..0xdc00).contains(&high) {
                    return Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                let low = self.rest.strip_prefix("\\u").and_then(hexadecimal);
                match low.filter(|low| (0xdc00..0xe000).contains(low)) {
                    Some(low) => {
                        self.skip(6);
                        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?
                    }
                    None => char::REPLACEMENT_CHARACTER,
                }
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let unit = hexadecimal(self.rest)?;
        self.skip(4);
        Some(unit)
    }
}

/// The four hexadecimal digits that a text begins with.
fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
