import { describe, expect, it } from "vitest";
import { moved } from "./keys";

const extent = { rows: 1000, cols: 5, page: 20 };
const from = { row: 10, col: 2 };
const press = (key: string, mod = false) => moved(from, { key, mod }, extent);

describe("keys in the grid (U76)", () => {
  it("moves cell by cell and stops at the edges", () => {
    expect(press("ArrowDown")).toEqual({ row: 11, col: 2 });
    expect(press("ArrowLeft")).toEqual({ row: 10, col: 1 });
    expect(moved({ row: 999, col: 4 }, { key: "ArrowDown", mod: false }, extent)).toEqual({
      row: 999,
      col: 4,
    });
    expect(moved({ row: 999, col: 4 }, { key: "ArrowRight", mod: false }, extent)).toEqual({
      row: 999,
      col: 4,
    });
  });

  it("reaches the header above the first row, and no further", () => {
    expect(moved({ row: 0, col: 2 }, { key: "ArrowUp", mod: false }, extent)).toEqual({ row: -1, col: 2 });
    expect(moved({ row: -1, col: 2 }, { key: "ArrowUp", mod: false }, extent)).toEqual({ row: -1, col: 2 });
  });

  it("goes to the ends of the row with Home and End, of the list with Ctrl", () => {
    expect(press("Home")).toEqual({ row: 10, col: 0 });
    expect(press("End")).toEqual({ row: 10, col: 4 });
    expect(press("Home", true)).toEqual({ row: 0, col: 0 });
    expect(press("End", true)).toEqual({ row: 999, col: 4 });
  });

  it("moves a screen with Page Up and Down", () => {
    expect(press("PageDown")).toEqual({ row: 30, col: 2 });
    expect(press("PageUp")).toEqual({ row: 0, col: 2 });
  });

  it("leaves other keys alone", () => {
    expect(press("x")).toBeNull();
  });
});
