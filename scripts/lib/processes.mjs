// Starting other programs: run one to its end, keep one running, and stop all that were started.

import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { root } from "./paths.mjs";
import { Problem } from "./say.mjs";

const running = new Set();

/** Runs a program to its end with its output shown; answers its exit code. */
export function run(command, args, { env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    track(child);
    child.on("error", (error) => reject(new Problem(`${command} could not be started: ${error.message}`)));
    child.on("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** Like `run`, but a bad exit code is a problem, told with `sentence`. */
export async function mustRun(command, args, sentence, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Problem(`${sentence} (${command} ended with code ${code}).`);
}

/** The output of a short program, or null where it is missing or fails. */
export function outputOf(command, args) {
  const done = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return done.status === 0 ? done.stdout.trim() : null;
}

/**
 * Starts a program that stays; `log` is a function called with each piece of its output. A program that starts others
 * and may leave them behind is a `group` of its own, which `stop` ends as a whole.
 */
export function start(command, args, { env = {}, cwd = root, log, group = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    detached: group,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  track(child);
  child.isGroup = group;
  child.output = "";
  const keep = (piece) => {
    child.output = (child.output + piece).slice(-20_000);
    log?.(String(piece));
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.ended = new Promise((resolve) => {
    child.on("error", (error) => {
      keep(`${error.message}\n`);
      resolve(1);
    });
    child.on("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  return child;
}

/** Asks a started program to stop and waits for it; after ten seconds it is killed. */
export async function stop(child, signal = "SIGTERM") {
  if (!child) return;
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (isOver && !child.isGroup) return;
  send(child, signal);
  const late = setTimeout(() => send(child, "SIGKILL"), 10_000);
  await child.ended;
  clearTimeout(late);
}

function send(child, signal) {
  if (!child.isGroup) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // Nobody of the group is left.
  }
}

/** Stops everything that was started and still runs, the youngest first. */
export async function stopAll() {
  for (const child of [...running].reverse()) {
    if (child.ended) await stop(child);
    else child.kill("SIGTERM");
  }
}

/**
 * Asks `probe` until it answers something truthy. Ends early, with the program's last words, when `child`
 * stops in the meantime.
 */
export async function until(what, probe, { child, within = 60_000 } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (child && (child.exitCode !== null || child.signalCode !== null)) {
      throw new Problem(`Waited for ${what}, but the program ended:\n${child.output.trim()}`);
    }
    if (Date.now() > deadline) {
      throw new Problem(`Waited ${within / 1000} s for ${what} in vain.\n${child?.output.trim() ?? ""}`);
    }
    await pause(50);
  }
}

/** The trimmed text of a file, or null while it is missing or empty. */
export async function textOf(path) {
  try {
    return (await readFile(path, "utf8")).trim() || null;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whether the address answers with a 2xx status. */
export async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // Not listening yet: the caller asks again.
  }
}

function track(child) {
  running.add(child);
  child.on("close", () => running.delete(child));
}
