import { act, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Tooltip } from "@/components";
import { renderApp } from "@/test";
import { go } from "./history";
import { paths } from "./paths";
import { Region } from "./Region";

const givenWidth = window.innerWidth;
const widen = (width: number) =>
  (
    window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } }
  ).happyDOM.setViewport({
    width,
  });

describe("the start", () => {
  it("leads to the first table", async () => {
    renderApp("#/");
    await screen.findByRole("grid", { name: "Airfields" });
    expect(window.location.hash).toBe("#/t/airfields");
  });

  it("does not leave a place that is opened in that moment, as a notification does", async () => {
    renderApp("#/");
    window.location.hash = "/outbox";
    await screen.findByRole("navigation");
    // The window tells of its new address a moment later.
    act(() => void window.dispatchEvent(new PopStateEvent("popstate")));
    await screen.findByRole("heading", { name: "Outbox" });
    expect(window.location.hash).toBe("#/outbox");
  });
});

describe("the window's parts", () => {
  afterEach(() => widen(givenWidth));

  it("the line that sizes the navigation belongs to its landmark (U75)", async () => {
    widen(1440);
    renderApp("#/t/airfields");
    const navigation = await screen.findByRole("navigation");
    expect(within(navigation).getByRole("separator")).toBeTruthy();
  });

  it("a record takes the focus on a phone; back in the list it stands on its row", async () => {
    widen(390);
    const { user } = renderApp("#/t/airfields");
    const card = () => screen.getAllByRole("gridcell")[3] as HTMLElement;
    await waitFor(() => expect(screen.getAllByRole("gridcell").length).toBeGreaterThan(5));
    await user.click(card());
    await waitFor(() => expect(document.activeElement?.id).toBe("record"));
    act(() => go(paths.table("airfields")));
    await waitFor(() =>
      expect(document.activeElement?.closest("[data-row]")?.getAttribute("data-row")).toBe("3"),
    );
  });

  it("what is out of sight takes no tooltips, which need the focus", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    render(
      <Region id="list" label="List" isHidden>
        <Tooltip tip="Saved on this device">
          <span role="img" aria-label="mark" tabIndex={-1} />
        </Tooltip>
      </Region>,
    );
    expect(screen.getByRole("img", { hidden: true })).toBeTruthy();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
