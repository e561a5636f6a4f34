//! Tokens: words, values and signs, each with its place.

use super::ast::Literal;
use super::{MAX_BYTES, OdataError, instant};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::ops::Range;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word: a name, an operator or a function, as its place decides.
    Word(String),
    /// A value.
    Literal(Literal),
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,`.
    Comma,
    /// `*`, in `$select` alone.
    Star,
}

/// A token and its bytes in the text.
pub(super) type Placed = (Token, Range<usize>);

/// Takes a text apart.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, OdataError> {
    if text.len() > MAX_BYTES {
        let reason = format!("the expression is longer than {MAX_BYTES} bytes");
        return Err(OdataError::new(0..text.len(), reason));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next_token(&mut self) -> Result<Option<Placed>, OdataError> {
        let spaces = self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.at += spaces;
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(None);
        };
        let sign = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            '*' => Some(Token::Star),
            _ => None,
        };
        let token = if let Some(sign) = sign {
            self.at += 1;
            sign
        } else if first == '\'' {
            Token::Literal(Literal::Text(self.quoted(start)?))
        } else if let Some(guid) = guid_at_start(self.rest()) {
            self.at += guid.len();
            Token::Literal(Literal::Text(guid.to_ascii_lowercase()))
        } else if first.is_ascii_digit() || is_negative(self.rest()) {
            self.number_or_time(start)?
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            self.word(start)?
        } else {
            let reason = match first {
                '-' | '+' => format!("`{first}` is no operator: write sub or add"),
                '=' | '<' | '>' | '!' => {
                    format!("`{first}` is no operator: write eq, ne, gt, ge, lt, le or not")
                }
                '/' => "a path into a property is not possible: records have no parts".to_owned(),
                _ => format!("`{first}` has no meaning here"),
            };
            return Err(OdataError::new(start..start + first.len_utf8(), reason));
        };
        Ok(Some((token, start..self.at)))
    }

    /// `'it''s'`, from its first quote.
    fn quoted(&mut self, start: usize) -> Result<String, OdataError> {
        let mut value = String::new();
        self.at += 1;
        loop {
            let Some(length) = self.rest().find('\'') else {
                let reason = "the text has no end: close it with a quote, and write a quote inside it twice";
                return Err(OdataError::new(start..self.text.len(), reason));
            };
            value.push_str(&self.rest()[..length]);
            self.at += length + 1;
            if !self.rest().starts_with('\'') {
                return Ok(value);
            }
            value.push('\'');
            self.at += 1;
        }
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A name, or the word before a quoted value: `datetime'2024-01-31T00:00:00'`.
    fn word(&mut self, start: usize) -> Result<Token, OdataError> {
        let word = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
        if !self.rest().starts_with('\'') {
            return Ok(Token::Word(word.to_owned()));
        }
        let value = self.quoted(start)?;
        let literal = match word.to_ascii_lowercase().as_str() {
            "datetime" | "datetimeoffset" => instant::instant(&value).map(Literal::Instant),
            "time" => instant::time(&value).map(Literal::Time),
            "date" => instant::date(&value).map(Literal::Date),
            "guid" => guid_at_start(&value)
                .filter(|guid| guid.len() == value.len())
                .map(|guid| Literal::Text(guid.to_ascii_lowercase())),
            "binary" | "x" => bytes_of_hex(&value).map(|bytes| Literal::Text(BASE64_STANDARD.encode(bytes))),
            "geography" | "geometry" => point(&value),
            _ => {
                let reason = format!("there are no values of type `{word}`");
                return Err(OdataError::new(start..self.at, reason));
            }
        };
        match literal {
            Some(literal) => Ok(Token::Literal(literal)),
            None => Err(OdataError::new(
                start..self.at,
                format!("this is no value of type `{word}`"),
            )),
        }
    }

    fn number_or_time(&mut self, start: usize) -> Result<Token, OdataError> {
        let refuse = |end: usize, reason: &str| Err(OdataError::new(start..end, reason));
        if looks_like(self.rest(), "dddd-dd-dd") {
            self.at += 10;
            let has_time = self.rest().starts_with(['T', 't']);
            if has_time {
                self.at += 1;
                self.take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
                if self.rest().starts_with(['Z', 'z']) {
                    self.at += 1;
                } else if self.rest().starts_with(['+', '-']) {
                    self.at += 1;
                    self.take_while(|c| c.is_ascii_digit() || c == ':');
                }
            }
            let text = &self.text[start..self.at];
            let literal = if has_time {
                instant::instant(text).map(Literal::Instant)
            } else {
                instant::date(text).map(Literal::Date)
            };
            return match literal {
                Some(literal) => Ok(Token::Literal(literal)),
                None => refuse(self.at, "this is no day, or no instant"),
            };
        }
        if looks_like(self.rest(), "dd:dd") {
            let text = self.take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
            return match instant::time(text) {
                Some(time) => Ok(Token::Literal(Literal::Time(time))),
                None => refuse(self.at, "this is no time of day"),
            };
        }
        if let Some(byte) = byte_at_start(self.rest()) {
            self.at += 2;
            return Ok(Token::Literal(Literal::Integer(byte)));
        }
        self.number(start)
    }

    fn number(&mut self, start: usize) -> Result<Token, OdataError> {
        if self.rest().starts_with('-') {
            self.at += 1;
        }
        self.take_while(|c| c.is_ascii_digit());
        let mut is_whole = true;
        let fraction = self.rest().strip_prefix('.');
        if fraction.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            is_whole = false;
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let exponent = self
            .rest()
            .strip_prefix(['e', 'E'])
            .map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
        if let Some(digits) = exponent
            && digits.starts_with(|c: char| c.is_ascii_digit())
        {
            is_whole = false;
            self.at = self.text.len() - digits.len();
            self.take_while(|c| c.is_ascii_digit());
        }
        let digits = &self.text[start..self.at];
        let suffix = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let is_real = match suffix {
            "" => !is_whole,
            "L" | "l" => false,
            "M" | "m" | "f" | "F" | "d" | "D" => true,
            _ => return Err(self.no_number(start)),
        };
        let whole = if is_real || !is_whole {
            None
        } else {
            digits.parse().ok()
        };
        let literal = match whole {
            Some(whole) => Literal::Integer(whole),
            None => match digits.parse::<f64>() {
                Ok(real) if real.is_finite() => Literal::Real(real + 0.0),
                _ => return Err(self.no_number(start)),
            },
        };
        Ok(Token::Literal(literal))
    }

    fn no_number(&self, start: usize) -> OdataError {
        OdataError::new(start..self.at, "this is no number")
    }
}

fn is_negative(text: &str) -> bool {
    let digits = text.strip_prefix('-');
    digits.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the text begins with this form: `d` stands for a digit, `h` for a hexadecimal one.
fn looks_like(text: &str, form: &str) -> bool {
    text.len() >= form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                b'h' => byte.is_ascii_hexdigit(),
                _ => byte == expected,
            })
}

/// Whether a word goes on after so many bytes.
fn goes_on(text: &str, after: usize) -> bool {
    let next = text.get(after..).and_then(|rest| rest.chars().next());
    next.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn guid_at_start(text: &str) -> Option<&str> {
    let is_one = looks_like(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") && !goes_on(text, 36);
    is_one.then(|| &text[..36])
}

/// A byte as the .NET client writes it: two hexadecimal digits in capitals. `10` stays ten: nobody could tell.
fn byte_at_start(text: &str) -> Option<i64> {
    let two = text.get(..2)?;
    let is_one = two
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
        && two.bytes().any(|byte| byte.is_ascii_uppercase())
        && !goes_on(text, 2)
        && !text[2..].starts_with('.');
    // `1E` and `5F` could be more than a byte only with digits after them, and those go on.
    is_one.then(|| i64::from_str_radix(two, 16).ok())?
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// `SRID=4326;POINT(16.5 48.2)`: degrees east, then north.
fn point(text: &str) -> Option<Literal> {
    let shape = match text.split_once(';') {
        Some((system, shape)) if system.eq_ignore_ascii_case("SRID=4326") => shape,
        Some(_) => return None,
        None => text,
    };
    let inner = shape
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("POINT"))
        .and(shape.get(5..))?
        .trim()
        .strip_prefix('(')?
        .strip_suffix(')')?;
    let (lon, lat) = inner.trim().split_once(' ')?;
    let (lon, lat): (f64, f64) = (lon.parse().ok()?, lat.trim().parse().ok()?);
    let fits = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    fits.then_some(Literal::Point {
        lat: lat + 0.0,
        lon: lon + 0.0,
    })
}
