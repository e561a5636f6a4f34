//! What SQLite does for the queries that must stay fast: no query of these reads a whole table or sorts.

use super::world::*;
use crate::counts::{marked_sql, others_sql};
use crate::view::Query;
use crate::{MarkFilter, ViewSpec, batch, history, trash};

fn plan(laptop: &Device, sql: &str) -> String {
    laptop
        .store
        .read(|conn, _| {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let parameters = statement.parameter_count();
            let nulls = vec![rusqlite::types::Null; parameters];
            let lines: Vec<String> = statement
                .query_map(rusqlite::params_from_iter(nulls), |sql| sql.get(3))?
                .collect::<Result<_, _>>()?;
            Ok(lines.join("\n"))
        })
        .unwrap()
}

fn view_sql(laptop: &Device, spec: &ViewSpec) -> String {
    let layout = laptop.store.layout();
    Query::new(&layout, layout.table(&spec.table).unwrap(), spec)
        .unwrap()
        .sql()
}

#[test]
fn the_list_is_read_off_the_title_index() {
    let laptop = Device::new("laptop");
    let all = ViewSpec::all(airfields());
    assert_eq!(
        plan(&laptop, &view_sql(&laptop, &all)),
        "SCAN t USING COVERING INDEX rec_airfields$title"
    );
    let waiting = ViewSpec {
        mark: Some(MarkFilter::Waiting),
        ..all.clone()
    };
    let marked = plan(&laptop, &view_sql(&laptop, &waiting));
    assert!(
        marked.starts_with("SEARCH t USING INDEX rec_airfields$marked"),
        "{marked}"
    );
    let others = ViewSpec {
        mark: Some(MarkFilter::ChangedByOthers),
        ..all
    };
    let others = plan(&laptop, &view_sql(&laptop, &others));
    assert!(
        others.starts_with("SEARCH t USING INDEX rec_airfields$others"),
        "{others}"
    );
}

#[test]
fn the_inbox_reads_what_waits_and_nothing_else() {
    let laptop = Device::new("laptop");
    let inbox = plan(&laptop, &crate::inbox::list_sql());
    assert!(
        inbox.contains("SEARCH o USING INDEX lf_outbox_state")
            && !inbox.contains("SCAN")
            && !inbox.contains("TEMP"),
        "{inbox}"
    );
    for (sql, index) in [
        ("SELECT n FROM lf_merge ORDER BY n DESC LIMIT ?1", "SCAN lf_merge"),
        (
            "SELECT before FROM lf_settled WHERE action = ?1 ORDER BY tbl, id",
            "SEARCH lf_settled USING PRIMARY KEY (action=?)",
        ),
    ] {
        let plan = plan(&laptop, sql);
        assert!(plan.contains(index) && !plan.contains("TEMP"), "{sql}: {plan}");
    }
}

#[test]
fn counts_read_marked_records_alone() {
    let laptop = Device::new("laptop");
    let marked = plan(&laptop, &marked_sql("\"rec_airfields\""));
    assert!(
        marked.contains("USING COVERING INDEX rec_airfields$marked"),
        "{marked}"
    );
    let others = plan(&laptop, &others_sql("\"rec_airfields\""));
    assert!(
        others.contains("USING COVERING INDEX rec_airfields$others"),
        "{others}"
    );
}

#[test]
fn the_trash_is_read_off_its_index() {
    let laptop = Device::new("laptop");
    let sql = trash::sql(laptop.store.layout().table(&airfields()).unwrap());
    assert_eq!(
        plan(&laptop, &sql),
        "SCAN rec_airfields USING INDEX rec_airfields$trash"
    );
}

#[test]
fn the_outbox_is_read_by_its_indexes() {
    let laptop = Device::new("laptop");
    for (sql, index) in [
        (
            "SELECT o.fields FROM lf_outbox AS o WHERE o.tbl = ?1 AND o.id = ?2",
            "lf_outbox_",
        ),
        (
            "SELECT o.fields FROM lf_outbox AS o WHERE o.state = ?1 ORDER BY o.seq",
            "lf_outbox_state",
        ),
        (batch::HAS_WORK, "lf_outbox_state"),
        (
            "SELECT o.fields FROM lf_outbox AS o WHERE o.op_id = ?1",
            "sqlite_autoindex_lf_outbox_1",
        ),
        (
            "SELECT n FROM lf_history WHERE tbl = ?1 AND id = ?2 ORDER BY n DESC",
            "lf_history_record",
        ),
        (
            "SELECT n FROM lf_history WHERE action = ?1 ORDER BY n DESC",
            "lf_history_action",
        ),
        (history::TAKEN, "lf_history_unsent"),
        (history::APPLIED, "lf_history_unsent"),
        (history::CLOSED, "lf_history_unsent"),
        (history::SETTLED, "lf_history_record"),
        (history::SETTLED_APPLIED, "lf_history_record"),
        (history::CARRIED, "lf_history_record"),
        (
            "SELECT id FROM lf_action WHERE undone = ?1 ORDER BY place DESC LIMIT 1",
            "lf_action_undone",
        ),
        (
            "SELECT id FROM lf_action WHERE id = ?1 OR latest = ?1",
            "sqlite_autoindex_lf_action_",
        ),
        (
            "SELECT n FROM lf_log WHERE kind = ?2 ORDER BY n DESC LIMIT ?1",
            "lf_log_kind",
        ),
        (
            "SELECT 1 FROM rec_airfields WHERE ident = ?1 AND deleted = 0 AND id <> ?2 LIMIT 1",
            "rec_airfields$by_ident",
        ),
        (
            "SELECT 1 FROM rec_airfields WHERE id = ?1 AND deleted = 0",
            "sqlite_autoindex_rec_airfields_1",
        ),
    ] {
        let plan = plan(&laptop, sql);
        assert!(
            plan.contains(index) && !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"),
            "{sql}: {plan}"
        );
    }
}
