// The main job: work with no network, go online, and the other device has it.

import {
  expectSynced,
  goOffline,
  goOnline,
  openRecord,
  openTable,
  record,
  row,
  statusButton,
  syncNow,
} from "./steps";
import { expect, test } from "./world";

test("an edit made offline is on the other device after a sync, without a reload (U1, U2, U15, U16, U25)", async ({
  laptop,
  phone,
}) => {
  // The phone looks at the record that the laptop is going to change.
  await openRecord(phone, "Airfields", "Klagenfurt Airport");
  await expect(record(phone).getByRole("textbox", { name: "City" })).toHaveValue("Klagenfurt am Worthersee");

  // The laptop has no network, and works.
  await openRecord(laptop, "Airfields", "Klagenfurt Airport");
  await goOffline(laptop);
  await record(laptop).getByRole("textbox", { name: "City" }).fill("Klagenfurt");
  await record(laptop).getByRole("textbox", { name: "Elevation" }).fill("1472");
  await laptop.keyboard.press("Tab");

  // Its save ends on the device, and says so in words.
  await expect(record(laptop).getByText(/^Saved on this device/)).toBeVisible();
  await expect(
    record(laptop).getByRole("button", { name: "City: saved on this device, not on the server yet" }),
  ).toBeVisible();
  await expect(statusButton(laptop)).toHaveAccessibleName("Sync status: Offline, 1 waiting");

  // The phone can't know yet.
  await syncNow(phone);
  await expect(record(phone).getByRole("textbox", { name: "City" })).toHaveValue("Klagenfurt am Worthersee");

  // Online again, the edit goes out by itself and arrives in the open record.
  await goOnline(laptop);
  await expect(record(laptop).getByText("Synced", { exact: true })).toBeVisible();
  await syncNow(phone);
  await expect(record(phone).getByRole("textbox", { name: "City" })).toHaveValue("Klagenfurt");
  await expect(record(phone).getByRole("textbox", { name: "Elevation" })).toHaveValue(/1,?472/);
});

test("edits to different fields of one record meet without a question (U18, U39)", async ({
  laptop,
  phone,
}) => {
  await openRecord(laptop, "Airfields", "Zell Am See Airport");
  await openRecord(phone, "Airfields", "Zell Am See Airport");
  await goOffline(laptop);
  await goOffline(phone);

  await record(laptop).getByRole("textbox", { name: "City" }).fill("Zell am See");
  await laptop.keyboard.press("Tab");
  await record(phone).getByRole("textbox", { name: "Subdivision" }).fill("Land Salzburg");
  await phone.keyboard.press("Tab");
  await expect(record(phone).getByText(/^Saved on this device/)).toBeVisible();

  await goOnline(laptop);
  await expect(record(laptop).getByText("Synced", { exact: true })).toBeVisible();
  await goOnline(phone);
  await expect(record(phone).getByText("Synced", { exact: true })).toBeVisible();
  await syncNow(laptop);

  for (const device of [laptop, phone]) {
    await expect(record(device).getByRole("textbox", { name: "City" })).toHaveValue("Zell am See");
    await expect(record(device).getByRole("textbox", { name: "Subdivision" })).toHaveValue("Land Salzburg");
  }
});

test("a row that waits has a mark, and the chip finds it (U8, U9)", async ({ laptop }) => {
  await openRecord(laptop, "Airfields", "Graz Airport");
  await goOffline(laptop);
  await record(laptop).getByRole("textbox", { name: "City" }).fill("Graz-Thalerhof");
  await laptop.keyboard.press("Tab");
  await expect(record(laptop).getByText(/^Saved on this device/)).toBeVisible();

  await openTable(laptop, "Airfields");
  await laptop.getByRole("button", { name: /^Waiting/ }).click();
  await expect(row(laptop, "Graz Airport")).toBeVisible();
  await expect(row(laptop, "Graz Airport").getByRole("link", { name: "Saved on this device" })).toBeVisible();

  await goOnline(laptop);
  await expectSynced(laptop);
});
