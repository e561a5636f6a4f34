//! Facts for support: versions, ids, counts, states. Never a field's value (U91).

use crate::client::ClientOptions;
use crate::dto::{Fact, SyncStatus};
use crate::error::CommandError;
use landfall_store::Store;

fn fact(name: &str, value: impl ToString) -> Fact {
    Fact {
        name: name.to_owned(),
        value: value.to_string(),
    }
}

pub(crate) fn of_app(options: &ClientOptions, status: &SyncStatus) -> Vec<Fact> {
    vec![
        fact("app version", &options.app_version),
        fact(
            "system",
            format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        ),
        fact("data folder", options.data_dir.display()),
        fact("sync state", format!("{:?}", status.state)),
        fact(
            "last request",
            status
                .reachability
                .as_ref()
                .map_or_else(|| "none yet".into(), |met| format!("{met:?}")),
        ),
        fact("automatic", status.automatic),
        fact("work offline", status.work_offline),
        fact("waiting", status.waiting),
        fact("refused", status.refused),
        fact("conflicts", status.conflicts),
        fact(
            "last success",
            status
                .last_success
                .map_or_else(|| "never".into(), |at| at.0.to_string()),
        ),
    ]
}

pub(crate) fn of_store(store: &Store) -> Result<Vec<Fact>, CommandError> {
    let Some(workspace) = store.workspace()? else {
        return Ok(vec![fact("workspace", "none")]);
    };
    let mut facts = vec![
        fact("workspace", &workspace.schema.name),
        fact("server", &workspace.server_url),
        fact("device id", &workspace.device_id),
        fact("schema version", workspace.schema.version),
        fact("epoch", workspace.epoch.as_deref().unwrap_or("unknown")),
        fact("cursor", store.cursor()?.as_deref().unwrap_or("none")),
        fact("last run was cut off", store.was_cut_off()?),
    ];
    for table in &workspace.schema.tables {
        facts.push(fact(
            &format!("records in {}", table.name),
            store.counts(&table.name)?.total,
        ));
    }
    let again: Vec<_> = store
        .tables_to_refetch()?
        .iter()
        .map(ToString::to_string)
        .collect();
    facts.push(fact("tables to pull from the start", again.join(", ")));
    Ok(facts)
}
