// How two devices come to a conflict, by the commands that the user interface calls: the stories begin where a person
// finds it. Records are made for each story, so that no story meets another's.

import type { Page } from "@playwright/test";
import { command, expect } from "./world";

export type Fields = Record<string, unknown>;
export type ConflictKind =
  | "fields"
  | "edited_here_deleted_there"
  | "deleted_here_edited_there"
  | "inserted_twice"
  | "unique_taken"
  | "parent_missing"
  | "refused";

export interface Ref {
  table: string;
  id: string;
}

interface Conflict extends Ref {
  kind: ConflictKind;
  columns: string[];
}

export async function create(device: Page, table: string, fields: Fields): Promise<Ref> {
  const { id } = await command<{ id: string }>(device, "record_new", { table, copy_of: null });
  await command(device, "record_create", { table, id, fields });
  return { table, id };
}

export const update = (device: Page, { table, id }: Ref, patch: Fields) =>
  command(device, "record_update", { table, id, patch });

export const remove = (device: Page, { table, id }: Ref) => command(device, "record_delete", { table, id });

export const workOffline = (device: Page, on: boolean) => command(device, "work_offline_set", { on });

export const conflictsOf = (device: Page) => command<Conflict[]>(device, "conflict_list");

interface Read {
  fields: Fields;
  deleted: boolean;
}

export const read = (device: Page, { table, id }: Ref) => command<Read>(device, "record_get", { table, id });

const readIfThere = (device: Page, record: Ref) => read(device, record).catch(() => null);

/** Syncs until what this device shows is as expected; a run that is under way is followed by another. */
async function syncUntil(device: Page, message: string, fits: () => Promise<boolean>): Promise<void> {
  const look = async () => {
    if (await fits()) return true;
    await command(device, "sync_now");
    return fits();
  };
  await expect.poll(look, { message, timeout: 60_000, intervals: [50, 100, 250, 500] }).toBe(true);
}

/** Everything of this device is on the server. */
export async function sent(device: Page): Promise<void> {
  await workOffline(device, false);
  await syncUntil(device, "all is sent", async () => {
    const { waiting } = await command<{ waiting: number }>(device, "sync_status");
    return waiting === 0;
  });
}

/** The device has the record as it is (or is not any more) on another one. */
export async function hasRead(device: Page, record: Ref, fields: Fields | "deleted"): Promise<void> {
  await workOffline(device, false);
  await syncUntil(device, "the change of the other device", async () => {
    const found = await readIfThere(device, record);
    if (fields === "deleted") return found?.deleted === true;
    if (!found || found.deleted) return false;
    return Object.entries(fields).every(([name, value]) => found.fields[name] === value);
  });
}

/** Makes a record that both devices have, and know to be on the server. */
export async function shared(first: Page, second: Page, table: string, fields: Fields): Promise<Ref> {
  const record = await create(first, table, fields);
  await sent(first);
  await hasRead(second, record, {});
  return record;
}

/** The device goes online and finds these conflicts. */
export async function finds(device: Page, expected: [Ref, ConflictKind][]): Promise<void> {
  await workOffline(device, false);
  const wanted = expected.map(([{ id }, kind]) => `${id} ${kind}`).sort();
  const found = async () => (await conflictsOf(device)).map(({ id, kind }) => `${id} ${kind}`).sort();
  const look = async () => {
    await command(device, "sync_now");
    return found();
  };
  await expect.poll(look, { message: "the conflicts", timeout: 60_000 }).toEqual(wanted);
}

/** Both devices end with the same bytes of these records, nothing waits, and nobody is asked anything. */
export async function expectSame(devices: Page[], records: Ref[]): Promise<void> {
  const bytes = async (device: Page) =>
    JSON.stringify(
      await Promise.all(
        records.map(async (record) => {
          const found = await readIfThere(device, record);
          if (!found) return "not here yet";
          const { fields, deleted } = found;
          // A record in the trash is not compared by value: a device may have seen less of it before it went.
          return deleted ? "in the trash" : Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
        }),
      ),
    );
  for (const device of devices) await sent(device);
  const [first, ...others] = devices;
  if (!first) return;
  for (const other of others) {
    await syncUntil(other, "the same records", async () => (await bytes(other)) === (await bytes(first)));
  }
  for (const device of devices) {
    expect(await conflictsOf(device), "nobody is asked again").toEqual([]);
    const { conflicts, refused } = await command<{ conflicts: number; refused: number }>(
      device,
      "sync_status",
    );
    expect({ conflicts, refused }).toEqual({ conflicts: 0, refused: 0 });
  }
}
