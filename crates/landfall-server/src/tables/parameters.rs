//! The query of an address: its parameters in their order, and the query of the page that follows.

use std::fmt::Write as _;

/// The parameter that says where a page goes on. The server makes it and reads it; clients carry it along unseen, as they
/// do with every parameter that they do not know.
pub(super) const AFTER: &str = "__after";

/// The parameters of a request, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Takes a query apart. What is no UTF-8 once decoded becomes the mark for it, and then fails where it is used.
    pub(super) fn read(query: Option<&str>) -> Self {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            });
        Self(pairs.collect())
    }

    /// The first parameter of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first parameter of this name, in capitals or not.
    pub(super) fn any_case(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The query of the next page: the same, but for these. Those without a value are left out.
    pub(super) fn with(&self, changed: &[(&str, Option<String>)]) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !changed.iter().any(|(other, _)| other == name))
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let new = changed
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let mut query = String::new();
        for (name, value) in kept.chain(new) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&encoded(name));
            query.push('=');
            query.push_str(&encoded(value));
        }
        query
    }
}

/// `a%20b+c` → `a b c`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let hex = after
            .get(..2)
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        match (first, hex.and_then(|pair| std::str::from_utf8(pair).ok())) {
            (b'%', Some(pair)) => {
                bytes.push(u8::from_str_radix(pair, 16).unwrap_or(b'%'));
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// All but letters, digits and `-._~` in their percent form.
pub(super) fn encoded(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            let _ = write!(result, "%{byte:02X}");
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameters_are_found_and_replaced() {
        let read = Parameters::read(Some("$filter=a%20eq%20'x%2By'&%24skip=5&A=1&&flag"));
        assert_eq!(read.get("$filter"), Some("a eq 'x+y'"));
        assert_eq!(read.get("$skip"), Some("5"));
        assert_eq!(read.any_case("a"), Some("1"));
        assert_eq!(read.get("flag"), Some(""));
        assert_eq!(read.get("a"), None);
        assert_eq!(
            read.with(&[("$skip", Some("10".to_owned())), ("flag", None)]),
            "%24filter=a%20eq%20%27x%2By%27&A=1&%24skip=10"
        );
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(name in "\\PC{1,20}", value in "\\PC{0,40}") {
            let query = Parameters::default().with(&[(&name, Some(value.clone()))]);
            prop_assert_eq!(Parameters::read(Some(&query)), Parameters(vec![(name, value)]));
        }

        #[test]
        fn no_query_makes_it_panic(query in "[%0-9a-fA-F+&=$\\PC]{0,60}") {
            Parameters::read(Some(&query));
        }
    }
}
