//! `GET /healthz`: is the server there. Needs no token; asks the database, so that a server that can't read says so.

use super::App;
use super::answer::Refused;
use axum::Json;
use axum::extract::State;
use landfall_protocol::workspace::Health;

pub(super) async fn get(State(app): State<App>) -> Result<Json<Health>, Refused> {
    app.workspace()
        .database()
        .read(|tx, model| crate::db::meta::read(tx, model))
        .await?;
    Ok(Json(Health {
        status: "ok".to_owned(),
        product: "landfall".to_owned(),
        version: crate::SERVER_VERSION.to_owned(),
        protocol: landfall_protocol::VERSION,
    }))
}
