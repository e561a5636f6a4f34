// `npm run check:mobile`: what can be checked of the Android and iOS parts without their SDKs.
//
//   rust     `cargo check` of the app with all plugins for both phones, the standard library built from its source
//   kotlin   the plugin's Kotlin, type-checked against stubs of what it uses (scripts/mobile/stubs)
//   swift    the plugin's Swift, parsed
//
// What it can't see, a build with the real SDKs must: linking, resources, manifests, and whether the stubs are as the
// real libraries are. Its inputs are fetched once, by the ordinary package clients, into target/mobile (300 MB). Where one
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
  if (!source) return { missing: "the standard library's source of this rustc can't be had" };
  const cc = zig();
  if (!cc) return { missing: "no C compiler for other systems (PyPI: ziglang)" };
  const name = target.replaceAll("-", "_");
  const env = {
    RUSTC_BOOTSTRAP: "1",
    __CARGO_TESTS_ONLY_SRC_ROOT: source,
    CARGO_TARGET_DIR: join(home, "cargo"),
    SDKROOT: "",
    [`CC_${name}`]: wrapper(cc, target),
    [`AR_${name}`]: wrapper(cc, "ar"),
    // Tauri's build script wants to know where the Android project is; there is none to write to here.
    CARGO_PROFILE_DEV_DEBUG: "0",
  };
  mkdirSync(inRoot("ui", "dist"), { recursive: true });
  const args = ["check", "-Zbuild-std", "--target", target, "-p", "landfall", "--lib"];
  return { passed: (await run("cargo", args, { env })) === 0 };
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
  ].flatMap((option) => ["-o", option]);
  if (!quietly("apt-get", [...options, "-q", "update"], lists)) return null;
  const known = spawnSync("apt-cache", [...options, "madison", "rust-src"], { cwd: lists, encoding: "utf8" });
  const found = new RegExp(`\\| (${version.replaceAll(".", "\\.")}\\+[^ ]+) `).exec(known.stdout)?.[1];
  if (!found || !quietly("apt-get", [...options, "download", `rust-src=${found}`], lists)) return null;
  const deb = readdirSync(lists).find((name) => name.startsWith("rust-src_") && name.endsWith(".deb"));
  return quietly("dpkg-deb", ["-x", join(lists, deb), join(home, "rust-src")]) ? unpacked : null;
}

/** A C compiler that knows other systems' headers. */
function zig() {
  const folder = join(home, "zig");
  const binary = join(folder, "ziglang", "zig");
  if (existsSync(binary)) return binary;
  return quietly("python3", ["-m", "pip", "install", "-q", "--target", folder, "ziglang"]) ? binary : null;
}

/** Zig has the headers of musl and macOS; for a check, which links nothing, they stand for Android's and iOS's. */
function wrapper(zigBinary, target) {
  const path = join(home, `cc-${target}`);
  const as = { "aarch64-linux-android": "aarch64-linux-musl", "aarch64-apple-ios": "aarch64-macos" }[target];
  const script = as
    ? `#!/bin/sh
# Words that only the real compilers of these systems understand are left out.
for word do
  shift
  case "$word" in
    --target=*|-miphoneos-version-min=*|-mios-version-min=*|-arch|arm64|-isysroot|-fembed-bitcode*) ;;
    "") ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec "${zigBinary}" cc -target ${as} "$@"
`
    : `#!/bin/sh\nexec "${zigBinary}" ar "$@"\n`;
  if (!existsSync(path) || readFileSync(path, "utf8") !== script) writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}
