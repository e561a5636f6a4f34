// What the scripts say to a person: plain sentences, a heading before each step.

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const say = (text) => process.stdout.write(`${text}\n`);
export const heading = (text) => say(`\n${paint("1;36", `▸ ${text}`)}`);
export const warn = (text) => process.stderr.write(`${paint("33", text)}\n`);
export const good = (text) => paint("32", text);
export const bad = (text) => paint("31", text);

/** Something the person can put right: said as a sentence, without a stack trace. */
export class Problem extends Error {}

/** Runs a script's main part; a `Problem` is told in its own words and ends with exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    const words = error instanceof Problem ? error.message : (error?.stack ?? error);
    process.stderr.write(`${bad(`\n${words}`)}\n`);
    process.exitCode = 1;
  }
}

/** 83_000 → "1 min 23 s". */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
