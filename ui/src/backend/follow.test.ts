import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFake } from "./fake";
import { followChanges, isTouched, onTopics } from "./follow";
import { type CommandName, type Host, host, setHost } from "./host";

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

describe("an answer that is older than an event", () => {
  let stop = () => {};
  afterEach(() => stop());

  /** A fake whose reads are answered only when the test says so, with what was true when they were asked. */
  function slowHost() {
    const fake = createFake({ rows: 10 });
    const held: (() => void)[] = [];
    let opened = () => {};
    const slow: Host = {
      ...fake,
      listen: (event, callback, isOpen) => {
        opened = isOpen;
        return fake.listen(event, callback, isOpen);
      },
      async invoke(command, args) {
        const answer = structuredClone(await fake.invoke(command, args));
        return new Promise((resolve) => held.push(() => resolve(answer)));
      },
    };
    setHost(slow);
    const asked = (count: number) => vi.waitFor(() => expect(held).toHaveLength(count));
    return { fake, asked, answer: (index: number) => held[index]?.(), opens: () => opened() };
  }

  /** What a component that reads this shows now. */
  function shown(client: QueryClient, command: CommandName, args: object) {
    const read = new QueryObserver<unknown>(client, {
      queryKey: [command, args],
      queryFn: () => host().invoke(command, args as never),
      staleTime: Number.POSITIVE_INFINITY,
    });
    const end = read.subscribe(() => {});
    return { now: () => read.getCurrentResult().data, end };
  }

  const follow = (command: CommandName, args: object) => {
    const client = new QueryClient();
    const stopFollowing = followChanges(client);
    const read = shown(client, command, args);
    stop = () => {
      read.end();
      stopFollowing();
    };
    return read;
  };

  it("does not stand: the first read of a record that changes meanwhile", async () => {
    const { fake, asked, answer } = slowHost();
    const record = follow("record_get", { table: "airfields", id: "air-00001" });
    await asked(1);
    fake.remoteChange("air-00001", { city: "Elsewhere" });
    // The event is here first, the answer from before it comes after.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    answer(0);
    await asked(2);
    answer(1);
    await vi.waitFor(() => expect(record.now()).toMatchObject({ fields: { city: "Elsewhere" } }));
  });

  it("does not stand: a sync status", async () => {
    const { fake, asked, answer } = slowHost();
    const status = follow("sync_status", {});
    fake.state.status = { ...fake.state.status, state: "pulling" };
    fake.state.emit("sync-status", fake.state.status);
    await asked(2);
    fake.state.status = { ...fake.state.status, state: "idle" };
    fake.state.emit("sync-status", fake.state.status);
    expect(status.now()).toMatchObject({ state: "idle" });
    await asked(3);
    answer(2);
    answer(0);
    answer(1);
    await vi.waitFor(() => expect(status.now()).toMatchObject({ state: "idle" }));
  });

  it("is asked for again when events are heard only from now on", async () => {
    const { fake, asked, answer, opens } = slowHost();
    const record = follow("record_get", { table: "airfields", id: "air-00001" });
    await asked(1);
    answer(0);
    await vi.waitFor(() => expect(record.now()).toBeDefined());
    const row = fake.state.row("air-00001");
    row.fields = { ...row.fields, city: "Unheard" };
    opens();
    await asked(2);
    answer(1);
    await vi.waitFor(() => expect(record.now()).toMatchObject({ fields: { city: "Unheard" } }));
  });
});
