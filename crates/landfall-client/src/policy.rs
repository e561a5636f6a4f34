//! A program's own way to settle conflicts without asking (between steps 10 and 11 of the data's way).
//!
//! The policy is a function of one conflict, asked after each sync run, outside of any transaction and on a thread of its
//! own: about each conflict that waits it says how to settle it, or nothing, which leaves it to a person. What it says is
//! carried out as a person's decision would be: one action for each, which can be undone, with all values that lose in
//! history; a line in the sync log names the records that the policy settled.
//!
//! It can lose nothing. It decides on what it has seen: if theirs moved on meanwhile, nothing is done, and it is asked again.
//! What it says and the rules do not allow is not done. If it panics, the conflict stays.

use crate::Client;
use crate::dto::{ActionDone, ConflictDetail, ConflictResolveArgs, NoArgs, RecordRef, Resolution};
use crate::error::CommandError;
use crate::topic::{Origin, TopicKind};
use landfall_core::id::{RecordId, TableName};
use landfall_store::{LogEntry, LogKind};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// The code of its line in the sync log.
const LOG_CODE: &str = "settled_by_policy";

type Policy = Arc<dyn Fn(&ConflictDetail) -> Option<Resolution> + Send + Sync>;

/// The policy that is set, if there is one.
#[derive(Default)]
pub(crate) struct PolicyKeeper {
    policy: Mutex<Option<Policy>>,
    /// Two runs of it at once would decide the same conflict twice.
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl PolicyKeeper {
    fn get(&self) -> Option<Policy> {
        // No code panics while it holds the lock.
        self.policy.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, policy: Option<Policy>) {
        *self.policy.lock().unwrap_or_else(PoisonError::into_inner) = policy;
    }
}

impl Client {
    /// Sets the policy: from now on it is asked about each conflict that waits after a sync run. `None` leaves the
    /// conflict to a person; it is then asked again after the next run, so it should be quick and always say the same.
    /// It must not block on this client.
    pub fn set_conflict_policy(
        &self,
        policy: impl Fn(&ConflictDetail) -> Option<Resolution> + Send + Sync + 'static,
    ) {
        self.0.policy.set(Some(Arc::new(policy)));
    }

    /// Takes the policy away: people are asked.
    pub fn clear_conflict_policy(&self) {
        self.0.policy.set(None);
    }

    /// Asks the policy about all conflicts that wait now, and carries out what it says: the actions, which can be taken
    /// back. Without a policy it does nothing. It is called after each run; a program may call it, too, after it has set
    /// a policy.
    ///
    /// # Errors
    /// Those of the store. That a single conflict can't be settled as the policy says is no error: it stays.
    pub async fn settle_by_policy(&self) -> Result<Vec<ActionDone>, CommandError> {
        let Some(policy) = self.0.policy.get() else {
            return Ok(Vec::new());
        };
        let _one_at_a_time = self.0.policy.one_at_a_time.lock().await;
        let mut actions = Vec::new();
        let mut settled: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in self.conflict_list(NoArgs {}).await? {
            let record = RecordRef {
                table: item.table,
                id: item.id,
            };
            if let Some(action) = self.settle_one(&policy, &record).await {
                actions.push(action);
                settled.entry(record.table).or_default().push(record.id);
            }
        }
        if !settled.is_empty() {
            self.log_settled(settled).await?;
        }
        Ok(actions)
    }

    /// Asks about one conflict and does what is said; none where it stays.
    async fn settle_one(&self, policy: &Policy, record: &RecordRef) -> Option<ActionDone> {
        // It may be gone by now: a person, or another device, was faster.
        let detail = self.conflict_get(record.clone()).await.ok()?;
        let revision = detail.revision.clone();
        let policy = policy.clone();
        let said = tokio::task::spawn_blocking(move || catch_unwind(AssertUnwindSafe(|| policy(&detail))));
        let resolution = match said.await {
            Ok(Ok(resolution)) => resolution?,
            Ok(Err(_)) | Err(_) => {
                tracing::error!(table = record.table, "the conflict policy panicked");
                return None;
            }
        };
        let decision = ConflictResolveArgs {
            table: record.table.clone(),
            id: record.id.clone(),
            revision: Some(revision),
            resolution,
        };
        match self.conflict_resolve(decision).await {
            Ok(action) => Some(action),
            Err(error) => {
                tracing::warn!(table = record.table, code = ?error.code, "what the conflict policy says can't be done");
                None
            }
        }
    }

    async fn log_settled(&self, settled: BTreeMap<String, Vec<String>>) -> Result<(), CommandError> {
        let mut lines = Vec::with_capacity(settled.len());
        for (table, ids) in settled {
            lines.push(LogEntry {
                at: self.now(),
                kind: LogKind::Conflict,
                table: Some(TableName::new(table)?),
                count: u32::try_from(ids.len()).unwrap_or(u32::MAX),
                record_ids: ids.into_iter().map(RecordId::new).collect::<Result<_, _>>()?,
                code: LOG_CODE.to_owned(),
            });
        }
        self.on_store(move |store| lines.into_iter().try_for_each(|line| store.log(line)))
            .await?;
        self.tell(Origin::Sync, &[TopicKind::Log]);
        Ok(())
    }
}
