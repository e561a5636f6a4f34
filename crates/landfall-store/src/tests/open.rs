//! Opening a folder: what can stand in the way is told apart, and nothing on disk is touched.

use super::world::*;
use crate::{Error, LogEntry, LogKind, OpenError, Store};
use landfall_core::id::Millis;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

#[test]
fn two_processes_do_not_share_a_folder() {
    let laptop = Device::new("laptop");
    let second = Store::open(laptop.path(), surroundings());
    assert!(matches!(second, Err(OpenError::Busy)));
    let laptop = laptop.restart();
    assert!(laptop.store.workspace().unwrap().is_some());
}

#[test]
fn a_newer_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path(), surroundings()).unwrap());
    let file = dir.path().join("landfall.db");
    rusqlite::Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = fs::read(&file).unwrap();
    assert!(matches!(
        Store::open(dir.path(), surroundings()),
        Err(OpenError::Newer { found: 99 })
    ));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn what_is_no_database_of_ours_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("landfall.db");
    fs::write(
        &file,
        "Dear diary, today I went to the airfield and then to the next one.".repeat(100),
    )
    .unwrap();
    assert!(matches!(
        Store::open(dir.path(), surroundings()),
        Err(OpenError::NotADatabase { .. })
    ));
    fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    let before = fs::read(&file).unwrap();
    assert!(matches!(
        Store::open(dir.path(), surroundings()),
        Err(OpenError::NotADatabase { .. })
    ));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn damage_is_called_damage() {
    let laptop = Device::new("laptop");
    laptop.insert("dm-1", named("Ambri"));
    let dir = tempfile::tempdir().unwrap();
    on_disk(&laptop);
    fs::copy(laptop.path().join("landfall.db"), dir.path().join("landfall.db")).unwrap();
    let mut file = fs::File::options()
        .write(true)
        .open(dir.path().join("landfall.db"))
        .unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    file.write_all(&[0xff; 3_996]).unwrap();
    drop(file);
    assert!(matches!(
        Store::open(dir.path(), surroundings()),
        Err(OpenError::Damaged(_))
    ));
}

/// All of it in the one file.
fn on_disk(laptop: &Device) {
    laptop
        .store
        .0
        .writer
        .run(|conn| Ok(conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?))
        .unwrap();
}

#[test]
fn a_folder_that_can_not_be_made_is_an_io_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(
        Store::open(&file.join("below"), surroundings()),
        Err(OpenError::Io(_))
    ));
}

#[test]
fn before_a_workspace_there_are_settings_and_nothing_else() {
    let laptop = Device::unconnected();
    assert!(laptop.store.schema().is_none());
    assert_eq!(laptop.store.workspace().unwrap(), None);
    assert!(matches!(
        laptop.store.record(&airfields(), &id("x")),
        Err(Error::NoWorkspace)
    ));
    assert!(matches!(
        laptop.store.edit(vec![update("x", "name", "y")]),
        Err(Error::NoWorkspace)
    ));
    assert!(laptop.batch().is_empty() && laptop.store.outbox().unwrap().is_empty());
    laptop.store.put_setting("view/airfields/closed", "q=1").unwrap();
    laptop.store.put_setting("theme", "dark").unwrap();
    assert_eq!(laptop.store.settings("view/").unwrap().len(), 1);
    laptop.store.remove_setting("theme").unwrap();
    assert_eq!(laptop.store.setting("theme").unwrap(), None);
}

#[test]
fn a_device_that_left_its_workspace_has_no_value_of_it_in_any_file() {
    let laptop = Device::new("laptop");
    let kept = || {
        let files = fs::read_dir(laptop.path()).unwrap();
        let texts = files.map(|file| fs::read(file.unwrap().path()).unwrap());
        let mut names = texts.filter(|bytes| bytes.windows(5).any(|bytes| bytes == b"Ambri"));
        names.next().is_some()
    };
    laptop.insert("er-1", named("Ambri"));
    assert!(kept());
    laptop.store.erase(true).unwrap();
    assert!(
        !kept(),
        "not in the write-ahead log either, while the app goes on"
    );
}

#[test]
fn a_run_that_was_cut_off_is_known_at_the_next_start() {
    let laptop = Device::new("laptop");
    let started = laptop.store.sync_started(None).unwrap().unwrap();
    assert!(!started.cut_off);
    assert_eq!(laptop.store.last_success().unwrap(), None);
    let laptop = laptop.restart();
    assert!(laptop.store.was_cut_off().unwrap());
    let started = laptop.store.sync_started(None).unwrap().unwrap();
    assert!(started.cut_off);
    laptop.store.sync_finished(true, &[]).unwrap();
    assert!(!laptop.store.was_cut_off().unwrap());
    assert!(laptop.store.last_success().unwrap().is_some());
}

#[test]
fn the_log_keeps_a_thousand_and_twenty_names_each() {
    let laptop = Device::new("laptop");
    for n in 0..1_003 {
        let kind = if n % 2 == 0 {
            LogKind::Sent
        } else {
            LogKind::Received
        };
        let entry = LogEntry {
            at: Millis(n),
            kind,
            table: Some(airfields()),
            record_ids: (0..30).map(|n| id(&format!("lg-{n}"))).collect(),
            count: 30,
            code: "sent".into(),
        };
        laptop.store.log(entry).unwrap();
    }
    let all = laptop.store.log_entries(None, 5_000).unwrap();
    assert_eq!(all.len(), 1_000);
    assert_eq!(
        (all[0].entry.at, all[0].entry.record_ids.len()),
        (Millis(1_002), 20)
    );
    let sent = laptop.store.log_entries(Some(LogKind::Sent), 3).unwrap();
    assert!(sent.len() == 3 && sent.iter().all(|line| line.entry.kind == LogKind::Sent));
}

#[test]
fn a_file_of_the_first_format_opens_with_its_conflicts() {
    let dir = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(dir.path().join("landfall.db")).unwrap();
    old.execute_batch(include_str!("../../migrations/0001_first.sql"))
        .unwrap();
    old.pragma_update(None, "application_id", 0x4c46_414c).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    let theirs = r#"{"id":"ff-1","version":"v2","seq":2,"created_at":1,"updated_at":2,"changed_at":2,"fields":{"name":"theirs"}}"#;
    old.execute(
        "INSERT INTO lf_conflict (tbl, id, kind, columns, base, mine, theirs, at) \
         VALUES ('airfields', 'ff-1', 0, '[\"name\"]', '{}', '{\"name\":\"mine\"}', ?1, 7)",
        [theirs],
    )
    .unwrap();
    drop(old);

    let store = Store::open(dir.path(), surroundings()).unwrap();
    let found = store.read(|conn, _| crate::conflict::find(conn, &airfields(), &id("ff-1")));
    let found = found.unwrap().unwrap();
    assert_eq!(
        (found.at, found.mine, found.decided),
        (Millis(7), named("mine"), Vec::new())
    );
}
