-- What this device knows about its workspace. `schema` is JSON, as the server sent it.
CREATE TABLE lf_workspace (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    server_url TEXT NOT NULL,
    device_id TEXT NOT NULL,
    device_name TEXT NOT NULL,
    epoch TEXT,
    schema TEXT NOT NULL
) STRICT;

-- Per record table: the sum over the records that the server has (by what this device knows), the number of records a
-- person sees, and where a mark and sweep stands. `refetch`: 0 no, 1 due, 2 done once and still not equal.
CREATE TABLE lf_table (
    name TEXT PRIMARY KEY,
    sum_count INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL DEFAULT 0,
    refetch INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    sweeping INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Facts of the engine: cursor, last success, a run under way.
CREATE TABLE lf_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The server's record while changes of it wait here. `present` 0: the server has not seen it.
CREATE TABLE lf_base (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    present INTEGER NOT NULL,
    version TEXT,
    seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- Changes that wait for the server, in order. kind: 0 insert, 1 update, 2 delete.
-- state: 0 waiting, 1 in flight, 2 refused, 3 conflict.
CREATE TABLE lf_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL UNIQUE,
    group_id TEXT,
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    base_version TEXT,
    fields TEXT NOT NULL,
    state INTEGER NOT NULL,
    refusal TEXT,
    attempts INTEGER NOT NULL,
    edited_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lf_outbox_record ON lf_outbox (tbl, id, state);
CREATE INDEX lf_outbox_state ON lf_outbox (state, seq);
CREATE INDEX lf_outbox_group ON lf_outbox (group_id) WHERE group_id IS NOT NULL;
-- At most one entry of a record is in flight, and at most one is not.
CREATE UNIQUE INDEX lf_outbox_one ON lf_outbox (tbl, id, (state = 1));

-- Records that came from the server while a change of them was in flight.
CREATE TABLE lf_held (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- Collisions that wait for a person. kind: 0 fields, 1 edited here and deleted there, 2 the other way round,
-- 3 inserted twice.
CREATE TABLE lf_conflict (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    columns TEXT NOT NULL,
    base TEXT NOT NULL,
    mine TEXT NOT NULL,
    theirs TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- Every change of a record, with the values before and after. who '' is this device.
-- origin: 0 edit, 1 remote, 2 merge, 3 conflict, 4 discard, 5 undo.
CREATE TABLE lf_history (
    n INTEGER PRIMARY KEY,
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    action TEXT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    origin INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;
CREATE INDEX lf_history_record ON lf_history (tbl, id, n);
CREATE INDEX lf_history_action ON lf_history (action) WHERE action IS NOT NULL;

-- Fields that came changed from elsewhere since the person last opened the record.
CREATE TABLE lf_others (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    col TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tbl, id, col)
) STRICT, WITHOUT ROWID;

-- Typed but not saved.
CREATE TABLE lf_draft (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    is_new INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- Answers on disk that the server has not been told of.
CREATE TABLE lf_ack (op_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- The sync log, without values. kind: 0 sent, 1 received, 2 conflict, 3 error.
CREATE TABLE lf_log (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    tbl TEXT,
    record_ids TEXT NOT NULL,
    count INTEGER NOT NULL,
    code TEXT NOT NULL
) STRICT;
CREATE INDEX lf_log_kind ON lf_log (kind, n);

-- Settings and saved views of the person, by key.
CREATE TABLE lf_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
