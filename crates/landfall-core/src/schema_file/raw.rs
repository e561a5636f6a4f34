//! The shapes of `landfall.toml` as it is written, each value with its place in the file. Only what TOML itself can
//! tell is checked here: syntax, unknown keys, and whether a value is text, a number or a list.

use super::Refusal;
use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use std::fmt;
use toml::{Spanned, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) workspace: Option<Spanned<Workspace>>,
    #[serde(default)]
    pub(super) table: Vec<Spanned<Table>>,
    #[serde(default)]
    pub(super) notify: Vec<Spanned<Notify>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notify {
    pub(super) name: Option<Spanned<String>>,
    pub(super) label: Option<Spanned<String>>,
    pub(super) table: Option<Spanned<String>>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) when: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workspace {
    pub(super) name: Option<Spanned<String>>,
    pub(super) version: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) name: Option<Spanned<String>>,
    pub(super) label: Option<Spanned<String>>,
    pub(super) singular: Option<Spanned<String>>,
    pub(super) title: Option<Spanned<String>>,
    pub(super) icon: Option<Spanned<String>>,
    pub(super) merge: Option<Spanned<String>>,
    pub(super) table_protocol: Option<TableProtocol>,
    #[serde(default)]
    pub(super) column: Vec<Spanned<Column>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableProtocol {
    pub(super) enabled: Option<bool>,
    pub(super) soft_delete: Option<bool>,
    pub(super) page_size: Option<Spanned<i64>>,
    pub(super) max_top: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub(super) name: Option<Spanned<String>>,
    pub(super) label: Option<Spanned<String>>,
    pub(super) help: Option<Spanned<String>>,
    pub(super) r#type: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) unique: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) read_only: bool,
    pub(super) default: Option<Spanned<Value>>,
    pub(super) merge: Option<Spanned<String>>,
    pub(super) min: Option<Spanned<Value>>,
    pub(super) max: Option<Spanned<Value>>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) min_length: Option<Spanned<i64>>,
    pub(super) max_length: Option<Spanned<i64>>,
    pub(super) pattern: Option<Spanned<String>>,
    pub(super) pattern_hint: Option<Spanned<String>>,
    pub(super) choices: Option<Spanned<Vec<Spanned<Choice>>>>,
    pub(super) table: Option<Spanned<String>>,
}

/// `"good"` or `{ value = "good", label = "Good" }`.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: Option<String>,
}

/// Takes the file apart.
pub(super) fn read(text: &str) -> Result<File, Refusal> {
    toml::from_str(text).map_err(|error| Refusal {
        at: error.span().map_or(0, |span| span.start),
        reason: error.message().replace("unknown field", "unknown key"),
    })
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChoiceVisitor)
    }
}

struct ChoiceVisitor;

impl<'de> Visitor<'de> for ChoiceVisitor {
    type Value = Choice;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a choice as \"good\" or { value = \"good\", label = \"Good\" }")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Choice, E> {
        Ok(Choice {
            value: value.to_owned(),
            label: None,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Choice, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Pair {
            value: String,
            label: Option<String>,
        }
        let Pair { value, label } = Pair::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Choice { value, label })
    }
}
