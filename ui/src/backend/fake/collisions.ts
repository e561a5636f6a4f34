// Collisions of every kind for the fake: what a laptop finds after a day without network.
import type { Fields, FieldValue, Mark, Millis } from "../bindings";
import { type Collision, NOTE, type Row, seeded, text } from "./data";

const MINUTE = 60_000;
const ANA = "Ana's phone";
const BEN = "Ben's tablet";

/** One record of every kind of conflict (DESIGN §6), with long texts, numbers, choices, days and references in them. */
export function addCollisions(rows: Map<string, Row>, now: Millis): void {
  const take = taker(rows);
  const ago = (minutes: number) => now - minutes * MINUTE;
  const airfields = [...rows.values()].filter((row) => row.table === "airfields");
  const [north, south] = airfields.slice(20);

  const checked = take("inspections");
  collide(checked, "conflict", ago(74), {
    theirs: { who: ANA, at: ago(52) },
    found_at: ago(41),
    fields: [
      both(checked, "condition", "fair", "poor", "closed"),
      both(checked, "surface_checks", ["surface"], ["surface", "lights"], ["surface", "drainage"], {
        both: ["surface", "lights", "drainage"],
      }),
      both(checked, "next_due", "2027-03-01", "2026-12-10", "2027-01-15"),
      both(checked, "friction", 0.52, 0.47, 0.41),
      both(
        checked,
        "notes",
        NOTE,
        NOTE.replace("two lamps weak", "two lamps dead on the east side"),
        NOTE.replace("before the weekend", "at once: the wind sock can't be seen"),
        {
          both: NOTE.replace("two lamps weak", "two lamps dead on the east side").replace(
            "before the weekend",
            "at once: the wind sock can't be seen",
          ),
        },
      ),
    ],
    settled: {
      runway: { value: "08/26", from: "mine" },
      inspected_at: { value: "2026-11-23T09:30:00Z", from: "theirs" },
    },
  });

  const hangar = take("defects");
  collide(hangar, "conflict", ago(190), {
    theirs: { who: BEN, at: ago(33) },
    found_at: ago(30),
    fields: [
      both(hangar, "airfield", south?.id ?? null, north?.id ?? null, airfields[24]?.id ?? null),
      both(hangar, "severity", "low", "medium", "high"),
      both(hangar, "fixed", false, true, null),
    ],
  });

  const long = take("inspections");
  const story = LONG_STORY;
  collide(long, "conflict", ago(26 * 60), {
    theirs: { who: "", at: ago(300) },
    found_at: ago(290),
    fields: [
      both(
        long,
        "notes",
        story,
        story.replace("Marker boards are complete.", "Two marker boards are missing on the left."),
        story.replace("The fence is closed.", "The fence stands open at the gate: deer on the strip."),
      ),
    ],
  });

  const gone = take("inspections");
  collide(gone, "conflict", ago(95), {
    kind: "edited_here_deleted_there",
    theirs: { who: BEN, at: ago(60) },
    found_at: ago(41),
    fields: [],
    settled: {
      condition: { value: "poor", from: "mine" },
      notes: { value: "Strip soft after the thaw, not above 2 t.", from: "mine" },
    },
  });
  gone.fields = { ...gone.fields, condition: "poor", notes: "Strip soft after the thaw, not above 2 t." };

  const dropped = take("defects");
  collide(dropped, "conflict", ago(130), {
    kind: "deleted_here_edited_there",
    theirs: { who: ANA, at: ago(57) },
    found_at: ago(41),
    fields: [],
    settled: {
      severity: { value: "high", from: "theirs" },
      description: { value: "Now 40 cm wide and growing. Photo sent to the owner.", from: "theirs" },
    },
  });
  dropped.deleted = true;

  const twice = take("airfields");
  const base = null;
  collide(twice, "conflict", ago(400), {
    kind: "inserted_twice",
    theirs: { who: BEN, at: ago(380) },
    found_at: ago(41),
    canKeepBoth: true,
    fields: [
      {
        column: "name",
        base,
        mine: text(twice.fields.name),
        theirs: `${text(twice.fields.city)} Gliding Field`,
      },
      { column: "icao", base, mine: twice.fields.icao ?? "EDXA", theirs: twice.fields.icao ?? "EDXA" },
      {
        column: "elevation_ft",
        base,
        mine: Number(twice.fields.elevation_ft),
        theirs: Number(twice.fields.elevation_ft) + 118,
      },
      { column: "website", base, mine: null, theirs: "https://gliding.example" },
    ].filter((field) => field.mine !== field.theirs),
  });

  const taken = take("airfields");
  const holder = airfields.find((row) => row.fields.icao && row.id !== taken.id);
  collide(taken, "refused", ago(220), {
    kind: "unique_taken",
    theirs: null,
    found_at: ago(41),
    other: holder?.id,
    fields: [
      both(taken, "icao", taken.fields.icao ?? null, holder?.fields.icao ?? null, taken.fields.icao ?? null, {
        error: "Another record has this value.",
      }),
    ],
  });
  taken.refusal = refusal("not_unique", "airfields", "icao", "text", { name: "unique" });

  const orphan = take("inspections");
  const parent = [...rows.values()]
    .filter((row) => row.table === "airfields" && row.mark === "synced")
    .at(-1);
  if (parent) {
    parent.deleted = true;
    collide(orphan, "refused", ago(260), {
      kind: "parent_missing",
      theirs: null,
      found_at: ago(41),
      other: parent.id,
      fields: [
        both(orphan, "airfield", orphan.fields.airfield ?? null, parent.id, orphan.fields.airfield ?? null, {
          error: "There is no such record.",
        }),
      ],
    });
    orphan.refusal = refusal("parent_missing", "inspections", "airfield", "reference", { name: "reference" });
  }

  const lost = take("defects");
  collide(lost, "refused", ago(265), {
    kind: "parent_missing",
    theirs: null,
    found_at: ago(42),
    fields: [
      both(lost, "inspection", lost.fields.inspection ?? null, "ins-99999", lost.fields.inspection ?? null, {
        error: "There is no such record.",
      }),
    ],
  });
  lost.refusal = refusal("parent_missing", "defects", "inspection", "reference", { name: "reference" });
}

/** Many conflicts at once, of the plainest kind: two people went over the same list. */
export function addManyCollisions(rows: Map<string, Row>, now: Millis, count: number): void {
  const next = seeded(23);
  const free = [...rows.values()].filter(
    (row) => row.mark === "synced" && !row.deleted && row.table !== "defects",
  );
  for (let i = 0; i < count; i++) {
    const row = free[i % free.length];
    if (!row || row.conflict) continue;
    const theirs = { who: i % 3 === 0 ? BEN : ANA, at: now - (30 + i) * MINUTE };
    const fields =
      row.table === "airfields"
        ? [both(row, "elevation_ft", 400 + i, 405 + i, 410 + Math.floor(next() * 40) + i)]
        : [both(row, "condition", "good", "fair", "poor")];
    collide(row, "conflict", now - (60 + i) * MINUTE, { theirs, found_at: now - i * 1_000, fields });
  }
}

/** Takes rows that nothing else is said about, one after the other. */
function taker(rows: Map<string, Row>) {
  const free = new Map<string, Row[]>();
  return (table: string): Row => {
    const of =
      free.get(table) ??
      [...rows.values()].filter(
        (row) => row.table === table && row.mark === "synced" && !row.others && !row.draft,
      );
    free.set(table, of);
    const row = of.splice(3, 1)[0];
    if (!row) throw new Error(`invariant: the fake has rows of ${table}`);
    return row;
  };
}

/** A field that both sides changed; the row shows mine. */
function both(
  row: Row,
  column: string,
  base: FieldValue,
  mine: FieldValue,
  theirs: FieldValue,
  more: Partial<Collision["fields"][number]> = {},
): Collision["fields"][number] {
  row.fields = { ...row.fields, [column]: mine };
  return { column, base, mine, theirs, ...more };
}

function collide(row: Row, mark: Mark, edited_at: Millis, conflict: Collision): void {
  const before: Fields = Object.fromEntries(conflict.fields.map((field) => [field.column, field.base]));
  for (const [column, settled] of Object.entries(conflict.settled ?? {}))
    if (settled.from === "mine") before[column] = row.fields[column] ?? null;
  row.mark = mark;
  row.conflict = conflict;
  row.updated_at = edited_at;
  row.entry = {
    op_id: `op-${row.id}`,
    kind:
      conflict.kind === "inserted_twice"
        ? "insert"
        : conflict.kind === "deleted_here_edited_there"
          ? "delete"
          : "update",
    before,
    edited_at,
    attempts: 1,
  };
}

function refusal(
  code: string,
  table: string,
  column: string,
  kind: string,
  rule: NonNullable<Row["refusal"]>["field_errors"][number]["rule"],
): NonNullable<Row["refusal"]> {
  const message = "The server did not accept this value.";
  return { code, message, field_errors: [{ table, column, kind, rule, message }] };
}

const LONG_STORY = [
  "Arrived at seven with the survey car. Threshold and displaced threshold were walked first.",
  "Marker boards are complete. Paint on the centre line has faded between the second and the third turn-off, but it can be seen from the cockpit of the club's motor glider at circuit height.",
  "The surface was sounded every fifty metres with the rod. Nothing gave way. Two repairs of last spring hold, the third shows a hair crack that is to be looked at again after the first frost.",
  "Lights were tested by pairs from the tower with the help of the controller on duty, who wrote the list. The wind sock turns freely; its lamp was changed.",
  "Drains on both sides were opened and rinsed. The northern one carried sand, about a bucket, from the field above. The farmer knows.",
  "The fence is closed. Signs at the three crossings of the path were read, cleaned and found in order.",
].join("\n\n");
