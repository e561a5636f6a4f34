//! The typed record tables: made from the workspace's schema, and carried over when it changes.
//!
//! A new column is added in place. Anything else that changes what a row looks like (a column gone or of another kind,
//! another title, other searched columns) copies the table row by row: values of a column that is gone go to `extra`,
//! values of a column that came go from `extra` into it. No value is ever dropped.

use crate::cell::sql_type;
use crate::error::Result;
use crate::layout::{Layout, TableLayout};
use crate::names;
use crate::row;
use landfall_core::schema::{Column, ColumnKind};
use rusqlite::Connection;

/// Makes a table, or brings it from its old layout to the new one.
pub(crate) fn carry_over(conn: &Connection, old: Option<&TableLayout>, new: &TableLayout) -> Result<()> {
    conn.prepare_cached("INSERT INTO lf_table (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")?
        .execute([new.name.as_str()])?;
    let there = conn
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .exists([format!("rec_{}", new.name)])?;
    match old {
        _ if !there => create(conn, new)?,
        // A table that the schema did not speak of for a while: nothing is known of its columns but their names.
        None => {
            let same = TableLayout::new(new.rules.table())?;
            rebuild(conn, &readable(conn, &same)?, new)?;
        }
        Some(old) if same_shape(old, new) => {}
        Some(old) if only_adds(old, new) => add_columns(conn, old, new)?,
        Some(old) => rebuild(conn, old, new)?,
    }
    for index in index_ddl(new) {
        conn.execute_batch(&index)?;
    }
    Ok(())
}

/// The DDL of a table, without its indexes.
pub(crate) fn table_ddl(table: &TableLayout) -> String {
    let columns: String = table
        .columns()
        .iter()
        .map(|column| format!(",\n    {}", column_ddl(column)))
        .collect();
    format!(
        "CREATE TABLE {} (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version TEXT,
    seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    extra TEXT,
    \"_live\" INTEGER NOT NULL,
    \"_generation\" INTEGER NOT NULL,
    \"_others_at\" INTEGER NOT NULL,
    \"_others_by\" TEXT NOT NULL,
    \"_title\" TEXT NOT NULL{columns}
) STRICT",
        table.sql
    )
}

/// The DDL of its full-text index. Folded text without positions is all that prefix search needs; the text itself
/// stays in the record table.
pub(crate) fn search_ddl(table: &TableLayout) -> String {
    format!(
        "CREATE VIRTUAL TABLE {} USING fts5 (text, content = '', contentless_delete = 1, detail = none, \
         tokenize = \"unicode61 remove_diacritics 2\", prefix = '1 2 3')",
        table.search
    )
}

/// The DDL of its indexes: the list's order, the few marked rows, and columns by which records are looked up.
pub(crate) fn index_ddl(table: &TableLayout) -> Vec<String> {
    let (sql, name) = (&table.sql, &table.name);
    let mut ddl = vec![
        format!(
            "CREATE INDEX IF NOT EXISTS {} ON {sql} (\"_title\") WHERE deleted = 0",
            names::index(name, "title")
        ),
        format!(
            "CREATE INDEX IF NOT EXISTS {} ON {sql} (mark, deleted) WHERE mark <> 0",
            names::index(name, "marked")
        ),
        format!(
            "CREATE INDEX IF NOT EXISTS {} ON {sql} (deleted, \"_others_at\") WHERE \"_others_at\" <> 0",
            names::index(name, "others")
        ),
        format!(
            "CREATE INDEX IF NOT EXISTS {} ON {sql} (changed_at) WHERE deleted = 1",
            names::index(name, "trash")
        ),
    ];
    for column in table.columns().iter().filter(|column| is_looked_up(column)) {
        ddl.push(format!(
            "CREATE INDEX IF NOT EXISTS {} ON {sql} ({}) WHERE deleted = 0",
            names::column_index(name, &column.name),
            names::column(&column.name)
        ));
    }
    ddl
}

/// Makes the indexes that this version of the store has and the one before it did not.
pub(crate) fn make_indexes(conn: &Connection, layout: &Layout) -> Result<()> {
    for table in layout.tables() {
        for index in index_ddl(table) {
            conn.execute_batch(&index)?;
        }
    }
    Ok(())
}

fn is_looked_up(column: &Column) -> bool {
    column.unique || matches!(column.kind, ColumnKind::Reference { .. })
}

fn column_ddl(column: &Column) -> String {
    format!("{} {}", names::column(&column.name), sql_type(&column.kind))
}

fn create(conn: &Connection, table: &TableLayout) -> Result<()> {
    conn.execute_batch(&table_ddl(table))?;
    conn.execute_batch(&search_ddl(table))?;
    Ok(())
}

type Shape<'a> = Vec<(&'a str, &'static str, std::mem::Discriminant<ColumnKind>)>;

fn shape(table: &TableLayout) -> Shape<'_> {
    let columns = table.columns().iter();
    columns
        .map(|column| {
            (
                column.name.as_str(),
                sql_type(&column.kind),
                std::mem::discriminant(&column.kind),
            )
        })
        .collect()
}

fn same_title(old: &TableLayout, new: &TableLayout) -> bool {
    old.rules.table().title == new.rules.table().title
}

fn same_shape(old: &TableLayout, new: &TableLayout) -> bool {
    let (mut before, mut after) = (shape(old), shape(new));
    before.sort_by_key(|column| column.0);
    after.sort_by_key(|column| column.0);
    same_title(old, new) && before == after
}

fn only_adds(old: &TableLayout, new: &TableLayout) -> bool {
    let after = shape(new);
    let kept = shape(old).iter().all(|column| after.contains(column));
    let added = new
        .columns()
        .iter()
        .filter(|column| old.column(&column.name).is_none());
    same_title(old, new) && kept && added.into_iter().all(|column| !column.kind.is_searchable())
}

fn add_columns(conn: &Connection, old: &TableLayout, new: &TableLayout) -> Result<()> {
    for column in new.columns() {
        if old.column(&column.name).is_none() {
            conn.execute_batch(&format!(
                "ALTER TABLE {} ADD COLUMN {}",
                new.sql,
                column_ddl(column)
            ))?;
        }
    }
    let mut keepers = Vec::new();
    {
        let mut statement = conn.prepare(&format!("{} WHERE extra IS NOT NULL", new.select))?;
        let mut rows = statement.query([])?;
        while let Some(sql) = rows.next()? {
            keepers.push(row::read(new, sql)?);
        }
    }
    for mut keeper in keepers {
        keeper.fields = new.tidy(keeper.fields);
        row::update(conn, new, &keeper)?;
    }
    Ok(())
}

/// Copies the table into one of the new shape. Row numbers stay, so that open views stay right.
fn rebuild(conn: &Connection, old: &TableLayout, new: &TableLayout) -> Result<()> {
    let before = format!("\"rec_{}$before\"", new.name);
    for index in ["title", "marked", "others", "trash"] {
        conn.execute_batch(&format!(
            "DROP INDEX IF EXISTS {}",
            names::index(&new.name, index)
        ))?;
    }
    for column in old.columns() {
        let index = names::column_index(&new.name, &column.name);
        conn.execute_batch(&format!("DROP INDEX IF EXISTS {index}"))?;
    }
    conn.execute_batch(&format!("ALTER TABLE {} RENAME TO {before}", new.sql))?;
    conn.execute_batch(&format!("DROP TABLE IF EXISTS {}", new.search))?;
    create(conn, new)?;
    {
        let select = old
            .select
            .replace(&format!(" FROM {}", old.sql), &format!(" FROM {before}"));
        let mut statement = conn.prepare(&format!("{select} ORDER BY row"))?;
        let mut rows = statement.query([])?;
        let mut renumber = conn.prepare(&format!("UPDATE {} SET row = ?1 WHERE row = ?2", new.sql))?;
        while let Some(sql) = rows.next()? {
            let mut kept = row::read(old, sql)?;
            kept.fields = new.tidy(kept.fields);
            let made = row::insert(conn, new, &kept)?;
            if made.is_some_and(|made| made != kept.row) {
                renumber.execute([Some(kept.row), made])?;
            }
            if !kept.deleted {
                conn.prepare_cached(&new.search_insert)?
                    .execute(rusqlite::params![
                        kept.row,
                        new.search_text(&kept.id, &kept.fields)
                    ])?;
            }
        }
    }
    conn.execute_batch(&format!("DROP TABLE {before}"))?;
    Ok(())
}

/// The layout narrowed to the columns that the table on disk really has, each of the kind that its SQL type says.
fn readable(conn: &Connection, wanted: &TableLayout) -> Result<TableLayout> {
    let mut on_disk = Vec::new();
    {
        let mut statement = conn
            .prepare("SELECT name, type FROM pragma_table_info(?1) WHERE name NOT LIKE '\\_%' ESCAPE '\\'")?;
        let mut rows = statement.query([format!("rec_{}", wanted.name)])?;
        while let Some(sql) = rows.next()? {
            on_disk.push((sql.get::<_, String>(0)?, sql.get::<_, String>(1)?));
        }
    }
    let mut table = wanted.rules.table().clone();
    table.columns = on_disk
        .into_iter()
        .filter_map(|(name, sql)| {
            // System fields are no column names, so they fall out here.
            let name = landfall_core::id::ColumnName::new(name).ok()?;
            let same = wanted
                .column(&name)
                .filter(|column| sql_type(&column.kind) == sql);
            Some(same.cloned().unwrap_or_else(|| plain(name, &sql)))
        })
        .collect();
    TableLayout::new(&table)
}

fn plain(name: landfall_core::id::ColumnName, sql: &str) -> Column {
    let kind = match sql {
        "INTEGER" => ColumnKind::Integer {
            min: None,
            max: None,
            unit: None,
        },
        "REAL" => ColumnKind::Real {
            min: None,
            max: None,
            unit: None,
        },
        _ => ColumnKind::LongText { max_length: None },
    };
    Column {
        label: name.to_string(),
        name,
        help: None,
        kind,
        required: false,
        unique: false,
        read_only: false,
        default: None,
        merge: None,
    }
}
