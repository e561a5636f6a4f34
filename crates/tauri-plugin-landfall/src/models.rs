//! Names of the events. Their payloads are `landfall_client`'s own types.

/// Something that was read has changed; payload `TopicsChanged`.
pub const TOPICS_CHANGED: &str = "landfall://topics-changed";

/// The sync status; payload `SyncStatus`.
pub const SYNC_STATUS: &str = "landfall://sync-status";
