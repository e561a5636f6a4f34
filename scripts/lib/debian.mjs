// What a Debian machine needs besides Rust and Node, and why.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mustRun, outputOf } from "./processes.mjs";
import { findPython } from "./python.mjs";
import { say, warn } from "./say.mjs";

const forTheApp = {
  "build-essential": "C compiler and linker, for SQLite and the app",
  "pkg-config": "finds the libraries below",
  "libwebkit2gtk-4.1-dev": "the web view that the app's window shows",
  "librsvg2-dev": "the app's icon",
  "libayatana-appindicator3-dev": "the tray icon",
  "libxdo-dev": "keyboard input of menus",
  "libsoup-3.0-dev": "the web view's network library",
  "libdbus-1-dev": "the system keyring, where the device's token lives",
};

const forTheTests = {
  chromium: "browser tests",
  xvfb: "a screen in memory, for the tests in a real window",
  xauth: "access to that screen",
  "dbus-x11": "a message bus for that screen",
  "webkit2gtk-driver": "drives the real window",
};

const forPython = { "python3-venv": "checks what the server says of its tables, with a program from PyPI" };

/** Installs what is missing, saying what and why. On other systems it names the list and goes on. */
export async function installPackages({ tests, app }) {
  const wanted = {
    ...(app ? forTheApp : onlyToBuild()),
    ...(tests ? forTheTests : {}),
    ...(tests && !findPython() ? forPython : {}),
  };
  if (!isDebian()) {
    warn(
      "This is not a Debian system, so nothing is installed here. These Debian packages, or what your system",
    );
    warn(`calls them, are needed: ${Object.keys(wanted).join(" ")}`);
    return;
  }
  const missing = Object.keys(wanted).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;

  say("Some Debian packages are missing and are installed now:");
  for (const name of missing) say(`  ${name}: ${wanted[name]}`);
  if (!canInstall(missing))
    await apt(["update"], "The list of Debian packages could not be brought up to date");
  await apt(
    ["install", "--yes", "--no-install-recommends", ...missing],
    `Debian packages could not be installed. Install them by hand and start again: ${missing.join(" ")}`,
  );
}

const onlyToBuild = () => ({
  "build-essential": forTheApp["build-essential"],
  "pkg-config": forTheApp["pkg-config"],
  "libdbus-1-dev": forTheApp["libdbus-1-dev"],
});

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false; // No such file: not a Linux system.
  }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder, not ours
const STATUS = "${db:Status-Status}";

const isInstalled = (name) => outputOf("dpkg-query", ["-W", "-f", STATUS, name]) === "installed";

/** Whether apt already knows every package; if not, its list is empty or old. */
const canInstall = (names) =>
  spawnSync("apt-get", ["install", "--simulate", "--yes", ...names], { stdio: "ignore" }).status === 0;

async function apt(args, sentence) {
  const root = process.getuid() === 0;
  if (!root) say(`sudo is used for apt-get ${args[0]}; it may ask for your password.`);
  const command = root ? ["apt-get", ...args] : ["sudo", "apt-get", ...args];
  await mustRun(command[0], command.slice(1), sentence, { env: { DEBIAN_FRONTEND: "noninteractive" } });
}
