-- Named actions of this person on this device, for undo and redo. `place` orders both stacks, the latest last. `id` is
-- the handle; `latest` is the action in lf_history that did it last (itself, its undo, its redo). verb: 0 create,
-- 1 update, 2 delete, 3 undelete, 4 restore, 5 resolve, 6 discard, 7 revert. `tbl`, `record`, `col`: set where it is one.
CREATE TABLE lf_action (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    latest TEXT NOT NULL UNIQUE,
    verb INTEGER NOT NULL,
    tbl TEXT,
    record TEXT,
    col TEXT,
    records INTEGER NOT NULL,
    began INTEGER NOT NULL,
    at INTEGER NOT NULL,
    undone INTEGER NOT NULL
) STRICT;
CREATE INDEX lf_action_undone ON lf_action (undone, place);

-- When a record's latest change was sent, and the latest that the server took.
CREATE TABLE lf_trail (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    edited_at INTEGER,
    attempts INTEGER,
    taken_sent_at INTEGER,
    applied_at INTEGER,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- What links this device's history with the server's. origin 6: restored.
-- made_at: when its person made a change that came from elsewhere, by that device's clock.
-- op: the operation that carried it ('': none ever will). version, applied_at: what the server made of it.
-- lost: a value that never stood.
ALTER TABLE lf_history ADD COLUMN made_at INTEGER;
ALTER TABLE lf_history ADD COLUMN op TEXT;
ALTER TABLE lf_history ADD COLUMN version TEXT;
ALTER TABLE lf_history ADD COLUMN applied_at INTEGER;
ALTER TABLE lf_history ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
CREATE INDEX lf_history_unsent ON lf_history (tbl, id) WHERE version IS NULL AND who = '';
