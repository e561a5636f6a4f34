// Every text colour on every surface it stands on, in both themes (U80): 4.5:1 for text, 3:1 for edges and focus.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ["canvas", "surface", "surface-2", "surface-3", "hover"];
const pairs: [string, string[], number][] = [
  [
    "text",
    [...surfaces, "accent-soft", "waiting-soft", "conflict-soft", "refused-soft", "added-soft", "flash"],
    4.5,
  ],
  ["text-2", [...surfaces, "accent-soft", "waiting-soft", "conflict-soft", "refused-soft"], 4.5],
  ["text-3", [...surfaces, "accent-soft"], 4.5],
  ["accent", ["canvas", "surface", "surface-3", "accent-soft"], 4.5],
  ["on-accent", ["accent", "accent-2"], 4.5],
  ["waiting", ["canvas", "surface", "surface-3", "waiting-soft", "accent-soft", "hover"], 4.5],
  ["conflict", ["canvas", "surface", "surface-3", "conflict-soft", "accent-soft", "hover"], 4.5],
  ["refused", ["canvas", "surface", "surface-3", "refused-soft", "accent-soft", "hover"], 4.5],
  ["added", ["surface", "added-soft"], 4.5],
  ["line-strong", ["surface", "canvas"], 3],
  ["focus", [...surfaces, "accent-soft"], 3],
];

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("the %s theme", (_, selector) => {
  const theme = tokens(selector);
  it.each(pairs)("has readable %s", (ink, grounds, least) => {
    const poor = grounds
      .map((ground) => [ground, contrast(theme[ink] ?? "", theme[ground] ?? "")] as const)
      .filter(([, ratio]) => !(ratio >= least))
      .map(([ground, ratio]) => `${ink} on ${ground}: ${ratio.toFixed(2)}`);
    expect(poor).toEqual([]);
  });
});
