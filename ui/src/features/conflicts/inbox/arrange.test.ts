import { describe, expect, it } from "vitest";
import type { ConflictItem } from "@/backend";
import { schema } from "@/backend/fake/schema";
import { arranged, columnsIn, fromQuery, toQuery } from "./arrange";

const item = (id: string, more: Partial<ConflictItem> = {}): ConflictItem => ({
  table: "airfields",
  id,
  title: id,
  kind: "fields",
  columns: ["city"],
  mine: { who: "This laptop", at: 1 },
  theirs: { who: "Ana's phone", at: 2 },
  found_at: 10,
  ...more,
});
const items = [
  item("b", { found_at: 30 }),
  item("a", { found_at: 20, theirs: { who: "Ben's tablet", at: 3 }, columns: ["icao", "city"] }),
  item("c", { table: "defects", kind: "refused", columns: ["severity"], theirs: null }),
];
const ids = (query: Record<string, string>) =>
  arranged(items, fromQuery(query), schema).map((group) => [group.title, group.items.map((each) => each.id)]);

describe("the inbox's order (U40)", () => {
  it("is newest first, and can be turned, or go by record or person", () => {
    expect(ids({})).toEqual([[null, ["b", "a", "c"]]]);
    expect(ids({ sort: "oldest" })).toEqual([[null, ["c", "a", "b"]]]);
    expect(ids({ sort: "title" })).toEqual([[null, ["a", "b", "c"]]]);
    expect(ids({ sort: "who" })).toEqual([[null, ["b", "a", "c"]]]);
  });

  it("filters by table, kind, field and words", () => {
    expect(ids({ table: "defects" })).toEqual([[null, ["c"]]]);
    expect(ids({ kind: "fields" })).toEqual([[null, ["b", "a"]]]);
    expect(ids({ field: "icao" })).toEqual([[null, ["a"]]]);
    expect(ids({ q: "B" })).toEqual([[null, ["b"]]]);
    expect(ids({ q: "nothing" })).toEqual([]);
  });

  it("groups by table, kind and person", () => {
    expect(ids({ group: "table" })).toEqual([
      ["Airfields", ["b", "a"]],
      ["Defects", ["c"]],
    ]);
    expect(ids({ group: "kind" })).toEqual([
      ["Changed on both sides", ["b", "a"]],
      ["Not accepted by the server", ["c"]],
    ]);
    expect(ids({ group: "who" })).toEqual([
      ["Ana's phone", ["b"]],
      ["Ben's tablet", ["a"]],
      ["The server", ["c"]],
    ]);
  });

  it("stands in the address and comes back from it", () => {
    const query = "q=ulm&table=airfields&kind=fields&field=city&sort=title&group=who";
    expect(toQuery(fromQuery(Object.fromEntries(new URLSearchParams(query))))).toBe(query);
    expect(toQuery(fromQuery({ sort: "backwards", kind: "none" }))).toBe("");
  });

  it("knows the fields that are in conflict, by their labels", () => {
    expect(columnsIn(items, schema).map((column) => column.label)).toEqual(["City", "ICAO", "Severity"]);
  });
});
