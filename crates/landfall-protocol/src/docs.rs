//! Writes `docs/PROTOCOL.md` from what is tested: the prose from the modules' docs, the tables from the types' docs, the
//! JSON from [`crate::examples`]. The test fails when the file says something else.

use crate::examples as ex;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

const LIB: &str = include_str!("lib.rs");
const WORKSPACE: &str = include_str!("workspace.rs");
const PUSH: &str = include_str!("push.rs");
const PULL: &str = include_str!("pull.rs");
const HISTORY: &str = include_str!("history.rs");
const WAKE: &str = include_str!("wake.rs");
const ERROR: &str = include_str!("error.rs");
const RECORD: &str = include_str!("../../landfall-core/src/record.rs");
const OUTBOX: &str = include_str!("../../landfall-core/src/outbox.rs");
const CHECKSUM: &str = include_str!("../../landfall-core/src/checksum.rs");
const VALUE: &str = include_str!("../../landfall-core/src/value.rs");
const SCHEMA: &str = include_str!("../../landfall-core/src/schema.rs");
const VALIDATE: &str = include_str!("../../landfall-core/src/validate.rs");

#[test]
fn the_protocol_document_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PROTOCOL.md");
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, document).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let first = document
        .lines()
        .zip(written.lines())
        .position(|(ours, theirs)| ours != theirs);
    assert!(
        written == document,
        "docs/PROTOCOL.md is not up to date (from line {}): run `UPDATE_DOCS=1 cargo nextest run -p landfall-protocol`",
        first.unwrap_or_else(|| document.lines().count().min(written.lines().count())) + 1
    );
}

fn document() -> String {
    let mut md = Document::default();
    md.line("# The protocol");
    md.line(
        "<!-- Written by a test of crates/landfall-protocol from its docs and examples: edit those, then run",
    );
    md.line("     UPDATE_DOCS=1 cargo nextest run -p landfall-protocol -->\n");
    md.prose(LIB);
    md.line("JSON is UTF-8. Instants are whole milliseconds since 1970-01-01T00:00:00Z. A key marked *optional* may be left");
    md.line("out. Unknown keys are ignored, so that keys can be added within a version.\n");

    md.line("## Workspace\n");
    md.prose(WORKSPACE);
    md.shape(WORKSPACE, "Workspace");
    md.shape(WORKSPACE, "Limits");
    md.shape(WORKSPACE, "Device");
    md.example("`GET /v1/workspace` answers", &ex::workspace());
    md.line("### The schema\n");
    md.prose(SCHEMA);
    for name in [
        "Schema",
        "Table",
        "Column",
        "ColumnKind",
        "Choice",
        "TableMerge",
        "MergeRule",
        "NotifyRule",
    ] {
        md.shape(SCHEMA, name);
    }
    md.shape(WORKSPACE, "Health");
    md.example("`GET /healthz` answers", &ex::health());

    md.line("## Records and values\n");
    md.shape(RECORD, "Record");
    md.example("A record", &ex::record());
    md.prose(VALUE);
    md.shape(VALUE, "Value");

    md.line("## Push\n");
    md.prose(PUSH);
    md.shape(PUSH, "PushRequest");
    md.shape(PUSH, "Op");
    md.shape(OUTBOX, "OpKind");
    md.shape(OUTBOX, "EditOrigin");
    md.example("`POST /v1/push` with", &ex::push_request());
    md.shape(PUSH, "PushResponse");
    md.shape(PUSH, "OpResult");
    md.shape(PUSH, "Outcome");
    md.example("answers", &ex::push_response());
    md.line("One operation's answer in each of its forms:\n");
    md.example("Applied", &ex::applied());
    md.example("Changed by someone else", &ex::conflict());
    md.example(
        "Changed by someone else, and the server has no such record",
        &ex::conflict_without_a_record(),
    );
    md.shape(OUTBOX, "Refusal");
    md.shape(VALIDATE, "FieldError");
    md.shape(VALIDATE, "Rule");
    md.example("Against the rules", &ex::rejected());
    md.example("Held back with its group", &ex::held());
    md.line("Codes of a rejection:\n");
    md.consts(PUSH);

    md.line("## Pull\n");
    md.prose(PULL);
    md.shape(PULL, "Page");
    md.shape(PULL, "Cursor");
    md.example("A page, on one line in the stream", &ex::page());
    md.example(
        "The first page of a stream that starts over",
        &ex::page_of_a_reset(),
    );
    md.shape(CHECKSUM, "TableSum");
    md.example("The last page", &ex::last_page());
    md.line("### The checksum\n");
    md.prose(CHECKSUM);

    md.line("## History\n");
    md.prose(HISTORY);
    md.shape(HISTORY, "HistoryEntry");
    md.example(
        "`GET /v1/records/defects/defect-0001/history` answers",
        &ex::history(),
    );

    md.line("## Wakes\n");
    md.prose(WAKE);
    md.shape(WAKE, "Hello");
    md.shape(WAKE, "Wake");
    md.shape(WAKE, "Notify");
    md.line("An event stream, as it stands on the line:\n");
    md.line(&format!("```\n{}```\n", ex::event_stream()));
    md.shape(WAKE, "PushedWake");
    md.example("What a push carries", &ex::pushed_wake());
    md.shape(WAKE, "Platform");
    md.shape(WAKE, "InstallationRequest");
    md.shape(WAKE, "Channel");
    md.example(
        "`PUT /v1/installations/ben-phone` with",
        &ex::installation_request(),
    );
    md.example("The channel of FCM", &ex::fcm_channel());
    md.example("The channel of APNs", &ex::apns_channel());
    md.example("Without a channel", &ex::stream_channel());
    md.shape(WAKE, "Installation");
    md.example(
        "answers, as `GET /v1/installations/ben-phone` does",
        &ex::installation(),
    );
    md.shape(WAKE, "Channels");
    md.example("`GET /v1/installations` answers", &ex::channels());
    md.shape(WAKE, "TestReport");
    md.example(
        "`POST /v1/installations/ben-phone/test` answers",
        &ex::test_report(),
    );
    md.example("and when it went wrong", &ex::failed_test());

    md.line("## Errors\n");
    md.prose(ERROR);
    md.shape(ERROR, "ErrorBody");
    md.shape(ERROR, "ErrorCode");
    md.example("An error", &ex::error_body());
    md.text
}

#[derive(Default)]
struct Document {
    text: String,
}

impl Document {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The module doc of a source file.
    fn prose(&mut self, source: &str) {
        for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
            self.line(&plain(line.strip_prefix(' ').unwrap_or(line)));
        }
        self.line("");
    }

    fn example(&mut self, what: &str, value: &impl Serialize) {
        let json = serde_json::to_string_pretty(value).unwrap();
        writeln!(self.text, "{what}:\n\n```json\n{json}\n```\n").unwrap();
    }

    /// A type: its doc, and its fields or variants with theirs.
    fn shape(&mut self, source: &str, name: &str) {
        let item = Item::find(source, name);
        writeln!(self.text, "**{name}**: {}\n", item.doc).unwrap();
        if item.is_enum {
            self.line("| | |\n|---|---|");
        } else {
            self.line("| key | | |\n|---|---|---|");
        }
        for part in &item.parts {
            let Part { name, form, doc } = part;
            if item.is_enum {
                let form = if form.is_empty() {
                    String::new()
                } else {
                    format!(" {form}")
                };
                writeln!(self.text, "| `{name}`{form} | {doc} |").unwrap();
            } else {
                writeln!(self.text, "| `{name}` | {form} | {doc} |").unwrap();
            }
        }
        self.line("");
    }

    /// The text constants of a source file, with their docs.
    fn consts(&mut self, source: &str) {
        self.line("| | |\n|---|---|");
        let mut doc = String::new();
        for line in source.lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("/// ") {
                doc = text.to_owned();
            } else if let Some((_, value)) = line
                .strip_prefix("pub const ")
                .and_then(|rest| rest.split_once(" = "))
            {
                writeln!(self.text, "| `{}` | {doc} |", value.trim_matches(['"', ';'])).unwrap();
            }
        }
        self.line("");
    }
}

/// A type as its source file has it.
struct Item {
    is_enum: bool,
    doc: String,
    parts: Vec<Part>,
}

/// A field or a variant.
struct Part {
    name: String,
    form: String,
    doc: String,
}

impl Item {
    fn find(source: &str, name: &str) -> Self {
        let lines: Vec<_> = source.lines().collect();
        let heads = [format!("pub struct {name} {{"), format!("pub enum {name} {{")];
        let head = lines
            .iter()
            .position(|line| heads.iter().any(|head| head == line));
        let head = head.unwrap_or_else(|| panic!("there is no type {name}"));
        let is_enum = lines[head] == heads[1];
        let above = lines[..head]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let mut above: Vec<_> = above.copied().collect();
        above.reverse();
        let body = lines[head + 1..].iter().copied().take_while(|&line| line != "}");
        let tag = above
            .iter()
            .find_map(|line| line.split("serde(tag = \"").nth(1)?.split('"').next());
        let tag = tag.map_or_else(String::new, |tag| format!(" Told apart by the key `{tag}`."));
        Self {
            is_enum,
            doc: doc_of(&above, "/// ") + &tag,
            parts: parts(&body.collect::<Vec<_>>(), is_enum),
        }
    }
}

fn parts(body: &[&str], is_enum: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut above = Vec::new();
    let mut inner = Vec::new();
    for line in body {
        let Some(own) = line.strip_prefix("    ").filter(|own| !own.starts_with(' ')) else {
            // A field of a variant.
            let field = line.trim_start();
            if let Some((name, _)) = field.split_once(": ").filter(|_| !field.starts_with(['/', '#'])) {
                inner.push(format!("`{name}`"));
            }
            continue;
        };
        if own.starts_with("///") || own.starts_with("#[") {
            above.push(own);
        } else if own.starts_with('}') {
            if let Some(Part { form, .. }) = parts.last_mut() {
                *form = format!("with {}", std::mem::take(&mut inner).join(", "));
            }
        } else if let Some(part) = part(own, &above, is_enum) {
            parts.push(part);
            above.clear();
        }
    }
    parts
}

fn part(line: &str, above: &[&str], is_enum: bool) -> Option<Part> {
    let doc = doc_of(above, "/// ");
    if is_enum {
        let name: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
        // `Rejected(Refusal)`: the keys of the other type stand here.
        let holds_refusal = line.contains("(Refusal)");
        let form = if holds_refusal {
            "with the keys of a refusal"
        } else {
            ""
        };
        return (!name.is_empty()).then(|| Part {
            name: snake(&name),
            form: form.to_owned(),
            doc,
        });
    }
    let (name, kind) = line
        .strip_prefix("pub ")?
        .trim_end_matches(',')
        .split_once(": ")?;
    let optional = kind.starts_with("Option<") || above.iter().any(|line| line.contains("serde(default"));
    let form = match (optional, above.iter().any(|line| line.contains("serde(flatten)"))) {
        (true, _) => "optional",
        (_, true) => "its keys stand here",
        _ => "",
    };
    Some(Part {
        name: name.to_owned(),
        form: form.to_owned(),
        doc,
    })
}

fn doc_of(lines: &[&str], mark: &str) -> String {
    let docs = lines.iter().filter_map(|line| line.strip_prefix(mark)).map(plain);
    docs.collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Without the links of rustdoc.
fn plain(line: &str) -> String {
    line.replace("[`", "`")
        .replace("`]", "`")
        .replace("`crate::", "`")
        .replace("`error::", "`")
        .replace(" (`VERSION_HEADER`)", "")
}

/// `NotFound` → `not_found`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
