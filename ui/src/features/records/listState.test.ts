import { describe, expect, it } from "vitest";
import { schema } from "@/backend/fake/schema";
import { emptyState, type ListState, readState, stateQuery, writeState } from "./listState";

const table = schema.tables[0];
if (!table) throw new Error("the sample has tables");

const full: ListState = {
  search: "alder & co",
  sort: [
    { column: "elevation_ft", descending: true },
    { column: "name", descending: false },
  ],
  chip: "waiting",
  conditions: [
    { column: "country", operator: "is", value: "GB" },
    { column: "elevation_ft", operator: "greater", value: 1000 },
    { column: "iata", operator: "is_empty", value: null },
  ],
  columns: ["city", "updated_at"],
  view: null,
};

describe("the list's state in the address (U11)", () => {
  it("comes back as it was written", () => {
    const written = writeState(full);
    expect(readState(written, table)).toEqual(full);
    expect(readState(Object.fromEntries(new URLSearchParams(stateQuery(full))), table)).toEqual(full);
  });

  it("is empty for the usual list", () => {
    expect(stateQuery(emptyState)).toBe("");
  });

  it("leaves out what does not fit the table or makes no sense", () => {
    const read = readState(
      { q: "x", sort: "-gone,name", chip: "odd", where: '[["gone","is",1],["name","odd",1]', cols: "gone" },
      table,
    );
    expect(read).toEqual({ ...emptyState, search: "x", sort: [{ column: "name", descending: false }] });
  });
});
