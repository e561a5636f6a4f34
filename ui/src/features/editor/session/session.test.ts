import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FieldError, Fields, RecordDetail } from "@/backend";
import { DRAFT_PAUSE, EditSession, SAVE_PAUSE } from "./session";

const detail: RecordDetail = {
  table: "airfields",
  id: "a1",
  title: "Birrfeld",
  mark: "synced",
  fields: { name: "Birrfeld", code: "LSZF" },
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
};

const wrong = (column: string): FieldError => ({
  table: "airfields",
  column,
  kind: "text",
  rule: { name: "pattern", hint: null },
  message: "",
});

/** A client that writes down what it is asked; `code` must be four letters. */
function device() {
  const log: string[] = [];
  const note = (what: string, fields: Fields) => log.push(`${what} ${JSON.stringify(fields)}`);
  const session = new EditSession(detail, {
    validate: async (fields) =>
      typeof fields.code === "string" && fields.code.length !== 4 ? [wrong("code")] : [],
    update: async (patch) => {
      note("update", patch);
      return { ...detail.fields, ...patch };
    },
    keepDraft: async (fields) => note("draft", fields),
    discardDraft: async () => log.push("discard"),
  });
  return { session, log };
}

describe("saving by itself (U15, U17)", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("keeps a draft while typing and saves one change after a pause", async () => {
    const { session, log } = device();
    session.focus("name");
    session.type("name", "Bir");
    session.type("name", "Birr");
    await vi.advanceTimersByTimeAsync(DRAFT_PAUSE);
    expect(log).toEqual(['draft {"name":"Birr"}']);
    await vi.advanceTimersByTimeAsync(SAVE_PAUSE);
    expect(log).toEqual(['draft {"name":"Birr"}', 'update {"name":"Birr"}']);
  });

  it("saves at once when the field is left, and only what changed", async () => {
    const { session, log } = device();
    session.focus("name");
    session.type("name", "Birr");
    session.blur("name");
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['update {"name":"Birr"}']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(log).toHaveLength(1);
  });

  it("keeps what breaks a rule as a draft and saves the rest", async () => {
    const { session, log } = device();
    session.type("code", "LS");
    session.type("name", "Birr");
    await session.save();
    expect(session.state.errors.code?.rule.name).toBe("pattern");
    expect(log).toEqual(['update {"name":"Birr"}', 'draft {"code":"LS"}']);
    session.type("code", "LSZG");
    await session.save();
    expect(session.state.errors).toEqual({});
    expect(log.slice(2)).toEqual(['update {"code":"LSZG"}']);
  });

  it("saves what is typed when the editor closes", async () => {
    const { session, log } = device();
    session.type("name", "Birr");
    session.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['update {"name":"Birr"}']);
  });

  it("does not save a restored draft before the person says so", async () => {
    const log: string[] = [];
    const session = new EditSession(
      { ...detail, draft: { fields: { name: "Birr" }, at: 41, errors: [] } },
      {
        validate: async () => [],
        update: async (patch) => {
          log.push(JSON.stringify(patch));
          return patch;
        },
        keepDraft: async () => undefined,
        discardDraft: async () => undefined,
      },
    );
    session.focus("code");
    session.blur("code");
    session.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(log).toEqual([]);
    session.keepRestored();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['{"name":"Birr"}']);
  });

  it("says when saving fails and keeps the text", async () => {
    const full = new Error("disk full");
    const session = new EditSession(detail, {
      validate: async () => [],
      update: () => Promise.reject(full),
      keepDraft: async () => undefined,
      discardDraft: async () => undefined,
    });
    session.type("name", "Birr");
    await session.save();
    expect(session.state.failure).toBe(full);
    expect(session.state.typed).toEqual({ name: "Birr" });
  });
});
