import { describe, expect, it } from "vitest";
import { numberText, parseNumber } from "./number";
import { parsePlace, placeText } from "./place";
import { fromText, openable, toText } from "./typed";

describe("a typed number", () => {
  it.each([
    ["1500", "en", 1500],
    ["1,500", "en", 1500],
    ["1,500.25", "en", 1500.25],
    ["1.500,25", "en", 1500.25],
    ["1,5", "en", 1.5],
    ["1,234,567", "en", 1234567],
    [" −12 ", "en", -12],
    ["1 500", "fr", 1500],
    ["1.500", "de", 1500],
    ["1,500", "de", 1.5],
    ["0,75", "de", 0.75],
    ["0.75", "de", 0.75],
    ["12’000", "de-CH", 12000],
    [".5", "en", 0.5],
    ["+3", "en", 3],
  ])("%s in %s is %d", (text, locale, value) => {
    expect(parseNumber(text, locale)).toBe(value);
  });

  it.each(["", "abc", "12 ft", "1-2", ".", "--1", "1,2.3,4.5x"])("%j is not a number", (text) => {
    expect(parseNumber(text, "en")).toBeNull();
  });

  it("stands in the box as it can be typed again", () => {
    for (const [value, locale] of [
      [1234.5, "de"],
      [-0.001, "en"],
      [9007199254740991, "fr"],
    ] as const)
      expect(parseNumber(numberText(value, locale), locale)).toBe(value);
  });
});

describe("a typed place", () => {
  it.each([
    ["47.3769, 8.5417", 47.3769, 8.5417],
    ["47.3769,8.5417", 47.3769, 8.5417],
    ["47.3769 8.5417", 47.3769, 8.5417],
    ["47,3769; 8,5417", 47.3769, 8.5417],
    ["-33.9249, 18.4241", -33.9249, 18.4241],
    ["33.9249° S, 18.4241° E", -33.9249, 18.4241],
    ["18.4241 E 33.9249 S", -33.9249, 18.4241],
    ["47°22'36\"N 8°32'30\"E", 47.376667, 8.541667],
    ["N 47 22.6 E 8 32.5", 47.376667, 8.541667],
    ["95, 8", 95, 8],
  ])("%s", (text, lat, lon) => {
    expect(parsePlace(text)).toEqual({ lat, lon });
  });

  it.each(["", "Zürich", "47.3769", "47.3769 N 8.5 N", "1, 2, 3", "47 61 N 8 32 E"])(
    "%j is not a place",
    (text) => {
      expect(parsePlace(text)).toBeNull();
    },
  );

  it("stands in the box as it can be pasted again", () => {
    const place = { lat: -33.9249, lon: 18.4241 };
    expect(parsePlace(placeText(place))).toEqual(place);
  });
});

describe("between text and value", () => {
  const integer = { type: "integer", min: null, max: null, unit: "ft" } as const;
  it("keeps text that is no value of the kind, so that it can be kept as a draft", () => {
    expect(fromText(integer, "about 20", "en")).toBe("about 20");
    expect(toText(integer, "about 20", "en")).toBe("about 20");
    expect(fromText(integer, "  ", "en")).toBeNull();
  });
  it("opens only addresses that a browser or mail program may open", () => {
    expect(openable("https://example.org/a")).toBe("https://example.org/a");
    expect(openable("tel:+43123")).toBe("tel:+43123");
    expect(openable("javascript:alert(1)")).toBeNull();
    expect(openable("example")).toBeNull();
  });
});
