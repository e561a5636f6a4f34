import { describe, expect, it } from "vitest";
import type { RecordDetail } from "@/backend";
import { type EditEvent, next, opened, shownValue, toKeep, toSave } from "./state";

const record = (fields: RecordDetail["fields"], more: Partial<RecordDetail> = {}): RecordDetail => ({
  table: "airfields",
  id: "a1",
  title: "Birrfeld",
  mark: "synced",
  fields,
  reference_titles: {},
  created_at: 0,
  updated_at: 0,
  saved_at: null,
  on_server: true,
  deleted: false,
  pending: [],
  changed_by_others: [],
  conflict: null,
  refusal: null,
  draft: null,
  ...more,
});

const after = (detail: RecordDetail, ...events: EditEvent[]) => events.reduce(next, opened(detail));
const tablet = { column: "name", who_when: { who: "Tablet", at: 50 } };

describe("a field's value while a person edits", () => {
  it("shows what is typed over what is saved, and forgets it when typed back", () => {
    const state = after(record({ name: "Birrfeld" }), { type: "typed", column: "name", value: "Birr" });
    expect(shownValue(state, "name")).toBe("Birr");
    expect(toSave(state)).toEqual({ name: "Birr" });
    expect(next(state, { type: "typed", column: "name", value: "Birrfeld" }).typed).toEqual({});
  });

  it("drops what is typed once the client tells it back, and keeps what was typed meanwhile", () => {
    const sending = after(
      record({ name: "A" }),
      { type: "focused", column: "name" },
      { type: "typed", column: "name", value: "AB" },
      { type: "send_started", patch: { name: "AB" } },
      { type: "typed", column: "name", value: "ABC" },
      { type: "send_answered", fields: { name: "AB" } },
      { type: "loaded", detail: record({ name: "AB" }) },
    );
    expect(sending.remote).toEqual({});
    expect(shownValue(sending, "name")).toBe("ABC");
    expect(toSave(sending)).toEqual({ name: "ABC" });
  });

  it("does not take typing back to the old text for nothing while another value is on its way", () => {
    const state = after(
      record({ name: "A" }),
      { type: "typed", column: "name", value: "AB" },
      { type: "send_started", patch: { name: "AB" } },
      { type: "typed", column: "name", value: "A" },
    );
    expect(toSave(state)).toEqual({ name: "A" });
  });
});

describe("a change from elsewhere (U18)", () => {
  const theirs = record({ name: "Theirs", runway: 700 }, { changed_by_others: [tablet] });

  it("shows at once in a field that nobody types in", () => {
    const state = after(record({ name: "A", runway: 600 }), { type: "loaded", detail: theirs });
    expect(shownValue(state, "runway")).toBe(700);
    expect(state.remote).toEqual({});
  });

  it("never replaces typed text: it waits beside it and is not saved before a decision", () => {
    const state = after(
      record({ name: "A" }),
      { type: "focused", column: "name" },
      { type: "typed", column: "name", value: "Mine" },
      { type: "loaded", detail: theirs },
    );
    expect(shownValue(state, "name")).toBe("Mine");
    expect(state.remote.name?.who?.who).toBe("Tablet");
    expect(toSave(state)).toEqual({});
    expect(toKeep(state)).toEqual({ name: "Mine" });
    expect(shownValue(next(state, { type: "theirs_used", column: "name" }), "name")).toBe("Theirs");
    expect(toSave(next(state, { type: "mine_kept", column: "name" }))).toEqual({ name: "Mine" });
  });

  it("leaves the text under the caret alone, and shows theirs when the field is left untouched", () => {
    const state = after(
      record({ name: "A" }),
      { type: "focused", column: "name" },
      { type: "loaded", detail: theirs },
    );
    expect(shownValue(state, "name")).toBe("A");
    expect(toKeep(state)).toEqual({});
    const left = next(state, { type: "focused", column: null });
    expect(shownValue(left, "name")).toBe("Theirs");
    expect(left.remote).toEqual({});
  });

  it("that brings what is typed anyway settles itself", () => {
    const state = after(
      record({ name: "A" }),
      { type: "focused", column: "name" },
      { type: "typed", column: "name", value: "Theirs" },
      { type: "loaded", detail: theirs },
    );
    expect(state.typed).toEqual({});
    expect(state.remote).toEqual({});
  });
});

describe("a draft found on opening (U17)", () => {
  it("is restored with what was wrong with it", () => {
    const error = {
      table: "airfields",
      column: "name",
      kind: "text",
      rule: { name: "required" as const },
      message: "Name is required.",
    };
    const draft = { fields: { name: null, runway: 600 }, at: 41, errors: [error] };
    const state = opened(record({ name: "A", runway: 600 }, { draft }));
    expect(state.restoredAt).toBe(41);
    expect(state.typed).toEqual({ name: null });
    expect(state.errors.name).toEqual(error);
  });

  it("is done with once its values are saved", () => {
    const draft = { fields: { name: "B" }, at: 41, errors: [] };
    const saved = after(record({ name: "A" }, { draft }), { type: "loaded", detail: record({ name: "B" }) });
    expect(saved.restoredAt).toBeNull();
  });

  it("older than someone else's change asks before it is saved", () => {
    const draft = { fields: { name: "Mine" }, at: 41, errors: [] };
    const state = opened(record({ name: "Theirs" }, { draft, changed_by_others: [tablet] }));
    expect(Object.keys(state.remote)).toEqual(["name"]);
    expect(toSave(state)).toEqual({});
  });

  it("saves nothing once the record is gone, and keeps the draft", () => {
    const state = after(
      record({ name: "A" }),
      { type: "typed", column: "name", value: "B" },
      { type: "loaded", detail: record({ name: "A" }, { deleted: true }) },
    );
    expect(toSave(state)).toEqual({});
    expect(toKeep(state)).toEqual({ name: "B" });
  });
});
