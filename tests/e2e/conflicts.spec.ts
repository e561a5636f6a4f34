// Conflicts, over the real client and the real server: both devices change a record with no network, one asks, a person
// decides, and both end alike.

import type { Page } from "@playwright/test";
import {
  type ConflictKind,
  conflictsOf,
  create,
  expectSame,
  finds,
  hasRead,
  type Ref,
  read,
  remove,
  sent,
  shared,
  update,
  workOffline,
} from "./collisions";
import {
  applyButton,
  choose,
  dialog,
  dialogTitle,
  field,
  inboxRow,
  message,
  openConflict,
  openInbox,
  result,
  stand,
} from "./deciding";
import { openTable, record, row, search } from "./steps";
import { command, expect, test, type World } from "./world";

test.beforeEach(async ({ laptop, phone }) => {
  for (const device of [laptop, phone]) {
    await device.goto("/");
    // The start leads to the first table; what is opened before that would be left again.
    await device.waitForURL(/#\/t\//);
    await workOffline(device, false);
  }
});

/** One conflict of each kind, and the record that another one of them needs. */
type Collided = Record<ConflictKind, Ref & { title: string }> & { parent: Ref };

/**
 * Every kind at once: `asked` has no network while `other` changes the same records and the server takes stricter rules
 * (an inspector's name has at most `longest` characters).
 */
async function collide(
  { other, asked, world }: { other: Page; asked: Page; world: World },
  word: string,
  code: string,
  longest: number,
): Promise<Collided> {
  const airfield = (name: string, more = {}) =>
    create(other, "airfields", { name: `${word} ${name}`, country: "AT", city: "Before", ...more });
  const fields = await airfield("fields", { elevation_ft: 1000 });
  const editedHere = await airfield("edited here");
  const deletedHere = await airfield("deleted here");
  const holder = await airfield("holder of the code");
  const taken = await airfield("taken code");
  const parent = await airfield("parent");
  const refused = await create(other, "inspections", {
    summary: `${word} refused`,
    airfield: fields.id,
    inspected_at: "2026-01-01T10:00:00Z",
    condition: "good",
    inspector: "Ana",
  });
  await sent(other);
  await hasRead(asked, refused, { inspector: "Ana" });

  await workOffline(asked, true);
  await update(asked, fields, { city: "Asked", elevation_ft: 1010, subdivision: "Tyrol" });
  await update(asked, editedHere, { city: "Edited" });
  await remove(asked, deletedHere);
  await update(asked, taken, { code });
  const twice = await create(asked, "airfields", { name: `${word} twice`, country: "AT", city: "Asked" });
  const orphan = await create(asked, "inspections", {
    summary: `${word} orphan`,
    airfield: parent.id,
    inspected_at: "2026-01-01T10:00:00Z",
    condition: "good",
  });
  await update(asked, refused, { inspector: "x".repeat(longest + 1) });

  await update(other, fields, { city: "Other", elevation_ft: 1020 });
  await remove(other, editedHere);
  await update(other, deletedHere, { city: "Other" });
  await update(other, holder, { code });
  await command(other, "record_create", {
    ...twice,
    fields: { name: `${word} twice`, country: "AT", city: "Other" },
  });
  await remove(other, parent);
  await sent(other);
  await world.takesRules((rules) =>
    rules.replace(/(name = "inspector"\ntype = "text"\nmax_length = )\d+/, `$1${longest}`),
  );

  await finds(asked, [
    [fields, "fields"],
    [editedHere, "edited_here_deleted_there"],
    [deletedHere, "deleted_here_edited_there"],
    [twice, "inserted_twice"],
    [taken, "unique_taken"],
    [orphan, "parent_missing"],
    [refused, "refused"],
  ]);
  return {
    fields: { ...fields, title: `${word} fields` },
    edited_here_deleted_there: { ...editedHere, title: `${word} edited here` },
    deleted_here_edited_there: { ...deletedHere, title: `${word} deleted here` },
    inserted_twice: { ...twice, title: `${word} twice` },
    unique_taken: { ...taken, title: `${word} taken code` },
    parent_missing: { ...orphan, title: `${word} orphan` },
    refused: { ...refused, title: `${word} refused` },
    parent,
  };
}

const kinds: ConflictKind[] = [
  "fields",
  "edited_here_deleted_there",
  "deleted_here_edited_there",
  "inserted_twice",
  "unique_taken",
  "parent_missing",
  "refused",
];

/** Decides each as it comes: after one is settled the dialog goes on to the next. */
async function decideAll(
  page: Page,
  collided: Collided,
  ways: Record<ConflictKind, () => Promise<void>>,
): Promise<void> {
  const open = new Set(kinds);
  while (open.size > 0) {
    const titles = [...open].map((kind) => collided[kind].title);
    await expect(dialogTitle(page)).toHaveText(new RegExp(`^(${titles.join("|")})$`));
    const title = (await dialogTitle(page).textContent()) ?? "";
    const kind = kinds.find((each) => collided[each].title === title);
    if (!kind) throw new Error(`${title} is one of these`);
    open.delete(kind);
    await ways[kind]();
  }
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText("Nothing waits for a decision")).toBeVisible();
}

test("every kind is decided by keyboard alone, and both devices end alike (U38, U40, U41, U46, U47)", async ({
  laptop,
  phone,
  world,
}) => {
  test.slow();
  const collided = await collide({ other: laptop, asked: phone, world }, "Keys", "ZK01", 40);
  const keys = phone.keyboard;
  const press = async (...names: string[]) => {
    for (const name of names) await keys.press(name);
  };

  // The palette goes to the inbox, J to its first row, Enter opens.
  await phone.goto("/");
  await expect(phone.getByRole("link", { name: /^Conflicts.*7/ })).toBeVisible();
  await press("ControlOrMeta+k");
  await expect(phone.getByRole("dialog", { name: "Go to or do" })).toBeVisible();
  await keys.type("Conflicts");
  await expect(phone.getByRole("option", { name: /Conflicts/ }).first()).toBeVisible();
  await press("Enter");
  for (const kind of kinds) await expect(inboxRow(phone, collided[kind].title)).toBeVisible();
  await press("j");
  await expect(phone.getByRole("list", { name: "Conflicts to decide" }).locator("a:focus")).toBeVisible();
  await press("Enter");

  await decideAll(phone, collided, {
    fields: async () => {
      await expect(field(phone, "City")).toBeFocused();
      await press("2");
      await expect(result(phone, "city")).toContainText("Asked");
      await press("1");
      await expect(result(phone, "city")).toContainText("Before");
      await press("ControlOrMeta+z");
      await expect(result(phone, "city")).toContainText("Asked");
      await press("ArrowDown", "3");
      await expect(result(phone, "elevation_ft")).toContainText(/1,?020/);
      await expect(stand(phone)).toHaveText("All decided. This is what will be saved.");
      await press("Enter");
    },
    edited_here_deleted_there: async () => {
      await expect(dialog(phone)).toContainText("You edited this record; laptop deleted it");
      await press("1", "Enter");
    },
    deleted_here_edited_there: async () => {
      await expect(dialog(phone)).toContainText("You deleted this record; laptop edited it");
      await press("1", "Enter");
    },
    inserted_twice: async () => {
      await expect(dialog(phone)).toContainText("You and laptop both created this record");
      await press("1", "Enter");
    },
    unique_taken: async () => {
      await expect(dialog(phone)).toContainText("“Keys holder of the code” has it.");
      await press("1", "e");
      await expect(dialog(phone).getByRole("textbox", { name: "Code" })).toBeFocused();
      await press("ControlOrMeta+a");
      await keys.type("ZK02");
      await press("Enter");
    },
    parent_missing: async () => {
      await expect(dialog(phone)).toContainText("“Keys parent” was deleted. This record points at it.");
      await press("1", "Enter");
    },
    refused: async () => {
      await expect(dialog(phone)).toContainText("The server did not accept your change");
      await press("1", "e");
      await expect(dialog(phone).getByRole("textbox", { name: "Inspector" })).toBeFocused();
      await press("ControlOrMeta+a");
      await keys.type("Bo");
      await press("Enter");
    },
  });

  await expectSame([phone, laptop], [...kinds.map((kind) => collided[kind]), collided.parent]);
  const onLaptop = async (kind: ConflictKind) => (await read(laptop, collided[kind])).fields;
  expect(await onLaptop("fields")).toMatchObject({
    city: "Asked",
    elevation_ft: 1020,
    subdivision: "Tyrol",
  });
  expect(await onLaptop("edited_here_deleted_there")).toMatchObject({ city: "Edited" });
  expect(await onLaptop("deleted_here_edited_there")).toMatchObject({ city: "Other" });
  expect(await onLaptop("inserted_twice")).toMatchObject({ city: "Asked" });
  expect(await onLaptop("unique_taken")).toMatchObject({ code: "ZK02" });
  expect(await onLaptop("refused")).toMatchObject({ inspector: "Bo" });
  for (const kind of kinds) expect((await read(laptop, collided[kind])).deleted).toBe(false);
  expect((await read(laptop, collided.parent)).deleted, "the parent is back").toBe(false);
});

test("every kind is decided with the pointer, and both devices end alike (U41, U43, U45, U47)", async ({
  laptop,
  phone,
  world,
}) => {
  test.slow();
  const collided = await collide({ other: phone, asked: laptop, world }, "Pointer", "ZP01", 30);
  const press = (name: string) => dialog(laptop).getByRole("button", { name, exact: true }).click();
  await openConflict(laptop, collided.fields.title);

  await decideAll(laptop, collided, {
    fields: async () => {
      await expect(applyButton(laptop)).toBeDisabled();
      await expect(stand(laptop)).toHaveText("2 fields undecided");
      await expect(field(laptop, "Elevation")).toContainText("+10");
      await choose(field(laptop, "City"), /^Their change · phone/);
      await expect(stand(laptop)).toHaveText("1 field undecided");
      await choose(field(laptop, "Elevation"), /^Edit/);
      await dialog(laptop).getByRole("textbox", { name: "Result for Elevation" }).fill("1030");
      await applyButton(laptop).click();
    },
    edited_here_deleted_there: async () => {
      await choose(dialog(laptop), /^Accept deletion/);
      await press("Accept deletion");
    },
    deleted_here_edited_there: async () => {
      await choose(dialog(laptop), /^Delete it all the same/);
      await press("Delete it all the same");
    },
    inserted_twice: async () => {
      await press("Keep both…");
      await expect(dialog(laptop).getByRole("textbox", { name: "Name" })).toHaveValue(
        "Pointer twice (conflicted copy)",
      );
      await press("Keep both records");
    },
    unique_taken: async () => {
      await choose(dialog(laptop), /^Discard my change/);
      await press("Discard my change");
    },
    parent_missing: async () => {
      await choose(dialog(laptop), /^Choose another airfield/);
      await dialog(laptop)
        .getByRole("combobox", { name: /Choose another airfield/ })
        .fill(collided.fields.title);
      await laptop.getByRole("option", { name: collided.fields.title }).click();
      await press("Send again");
    },
    refused: async () => {
      await choose(dialog(laptop), /^Discard my change/);
      await press("Discard my change");
    },
  });

  await expectSame(
    [laptop, phone],
    kinds.map((kind) => collided[kind]),
  );
  const onPhone = async (kind: ConflictKind) => await read(phone, collided[kind]);
  expect((await onPhone("fields")).fields).toMatchObject({
    city: "Other",
    elevation_ft: 1030,
    subdivision: "Tyrol",
  });
  expect((await onPhone("edited_here_deleted_there")).deleted).toBe(true);
  expect((await onPhone("deleted_here_edited_there")).deleted).toBe(true);
  expect((await onPhone("inserted_twice")).fields).toMatchObject({ city: "Other" });
  expect((await onPhone("unique_taken")).fields.code ?? null).toBeNull();
  expect((await onPhone("parent_missing")).fields).toMatchObject({ airfield: collided.fields.id });
  expect((await onPhone("refused")).fields).toMatchObject({ inspector: "Ana" });

  // Keep both: both records are on both devices.
  for (const device of [laptop, phone]) {
    await openTable(device, "Airfields");
    await search(device, "Pointer twice");
    await expect(row(device, "Pointer twice (conflicted copy)")).toBeVisible();
    await expect(device.getByRole("row", { name: /Pointer twice/ })).toHaveCount(2);
  }
});

/** An airfield of which both have changed the city, and the phone is asked. */
async function cityConflict(laptop: Page, phone: Page, name: string): Promise<Ref> {
  const ref = await shared(laptop, phone, "airfields", {
    name,
    country: "AT",
    city: "Before",
    elevation_ft: 1000,
  });
  await workOffline(phone, true);
  await update(phone, ref, { city: "Phone" });
  await update(laptop, ref, { city: "Laptop" });
  await sent(laptop);
  return ref;
}

test("deciding on one device does not ask the other, whose own edit of another field stands (U51)", async ({
  laptop,
  phone,
}) => {
  const ref = await cityConflict(laptop, phone, "Asked Once");
  await finds(phone, [[ref, "fields"]]);
  // The laptop has no network again, and goes on working on the same record.
  await workOffline(laptop, true);
  await update(laptop, ref, { subdivision: "Carinthia" });

  await openConflict(phone, "Asked Once");
  await choose(field(phone, "City"), /^Your change/);
  await applyButton(phone).click();
  await expect(message(phone, "“Asked Once” resolved")).toBeVisible();
  await sent(phone);

  await expectSame([laptop, phone], [ref]);
  expect((await read(laptop, ref)).fields).toMatchObject({ city: "Phone", subdivision: "Carinthia" });

  // Both values are in the record's history: where it was decided, and on the device that was never asked.
  await phone.goto(`/#/t/airfields/${ref.id}/history/city`);
  const settled = phone.getByRole("article").filter({ hasText: "Conflict settled" }).first();
  await expect(settled).toContainText("Laptop");
  await expect(settled).toContainText("Phone");
  await laptop.goto(`/#/t/airfields/${ref.id}/history/city`);
  await expect(laptop.getByRole("article").filter({ hasText: "This device · Edited" })).toContainText(
    "Laptop",
  );
  await expect(laptop.getByRole("article").filter({ hasText: "phone · " }).first()).toContainText("Phone");
});

test("decide later: the record stays usable, and what was chosen is kept (U38, U48)", async ({
  laptop,
  phone,
}) => {
  const ref = await cityConflict(laptop, phone, "Later Field");
  await update(phone, ref, { elevation_ft: 1010 });
  await update(laptop, ref, { elevation_ft: 1020 });
  await sent(laptop);
  await finds(phone, [[ref, "fields"]]);

  await openConflict(phone, "Later Field");
  await choose(field(phone, "City"), /^Your change/);
  await dialog(phone).getByRole("button", { name: "Decide later" }).click();
  await expect(inboxRow(phone, "Later Field")).toContainText("begun");

  // Open, it shows mine, says so, and is edited as ever; the list finds it by its mark.
  await phone.goto(`/#/t/airfields/${ref.id}`);
  const form = record(phone);
  await expect(form.getByText("2 fields were changed here and by laptop. You see yours.")).toBeVisible();
  await expect(form.getByRole("textbox", { name: "City" })).toHaveValue("Phone");
  await form.getByRole("textbox", { name: "Subdivision" }).fill("Styria");
  await phone.keyboard.press("Tab");
  await expect(async () => {
    expect((await read(phone, ref)).fields).toMatchObject({ subdivision: "Styria", city: "Phone" });
  }).toPass();

  await phone.reload();
  await form.getByRole("button", { name: "Decide…" }).click();
  await expect(result(phone, "city")).toContainText("Phone");
  await choose(field(phone, "Elevation"), /^Their change/);
  await applyButton(phone).click();
  await expect(dialog(phone)).toBeHidden();
  await expect(form.getByRole("textbox", { name: "Elevation" })).toHaveValue(/1,?020/);

  await expectSame([phone, laptop], [ref]);
  expect((await read(laptop, ref)).fields).toMatchObject({
    city: "Phone",
    elevation_ft: 1020,
    subdivision: "Styria",
  });
});

test("theirs moves on while a person decides: it is told, choices are kept, nothing is overwritten (U49)", async ({
  laptop,
  phone,
}) => {
  const ref = await cityConflict(laptop, phone, "Moving Field");
  await update(phone, ref, { elevation_ft: 1010 });
  await update(laptop, ref, { elevation_ft: 1020 });
  await sent(laptop);
  await finds(phone, [[ref, "fields"]]);
  await openConflict(phone, "Moving Field");
  await choose(field(phone, "City"), /^Your change/);
  await choose(field(phone, "Elevation"), /^Their change/);

  await update(laptop, ref, { elevation_ft: 1040 });
  await sent(laptop);
  await command(phone, "sync_now");
  const news = dialog(phone).getByRole("status").filter({ hasText: "laptop changed Elevation again" });
  await expect(news).toBeVisible({ timeout: 30_000 });
  await expect(applyButton(phone)).toBeDisabled();
  await expect(result(phone, "elevation_ft")).toContainText(/1,?020/);

  await news.getByRole("button", { name: "Refresh" }).click();
  await expect(result(phone, "city")).toContainText("Phone");
  await expect(field(phone, "Elevation")).toContainText("Changed again since you chose. Choose once more.");
  await choose(field(phone, "Elevation"), /^Their change/);
  await applyButton(phone).click();
  await expect(dialog(phone)).toBeHidden();

  await expectSame([phone, laptop], [ref]);
  expect((await read(laptop, ref)).fields).toMatchObject({ city: "Phone", elevation_ft: 1040 });
});

test("a resolution is taken back with Undo, and asks again (U51)", async ({ laptop, phone }) => {
  const ref = await cityConflict(laptop, phone, "Second Thoughts");
  await finds(phone, [[ref, "fields"]]);
  await openConflict(phone, "Second Thoughts");
  // With no network the decision has not left when it is taken back.
  await workOffline(phone, true);
  await choose(field(phone, "City"), /^Their change/);
  await applyButton(phone).click();
  await expect(phone.getByText("Nothing waits for a decision")).toBeVisible();
  await message(phone, "“Second Thoughts” resolved").getByRole("button", { name: "Undo" }).click();
  await expect(inboxRow(phone, "Second Thoughts")).toBeVisible();

  await inboxRow(phone, "Second Thoughts").getByRole("link").click();
  await choose(field(phone, "City"), /^Your change/);
  await applyButton(phone).click();
  await expectSame([phone, laptop], [ref]);
  expect((await read(laptop, ref)).fields).toMatchObject({ city: "Phone" });
});

test("many are settled at once, after a look at what changes, and one undo brings all back (U50)", async ({
  laptop,
  phone,
}) => {
  const names = ["Bulk One", "Bulk Two", "Bulk Three"];
  const refs: Ref[] = [];
  for (const name of names) {
    refs.push(await create(laptop, "airfields", { name, country: "AT", city: "Before" }));
  }
  await sent(laptop);
  for (const ref of refs) await hasRead(phone, ref, { city: "Before" });
  await workOffline(phone, true);
  for (const ref of refs) {
    await update(phone, ref, { city: "Phone" });
    await update(laptop, ref, { city: "Laptop" });
  }
  await sent(laptop);
  await finds(
    phone,
    refs.map((ref) => [ref, "fields"]),
  );

  await openInbox(phone);
  await phone.getByRole("button", { name: "Settle many…" }).click();
  const preview = phone.getByRole("dialog", { name: "Settle 3 conflicts at once" });
  await expect(preview).toContainText("3 records are settled.");
  for (const name of names) {
    const line = preview.getByRole("listitem").filter({ hasText: name });
    await expect(line).toContainText("Phone");
    await expect(line).toContainText("Laptop");
  }
  expect(await conflictsOf(phone), "a look changes nothing").toHaveLength(3);
  await preview.getByRole("button", { name: "Keep theirs for all 3" }).click();
  await expect(phone.getByText("Nothing waits for a decision")).toBeVisible();

  // One step back, by key.
  await expect(message(phone, "3 conflicts settled")).toBeVisible();
  await phone.keyboard.press("ControlOrMeta+z");
  for (const name of names) await expect(inboxRow(phone, name)).toBeVisible();

  await phone.getByRole("button", { name: "Settle many…" }).click();
  await preview.getByText("Mine", { exact: true }).click();
  await preview.getByRole("button", { name: "Keep mine for all 3" }).click();
  await expect(phone.getByText("Nothing waits for a decision")).toBeVisible();
  await expectSame([phone, laptop], refs);
  for (const ref of refs) expect((await read(laptop, ref)).fields).toMatchObject({ city: "Phone" });
});

test("what merged by itself is listed, and can be taken back (U39)", async ({ laptop, phone }) => {
  const ref = await shared(laptop, phone, "airfields", {
    name: "Merged Field",
    country: "AT",
    city: "Before",
  });
  await workOffline(phone, true);
  await update(phone, ref, { subdivision: "Tyrol" });
  await update(laptop, ref, { city: "Laptop" });
  await sent(laptop);
  await hasRead(phone, ref, { city: "Laptop", subdivision: "Tyrol" });
  expect(await conflictsOf(phone)).toEqual([]);

  await openInbox(phone);
  await phone.getByRole("tab", { name: "Merged automatically" }).click();
  const item = phone.getByRole("article", { name: "Merged Field" });
  await expect(item).toContainText("merged with laptop");
  await expect(item.getByRole("listitem").filter({ hasText: "City" })).toContainText("Laptop");
  await item.getByRole("button", { name: "Bring back my City in Merged Field" }).click();
  await expect(message(phone, "City is yours again")).toBeVisible();

  await expectSame([phone, laptop], [ref]);
  expect((await read(laptop, ref)).fields).toMatchObject({ city: "Before", subdivision: "Tyrol" });
});
