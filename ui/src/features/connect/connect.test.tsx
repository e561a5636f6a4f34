import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Args, CommandFailed, type Reachability } from "@/backend";
import { expectNoAxeViolations, fakeHost, renderUi } from "@/test";
import { ConnectScreen } from "./ConnectScreen";
import { reachWords } from "./words";

const kinds: Reachability["kind"][] = [
  "online",
  "work_offline",
  "bad_address",
  "name_not_found",
  "refused",
  "timed_out",
  "captive_portal",
  "not_landfall",
  "unauthorized",
  "cut_off",
  "update_needed",
];

describe("connecting", () => {
  it("has its own words for whatever a server may meet (U27)", () => {
    const all = [
      ...kinds.map((kind) => reachWords({ kind } as Reachability)),
      reachWords({ kind: "insecure", clock_skew_seconds: null }),
      reachWords({ kind: "insecure", clock_skew_seconds: 7200 }),
      reachWords({ kind: "server_trouble", status: 503 }),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const words of all) expect(words).not.toContain("reach.");
  });

  it("looks for the server when typing stops, and says what is there (U63)", async () => {
    const { user, container } = renderUi(<ConnectScreen />, fakeHost({ notConnected: true }));
    const server = await screen.findByRole("textbox", { name: "Server address" });
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Name of this device" }).value).toBe(
      "This laptop",
    );
    await user.type(server, "down.example");
    await screen.findByText(/nothing answers at this address/, undefined, { timeout: 3_000 });
    await user.clear(server);
    await user.type(server, "records.example");
    await screen.findByText(/Landfall 0\.1\.0 answers at http:\/\/records\.example/, undefined, {
      timeout: 3_000,
    });
    await expectNoAxeViolations(container);
  });

  it("takes a server of Azure Mobile Apps or Datasync, with the description of its tables", async () => {
    const fake = fakeHost({ notConnected: true });
    const { user, container } = renderUi(<ConnectScreen />, fake);
    await user.type(await screen.findByRole("textbox", { name: "Server address" }), "azure.example");
    await screen.findByText(/it is not a Landfall server/, undefined, { timeout: 3_000 });
    await user.click(
      screen.getByRole("checkbox", { name: /^This is an Azure Mobile Apps or Datasync server/ }),
    );
    await screen.findByText(/^Something answers at this address\./);
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText(/^Choose the file that describes the server's tables/);
    const schema = screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Its tables/ });
    expect(document.activeElement).toBe(schema);

    // A file that can't be read is refused at its line, and that line is shown.
    const file = (text: string) => new File([text], "landfall.toml", { type: "text/plain" });
    const picker = container.querySelector<HTMLInputElement>("input[type=file]");
    if (!picker) throw new Error("a file can be chosen");
    await user.upload(picker, file('name = "Notes"\n[[tabel]]\nname = "todo_item"'));
    await waitFor(() => expect(schema.value).toContain("todo_item"));
    await user.type(screen.getByLabelText("Token"), "a-token");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText(/^Line 2: expected \[\[table\]\]/);
    expect(document.activeElement).toBe(schema);
    expect(schema.value.slice(schema.selectionStart, schema.selectionEnd)).toBe("[[tabel]]");
    await expectNoAxeViolations(container);

    // A server that asks nobody needs no token.
    await user.upload(picker, file('name = "Notes"\n[[table]]\nname = "todo_item"'));
    await waitFor(() => expect(schema.value).toContain("[[table]]"));
    await user.click(screen.getByRole("button", { name: /How the server takes the token/ }));
    await user.click(await screen.findByRole("option", { name: /^Not at all/ }));
    expect(screen.queryByLabelText("Token")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await waitFor(() => expect(fake.state.connected).toBe(true));
    expect(fake.state.tableProtocol).toBe("v2");
  });

  it("asks such a server's device for a new token alone; the description of its tables is there", async () => {
    const fake = fakeHost({ tableProtocol: "v3" });
    const { user, container } = renderUi(<ConnectScreen />, fake);
    await screen.findByText("The description of its tables stays as it is.");
    expect(screen.queryByRole("textbox", { name: /^Its tables/ })).toBeNull();
    expect(screen.getByRole("button", { name: /How the server takes the token/ }).textContent).toContain(
      "Authorization: Bearer",
    );
    await expectNoAxeViolations(container);
    const asked: Args<"workspace_connect">[] = [];
    const state = await fake.invoke("app_state", {});
    fake.answer("workspace_connect", (args) => {
      asked.push(args);
      if (!args.tables?.schema)
        throw new CommandFailed({
          code: "bad_schema",
          message: "The server has no table `airfields`.",
          field_errors: [],
          retryable: false,
        });
      return state;
    });
    await user.type(screen.getByLabelText("Token"), "a-new-token");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    // The server's tables are others now: the person is told at the field, and describes them.
    await screen.findByText(/^The server has no table/);
    await user.type(screen.getByRole("textbox", { name: /^Its tables/ }), "name = 1");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await waitFor(() =>
      expect(asked.map(({ tables }) => tables)).toEqual([
        { schema: null, sign_in: "bearer" },
        { schema: "name = 1", sign_in: "bearer" },
      ]),
    );
  });

  it("says at the field what is missing or not accepted, and keeps what was typed", async () => {
    const fake = fakeHost({ notConnected: true });
    const { user } = renderUi(<ConnectScreen />, fake);
    const server = await screen.findByRole("textbox", { name: "Server address" });
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText("Enter the server's address.");
    expect(document.activeElement).toBe(server);
    await user.type(server, "records.example");
    const token = screen.getByLabelText<HTMLInputElement>("Device token");
    expect(token.type).toBe("password");
    await user.type(token, "bad");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText(/does not accept this token/);
    expect(token.value).toBe("bad");
    expect(fake.state.connected).toBe(false);
    await user.type(token, "-but-longer");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    await waitFor(() => expect(fake.state.connected).toBe(true));
  });
});
