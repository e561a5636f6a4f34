// What differs between two texts, word by word (U43): the longest common run of words stays, the rest is taken away or
// comes in.

export interface DiffPart {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Words × words that are still compared within a blink. */
const LIMIT = 400_000;

const split = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** The parts of both texts in reading order; texts too long to compare differ as a whole. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const a = split(before);
  const b = split(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const midA = a.slice(head, a.length - tail);
  const midB = b.slice(head, b.length - tail);
  const middle: DiffPart[] =
    midA.length * midB.length > LIMIT
      ? [
          { kind: "removed", text: midA.join("") },
          { kind: "added", text: midB.join("") },
        ]
      : compare(midA, midB);
  return grouped([
    { kind: "same", text: a.slice(0, head).join("") },
    ...middle,
    { kind: "same", text: a.slice(a.length - tail).join("") },
  ]);
}

function compare(a: string[], b: string[]): DiffPart[] {
  // longest[i * width + j]: how many words a from i on and b from j on have in common.
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      parts.push({ kind: "same", text: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ kind: "removed", text: left });
      i++;
    } else {
      parts.push({ kind: "added", text: right ?? "" });
      j++;
    }
  }
  return parts;
}

/** Neighbours of one kind together; a space between two changed words is part of the change. */
function grouped(parts: DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed) out.push({ kind: "removed", text: removed });
    if (added) out.push({ kind: "added", text: added });
    removed = "";
    added = "";
  };
  const given = parts.filter((part) => part.text !== "");
  given.forEach((part, index) => {
    const next = given[index + 1];
    if (part.kind === "removed") removed += part.text;
    else if (part.kind === "added") added += part.text;
    else if ((removed || added) && next && next.kind !== "same" && part.text.trim() === "") {
      removed += part.text;
      added += part.text;
    } else {
      flush();
      const last = out.at(-1);
      if (last?.kind === "same") last.text += part.text;
      else out.push({ ...part });
    }
  });
  flush();
  return out;
}
