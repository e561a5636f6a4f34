//! How a table is offered to clients of the table protocol. The server alone needs to know: it is no part of the schema,
//! and changes without a new version of it.

use super::{Refusal, raw, refuse};
use toml::Spanned;

/// How a table is offered to clients of the table protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableProtocol {
    /// Whether it is offered at all.
    pub enabled: bool,
    /// Whether such clients see deleted records as deleted (`deleted`, 410, `__includeDeleted`) and can bring them back.
    /// The server keeps what is deleted either way, for its own devices.
    pub soft_delete: bool,
    /// Most records in a page; none: what the dialect has (50 or 100).
    pub page_size: Option<u32>,
    /// Largest `$top`; none: what the dialect has (1,000 or 128,000).
    pub max_top: Option<u32>,
}

impl Default for TableProtocol {
    fn default() -> Self {
        Self {
            enabled: true,
            soft_delete: true,
            page_size: None,
            max_top: None,
        }
    }
}

/// Most records that a page may be set to.
const PAGE_SIZE: u32 = 128_000;

/// Largest `$top` that may be set.
const MAX_TOP: u32 = 1_000_000;

pub(super) fn table_protocol(raw: raw::TableProtocol) -> Result<TableProtocol, Refusal> {
    let usual = TableProtocol::default();
    Ok(TableProtocol {
        enabled: raw.enabled.unwrap_or(usual.enabled),
        soft_delete: raw.soft_delete.unwrap_or(usual.soft_delete),
        page_size: count(raw.page_size, "page_size", PAGE_SIZE)?,
        max_top: count(raw.max_top, "max_top", MAX_TOP)?,
    })
}

fn count(given: Option<Spanned<i64>>, key: &str, most: u32) -> Result<Option<u32>, Refusal> {
    let Some(given) = given else {
        return Ok(None);
    };
    match u32::try_from(*given.get_ref()) {
        Ok(count) if (1..=most).contains(&count) => Ok(Some(count)),
        _ => refuse(
            given.span(),
            format!("`{key}` is a whole number from 1 to {most}"),
        ),
    }
}
