import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFake } from "./fake";
import { setHost } from "./host";
import { followChanges, isTouched, onTopics } from "./query";

const topic = (kind: "records" | "record" | "outbox", table: string | null = null, ids: string[] = []) => ({
  kind,
  table,
  ids,
});

describe("a change", () => {
  it("touches the reads that provide its topic", () => {
    expect(isTouched("table_counts", { table: "airfields" }, topic("records", "airfields"))).toBe(true);
    expect(isTouched("outbox_list", {}, topic("records", "airfields"))).toBe(false);
    expect(isTouched("outbox_list", {}, topic("outbox"))).toBe(true);
  });

  it("leaves reads of another table or another record alone", () => {
    expect(isTouched("table_counts", { table: "defects" }, topic("records", "airfields"))).toBe(false);
    expect(
      isTouched("record_get", { table: "airfields", id: "a" }, topic("record", "airfields", ["b"])),
    ).toBe(false);
    expect(
      isTouched("record_get", { table: "airfields", id: "a" }, topic("record", "airfields", ["a", "b"])),
    ).toBe(true);
  });

  it("of any table, or of any record of a table, touches all of them", () => {
    expect(isTouched("table_counts", { table: "defects" }, topic("records"))).toBe(true);
    expect(isTouched("record_get", { table: "airfields", id: "a" }, topic("record", "airfields"))).toBe(true);
    expect(
      isTouched("view_rows", { view: 1, start: 0, count: 100 }, topic("records", "airfields", ["a"])),
    ).toBe(true);
  });
});

describe("following changes", () => {
  let stop = () => {};
  afterEach(() => stop());

  it("tells the caches once for a burst of events", async () => {
    const fake = createFake({ rows: 10 });
    setHost(fake);
    const client = new QueryClient();
    const told = vi.spyOn(client, "invalidateQueries");
    const heard = vi.fn();
    const stopHearing = onTopics(heard);
    const stopFollowing = followChanges(client);
    stop = () => {
      stopHearing();
      stopFollowing();
    };
    fake.remoteChange("air-00001", { city: "Elsewhere" });
    fake.remoteChange("air-00002", { city: "Elsewhere" });
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    expect(told).toHaveBeenCalledTimes(1);
    expect(heard.mock.calls[0]?.[0]).toHaveLength(2);
  });

  it("puts a pushed sync status straight into the cache", () => {
    const fake = createFake({ rows: 10 });
    setHost(fake);
    const client = new QueryClient();
    stop = followChanges(client);
    fake.state.emit("sync-status", { ...fake.state.status, state: "offline" });
    expect(client.getQueryData(["sync_status", {}])).toMatchObject({ state: "offline" });
  });
});
