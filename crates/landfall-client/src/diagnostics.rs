//! Facts for support: versions, ids, counts, states. Never a field's value (U91).

use crate::client::ClientOptions;
use crate::dto::{Fact, SyncStatus};
use crate::error::CommandError;
use landfall_store::Store;
use std::fmt::Display;

fn fact(name: &str, value: &dyn Display) -> Fact {
    Fact {
        name: name.to_owned(),
        value: value.to_string(),
    }
}

pub(crate) fn of_app(options: &ClientOptions, status: &SyncStatus) -> Vec<Fact> {
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let met = status.reachability.as_ref().map(|met| format!("{met:?}"));
    let last_success = status.last_success.map(|at| at.0.to_string());
    vec![
        fact("app version", &options.app_version),
        fact("system", &system),
        fact("data folder", &options.data_dir.display()),
        fact("sync state", &format_args!("{:?}", status.state)),
        fact("last request", &met.as_deref().unwrap_or("none yet")),
        fact("automatic", &status.automatic),
        fact("work offline", &status.work_offline),
        fact("waiting", &status.waiting),
        fact("refused", &status.refused),
        fact("conflicts", &status.conflicts),
        fact("last success", &last_success.as_deref().unwrap_or("never")),
    ]
}

pub(crate) fn of_store(store: &Store) -> Result<Vec<Fact>, CommandError> {
    let Some(workspace) = store.workspace()? else {
        return Ok(vec![fact("workspace", &"none")]);
    };
    let again: Vec<_> = store
        .tables_to_refetch()?
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut facts = vec![
        fact("workspace", &workspace.schema.name),
        fact("server", &workspace.server_url),
        fact("device id", &workspace.device_id),
        fact("schema version", &workspace.schema.version),
        fact("epoch", &workspace.epoch.as_deref().unwrap_or("unknown")),
        fact("cursor", &store.cursor()?.as_deref().unwrap_or("none")),
        fact("last run was cut off", &store.was_cut_off()?),
        fact("tables to pull from the start", &again.join(", ")),
    ];
    for table in &workspace.schema.tables {
        let total = store.counts(&table.name)?.total;
        facts.push(fact(&format!("records in {}", table.name), &total));
    }
    Ok(facts)
}
