//! The real binary, as people and scripts use it.

use crate::world::{Device, SCHEMA, insert_airfield, surroundings};
use landfall_protocol::push::{PushRequest, PushResponse};
use landfall_protocol::{VERSION, VERSION_HEADER};
use landfall_server::Workspace;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_landfall-server");

/// What the binary said and how it ended.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn run(args: &[&str]) -> Said {
    Command::new(BINARY)
        .args(args)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
        .into()
}

fn done(args: &[&str]) -> Said {
    let said = run(args);
    assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
    said
}

/// A folder, and paths in it as text.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// A workspace with the tests' schema.
    fn workspace(&self) -> String {
        let dir = self.path("workspace");
        Workspace::create(&dir, SCHEMA, surroundings().1).unwrap();
        dir
    }
}

#[test]
fn the_sample_workspace_is_made_exported_and_imported_again() {
    let folder = Folder::new();
    let dir = folder.path("sample");
    let made = done(&["init", "--template", "airfields", &dir]);
    assert!(made.out.contains("airfields: 28298 records"), "{}", made.out);
    assert!(Path::new(&dir).join("NOTICE").is_file());

    let csv = folder.path("airfields.csv");
    done(&["export", &dir, "airfields", "--output", &csv]);
    let again = done(&["import", &dir, "airfields", &csv]);
    assert_eq!(again.out, "28298 lines: 0 new, 0 changed, 28298 unchanged\n");
    assert_eq!(
        done(&["export", &dir, "airfields"]).out,
        fs::read_to_string(&csv).unwrap()
    );
    let ndjson = done(&["export", &dir, "defects", "--format", "ndjson"]).out;
    assert_eq!(ndjson.lines().count(), 250);

    let doctor = done(&["doctor", &dir]);
    assert!(doctor.out.contains("Everything is in order."), "{}", doctor.out);

    let refused = run(&["init", "--template", "todo", &dir]);
    assert_eq!(refused.code, 1);
    assert_eq!(
        refused.err,
        format!("error: {dir} is not empty: name a new or an empty folder\n")
    );
}

#[test]
fn a_workspace_begins_with_ones_own_schema_file() {
    let folder = Folder::new();
    let dir = folder.path("own");
    let broken = folder.file(
        "broken.toml",
        "[workspace]\nname = \"W\"\nversion = 1\n\n[[table]]\nname = \"Big Table\"\n",
    );
    let refused = run(&["init", "--schema", &broken, &dir]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.starts_with(&format!("error: {broken}: line 6: ")),
        "{}",
        refused.err
    );
    assert!(!Path::new(&dir).exists(), "a broken schema leaves nothing behind");

    let mine = folder.file("mine.toml", SCHEMA);
    let made = done(&["init", "--schema", &mine, &dir]);
    assert_eq!(
        made.out,
        format!(
            "Made the workspace \"Airfields\" in {dir}.\n  airfields: no records yet\n  inspections: no records yet\n\
             Next: landfall-server device add {dir} laptop, then landfall-server serve {dir}\n"
        )
    );
    assert_eq!(
        fs::read_to_string(Path::new(&dir).join("landfall.toml")).unwrap(),
        SCHEMA
    );
    done(&["device", "add", &dir, "laptop"]);
    done(&["doctor", &dir]);

    let refused = run(&["init", "--schema", &mine, &dir]);
    assert_eq!(
        refused.err,
        format!("error: {dir} is not empty: name a new or an empty folder\n")
    );
    for one_of_both in [
        &["init", &dir][..],
        &["init", "--schema", &mine, "--template", "todo", &dir],
    ] {
        assert_eq!(run(one_of_both).code, 2, "{one_of_both:?}");
    }
}

#[test]
fn bad_lines_are_told_with_their_numbers() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let mut text = "id,name,elevation\na-701,Tarasp,1400\n".to_owned();
    for n in 0..25 {
        text.push_str(&format!("a-71{n},Field,99999\n"));
    }
    let csv = folder.file("bad.csv", text);

    let refused = run(&["import", &dir, "airfields", &csv]);
    assert_eq!(refused.code, 1);
    let told: Vec<&str> = refused.err.lines().collect();
    assert_eq!(
        told[0],
        "line 3: column elevation (integer): Elevation must be 9000 or less."
    );
    assert_eq!(told[20], "and 5 more lines");
    assert_eq!(
        told[21],
        format!("error: {csv} was not imported: 25 of 26 lines can't be imported; nothing was changed")
    );
    assert_eq!(told.len(), 22);

    let kept = run(&["import", &dir, "airfields", &csv, "--keep-going"]);
    assert_eq!(kept.code, 3);
    assert_eq!(kept.out, "26 lines: 1 new, 0 changed, 0 unchanged, 25 left out\n");
}

#[test]
fn what_can_not_be_done_is_said_in_one_sentence() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let empty = folder.path("empty");
    fs::create_dir(&empty).unwrap();
    let broken = folder.file(
        "broken.toml",
        "[workspace]\nname = \"W\"\nversion = 1\n\n[[table]]\nname = \"Big Table\"\n",
    );
    let latin1 = folder.file("latin1.csv", b"id,name\na-721,Z\xfcrich\n");
    let damaged = folder.path("damaged");
    fs::create_dir(&damaged).unwrap();
    fs::copy(
        Path::new(&dir).join("landfall.toml"),
        Path::new(&damaged).join("landfall.toml"),
    )
    .unwrap();
    fs::write(
        Path::new(&damaged).join("landfall-server.db"),
        "no database at all, but long enough".repeat(200),
    )
    .unwrap();

    let mut told = Vec::new();
    for args in [
        &["serve", &empty][..],
        &["serve", &dir, "--listen", "192.0.2.1:1"],
        &["doctor", &damaged],
        &["schema", "check", &broken],
        &["schema", "check", "/nowhere/landfall.toml"],
        &["import", &dir, "runways", &latin1],
        &["import", &dir, "airfields", &latin1],
        &["import", &dir, "airfields", "/nowhere/file.csv"],
        &["export", &dir, "runways"],
        &["export", &dir, "airfields", "--output", "/nowhere/file.csv"],
        &["device", "add", &dir, "  "],
        &["device", "remove", &dir, "toaster"],
    ] {
        let said = run(args);
        assert_eq!(said.code, 1, "{args:?}");
        assert_eq!(said.out, "");
        told.push(said.err.replace(folder.0.path().to_str().unwrap(), "FOLDER"));
    }
    insta::assert_snapshot!("sentences", told.concat());
}

#[test]
fn keys_for_pushes_are_made_once_and_are_the_owners_alone() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let no_contact = run(&["push", "keys", &dir, "--contact", "somebody"]);
    assert_eq!(no_contact.code, 1);
    assert!(
        no_contact.err.contains("mailto:you@example.org"),
        "{}",
        no_contact.err
    );

    let file = Path::new(&dir).join("push.toml");
    let made = done(&["push", "keys", &dir, "--contact", "ops@example.org"]);
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("subject = \"mailto:ops@example.org\""), "{kept}");
    let public = made.out.lines().next().unwrap().rsplit(' ').next().unwrap();
    assert!(public.len() == 87 && !kept.contains(public), "{}", made.out);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    // Other keys would cost every device its subscription.
    let again = run(&["push", "keys", &dir, "--contact", "ops@example.org"]);
    assert_eq!(again.code, 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), kept, "{}", again.err);
}

#[test]
fn a_test_push_says_what_is_missing() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let stranger = run(&["push", "test", &dir, "toaster"]);
    assert_eq!(stranger.code, 1);
    assert!(stranger.err.contains("toaster"), "{}", stranger.err);

    done(&["device", "add", &dir, "phone"]);
    let not_yet = run(&["push", "test", &dir, "phone"]);
    assert_eq!((not_yet.code, not_yet.out.as_str()), (1, ""));
    assert!(not_yet.err.contains("background sync"), "{}", not_yet.err);
}

#[test]
fn devices_come_and_go() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let added = done(&["device", "add", &dir, "laptop"]);
    assert!(
        added.out.starts_with("lf_") && added.out.trim().len() > 40,
        "the token alone: {}",
        added.out
    );
    let added: serde_json::Value =
        serde_json::from_str(&done(&["device", "add", &dir, "phone", "--json"]).out).unwrap();
    assert_eq!(added["name"], "phone");
    let list: serde_json::Value =
        serde_json::from_str(&done(&["device", "list", &dir, "--json"]).out).unwrap();
    assert_eq!(list[1]["id"], added["id"]);
    assert!(!list.to_string().contains("lf_"), "tokens are kept nowhere");
    done(&["device", "remove", &dir, "laptop"]);
    assert!(!done(&["device", "list", &dir]).out.contains("laptop"));
    assert_eq!(
        done(&["tombstones", "purge", &dir, "--older-than", "90"]).out,
        "Removed the marks of 0 deleted records.\n"
    );
    assert!(done(&["epoch", "renew", &dir]).out.contains("new epoch"));
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let workspace = Workspace::open(&dir, surroundings().1).unwrap();
    let spoil = |sql: &'static str| {
        workspace
            .database()
            .write_blocking(move |tx, _| Ok(tx.execute_batch(sql)?))
            .unwrap();
    };
    spoil("UPDATE _tables SET count = 7 WHERE name = 'airfields'");
    fs::write(
        Path::new(&dir).join("landfall.toml"),
        SCHEMA.replace("max_length = 60", "max_length = 6"),
    )
    .unwrap();
    let said = run(&["doctor", &dir]);
    assert_eq!(said.code, 1);
    let faults: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("FAULT"))
        .collect();
    insta::assert_debug_snapshot!("faults", faults);
}

#[test]
fn the_doctor_says_that_values_stand_twice_in_a_column_that_is_to_be_unique() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let file = Path::new(&dir).join("landfall.toml");
    let unique_summary = "name = \"summary\"\ntype = \"text\"\nunique = true";
    let grown = SCHEMA
        .replace("version = 1", "version = 2")
        .replace("name = \"summary\"\ntype = \"text\"", unique_summary)
        + "[[table.column]]\nname = \"number\"\ntype = \"integer\"\nunique = true\n";
    fs::write(&file, grown).unwrap();
    let import = |text: &str| {
        done(&["import", &dir, "inspections", &folder.file("list.csv", text)]);
    };

    import("id,summary\ni-751,Grass cut\ni-752,Grass cut\n");
    let said = run(&["doctor", &dir]);
    assert_eq!(said.code, 1);
    let fault = "landfall.toml can't be taken over: column summary of table inspections can't become unique, some of \
                 its values stand in several records: change them first";
    assert!(
        said.out.contains(&format!("FAULT      {fault}\n")),
        "{}",
        said.out
    );
    let refused = run(&["serve", &dir, "--listen", "127.0.0.1:0"]);
    assert_eq!((refused.code, refused.err), (1, format!("error: {fault}\n")));

    import("id,summary\ni-752,Grass mown\n");
    assert!(done(&["doctor", &dir]).out.contains("landfall.toml has grown"));
    Serving::start(&dir, folder.path("port").into(), "127.0.0.1:0").stop("-TERM");
    assert!(done(&["doctor", &dir]).out.contains("is that of the database"));
}

/// A serving process; the test ends it.
struct Serving {
    child: Child,
    port_file: PathBuf,
    address: String,
}

impl Serving {
    fn start(dir: &str, port_file: PathBuf, listen: &str) -> Self {
        let mut child = Command::new(BINARY)
            .args([
                "serve",
                dir,
                "--listen",
                listen,
                "--port-file",
                port_file.to_str().unwrap(),
            ])
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It says that it serves when it does.
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with("Serving \"Airfields\" on http://"), "{line}");
        let address = fs::read_to_string(&port_file).unwrap().trim().to_owned();
        assert!(line.contains(&address), "{line}");
        Self {
            child,
            port_file,
            address,
        }
    }

    /// Asks it to stop; gives its log.
    fn stop(mut self, signal: &str) -> String {
        let asked = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
        assert!(!self.port_file.exists());
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        log
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_workspace_answers_its_devices_and_stops_when_asked() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let token = done(&["device", "add", &dir, "laptop"]).out.trim().to_owned();
    let serving = Serving::start(&dir, folder.path("port").into(), "127.0.0.1:0");

    let other = folder.path("other");
    Workspace::create(&other, SCHEMA, surroundings().1).unwrap();
    let taken = run(&["serve", &other, "--listen", &serving.address]);
    assert_eq!(taken.code, 1);
    assert!(
        taken
            .err
            .contains("free it, or name another address with --listen"),
        "{}",
        taken.err
    );

    let pull = reqwest::Client::new()
        .get(format!("http://{}/v1/pull?tables=airfields", serving.address))
        .bearer_auth(&token)
        .header(VERSION_HEADER, VERSION);
    assert!(pull.send().await.unwrap().status().is_success());

    let log = serving.stop("-TERM");
    assert!(log.contains("/v1/pull") && log.contains("status=200"), "{log}");
    assert!(!log.contains(&token), "a token is never logged");
    assert!(!log.contains("without TLS"), "{log}");
}

#[test]
fn one_process_serves_a_workspace_and_commands_go_on_beside_it() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let serving = Serving::start(&dir, folder.path("port").into(), "127.0.0.1:0");

    let second = run(&["serve", &dir, "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert_eq!(
        second.err,
        format!("error: {dir} is served by another process already: stop that one first\n")
    );

    done(&["device", "add", &dir, "laptop"]);
    let csv = folder.file("list.csv", "id,name\na-731,Juf\n");
    done(&["import", &dir, "airfields", &csv]);
    assert!(done(&["export", &dir, "airfields"]).out.contains("a-731"));
    done(&["doctor", &dir]);
    done(&["tombstones", "purge", &dir, "--older-than", "90"]);

    let port_file = serving.port_file.clone();
    serving.stop("-TERM");
    Serving::start(&dir, port_file, "127.0.0.1:0").stop("-TERM");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_leaves_a_schema_that_has_grown_to_the_server() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let token = done(&["device", "add", &dir, "laptop"]).out.trim().to_owned();
    let serving = Serving::start(&dir, folder.path("port").into(), "127.0.0.1:0");
    let file = Path::new(&dir).join("landfall.toml");
    let grown = SCHEMA.replace("version = 1", "version = 2");
    fs::write(
        &file,
        format!("{grown}[[table.column]]\nname = \"depth\"\ntype = \"real\"\n"),
    )
    .unwrap();

    let before = folder.file("before.csv", "id,name\na-741,Juf\n");
    let imported = done(&["import", &dir, "airfields", &before]);
    assert_eq!(
        imported.err,
        "The import goes by the schema that the database has. landfall.toml has grown: start the server again to take \
         it over\n"
    );
    let after = folder.file("after.csv", "id,summary,depth\ni-741,Deep,1.5\n");
    assert_eq!(run(&["import", &dir, "inspections", &after]).code, 1);

    // The server goes on with the schema that it has, and takes over the other one when it is started again.
    let laptop = Device::new(&format!("http://{}", serving.address), &token);
    assert_eq!(laptop.pull("").await.len(), 1);
    let port_file = serving.port_file.clone();
    serving.stop("-TERM");
    Serving::start(&dir, port_file, "127.0.0.1:0").stop("-TERM");
    let imported = done(&["import", &dir, "inspections", &after]);
    assert_eq!(
        (imported.out.as_str(), imported.err.as_str()),
        ("1 lines: 1 new, 0 changed, 0 unchanged\n", "")
    );

    fs::write(&file, "[workspace]\nname =").unwrap();
    let imported = done(&["import", &dir, "inspections", &after]);
    assert!(imported.err.contains("landfall.toml: line 2"), "{}", imported.err);
}

#[test]
fn an_open_address_is_warned_of() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let serving = Serving::start(&dir, folder.path("port").into(), "0.0.0.0:0");
    let log = serving.stop("-INT");
    assert!(log.contains("without TLS"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_server_that_is_killed() {
    let folder = Folder::new();
    let dir = folder.workspace();
    let token = done(&["device", "add", &dir, "laptop"]).out.trim().to_owned();
    let mut serving = Serving::start(&dir, folder.path("port").into(), "127.0.0.1:0");
    let laptop = Device::new(&format!("http://{}", serving.address), &token);

    // The laptop pushes one change after the other; after the 20th answer the server is killed, in the middle of
    // whatever it does.
    let mut answered = Vec::new();
    let mut killing = None;
    let unanswered = loop {
        let id = format!("a-{}", 800 + answered.len());
        let op = insert_airfield(&format!("op-{id}"), &id, "Vals");
        let request = PushRequest {
            ops: vec![op.clone()],
            acked: Vec::new(),
        };
        let answer = match laptop.post("/v1/push").json(&request).send().await {
            Ok(answer) => answer.json::<PushResponse>().await,
            Err(cut) => Err(cut),
        };
        if answer.is_err() {
            break op;
        }
        answered.push(id);
        if answered.len() == 20 {
            let server = serving.child.id().to_string();
            killing = Some(std::thread::spawn(move || {
                Command::new("kill").args(["-KILL", &server]).status()
            }));
        }
    };
    assert!(killing.unwrap().join().unwrap().unwrap().success());
    serving.child.wait().unwrap();

    // Started again it has every change that it answered, and takes the one that it did not, once.
    let serving = Serving::start(&dir, serving.port_file, "127.0.0.1:0");
    let laptop = Device::new(&format!("http://{}", serving.address), &token);
    laptop.applied(unanswered.clone()).await;
    let version = laptop.applied(unanswered.clone()).await;
    answered.push(unanswered.id.to_string());
    let pages = laptop.pull("").await;
    let records: Vec<_> = pages
        .iter()
        .flat_map(|page| page.records.values().flatten())
        .collect();
    assert_eq!(
        records
            .iter()
            .map(|record| record.id.as_str())
            .collect::<Vec<_>>(),
        answered
    );
    assert_eq!(records.last().unwrap().version, version);
    serving.stop("-TERM");
    done(&["doctor", &dir]);
}
