-- What rules decided beside the columns that wait for a person.
ALTER TABLE lf_conflict ADD COLUMN decided TEXT NOT NULL DEFAULT '[]';

-- When the server last refused a change of a record.
CREATE TABLE lf_refused (
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tbl, id)
) STRICT, WITHOUT ROWID;

-- How a record stood before and after a person settled it, so that taking this back brings the question back exactly.
CREATE TABLE lf_settled (
    action TEXT NOT NULL,
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (action, tbl, id)
) STRICT, WITHOUT ROWID;

-- Changes of both sides that became one record without asking. `fields`: per column mine, theirs, what stands, and the
-- rule, if one decided.
CREATE TABLE lf_merge (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    tbl TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    theirs_at INTEGER NOT NULL,
    fields TEXT NOT NULL
) STRICT;
