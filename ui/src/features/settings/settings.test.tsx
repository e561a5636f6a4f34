import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useAppState } from "@/app/workspace";
import { expectNoAxeViolations, fakeHost, renderUi } from "@/test";
import { DiagnosticsScreen, diagnosticsText } from "./DiagnosticsScreen";
import { SettingsScreen } from "./SettingsScreen";

/** As in the app: the screen goes when the workspace does. */
function Connected() {
  return useAppState().workspace ? <SettingsScreen /> : null;
}

describe("settings", () => {
  it("act at once", async () => {
    const { user, fake, container } = renderUi(<Connected />);
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(fake.state.settings.theme).toBe("dark"));
    await user.click(screen.getByRole("switch", { name: /Work offline/ }));
    await waitFor(() => expect(fake.state.settings.work_offline).toBe(true));
    await expectNoAxeViolations(container);
  });

  it("do not purge a table with waiting changes before the person has seen how many", async () => {
    const { user, fake } = renderUi(<Connected />);
    const airfields = () => [...fake.state.rows.values()].filter((row) => row.table === "airfields").length;
    await user.click(await screen.findByRole("button", { name: "Purge Airfields" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Purge" }));
    const force = await screen.findByRole("alertdialog", { name: "Changes to airfields have not been sent" });
    await within(force).findByText(/4 changes wait on this device/);
    expect(airfields()).toBe(60);
    await user.click(within(force).getByRole("button", { name: "Purge and discard changes" }));
    await waitFor(() => expect(airfields()).toBe(0));
  });

  it("count what is not sent before leaving the workspace (U66)", async () => {
    const { user, fake } = renderUi(<Connected />);
    await user.click(await screen.findByRole("button", { name: "Leave workspace" }));
    const dialog = await screen.findByRole("alertdialog");
    await within(dialog).findByText("6 changes waiting");
    within(dialog).getByText("3 refused changes");
    within(dialog).getByText("3 conflicts");
    await user.click(within(dialog).getByRole("button", { name: "Erase and leave" }));
    await waitFor(() => expect(fake.state.connected).toBe(false));
  });

  it("say so when everything is on the server", async () => {
    const fake = fakeHost();
    for (const row of fake.state.rows.values()) Object.assign(row, { mark: "synced", entry: null });
    fake.state.recount();
    const { user } = renderUi(<Connected />, fake);
    await user.click(await screen.findByRole("button", { name: "Leave workspace" }));
    await screen.findByText(/Everything is on the server/);
    await user.click(screen.getByRole("button", { name: "Leave" }));
    await waitFor(() => expect(fake.state.connected).toBe(false));
  });
});

describe("diagnostics (U91)", () => {
  it("show facts and the state of the database", async () => {
    const { container } = renderUi(<DiagnosticsScreen />);
    await screen.findByText("The database is in order");
    await expectNoAxeViolations(container);
  });

  it("say what to do when the database is damaged", async () => {
    const fake = fakeHost();
    fake.answer("diagnostics_get", () => ({ at: 0, facts: [], integrity: "row 3 missing from index" }));
    renderUi(<DiagnosticsScreen />, fake);
    await screen.findByText("row 3 missing from index");
    screen.getByText("The database is damaged");
  });

  it("are one fact a line as text", () => {
    expect(diagnosticsText({ at: 0, facts: [{ name: "device", value: "dev-1" }], integrity: "ok" })).toBe(
      "made: 1970-01-01T00:00:00.000Z\ndevice: dev-1\nintegrity: ok\n",
    );
  });
});
