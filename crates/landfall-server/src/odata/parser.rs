//! Tokens become a syntax tree: recursive descent, one function a level of precedence.

use super::ast::{Arithmetic, Comparison, Edm, Expr, Literal, Node, Order, Selected};
use super::function::Function;
use super::lexer::{Placed, Token, tokens};
use super::{MAX_DEPTH, MAX_NODES, OdataError};
use std::ops::Range;

/// Reads a `$filter`.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn filter(text: &str) -> Result<Expr, OdataError> {
    let mut parser = Parser::new(text)?;
    let expr = parser.any()?;
    parser.end()?;
    Ok(expr)
}

/// Reads an `$orderby`.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn order_by(text: &str) -> Result<Vec<Order>, OdataError> {
    let mut parser = Parser::new(text)?;
    let mut orders = Vec::new();
    loop {
        let by = parser.any()?;
        let descending = match parser.peek_word() {
            Some("desc") => Some(true),
            Some("asc") => Some(false),
            _ => None,
        };
        if descending.is_some() {
            parser.skip();
        }
        orders.push(Order {
            by,
            descending: descending.unwrap_or(false),
        });
        if !parser.comma() {
            parser.end_of_order()?;
            return Ok(orders);
        }
    }
}

/// Reads a `$select`.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn select(text: &str) -> Result<Vec<Selected>, OdataError> {
    let mut parser = Parser::new(text)?;
    let mut names = Vec::new();
    loop {
        let (token, span) = parser.take("a property's name")?;
        let name = match token {
            Token::Word(name) => name,
            Token::Star => "*".to_owned(),
            _ => return Err(OdataError::new(span, "here a property's name is missing")),
        };
        names.push(Selected { name, span });
        if !parser.comma() {
            parser.end()?;
            return Ok(names);
        }
    }
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    /// Bytes of the text.
    length: usize,
    depth: usize,
    nodes: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Self, OdataError> {
        Ok(Self {
            tokens: tokens(text)?,
            at: 0,
            length: text.len(),
            depth: 0,
            nodes: 0,
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn peek_word(&self) -> Option<&str> {
        match self.peek() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn skip(&mut self) {
        self.at += 1;
    }

    /// Where the next token stands, or the end of the text.
    fn here(&self) -> Range<usize> {
        let next = self.tokens.get(self.at);
        next.map_or(self.length..self.length, |(_, span)| span.clone())
    }

    fn take(&mut self, what: &str) -> Result<Placed, OdataError> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            let reason = format!("the expression ends where {what} is missing");
            return Err(OdataError::new(self.here(), reason));
        };
        self.at += 1;
        Ok(token)
    }

    fn comma(&mut self) -> bool {
        let is_there = self.peek() == Some(&Token::Comma);
        self.at += usize::from(is_there);
        is_there
    }

    fn close(&mut self) -> Result<(), OdataError> {
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            Ok(())
        } else {
            Err(OdataError::new(self.here(), "here a `)` is missing"))
        }
    }

    fn end(&self) -> Result<(), OdataError> {
        if self.at == self.tokens.len() {
            Ok(())
        } else {
            Err(OdataError::new(
                self.here(),
                "the expression could end here, but goes on",
            ))
        }
    }

    fn end_of_order(&self) -> Result<(), OdataError> {
        self.end().map_err(|error| {
            OdataError::new(error.span, "after a property comes asc, desc, a comma or the end")
        })
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, OdataError>) -> Result<T, OdataError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let reason = format!("the expression has more than {MAX_DEPTH} levels");
            return Err(OdataError::new(self.here(), reason));
        }
        let done = work(self);
        self.depth -= 1;
        done
    }

    fn node(&mut self, span: Range<usize>, node: Node) -> Result<Expr, OdataError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let reason = format!("the expression has more than {MAX_NODES} parts");
            return Err(OdataError::new(span, reason));
        }
        Ok(Expr { span, node })
    }

    fn any(&mut self) -> Result<Expr, OdataError> {
        self.deeper(|parser| parser.chain("or", Self::all, Node::Any))
    }

    fn all(&mut self) -> Result<Expr, OdataError> {
        self.chain("and", Self::comparison, Node::All)
    }

    fn chain(
        &mut self,
        word: &str,
        next: impl Fn(&mut Self) -> Result<Expr, OdataError>,
        node: impl FnOnce(Vec<Expr>) -> Node,
    ) -> Result<Expr, OdataError> {
        let first = next(self)?;
        if self.peek_word() != Some(word) {
            return Ok(first);
        }
        let start = first.span.start;
        let mut parts = vec![first];
        while self.peek_word() == Some(word) {
            self.skip();
            parts.push(next(self)?);
        }
        let end = parts.last().map_or(start, |last| last.span.end);
        self.node(start..end, node(parts))
    }

    fn comparison(&mut self) -> Result<Expr, OdataError> {
        let mut left = self.sum()?;
        let mut links = 0;
        loop {
            let Some(word) = self.peek_word() else {
                return Ok(left);
            };
            let comparison = Comparison::ALL.into_iter().find(|known| known.word() == word);
            let start = left.span.start;
            if let Some(comparison) = comparison {
                self.skip();
                let right = self.sum()?;
                let span = start..right.span.end;
                left = self.node(span, Node::Compare(comparison, Box::new(left), Box::new(right)))?;
            } else if word == "in" {
                self.skip();
                let list = self.list()?;
                let end = self.tokens[self.at - 1].1.end;
                left = self.node(start..end, Node::In(Box::new(left), list))?;
            } else {
                return Ok(left);
            }
            links = self.linked(links)?;
        }
    }

    /// A chain of operators makes levels too.
    fn linked(&mut self, links: usize) -> Result<usize, OdataError> {
        if self.depth + links >= MAX_DEPTH {
            let reason = format!("the expression has more than {MAX_DEPTH} levels: use brackets to part it");
            return Err(OdataError::new(self.here(), reason));
        }
        Ok(links + 1)
    }

    fn list(&mut self) -> Result<Vec<Expr>, OdataError> {
        let (token, span) = self.take("a list")?;
        if token != Token::Open {
            return Err(OdataError::new(span, "after `in` comes a list in brackets"));
        }
        let mut list = vec![self.any()?];
        while self.comma() {
            list.push(self.any()?);
        }
        self.close()?;
        Ok(list)
    }

    fn arithmetic(&mut self) -> Option<Arithmetic> {
        let word = self.peek_word()?;
        Arithmetic::ALL.into_iter().find(|known| known.word() == word)
    }

    fn sum(&mut self) -> Result<Expr, OdataError> {
        self.operators(Arithmetic::is_sum, |parser| {
            parser.operators(|operator| !operator.is_sum(), Self::unary)
        })
    }

    fn operators(
        &mut self,
        fits: impl Fn(Arithmetic) -> bool,
        next: impl Fn(&mut Self) -> Result<Expr, OdataError>,
    ) -> Result<Expr, OdataError> {
        let mut left = next(self)?;
        let mut links = 0;
        while let Some(operator) = self.arithmetic().filter(|operator| fits(*operator)) {
            self.skip();
            let right = next(self)?;
            let span = left.span.start..right.span.end;
            left = self.node(span, Node::Arithmetic(operator, Box::new(left), Box::new(right)))?;
            links = self.linked(links)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, OdataError> {
        // `not` is a name where an operator follows it, as any word is.
        let next = self.tokens.get(self.at + 1).map(|(token, _)| token);
        let is_operator = match next {
            Some(Token::Word(word)) => !is_infix(word),
            Some(Token::Open | Token::Literal(_)) => true,
            _ => false,
        };
        if self.peek_word() != Some("not") || !is_operator {
            return self.primary();
        }
        let start = self.here().start;
        self.skip();
        let inner = self.deeper(Self::unary)?;
        let span = start..inner.span.end;
        self.node(span, Node::Not(Box::new(inner)))
    }

    fn primary(&mut self) -> Result<Expr, OdataError> {
        let (token, span) = self.take("a value")?;
        match token {
            Token::Open => {
                let inner = self.any()?;
                self.close()?;
                Ok(inner)
            }
            Token::Literal(literal) => self.node(span, Node::Literal(literal)),
            Token::Word(word) if self.peek() == Some(&Token::Open) => self.call(&word, span),
            Token::Word(word) => {
                let node = match word.as_str() {
                    "null" => Node::Literal(Literal::Null),
                    "true" => Node::Literal(Literal::Boolean(true)),
                    "false" => Node::Literal(Literal::Boolean(false)),
                    _ => Node::Name(word),
                };
                self.node(span, node)
            }
            Token::Close | Token::Comma | Token::Star => {
                Err(OdataError::new(span, "here a value is missing"))
            }
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Expr, OdataError> {
        self.skip();
        if name == "cast" {
            return self.cast(span);
        }
        let Some(function) = Function::named(name) else {
            return Err(OdataError::new(span, format!("there is no function `{name}`")));
        };
        let mut arguments = Vec::new();
        if self.peek() != Some(&Token::Close) {
            arguments.push(self.any()?);
            while self.comma() {
                arguments.push(self.any()?);
            }
        }
        self.close()?;
        let span = span.start..self.tokens[self.at - 1].1.end;
        let (least, most) = function.arity();
        if !(least..=most).contains(&arguments.len()) {
            let takes = if least == most {
                least.to_string()
            } else {
                format!("{least} or {most}")
            };
            let reason = format!("`{name}` takes {takes} arguments, not {}", arguments.len());
            return Err(OdataError::new(span, reason));
        }
        self.node(span, Node::Call(function, arguments))
    }

    fn cast(&mut self, span: Range<usize>) -> Result<Expr, OdataError> {
        let inner = self.any()?;
        if !self.comma() {
            return Err(OdataError::new(
                self.here(),
                "`cast` takes a value, a comma and a type such as Edm.Date",
            ));
        }
        let (token, at) = self.take("a type")?;
        // The type may stand in quotes, as the older clients wrote it.
        let (Token::Word(name) | Token::Literal(Literal::Text(name))) = token else {
            return Err(OdataError::new(at, "here a type such as Edm.Date is missing"));
        };
        let Some(edm) = Edm::named(&name) else {
            return Err(OdataError::new(
                at,
                format!("there is no type `{name}` to cast to"),
            ));
        };
        self.close()?;
        let span = span.start..self.tokens[self.at - 1].1.end;
        self.node(span, Node::Cast(Box::new(inner), edm))
    }
}

/// Whether a word can stand between two values.
fn is_infix(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "asc" | "desc")
        || Comparison::ALL.into_iter().any(|known| known.word() == word)
        || Arithmetic::ALL.into_iter().any(|known| known.word() == word)
}
