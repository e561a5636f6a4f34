import { afterEach, describe, expect, it, vi } from "vitest";
import { bridgeHost } from "./bridge";
import { CommandFailed } from "./host";

const answer = (status: number, body: unknown) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status })),
  );

afterEach(() => vi.unstubAllGlobals());

describe("the bridge", () => {
  it("posts a command's arguments and gives its answer", async () => {
    answer(200, { total: 3 });
    await expect(bridgeHost.invoke("table_counts", { table: "airfields" })).resolves.toEqual({ total: 3 });
    expect(fetch).toHaveBeenCalledWith(
      "/bridge/command/table_counts",
      expect.objectContaining({ method: "POST", body: '{"table":"airfields"}' }),
    );
  });

  it("throws the command's own error", async () => {
    answer(422, { code: "storage_full", message: "disk full", field_errors: [], retryable: false });
    const error = await bridgeHost.invoke("sync_now", {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(error).toMatchObject({ code: "storage_full" });
  });

  it("makes an error with words of an answer that is none", async () => {
    answer(502, "<html>");
    await expect(bridgeHost.invoke("sync_now", {})).rejects.toMatchObject({ code: "internal" });
  });

  it("says that it may work later when nothing answers", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => Promise.reject(new TypeError("refused"))),
    );
    await expect(bridgeHost.invoke("sync_now", {})).rejects.toMatchObject({
      code: "internal",
      retryable: true,
    });
  });
});
