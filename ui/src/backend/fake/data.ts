// Seeded rows for the fake: invented airfields, inspections and defects; the same seed gives the same rows.
import type {
  ConflictField,
  ConflictKind,
  FieldError,
  Fields,
  FieldValue,
  Mark,
  Millis,
  OpKind,
  SettledFrom,
  WhoWhen,
} from "../bindings";

export interface Entry {
  op_id: string;
  kind: OpKind;
  /** Values before the change, by changed column. */
  before: Fields;
  edited_at: Millis;
  attempts: number;
}

/** What collided on a row, as the store would keep it. */
export interface Collision {
  kind?: ConflictKind;
  fields: (Pick<ConflictField, "column" | "base" | "mine" | "theirs"> & Partial<ConflictField>)[];
  theirs: WhoWhen | null;
  found_at?: Millis;
  /** Columns that were changed without colliding. */
  settled?: Record<string, { value: FieldValue; from: SettledFrom }>;
  canKeepBoth?: boolean;
  /** The record that has the value, or the one that is missing. */
  other?: string;
}

export interface Row {
  table: string;
  id: string;
  fields: Fields;
  created_at: Millis;
  updated_at: Millis;
  on_server: boolean;
  deleted: boolean;
  mark: Mark;
  entry: Entry | null;
  others: (WhoWhen & { columns: string[] }) | null;
  conflict: Collision | null;
  refusal: { code: string; message: string; field_errors: FieldError[] } | null;
  draft: { fields: Fields; at: Millis } | null;
}

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FIRST =
  "Alder,Birch,Cold,Dun,East,Fen,Glen,Harbour,Inver,Kings,Lark,Mill,North,Oak,Port,Quarry,Raven,Stone,Thorn,Upper,Vale,West,Ash,Marsh".split(
    ",",
  );
const LAST = "field,ford,haven,mouth,ridge,wick,combe,stead,ness,dale,worth,cliff,bourne,mere".split(",");
const KIND = [
  "Airport",
  "Airfield",
  "Aerodrome",
  "Municipal Airport",
  "Regional Airport",
  "Landing Strip",
  "Seaplane Base",
];
const LAND: [string, string, string, number, number][] = [
  ["GB", "Scotland", "Europe/London", 57, -4],
  ["IS", "Suðurland", "Atlantic/Reykjavik", 64, -20],
  ["US", "Alaska", "America/Anchorage", 62, -150],
  ["CA", "Yukon", "America/Whitehorse", 63, -135],
  ["NO", "Nordland", "Europe/Oslo", 67, 15],
  ["AU", "Queensland", "Australia/Brisbane", -22, 145],
  ["CL", "Magallanes", "America/Punta_Arenas", -53, -71],
  ["KE", "Turkana", "Africa/Nairobi", 3, 35],
];
const FINDING = [
  "Crack in the surface",
  "Faded threshold marking",
  "Edge light out",
  "Standing water",
  "Loose stones",
  "Damaged sign",
  "Rabbit burrow by the strip",
  "Worn centre line",
];

export const NOTE =
  "Walked the whole length after rain. Water stands on the northern third near the drain; the rest is dry. Lights tested in pairs, two lamps weak. Grass edge needs cutting before the weekend.";

export function makeRows(now: Millis, airfieldCount: number): Row[] {
  const next = seeded(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const rows: Row[] = [];
  const add = (table: string, index: number, fields: Fields, age: number): Row => {
    const at = now - age;
    const row: Row = {
      table,
      id: `${table.slice(0, 3)}-${String(index).padStart(5, "0")}`,
      fields,
      created_at: at - 86_400_000,
      updated_at: at,
      on_server: true,
      deleted: false,
      mark: "synced",
      entry: null,
      others: null,
      conflict: null,
      refusal: null,
      draft: null,
    };
    rows.push(row);
    return row;
  };
  const code = (n: number, length: number) => {
    let rest = n;
    let out = "";
    for (let i = 0; i < length; i++) {
      out = String.fromCharCode(65 + (rest % 26)) + out;
      rest = Math.floor(rest / 26);
    }
    return out;
  };
  for (let i = 0; i < airfieldCount; i++) {
    const [country, region, zone, lat, lon] = pick(LAND);
    const city = pick(FIRST) + pick(LAST);
    add(
      "airfields",
      i,
      {
        name: `${city} ${pick(KIND)}`,
        icao: next() < 0.9 ? code(i * 7 + 1234, 4) : null,
        iata: next() < 0.35 ? code(i + 300, 3) : null,
        city,
        region,
        country,
        elevation_ft: Math.round(next() * next() * 6000) - 10,
        position: { lat: round(lat + next() * 4 - 2), lon: round(lon + next() * 6 - 3) },
        time_zone: zone,
        website: next() < 0.15 ? `https://${city.toLowerCase()}.example` : null,
      },
      Math.floor(next() * 400) * 86_400_000,
    );
  }
  const airfieldAt = () => `air-${String(Math.floor(next() * airfieldCount)).padStart(5, "0")}`;
  const named = new Map(rows.map((row) => [row.id, row.fields]));
  for (let i = 0; i < 420; i++) {
    const airfield = airfieldAt();
    const strip = 1 + Math.floor(next() * 18);
    const runway = `${String(strip).padStart(2, "0")}/${String(strip + 18).padStart(2, "0")}`;
    const age = Math.floor(next() * 200 * 24) * 3_600_000;
    add(
      "inspections",
      i,
      {
        title: `${String(named.get(airfield)?.city)} ${runway}`,
        airfield,
        condition: pick(["good", "good", "good", "fair", "fair", "poor", "closed"]),
        runway,
        surface_checks: ["surface", "lights", "markings", "drainage"].filter(() => next() < 0.6),
        inspected_at: new Date(now - age).toISOString().replace(/\.\d+Z$/, "Z"),
        next_due: new Date(now - age + 180 * 86_400_000).toISOString().slice(0, 10),
        friction: Math.round(next() * 60 + 30) / 100,
        closed: next() < 0.3,
        notes: next() < 0.7 ? NOTE : null,
      },
      age,
    );
  }
  for (let i = 0; i < 640; i++) {
    add(
      "defects",
      i,
      {
        title: pick(FINDING),
        inspection: `ins-${String(Math.floor(next() * 420)).padStart(5, "0")}`,
        airfield: airfieldAt(),
        severity: pick(["low", "low", "medium", "high"]),
        found_on: new Date(now - Math.floor(next() * 300) * 86_400_000).toISOString().slice(0, 10),
        fixed: next() < 0.5,
        description: next() < 0.5 ? NOTE : null,
      },
      Math.floor(next() * 300) * 86_400_000,
    );
  }
  markSome(rows, now);
  return rows;
}

/** Gives a few rows of each table the states a person must meet: waiting, conflict, refused, changed by others. */
function markSome(rows: Row[], now: Millis): void {
  for (const table of ["airfields", "inspections", "defects"]) {
    const of = rows.filter((row) => row.table === table);
    const title = table === "airfields" ? "city" : "title";
    // The first by name, so that they are on the first screen.
    const sorted = [...of].sort((a, b) =>
      text(a.fields[table === "airfields" ? "name" : "title"]).localeCompare(
        text(b.fields[table === "airfields" ? "name" : "title"]),
      ),
    );
    const change = (row: Row | undefined, mark: Mark, minutes: number) => {
      if (!row) return;
      row.mark = mark;
      row.entry = {
        op_id: `op-${row.id}`,
        kind: "update",
        before: { [title]: row.fields[title] ?? null },
        edited_at: now - minutes * 60_000,
        attempts: mark === "waiting" ? 0 : 1,
      };
      row.fields = { ...row.fields, [title]: `${text(row.fields[title])} (edited)` };
      row.updated_at = row.entry.edited_at;
    };
    change(sorted[2], "waiting", 12);
    change(sorted[7], "waiting", 3);
    change(sorted[4], "conflict", 55);
    const collided = sorted[4];
    if (collided?.entry) {
      collided.conflict = {
        theirs: { who: "Ana's phone", at: now - 20 * 60_000 },
        fields: [
          {
            column: title,
            base: collided.entry.before[title] ?? null,
            mine: collided.fields[title] ?? null,
            theirs: `${text(collided.entry.before[title])} (theirs)`,
          },
        ],
      };
    }
    change(sorted[9], "refused", 90);
    const refused = sorted[9];
    if (refused) {
      refused.refusal = {
        code: "invalid",
        message: "The value is longer than the server allows.",
        field_errors: [
          {
            table,
            column: title,
            kind: "text",
            rule: { name: "max_length", limit: 20 },
            message: "Use at most 20 characters.",
          },
        ],
      };
    }
    for (const row of [sorted[5], sorted[12], sorted[13]]) {
      if (row) row.others = { who: "Ana's phone", at: now - 8 * 60_000, columns: [title] };
    }
  }
}

export const text = (value: FieldValue | undefined): string => (typeof value === "string" ? value : "");
const round = (n: number) => Math.round(n * 10_000) / 10_000;
