//! `GET /v1/pull?cursor=&tables=`: what changed since the cursor, one JSON page a line (step 9 of the data's way).
//!
//! Each page is read in a transaction of its own when the device is ready for it: a slow device holds nothing open.

use super::App;
use super::answer::Refused;
use crate::Error;
use crate::db::Database;
use crate::db::pull::Stream;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use landfall_core::id::{Seq, TableName};
use landfall_protocol::NDJSON;
use landfall_protocol::codec::encode_page;
use landfall_protocol::pull::Cursor;
use landfall_protocol::workspace::Device;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
    tables: Option<String>,
}

pub(super) async fn get(
    State(app): State<App>,
    Extension(device): Extension<Device>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::bad_request("The query is not well formed."))?;
    let cursor = cursor(asked.cursor.as_deref())?;
    let database = app.workspace().database().clone();
    let all_tables = asked.tables.as_deref().is_none_or(str::is_empty);
    let tables = tables(&database, asked.tables.as_deref())?;
    // Who has pulled needs no push; a pull of some tables only tells nothing about the others.
    let wakes = app.wakes().clone();
    let name = device.name.clone();
    let handed_out = move |page: &Read| {
        if page.rest.is_none() && all_tables {
            wakes.presence().pulled(&device.id, page.seq);
        }
    };

    // The first page is read before the answer begins, so that what is wrong has a status.
    let start = Stream::new(tables, cursor, app.limits().page_records);
    let first = next_page(&database, start).await?;
    tracing::trace!(target: "landfall::way", device = name, "page read");
    if first.rest.is_none() {
        // The usual case, of a known size.
        handed_out(&first);
        return Ok(([(header::CONTENT_TYPE, NDJSON)], first.line).into_response());
    }
    let lines = stream::unfold(Coming::Read(first), move |coming| {
        let (database, handed_out) = (database.clone(), handed_out.clone());
        async move {
            let page = match coming {
                Coming::Read(page) => Ok(page),
                Coming::Page(stream) => next_page(&database, stream).await,
                Coming::End => return None,
            };
            match page {
                Ok(page) => {
                    handed_out(&page);
                    Some((Ok(page.line), page.rest.map_or(Coming::End, Coming::Page)))
                }
                // The stream is cut; the device goes on from its last page.
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "pull cut short");
                    Some((Err(error), Coming::End))
                }
            }
        }
    });
    // The compressor asks again after the end; fused, the stream bears it.
    Ok(([(header::CONTENT_TYPE, NDJSON)], Body::from_stream(lines.fuse())).into_response())
}

/// What the stream gives next.
enum Coming {
    /// A page that was read already.
    Read(Read),
    /// A page that is still to be read.
    Page(Stream),
    /// Nothing.
    End,
}

/// A page.
struct Read {
    line: Bytes,
    /// The device has everything up to here with it.
    seq: Seq,
    /// The rest of the stream, if it was not the last.
    rest: Option<Stream>,
}

async fn next_page(database: &Database, mut stream: Stream) -> Result<Read, Error> {
    database
        .read(move |tx, model| {
            let page = stream.next_page(tx, model)?;
            let line = encode_page(&page).map_err(|_| Error::Panicked)?;
            Ok(Read {
                line: Bytes::from(line),
                seq: page.cursor.seq,
                rest: page.last.is_none().then_some(stream),
            })
        })
        .await
}

fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Refused> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|_| Refused::bad_request("The cursor is not one: leave it out to pull from the start.")),
    }
}

/// The tables asked for; all, when none are named.
fn tables(database: &Database, text: Option<&str>) -> Result<Vec<TableName>, Refused> {
    let model = database.model();
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(model.tables().iter().map(|table| table.name().clone()).collect());
    };
    let mut names = Vec::new();
    for name in text.split(',') {
        let name = model.table_named(name.trim())?.name().clone();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
