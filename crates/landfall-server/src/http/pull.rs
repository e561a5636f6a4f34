//! `GET /v1/pull?cursor=&tables=`: what changed since the cursor, one JSON page a line (step 9 of the data's way).
//!
//! Each page is read in a transaction of its own when the device is ready for it: a slow device holds nothing open.

use super::App;
use super::answer::Refused;
use crate::Error;
use crate::db::Database;
use crate::db::pull::Stream;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use landfall_core::id::TableName;
use landfall_protocol::NDJSON;
use landfall_protocol::codec::encode_page;
use landfall_protocol::pull::Cursor;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
    tables: Option<String>,
}

pub(super) async fn get(
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::bad_request("The query is not well formed."))?;
    let cursor = cursor(asked.cursor.as_deref())?;
    let database = app.workspace().database().clone();
    let tables = tables(&database, asked.tables.as_deref())?;

    // The first page is read before the answer begins, so that what is wrong has a status.
    let start = Stream::new(tables, cursor, app.limits().page_records);
    let (line, rest) = next_line(&database, start).await?;
    let lines = stream::unfold(Coming::Line(line, rest), move |coming| {
        let database = database.clone();
        async move {
            match coming {
                Coming::Line(line, rest) => Some((Ok(line), Coming::after(rest))),
                Coming::Page(stream) => match next_line(&database, stream).await {
                    Ok((line, rest)) => Some((Ok(line), Coming::after(rest))),
                    // The stream is cut; the device goes on from its last page.
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "pull cut short");
                        Some((Err(error), Coming::End))
                    }
                },
                Coming::End => None,
            }
        }
    });
    // The compressor asks again after the end; fused, the stream bears it.
    Ok(([(header::CONTENT_TYPE, NDJSON)], Body::from_stream(lines.fuse())).into_response())
}

/// What the stream gives next.
enum Coming {
    /// A page that was read already, and what follows it.
    Line(Bytes, Option<Stream>),
    /// A page that is still to be read.
    Page(Stream),
    /// Nothing.
    End,
}

impl Coming {
    fn after(rest: Option<Stream>) -> Self {
        rest.map_or(Self::End, Self::Page)
    }
}

/// Reads a page as a line, and the rest of the stream if it was not the last.
async fn next_line(database: &Database, mut stream: Stream) -> Result<(Bytes, Option<Stream>), Error> {
    database
        .read(move |tx, model| {
            let page = stream.next_page(tx, model)?;
            let line = encode_page(&page).map_err(|_| Error::Panicked)?;
            let rest = page.last.is_none().then_some(stream);
            Ok((Bytes::from(line), rest))
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
