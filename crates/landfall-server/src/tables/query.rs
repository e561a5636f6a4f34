//! `GET /tables/{table}`: a page of a query.
//!
//! The order of work: deleted or not → `$filter` → count → `$orderby`, then the id → the page → `$select`. The next page's
//! address has what the client asked, `$skip` (and in the newer dialects `$top`) counted on, and a parameter of the
//! server's own that says after which record to go on.

use super::call::Call;
use super::dialect::Dialect;
use super::json::{Row, Shape};
use super::parameters::AFTER;
use super::properties::named;
use super::{v2, v3};
use crate::Error;
use crate::db::model::TableModel;
use crate::db::tables::list::{self, Listing};
use crate::odata::typing::{self, Field};
use crate::odata::{self, OdataError};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value as Json;

/// Most keys of an order.
const MAX_KEYS: usize = 16;

/// Options of OData that would change the answer, and that no server of this protocol has.
const NOT_SPOKEN: [&str; 5] = ["$expand", "$apply", "$compute", "$search", "$levels"];

/// A page as its dialect writes it down.
pub(super) struct Page<'r> {
    pub(super) rows: Vec<Row<'r>>,
    pub(super) count: Option<u64>,
    /// The query of the next page.
    pub(super) next: Option<String>,
    /// Whether the count was asked for, in v2's way.
    pub(super) is_counted: bool,
}

/// What a client asked.
struct Query {
    listing: Listing,
    top: Option<u32>,
    /// The properties that it wants; none: all.
    select: Option<Vec<String>>,
}

pub(super) async fn run(call: &Call) -> Result<Response, Error> {
    let database = call.app.workspace().database().clone();
    let model = database.model();
    let table = call.model(model)?;
    let query = match read(call, table) {
        Ok(query) => query,
        Err(message) => return Ok(bad(call, &message)),
    };
    let Query { listing, top, select } = query;
    let (take, skip, is_counted) = (listing.take, listing.skip, listing.count);
    let asked = call.clone();
    let found = database
        .read(move |tx, model| list::page(tx, asked.model(model)?, &listing))
        .await;
    let found = match found {
        Err(Error::LongText) => return Ok(bad(call, "An expression makes a text of more than 8 MiB.")),
        found => found?,
    };
    let count = u32::try_from(found.records.len()).unwrap_or(u32::MAX);
    // In v2 `$top` is the size of a page, in the newer dialects it is what all pages have together.
    let left = top
        .filter(|_| call.dialect.is_v3())
        .map(|top| top.saturating_sub(count));
    let next = found.next.filter(|_| take > 0 && left != Some(0)).map(|after| {
        let after = BASE64_URL_SAFE_NO_PAD.encode(Json::from(after).to_string());
        let mut changed = vec![
            ("$skip", Some((skip + u64::from(count)).to_string())),
            (AFTER, Some(after)),
        ];
        if let Some(left) = left {
            changed.push(("$top", Some(left.to_string())));
        }
        call.parameters.with(&changed)
    });
    let mut shape = Shape::of(table, call.dialect);
    if let Some(select) = &select {
        shape.select(select);
    }
    let page = Page {
        rows: found.records.iter().map(|record| shape.row(record)).collect(),
        count: found.count,
        next,
        is_counted,
    };
    Ok(match call.dialect {
        Dialect::V2 => v2::page(call, page),
        Dialect::V3 => v3::page(page),
        Dialect::Legacy => v3::page(Page {
            next: page.next.map(|query| format!("{}?{query}", call.outer_path())),
            ..page
        }),
    })
}

/// The answer to a query that can't be read.
fn bad(call: &Call, message: &str) -> Response {
    match call.dialect {
        Dialect::V2 => v2::bad(message),
        Dialect::V3 | Dialect::Legacy => v3::bad(call, message),
    }
}

fn read(call: &Call, table: &TableModel) -> Result<Query, String> {
    let parameters = &call.parameters;
    if let Some(name) = parameters.names().find(|name| NOT_SPOKEN.contains(name)) {
        return Err(format!("{name} is not possible here."));
    }
    let names = |name: &str| -> Option<Field> { named(table, call.dialect, name)?.field(table) };
    let in_option = |option: &str| {
        let option = option.to_owned();
        move |error: OdataError| format!("{option}, {error}.")
    };

    let filter = match parameters.get("$filter").filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(
            odata::filter(text)
                .and_then(|expr| typing::condition(&expr, &names))
                .map_err(in_option("$filter"))?,
        ),
        None => None,
    };
    let mut orders = Vec::new();
    if let Some(text) = parameters.get("$orderby").filter(|text| !text.trim().is_empty()) {
        for order in odata::order_by(text).map_err(in_option("$orderby"))? {
            let key = typing::key(&order.by, &names).map_err(in_option("$orderby"))?;
            orders.push((key, order.descending));
        }
        if orders.len() > MAX_KEYS {
            return Err(format!("$orderby takes at most {MAX_KEYS} keys."));
        }
    }
    let select = match parameters.get("$select").filter(|text| !text.trim().is_empty()) {
        Some(text) => selected(call, table, text)?,
        None => None,
    };

    let top = number(parameters.get("$top"), "$top")?;
    let max_top = call.offered.max_top.unwrap_or(call.dialect.max_top());
    let top = match top.map(u32::try_from) {
        None => None,
        Some(Ok(top)) if top <= max_top => Some(top),
        Some(_) => return Err(format!("$top is at most {max_top}.")),
    };
    let skip = number(parameters.get("$skip"), "$skip")?.unwrap_or(0);
    let page_size = call.offered.page_size.unwrap_or(call.dialect.page_size());
    let take = match (call.dialect, top) {
        (_, None) => page_size,
        // Old clients page by themselves: they take what is short of their `$top` for the end.
        (Dialect::V2, Some(top)) => top,
        (Dialect::V3 | Dialect::Legacy, Some(top)) => top.min(page_size),
    };
    let after = match parameters.get(AFTER) {
        Some(text) => Some(
            place(text, orders.len())
                .ok_or_else(|| format!("{AFTER} does not belong to this query: begin again, without it."))?,
        ),
        None => None,
    };
    Ok(Query {
        listing: Listing {
            filter,
            orders,
            with_deleted: call.includes_deleted(),
            after,
            skip,
            take,
            count: is_counted(call)?,
            now: call.app.workspace().surroundings().now(),
        },
        top,
        select,
    })
}

fn selected(call: &Call, table: &TableModel, text: &str) -> Result<Option<Vec<String>>, String> {
    let selected = odata::select(text).map_err(|error| format!("$select, {error}."))?;
    if selected.iter().any(|one| one.name == "*") {
        return Ok(None);
    }
    let properties = selected.iter().map(|one| {
        let property = named(table, call.dialect, &one.name);
        property
            .map(|property| property.json_name(table))
            .ok_or_else(|| format!("$select, there is no property `{}`.", one.name))
    });
    properties.collect::<Result<_, _>>().map(Some)
}

fn number(text: Option<&str>, option: &str) -> Result<Option<u64>, String> {
    match text.map(|text| text.trim().parse::<u64>()) {
        None => Ok(None),
        // Beyond this no database counts.
        Some(Ok(number)) if i64::try_from(number).is_ok() => Ok(Some(number)),
        Some(_) => Err(format!("{option} is a whole number, 0 or more.")),
    }
}

fn is_counted(call: &Call) -> Result<bool, String> {
    let count = match call.parameters.get("$count") {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("true") => true,
        Some(word) if word.eq_ignore_ascii_case("false") => false,
        Some(_) => return Err("$count is true or false.".to_owned()),
    };
    let inline = match call.parameters.get("$inlinecount") {
        _ if call.dialect.is_v3() => false,
        None | Some("none") => false,
        Some("allpages") => true,
        Some(_) => return Err("$inlinecount is allpages or none.".to_owned()),
    };
    Ok(count || inline)
}

/// Where to go on: the values of the order's keys, and an id.
fn place(text: &str, keys: usize) -> Option<Vec<Json>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let values: Vec<Json> = serde_json::from_slice(&bytes).ok()?;
    let fits = values.len() == keys + 1 && values.last()?.is_string();
    let is_plain = |value: &Json| !value.is_object() && !value.is_array() && !value.is_boolean();
    (fits && values.iter().all(is_plain)).then_some(values)
}
