import { describe, expect, it } from "vitest";
import { wordDiff } from "./wordDiff";

const short = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

describe("the difference of two texts (U43)", () => {
  it("shows changed words in what stays the same", () => {
    expect(short("Water stands on the northern third.", "Water stands on the southern third.")).toBe(
      "Water stands on the [-northern-]{+southern+} third.",
    );
    expect(short("Lights tested", "Lights tested in pairs")).toBe("Lights tested{+ in pairs+}");
    expect(short("same", "same")).toBe("same");
  });

  it("keeps neighbouring changed words together", () => {
    expect(short("a wet day", "a very dry day")).toBe("a [-wet-]{+very dry+} day");
    expect(short("one two", "three four")).toBe("[-one two-]{+three four+}");
  });

  it("gives back both texts, also very long ones", () => {
    const before = "word ".repeat(2_000);
    const after = "other thing ".repeat(2_000);
    const parts = wordDiff(before, after);
    const text = (not: string) =>
      parts
        .filter(({ kind }) => kind !== not)
        .map((part) => part.text)
        .join("");
    expect(text("added")).toBe(before);
    expect(text("removed")).toBe(after);
  });
});
