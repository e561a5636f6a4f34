// `npm test`: everything that is checked, step by step; all steps run, and the sum stands at the end.
// `npm test -- ui rust e2e` runs the named steps or groups, and what they need.

import { run, stopAll } from "./lib/processes.mjs";
import { bad, duration, good, heading, main, Problem, say, warn } from "./lib/say.mjs";
import { chosen, steps } from "./lib/steps.mjs";
import { setup } from "./setup.mjs";

process.on("SIGINT", () => stopAll().then(() => process.exit(130)));

await main(async () => {
  const list = chosen(process.argv.slice(2));
  if (list.unknown) {
    const names = steps.map((step) => step.name).join(", ");
    throw new Problem(
      `There is no step called "${list.unknown}". The steps: ${names}; the groups: ui, rust.`,
    );
  }
  heading("setup: what the tests need");
  await setup({ app: true, tests: true });

  const results = [];
  for (const step of list) results.push(await take(step, results));
  sumUp(results);
});

async function take(step, results) {
  const missing = (step.needs ?? []).find((name) =>
    results.some((result) => result.name === name && !result.passed),
  );
  if (missing) return { name: step.name, passed: false, note: `not run: ${missing} failed`, took: 0 };

  heading(`${step.name}: ${step.what}`);
  const began = Date.now();
  const [command, args] = step.command();
  const code = await run(command, args).catch((error) => {
    warn(error.message);
    return 1;
  });
  return { name: step.name, passed: code === 0, took: Date.now() - began };
}

function sumUp(results) {
  heading("summary");
  const width = Math.max(...results.map((result) => result.name.length));
  for (const { name, passed, took, note } of results) {
    say(`  ${passed ? good("passed") : bad("failed")}  ${name.padEnd(width)}  ${note ?? duration(took)}`);
  }
  const failed = results.filter((result) => !result.passed).length;
  if (failed > 0) process.exitCode = 1;
  say(`\n${results.length - failed} passed, ${failed} failed`);
}
