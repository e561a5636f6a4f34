//! Cases as they stand in their files.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    chapter: String,
    /// Headers that every case of the file sends unless it has its own.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    case: Vec<Case>,
    /// Filters, and the ids that they let through.
    #[serde(default)]
    filters: Vec<(String, String)>,
    /// Orders, and the ids in them.
    #[serde(default)]
    orders: Vec<(String, String)>,
    /// Queries that are refused, and what is said.
    #[serde(default)]
    refused: Vec<(String, String)>,
}

/// A case: what happens before, one request with what is expected of it, and what is seen then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    name: String,
    #[serde(default)]
    before: Vec<Exchange>,
    #[serde(default)]
    pub(super) by: Option<String>,
    pub(super) send: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: Option<String>,
    pub(super) status: u16,
    #[serde(default)]
    pub(super) has: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) lacks: Vec<String>,
    #[serde(default)]
    pub(super) facts: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub(super) ids: Option<String>,
    #[serde(default)]
    pub(super) empty: bool,
    #[serde(default)]
    pub(super) says: Option<String>,
    #[serde(default)]
    then: Vec<Exchange>,
}

/// A request and what is expected of its answer.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Exchange {
    pub(super) by: Option<String>,
    pub(super) send: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) has: BTreeMap<String, String>,
    pub(super) lacks: Vec<String>,
    pub(super) facts: BTreeMap<String, toml::Value>,
    pub(super) ids: Option<String>,
    pub(super) empty: bool,
    pub(super) says: Option<String>,
}

impl Case {
    fn exchanges(self) -> Vec<Exchange> {
        let main = Exchange {
            by: self.by,
            send: self.send,
            headers: self.headers,
            body: self.body,
            status: Some(self.status),
            has: self.has,
            lacks: self.lacks,
            facts: self.facts,
            ids: self.ids,
            empty: self.empty,
            says: self.says,
        };
        self.before.into_iter().chain([main]).chain(self.then).collect()
    }
}

impl File {
    /// All cases by name, the short forms too.
    pub(super) fn cases(self) -> Vec<(String, Vec<Exchange>)> {
        let listed = |query: String, ids: String| Exchange {
            send: format!("GET /tables/movies?{query}&$top=50"),
            headers: self.headers.clone(),
            status: Some(200),
            ids: Some(ids),
            ..Exchange::default()
        };
        let mut cases = Vec::new();
        for (filter, ids) in self.filters {
            cases.push((filter.clone(), vec![listed(format!("$filter={filter}"), ids)]));
        }
        for (order, ids) in self.orders {
            cases.push((order.clone(), vec![listed(format!("$orderby={order}"), ids)]));
        }
        for (query, says) in self.refused {
            let exchange = Exchange {
                send: format!("GET /tables/movies?{query}"),
                headers: self.headers.clone(),
                status: Some(400),
                says: Some(says),
                ..Exchange::default()
            };
            cases.push((query, vec![exchange]));
        }
        for case in self.case {
            let name = case.name.clone();
            let mut exchanges = case.exchanges();
            for exchange in &mut exchanges {
                for (header, value) in &self.headers {
                    exchange
                        .headers
                        .entry(header.clone())
                        .or_insert_with(|| value.clone());
                }
                // An empty header of a case takes away the file's.
                exchange.headers.retain(|_, value| !value.is_empty());
            }
            cases.push((name, exchanges));
        }
        cases
            .into_iter()
            .map(|(name, exchanges)| (format!("{} / {name}", self.chapter), exchanges))
            .collect()
    }
}
