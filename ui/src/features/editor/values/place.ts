// A place as people type or paste it: "47.3769, 8.5417", "47,3769; 8,5417", "47.3769 N 8.5417 E", 47°22'37"N 8°32'30"E.

export interface Place {
  lat: number;
  lon: number;
}

/** The place in the text, or none when it is not one. Range is for validation to judge. */
export function parsePlace(text: string): Place | null {
  const halves = split(text.trim().toUpperCase().replace(/[−–]/g, "-"));
  if (!halves) return null;
  const [first, second] = halves.map(parseHalf);
  if (!first || !second) return null;
  const swapped = first.axis === "lon" || second.axis === "lat";
  if (first.axis !== null && first.axis === second.axis) return null;
  return swapped ? { lat: second.degrees, lon: first.degrees } : { lat: first.degrees, lon: second.degrees };
}

/** The place as it stands in a box; pasted back it is the same place. */
export const placeText = ({ lat, lon }: Place): string => `${lat}, ${lon}`;

function split(text: string): [string, string] | null {
  const leading = /^([NSEW].*?)[\s,;]+([NSEW].+)$/.exec(text);
  if (leading) return [leading[1] ?? "", leading[2] ?? ""];
  const compass = /^(.*?[NSEW])[\s,;]*(.+)$/.exec(text);
  if (compass && /[NSEW]/.test(compass[2] ?? "")) return [compass[1] ?? "", compass[2] ?? ""];
  for (const mark of [/^(.+?)\s*;\s*(.+)$/, /^(.+?),\s+(.+)$/, /^([^,]+),([^,]+)$/, /^(\S+)\s+(\S+)$/]) {
    const found = mark.exec(text);
    if (found) return [found[1] ?? "", found[2] ?? ""];
  }
  return null;
}

function parseHalf(text: string): { degrees: number; axis: "lat" | "lon" | null } | null {
  const letter = /[NSEW]/.exec(text)?.[0];
  const rest = text.replace(/[NSEW]/, "").trim();
  const parts = rest.split(/[°º'’′"”″\s]+/).filter(Boolean);
  if (parts.length < 1 || parts.length > 3) return null;
  const numbers = parts.map((part) =>
    /^[+-]?\d+([.,]\d+)?$/.test(part) ? Number(part.replace(",", ".")) : Number.NaN,
  );
  if (numbers.some(Number.isNaN) || numbers.slice(1).some((part) => part < 0 || part >= 60)) return null;
  const [degrees = 0, minutes = 0, seconds = 0] = numbers;
  const size = Math.abs(degrees) + minutes / 60 + seconds / 3600;
  const isBehind = parts[0]?.startsWith("-") || letter === "S" || letter === "W";
  return {
    degrees: round(isBehind ? -size : size),
    axis: letter ? (/[NS]/.test(letter) ? "lat" : "lon") : null,
  };
}

/** To a millionth of a degree: 11 cm. */
const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6 + 0;
