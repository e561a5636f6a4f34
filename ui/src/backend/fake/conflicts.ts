// The fake's conflicts: list, look, settle one or many, what merged by itself.
import type {
  ConflictDetail,
  ConflictItem,
  ConflictKind,
  FieldChange,
  Fields,
  MergedItem,
  RecordDetail,
  ResolvedField,
} from "../bindings";
import { actOn, edit, same } from "./actions";
import type { Collision, Row } from "./data";
import { type FakeState, failed, type HandlersOf } from "./index";
import { brokenRules } from "./validate";

type Names =
  | "conflict_list"
  | "conflict_get"
  | "conflict_resolve"
  | "conflicts_resolve"
  | "merged_list"
  | "merge_revert";

const REFUSED: readonly ConflictKind[] = ["unique_taken", "parent_missing", "refused"];

/** The collision of a row; a refusal without one is a conflict with the server's rules. */
function collisionOf(row: Row): Collision | null {
  if (row.conflict || !row.refusal) return row.conflict;
  return {
    kind: "refused",
    theirs: null,
    fields: row.refusal.field_errors.map(({ column, message }) => ({
      column,
      base: row.entry?.before[column] ?? null,
      mine: row.fields[column] ?? null,
      theirs: row.entry?.before[column] ?? null,
      error: message,
    })),
  };
}

/** What the editor is told of a conflict. */
export function recordConflict(row: Row): RecordDetail["conflict"] {
  const { conflict } = row;
  if (!conflict?.theirs) return null;
  return {
    kind: conflict.kind ?? "fields",
    columns: conflict.fields.map((field) => field.column),
    theirs: conflict.theirs,
  };
}

export function conflictCommands(state: FakeState): HandlersOf<Names> {
  let merges: MergedItem[] | null = null;
  const merged = () => {
    merges ??= state.options.conflicts === false ? [] : sampleMerges(state);
    return merges;
  };
  /** What someone has changed since can't be brought back without taking it from them. */
  const asItStands = (item: MergedItem): MergedItem => ({
    ...item,
    fields: item.fields.map((field) => ({
      ...field,
      can_revert:
        field.can_revert && same(state.rows.get(item.id)?.fields[field.change.column], field.change.new),
    })),
  });
  const device = () => state.status.device_name;
  const all = () =>
    [...state.rows.values()]
      .map((row) => ({ row, collision: collisionOf(row) }))
      .filter((each): each is { row: Row; collision: Collision } => each.collision !== null);
  const titled = (value: unknown) =>
    typeof value === "string" && state.rows.has(value) ? state.titleOf(value) : null;

  const head = (row: Row, collision: Collision) => ({
    table: row.table,
    id: row.id,
    title: state.titleOf(row.id),
    kind: collision.kind ?? ("fields" as const),
    mine: { who: device(), at: row.entry?.edited_at ?? row.updated_at },
    theirs: collision.theirs,
    found_at: collision.found_at ?? (collision.theirs?.at ?? row.updated_at) + 60_000,
  });
  const item = (row: Row, collision: Collision): ConflictItem => ({
    ...head(row, collision),
    columns: collision.fields.map((field) => field.column),
  });
  const revision = (row: Row, collision: Collision) =>
    JSON.stringify([
      collision.kind,
      collision.theirs,
      collision.fields.map((field) => field.theirs),
      row.fields,
    ]);
  const detail = (row: Row, collision: Collision): ConflictDetail => {
    const table = state.table(row.table);
    const columns = new Set(collision.fields.map((field) => field.column));
    const other = collision.other ? state.rows.get(collision.other) : undefined;
    return {
      ...head(row, collision),
      revision: revision(row, collision),
      fields: table.columns.flatMap(({ name }) => {
        const field = collision.fields.find((each) => each.column === name);
        if (!field) return [];
        return {
          both: null,
          error: null,
          ...field,
          base_title: titled(field.base),
          mine_title: titled(field.mine),
          theirs_title: titled(field.theirs),
        };
      }),
      others: table.columns
        .filter(({ name }) => !columns.has(name))
        .map(({ name }) => {
          const settled = collision.settled?.[name];
          const value = settled ? settled.value : (row.fields[name] ?? null);
          return { column: name, value, title: titled(value), from: settled?.from ?? "unchanged" };
        }),
      can_keep_both: collision.canKeepBoth ?? (collision.kind ?? "fields") === "fields",
      refusal: row.refusal ? { ...row.refusal, op_id: row.entry?.op_id ?? "" } : null,
      other_record: other
        ? { table: other.table, id: other.id, title: state.titleOf(other.id), deleted: other.deleted }
        : null,
    };
  };
  const found = (id: string) => {
    const row = state.row(id);
    const collision = collisionOf(row);
    if (!collision) throw failed("not_found", `no conflict on ${id}`);
    return { row, collision };
  };

  const settle = (row: Row, collision: Collision, fields: Fields, deleted: boolean) => {
    const theirs = Object.fromEntries(collision.fields.map((field) => [field.column, field.theirs]));
    const settled = Object.fromEntries(
      Object.entries(collision.settled ?? {}).map(([column, { value }]) => [column, value]),
    );
    row.fields = { ...row.fields, ...settled, ...fields };
    row.deleted = deleted;
    row.conflict = null;
    row.refusal = null;
    const kept = Object.keys(fields).filter((column) => !same(fields[column], theirs[column]));
    const waits = kept.length > 0 || (deleted && collision.kind === "deleted_here_edited_there");
    row.mark = waits ? "waiting" : "synced";
    row.updated_at = state.now();
    row.entry = waits
      ? {
          op_id: state.nextId("op"),
          kind: deleted ? "delete" : "update",
          before: Object.fromEntries(kept.map((column) => [column, theirs[column] ?? null])),
          edited_at: state.now(),
          attempts: 0,
        }
      : null;
  };
  const values = (collision: Collision, side: "mine" | "theirs"): Fields =>
    Object.fromEntries(collision.fields.map((field) => [field.column, field[side]]));
  /** One side of a deletion against an edit says whether the record lives. */
  const isDeleted = (row: Row, collision: Collision, side: "mine" | "theirs" | null) => {
    if (collision.kind === "edited_here_deleted_there") return side === "theirs";
    if (collision.kind === "deleted_here_edited_there") return side === "mine";
    return row.deleted;
  };
  const insist = (row: Row, fields: Fields) => {
    const errors = brokenRules(state, row.table, row.id, fields);
    if (errors.length > 0) throw failed("invalid", "values do not fit the rules", errors);
  };

  return {
    conflict_list: () =>
      all()
        .map(({ row, collision }) => item(row, collision))
        .sort((a, b) => b.found_at - a.found_at),
    conflict_get: ({ id }) => {
      const { row, collision } = found(id);
      return detail(row, collision);
    },
    conflict_resolve: ({ id, revision: given, resolution }) => {
      const { row, collision } = found(id);
      if (given !== null && given !== revision(row, collision)) throw failed("theirs_moved", "theirs moved");
      if (resolution.kind === "keep_both") {
        insist({ ...row, id: "" }, resolution.fields);
        const copy = structuredClone(row);
        return actOn(state, [row], "resolve", () => {
          settle(row, collision, values(collision, "theirs"), false);
          const mine = { ...copy.fields, ...values(collision, "mine"), ...resolution.fields };
          const unique = state.table(row.table).columns.filter((column) => column.unique);
          for (const { name } of unique) if (!(name in resolution.fields)) mine[name] = null;
          const made: Row = {
            ...copy,
            id: state.nextId("copy"),
            fields: mine,
            on_server: false,
            conflict: null,
            refusal: null,
            mark: "waiting",
            entry: copy.entry && { ...copy.entry, kind: "insert", op_id: state.nextId("op") },
          };
          state.rows.set(made.id, made);
        });
      }
      const side = resolution.kind === "values" ? null : resolution.kind;
      const fields = resolution.kind === "values" ? resolution.fields : values(collision, resolution.kind);
      if (resolution.kind === "values") insist(row, fields);
      return actOn(state, [row], "resolve", () =>
        settle(row, collision, fields, isDeleted(row, collision, side)),
      );
    },
    conflicts_resolve: ({ records, column, side, preview }) => {
      const wanted = records && new Set(records.map((record) => record.id));
      const asked = all().filter(({ row }) => !wanted || wanted.has(row.id));
      const fits = asked.filter(({ collision }) => {
        const kind = collision.kind ?? "fields";
        if (REFUSED.includes(kind)) return false;
        return column ? collision.fields.some((field) => field.column === column) : true;
      });
      const isPartly = (collision: Collision) =>
        column !== null && collision.fields.some((field) => field.column !== column);
      const sample = fits.flatMap(({ row, collision }): ResolvedField[] => {
        const shared = { table: row.table, id: row.id, title: state.titleOf(row.id) };
        const deletes = isDeleted(row, collision, side);
        if (collision.fields.length === 0) return [{ ...shared, change: null, deletes }];
        return collision.fields
          .filter((field) => !column || field.column === column)
          .map((field): ResolvedField => {
            const change: FieldChange = {
              column: field.column,
              old: field.mine,
              new: field[side],
              old_title: titled(field.mine),
              new_title: titled(field[side]),
            };
            return { ...shared, change, deletes: false };
          });
      });
      const partly = fits.filter(({ collision }) => isPartly(collision)).length;
      const done =
        preview || fits.length === 0
          ? null
          : actOn(
              state,
              fits.map(({ row }) => row),
              "resolve",
              () => {
                for (const { row, collision } of fits) {
                  const kept = values(collision, side);
                  if (column && isPartly(collision)) {
                    row.fields = { ...row.fields, [column]: kept[column] ?? null };
                    row.conflict = {
                      ...collision,
                      fields: collision.fields.filter((field) => field.column !== column),
                    };
                  } else {
                    settle(row, collision, kept, isDeleted(row, collision, side));
                  }
                }
              },
            );
      return {
        done,
        resolved: fits.length - partly,
        partly,
        left: asked.length - fits.length,
        sample: sample.slice(0, 50),
      };
    },
    merged_list: ({ limit }) => merged().slice(0, limit).map(asItStands),
    merge_revert: ({ n, column }) => {
      const item = merged().find((each) => each.n === n);
      if (!item) throw failed("not_found", `no merge ${n}`);
      const back = asItStands(item).fields.filter(
        (field) => field.can_revert && (!column || field.change.column === column),
      );
      const patch = Object.fromEntries(back.map(({ change }) => [change.column, change.old]));
      return actOn(
        state,
        [state.row(item.id)],
        "restore",
        () => edit(state, state.row(item.id), patch),
        column,
      );
    },
  };
}

/** Two merges of this morning: a change that came from the other side, and one that a rule decided. */
function sampleMerges(state: FakeState): MergedItem[] {
  const rows = [...state.rows.values()].filter((row) => row.mark === "synced" && !row.deleted);
  const [inspection] = rows.filter((row) => row.table === "inspections").slice(8);
  const [airfield] = rows.filter((row) => row.table === "airfields").slice(5);
  const items: MergedItem[] = [];
  const change = (row: Row, column: string, old: FieldChange["old"]): FieldChange => ({
    column,
    old,
    new: row.fields[column] ?? null,
    old_title: null,
    new_title: null,
  });
  const add = (
    row: Row | undefined,
    minutes: number,
    who: string,
    fields: (row: Row) => MergedItem["fields"],
  ) => {
    if (!row) return;
    items.push({
      n: items.length + 1,
      table: row.table,
      id: row.id,
      title: state.titleOf(row.id),
      at: state.now() - minutes * 60_000,
      theirs: { who, at: state.now() - (minutes + 14) * 60_000 },
      fields: fields(row),
    });
  };
  add(inspection, 41, "Ana's phone", (row) => [
    { change: change(row, "condition", "fair"), theirs: null, rule: null, can_revert: true },
    { change: change(row, "friction", 0.61), theirs: 0.58, rule: "latest", can_revert: true },
    {
      change: change(row, "surface_checks", ["surface"]),
      theirs: ["lights"],
      rule: "union",
      can_revert: false,
    },
  ]);
  add(airfield, 1_500, "Ben's tablet", (row) => [
    { change: change(row, "region", "Unknown"), theirs: null, rule: null, can_revert: true },
    { change: change(row, "elevation_ft", 512), theirs: null, rule: null, can_revert: true },
  ]);
  return items;
}
