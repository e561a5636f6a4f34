import { describe, expect, it } from "vitest";
import { countSelected, everything, isSelected, nothing, selectionArgs, withRows } from "./selection";

describe("selecting (U12)", () => {
  it("adds and takes away single rows", () => {
    const two = withRows(nothing, ["a", "b"], true);
    expect(countSelected(two, 100)).toBe(2);
    expect(isSelected(withRows(two, ["a"], false), "a")).toBe(false);
  });

  it("of all 12 431 but one counts right, without knowing their ids", () => {
    const most = withRows(everything, ["a"], false);
    expect(countSelected(most, 12_431)).toBe(12_430);
    expect(isSelected(most, "a")).toBe(false);
    expect(isSelected(most, "b")).toBe(true);
    expect(selectionArgs(most, 7)).toEqual({ kind: "view", view: 7, except: ["a"] });
    expect(withRows(most, ["a"], true)).toEqual(everything);
  });
});
