import { describe, expect, it } from "vitest";
import { fold, isFoldable, type Stretch, touched } from "./fold";
import { wordDiff } from "./wordDiff";

const words = (n: number, word = "same") => Array.from({ length: n }, (_, at) => `${word}${at}`).join(" ");
const diff = (before: string, after: string): Stretch[] =>
  wordDiff(before, after).map((part) => ({ ...part, keep: part.kind !== "same" }));

describe("a long text with far-apart changes", () => {
  const before = `first ${words(100)} last`;
  const after = `FIRST ${words(100)} LAST`;

  it("shows every change and folds what lies between (U43)", () => {
    const shown = fold(diff(before, after));
    expect(shown.filter((part) => part.kind === "added").map((part) => part.text)).toEqual(["FIRST", "LAST"]);
    const folded = shown.find((part) => part.kind === "folded");
    expect(folded && "words" in folded && folded.words).toBe(80);
  });

  it("loses no letter", () => {
    const text = fold(diff(before, after))
      .filter((part) => part.kind !== "removed")
      .map((part) => part.text)
      .join("");
    expect(text).toBe(after);
  });

  it("folds nothing in a short one", () => {
    expect(isFoldable(diff("Wet in the north.", "Dry in the north."))).toBe(false);
  });

  it("shows the text before both where either side changed it", () => {
    const base = `start ${words(60)} middle ${words(60, "more")} end`;
    const stretches = touched(base, [
      wordDiff(base, base.replace("start", "begin")),
      wordDiff(base, base.replace("middle", "centre")),
    ]);
    expect(stretches.map((stretch) => stretch.text).join("")).toBe(base);
    expect(stretches.filter((stretch) => stretch.keep).map((stretch) => stretch.text)).toEqual([
      "start",
      "middle",
    ]);
  });
});
