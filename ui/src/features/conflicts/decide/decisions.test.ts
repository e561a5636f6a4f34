import { describe, expect, it } from "vitest";
import type { ConflictField, FieldValue } from "@/backend";
import {
  changedAgain,
  decide,
  decideAll,
  decisionFor,
  movedOn,
  nothingChosen,
  ownValues,
  resultOf,
  resultsOf,
  typeOwn,
  undecided,
  undoChoice,
} from "./decisions";

const field = (column: string, base: FieldValue, mine: FieldValue, theirs: FieldValue): ConflictField => ({
  column,
  base,
  mine,
  theirs,
  both: null,
  base_title: null,
  mine_title: null,
  theirs_title: null,
  error: null,
});
const phone = field("phone", "1", "2", "3");
const city = field("city", "Ulm", "Ulm Ost", "Ulm West");

describe("choosing field by field", () => {
  it("has a result only once every field is decided (U45)", () => {
    const first = decide(nothingChosen, phone, "theirs");
    expect(undecided(first.now, [phone, city])).toEqual([city]);
    expect(resultsOf(first.now, [phone, city])).toBeNull();
    const both = decide(first, city, "base");
    expect(resultsOf(both.now, [phone, city])).toEqual({ phone: "3", city: "Ulm" });
  });

  it("saves exactly the value that was typed, and only typed values are checked (U43)", () => {
    const typed = typeOwn(decide(nothingChosen, phone, "mine"), city, "Neu-Ulm");
    expect(resultOf(typed.now, city)).toBe("Neu-Ulm");
    expect(ownValues(typed.now, [phone, city])).toEqual({ city: "Neu-Ulm" });
  });

  it("keeps the typed value while another side is tried", () => {
    const typed = typeOwn(nothingChosen, city, "Neu-Ulm");
    const back = decide(decide(typed, city, "mine"), city, "own");
    expect(resultOf(back.now, city)).toBe("Neu-Ulm");
  });

  it("offers Both only where both changes fit into one value", () => {
    expect(decide(nothingChosen, phone, "both")).toBe(nothingChosen);
    const checks = { ...field("checks", ["a"], ["a", "b"], ["a", "c"]), both: ["a", "b", "c"] };
    expect(resultOf(decide(nothingChosen, checks, "both").now, checks)).toEqual(["a", "b", "c"]);
  });

  it("takes back one choice at a time; letters of one value are one step (U46)", () => {
    let choosing = decide(nothingChosen, phone, "mine");
    for (const text of ["N", "Ne", "Neu"]) choosing = typeOwn(choosing, city, text);
    choosing = undoChoice(choosing);
    expect(decisionFor(choosing.now, city)).toBeNull();
    expect(decisionFor(choosing.now, phone)).toBe("mine");
    choosing = undoChoice(choosing);
    expect(choosing.now).toEqual({});
    expect(undoChoice(choosing)).toBe(choosing);
  });

  it("all of one side is one step", () => {
    const all = decideAll(decide(nothingChosen, phone, "mine"), [phone, city], "theirs");
    expect(resultsOf(all.now, [phone, city])).toEqual({ phone: "3", city: "Ulm West" });
    expect(decisionFor(undoChoice(all).now, phone)).toBe("mine");
  });

  it("asks again where theirs moved on, and keeps the other choices (U49)", () => {
    const choosing = decide(decide(nothingChosen, phone, "theirs"), city, "mine");
    const moved = { ...phone, theirs: "4" };
    expect(changedAgain([phone, city], [moved, city])).toEqual(["phone"]);
    expect(movedOn(choosing.now, moved)).toBe(true);
    expect(undecided(choosing.now, [moved, city])).toEqual([moved]);
    expect(decisionFor(choosing.now, city)).toBe("mine");
  });
});
