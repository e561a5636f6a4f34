// `npm run check:mobile`: what can be checked of the Android and iOS parts without their SDKs.
//
//   rust     `cargo check` of the app with all plugins for both phones, the standard library built from its source; of the
//            C code in it (SQLite, TLS) nothing is checked
//   kotlin   the plugin's Kotlin, type-checked against stubs of what it uses (scripts/mobile/stubs)
//   swift    the plugin's Swift, parsed
//
// What it can't see, a build with the real SDKs must: linking, resources, manifests, and whether the stubs are as the
// real libraries are. Its inputs are fetched once, by the ordinary package clients, into target/mobile. Where one
// can't be had, the check says so and counts as not done; with --strict that is a failure.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./lib/paths.mjs";
import { outputOf, run } from "./lib/processes.mjs";
import { bad, good, heading, main, say, warn } from "./lib/say.mjs";

const KOTLIN = "2.4.20";
const home = inRoot("target", "mobile");
const plugin = inRoot("crates", "tauri-plugin-silent-push");

await main(async () => {
  const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const strict = process.argv.includes("--strict");
  const wanted = (name) => words.length === 0 || words.includes(name);
  mkdirSync(home, { recursive: true });
  const results = [];
  const take = async (name, what, check) => {
    heading(`${name}: ${what}`);
    results.push({ name, ...(await check()) });
  };
  if (wanted("kotlin")) await take("kotlin", "the plugin's Kotlin against stubs", kotlin);
  if (wanted("swift")) await take("swift", "the plugin's Swift is parsed", swift);
  if (wanted("rust")) {
    for (const target of ["aarch64-linux-android", "aarch64-apple-ios"]) {
      await take(`rust ${target}`, "the app with all plugins", () => rust(target));
    }
  }
  heading("summary");
  for (const { name, passed, missing } of results) {
    const word = missing ? "not checked" : passed ? good("passed") : bad("failed");
    say(`  ${word}  ${name}${missing ? `: ${missing}` : ""}`);
  }
  if (results.some((result) => (result.missing ? strict : !result.passed))) process.exitCode = 1;
});

/** A shell-free run whose output is shown only when it fails. */
function quietly(command, args, cwd = home) {
  const done = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (done.status !== 0) warn(`${done.stdout ?? ""}${done.stderr ?? done.error?.message ?? ""}`.trim());
  return done.status === 0;
}

async function kotlin() {
  if (!outputOf("java", ["-version"]) && spawnSync("java", ["-version"]).status !== 0)
    return { missing: "no java" };
  const compiler = join(home, "node_modules", "kotlin-compiler", "lib", "kotlin-compiler.jar");
  if (!existsSync(compiler)) {
    const args = ["install", "--prefix", home, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
    if (!quietly("npm", [...args, `kotlin-compiler@${KOTLIN}`]))
      return { missing: "npm has no kotlin-compiler" };
  }
  const lib = join(home, "node_modules", "kotlin-compiler", "lib");
  const sources = join(plugin, "android", "src", "main", "java");
  const code = await run("java", [
    "-cp",
    ["kotlin-compiler.jar", "kotlin-stdlib.jar", "kotlin-script-runtime.jar", "kotlin-reflect.jar"]
      .concat(["kotlinx-coroutines-core-jvm.jar", "annotations-13.0.jar", "trove4j.jar"])
      .map((jar) => join(lib, jar))
      .join(":"),
    "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
    "-no-reflect",
    "-kotlin-home",
    join(lib, ".."),
    "-Werror",
    "-d",
    join(home, "kotlin-out"),
    inRoot("scripts", "mobile", "stubs"),
    sources,
  ]);
  return { passed: code === 0 };
}

async function swift() {
  const python = ["python3", "python"].find((name) => outputOf(name, ["--version"]));
  if (!python) return { missing: "no python" };
  const folder = join(home, "py");
  if (!existsSync(join(folder, "tree_sitter_swift"))) {
    const args = ["-m", "pip", "install", "-q", "--target", folder, "tree-sitter", "tree-sitter-swift"];
    if (!quietly(python, args)) return { missing: "pip has no tree-sitter-swift" };
  }
  const sources = join(plugin, "ios", "Sources");
  const files = readdirSync(sources).map((name) => join(sources, name));
  files.push(join(plugin, "ios", "Package.swift"));
  const script = inRoot("scripts", "mobile", "parse-swift.py");
  return { passed: (await run(python, [script, folder, ...files])) === 0 };
}

async function rust(target) {
  const source = rustSource();
  if (!source)
    return { missing: "the standard library's source of this rustc can't be had (Debian: rust-src)" };
  const name = target.replaceAll("-", "_");
  const tools = standIns();
  const env = {
    // build-std is no part of a stable Cargo yet. It looks for the source beside rustc, or where this says.
    RUSTC_BOOTSTRAP: "1",
    __CARGO_TESTS_ONLY_SRC_ROOT: join(source, "library"),
    CARGO_TARGET_DIR: join(home, "cargo"),
    CARGO_PROFILE_DEV_DEBUG: "0",
    [`CC_${name}`]: tools.cc,
    [`CXX_${name}`]: tools.cc,
    [`AR_${name}`]: tools.ar,
    SDKROOT: tools.sdk,
  };
  // The app's build takes the user interface in; what is in it does not matter here.
  mkdirSync(inRoot("ui", "dist"), { recursive: true });
  // Nothing that is built here runs for long: optimizing it would take more time than it saves.
  const fast = ["--config", 'profile.dev.package."*".opt-level=0'];
  const std = "-Zbuild-std=std,panic_unwind";
  const args = ["check", std, ...fast, "--locked", "--target", target, "-p", "landfall", "--lib"];
  return { passed: (await run("cargo", args, { env })) === 0 };
}

/**
 * What stands for the C compilers and SDKs of phones. A check of Rust links nothing, so nothing reads what a C compiler
 * makes: these make empty files where the build scripts of SQLite and others want some. No C code is checked.
 */
function standIns() {
  const folder = join(home, "stand-ins");
  const sdk = join(folder, "iPhoneOS.sdk");
  mkdirSync(sdk, { recursive: true });
  const cc = `#!/bin/sh
out=
while [ $# -gt 0 ]; do
  case "$1" in
    -E) echo '#pragma message "clang"'; exit 0 ;;
    --version) echo 'clang version 21.0.0'; exit 0 ;;
    -o) out="$2"; shift ;;
  esac
  shift
done
[ -z "$out" ] || : > "$out"
`;
  const ar = `#!/bin/sh
printf '!<arch>\\n' > "$2"
`;
  return { cc: program(join(folder, "cc"), cc), ar: program(join(folder, "ar"), ar), sdk };
}

/** Written only when it is another one: build scripts run again when their compiler is newer. */
function program(path, text) {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** The source of this rustc's standard library: beside it, or from Debian's package of the same version. */
function rustSource() {
  const version = /^rustc (\d+\.\d+\.\d+)/.exec(outputOf("rustc", ["--version"]) ?? "")?.[1];
  const beside = join(outputOf("rustc", ["--print", "sysroot"]) ?? "", "lib/rustlib/src/rust");
  if (existsSync(join(beside, "library"))) return beside;
  const unpacked = join(home, "rust-src", "usr", "src", `rustc-${version}`);
  if (existsSync(join(unpacked, "library"))) return unpacked;
  if (!outputOf("apt-get", ["--version"])) return null;
  say("The source of the standard library is fetched (Debian's rust-src).");
  const lists = join(home, "apt");
  for (const folder of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(lists, folder), { recursive: true });
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const suites = ["trixie-backports", "forky", "sid"];
  writeFileSync(
    join(lists, "sources.list"),
    suites.map((suite) => `deb [signed-by=${key}] http://deb.debian.org/debian ${suite} main\n`).join(""),
  );
  const options = [
    `Dir::Etc::sourcelist=${lists}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${lists}/lists`,
    `Dir::Cache=${lists}/cache`,
    "APT::Sandbox::User=root",
    // Without a network this is to be known soon.
    "Acquire::Retries=0",
    "Acquire::http::Timeout=20",
  ].flatMap((option) => ["-o", option]);
  if (!quietly("apt-get", [...options, "-q", "update"], lists)) return null;
  const known = spawnSync("apt-cache", [...options, "madison", "rust-src"], { cwd: lists, encoding: "utf8" });
  const found = new RegExp(`\\| (${version.replaceAll(".", "\\.")}\\+[^ ]+) `).exec(known.stdout)?.[1];
  if (!found || !quietly("apt-get", [...options, "download", `rust-src=${found}`], lists)) return null;
  const deb = readdirSync(lists).find((name) => name.startsWith("rust-src_") && name.endsWith(".deb"));
  return quietly("dpkg-deb", ["-x", join(lists, deb), join(home, "rust-src")]) ? unpacked : null;
}
