//! One request: its dialect, its device, its table.
//!
//! A device's token is what `Authorization: Bearer` carries, and what stands in `X-ZUMO-AUTH` in place of the token that
//! a sign-in at the old service gave.

use super::dialect::{Dialect, Options};
use super::outcome::Outcome;
use super::parameters::Parameters;
use super::{properties, v2, v3};
use crate::db::devices;
use crate::db::model::{Model, TableModel};
use crate::{App, Error};
use axum::body::Bytes;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use landfall_core::id::{RecordId, TableName};
use landfall_core::schema_file::TableProtocol;
use landfall_protocol::workspace::Device;
use std::sync::Arc;

/// What the path names.
pub(super) struct Target {
    pub(super) table: String,
    pub(super) id: Option<String>,
}

/// One request.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) app: App,
    pub(super) dialect: Dialect,
    pub(super) device: Device,
    pub(super) table: TableName,
    pub(super) offered: TableProtocol,
    /// The id in the path, as it was sent.
    pub(super) id: Option<String>,
    pub(super) path: String,
    pub(super) headers: Arc<HeaderMap>,
    pub(super) parameters: Arc<Parameters>,
    pub(super) body: Bytes,
}

impl Call {
    /// Looks who asks in which dialect for which table. The inner error is the answer when that leads nowhere.
    pub(super) async fn begin(
        app: App,
        target: Option<Target>,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Result<Self, Response>, Error> {
        let parameters = Parameters::read(uri.query());
        let dialect = match Dialect::of(&headers, &parameters) {
            Ok(dialect) => dialect,
            Err(message) => return Ok(Err(v3::version(&message))),
        };
        let unauthorized = || match dialect {
            Dialect::V2 => v2::unauthorized(),
            Dialect::V3 | Dialect::Legacy => v3::unauthorized(),
        };
        let Some(token) = token(&headers) else {
            return Ok(Err(unauthorized()));
        };
        let database = app.workspace().database();
        let Some(device) = database.read(move |tx, _| devices::by_token(tx, &token)).await? else {
            return Ok(Err(unauthorized()));
        };
        let model = Arc::clone(database.model());
        let found = target.and_then(|target| {
            let table = model
                .tables()
                .iter()
                .find(|table| properties::is_table(table, &target.table))?;
            let offered = app.workspace().table_protocol(table.name());
            offered
                .enabled
                .then(|| (table.name().clone(), offered, target.id))
        });
        let Some((table, offered, id)) = found else {
            return Ok(Err(match dialect {
                Dialect::V2 => v2::no_table(),
                Dialect::V3 | Dialect::Legacy => v3::no_table(),
            }));
        };
        Ok(Ok(Self {
            app,
            dialect,
            device,
            table,
            offered,
            id,
            path: uri.path().to_owned(),
            headers: Arc::new(headers),
            parameters: Arc::new(parameters),
            body,
        }))
    }

    /// The outcome in the request's dialect.
    pub(super) fn answer(&self, outcome: Outcome) -> Response {
        let model = self.app.workspace().database().model();
        let Some(table) = model.table(&self.table) else {
            return v3::no_table();
        };
        match self.dialect {
            Dialect::V2 => v2::answer(table, outcome),
            Dialect::V3 | Dialect::Legacy => v3::answer(self, table, outcome),
        }
    }

    /// The table.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], which can't be: the model was asked before.
    pub(super) fn model<'m>(&self, model: &'m Model) -> Result<&'m TableModel, Error> {
        model.table_named(self.table.as_str())
    }

    /// The id in the path; none if no record can have it.
    pub(super) fn record_id(&self) -> Option<RecordId> {
        RecordId::new(self.id.as_deref()?).ok()
    }

    /// Whether deleted records are asked for, and such clients may see them.
    pub(super) fn includes_deleted(&self) -> bool {
        let given = self.parameters.any_case("__includedeleted");
        let asked = match (self.dialect, given) {
            (_, None) => false,
            (Dialect::V2, Some(word)) => !word.is_empty() && !word.eq_ignore_ascii_case("false"),
            (_, Some(word)) => word.eq_ignore_ascii_case("true"),
        };
        self.offered.soft_delete && (asked || Options::of(&self.headers).include_deleted)
    }

    /// Where the outside sees this request: scheme, host and path.
    pub(super) fn url(&self) -> String {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = text("x-forwarded-proto").unwrap_or("http");
        let host = text("x-forwarded-host")
            .or_else(|| text(header::HOST.as_str()))
            .unwrap_or("localhost");
        format!("{scheme}://{host}{}", self.outer_path())
    }

    /// The path as the outside sees it: a proxy may have cut off its beginning.
    pub(super) fn outer_path(&self) -> String {
        let prefix = self
            .headers
            .get("x-forwarded-prefix")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        format!("{}{}", prefix.trim_end_matches('/'), self.path)
    }
}

/// The token of a request.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token);
    let token = bearer.or_else(|| text("x-zumo-auth"))?.trim();
    (!token.is_empty()).then(|| token.to_owned())
}
