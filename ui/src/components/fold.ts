// Long texts with far-apart changes: what did not change is folded, so that every change is in sight (U43). Pure.

/** A stretch of text; `keep` marks what changed. */
export interface Stretch<K extends string = string> {
  kind: K;
  text: string;
  keep: boolean;
}

export type Folded<K extends string> = Stretch<K> | { kind: "folded"; words: number; text: string };

/** Words around a change that stay in sight. */
const AROUND = 10;
/** Fewer hidden words than this are not worth folding. */
const WORTH = 12;

/** Folds the middle of long unchanged stretches. */
export function fold<K extends string>(stretches: Stretch<K>[]): Folded<K>[] {
  return stretches.flatMap((stretch, at): Folded<K>[] => {
    if (stretch.keep) return [stretch];
    const words = stretch.text.match(/\s*\S+\s*?/g) ?? [];
    const tail = stretch.text.slice(words.join("").length);
    const head = at === 0 ? 0 : AROUND;
    const end = at === stretches.length - 1 ? 0 : AROUND;
    const hidden = words.length - head - end;
    if (hidden < WORTH) return [stretch];
    const part = (from: number, to?: number) => words.slice(from, to).join("");
    const folded: Folded<K>[] = [];
    if (head > 0) folded.push({ ...stretch, text: part(0, head) });
    folded.push({ kind: "folded", words: hidden, text: part(head, words.length - end) });
    if (end > 0) folded.push({ ...stretch, text: part(words.length - end) + tail });
    return folded;
  });
}

/** Whether folding would hide anything. */
export const isFoldable = (stretches: Stretch[]): boolean =>
  fold(stretches).some((stretch) => stretch.kind === "folded");

/** The base text, cut where one of the others changed it. */
export function touched(base: string, diffs: { kind: string; text: string }[][]): Stretch<"base">[] {
  const marks = new Uint8Array(base.length + 1);
  for (const parts of diffs) {
    let at = 0;
    let last = "";
    for (const { kind, text } of parts) {
      // What came in without anything going out stands before this letter.
      if (kind === "added" && last !== "removed") marks[at] = 1;
      last = kind;
      if (kind === "removed") marks.fill(1, at, at + text.length);
      if (kind !== "added") at += text.length;
    }
  }
  const stretches: Stretch<"base">[] = [];
  for (let from = 0; from < base.length; ) {
    let to = from + 1;
    while (to < base.length && marks[to] === marks[from]) to++;
    stretches.push({ kind: "base", text: base.slice(from, to), keep: marks[from] === 1 });
    from = to;
  }
  return stretches;
}
