// `node scripts/mobile/prepare.mjs android|apple`: makes the app ready for a phone, around the project that the Tauri CLI
// makes. A release runs it twice: before `tauri android init` (or `ios`) for the library, and after it for the project.
//
//   library   the app's Rust library is also built as the kinds that phones load
//   android   the manifest names that library for pushes; with src-tauri/google-services.json, Firebase is built in
//   apple     the entitlement for pushes
//
// The project is made anew for each release, so every change is made here, and one that finds no place is an error.

import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inRoot } from "../lib/paths.mjs";
import { main, Problem, say } from "../lib/say.mjs";

const GOOGLE_SERVICES = "4.4.2";

/** The crate's manifest with the kinds of library that phones load. */
export const withPhoneLibraries = (manifest) =>
  replaced(manifest, /^crate-type = \["rlib"\]$/m, 'crate-type = ["rlib", "cdylib", "staticlib"]');

/** Android's manifest with the library that a push calls. */
export const withLibraryName = (manifest) =>
  replaced(
    manifest,
    /^([ \t]*)<\/application>/m,
    '$1    <meta-data android:name="app.silentpush.library" android:value="landfall_app" />\n$1</application>',
  );

/** Gradle's files with the plugin that reads google-services.json. */
export const withGoogleServices = ({ project, app }) => ({
  project: replaced(
    project,
    /^([ \t]*)classpath\("com\.android\.tools\.build:gradle:[^"]+"\)$/m,
    `$&\n$1classpath("com.google.gms:google-services:${GOOGLE_SERVICES}")`,
  ),
  app: `${app.trimEnd()}\n\napply(plugin = "com.google.gms.google-services")\n`,
});

/** The entitlements with the one for pushes; `environment` is `development` or `production`. */
export const withPushEntitlement = (entitlements, environment) =>
  replaced(
    // An empty list may be written as one tag.
    entitlements.replace(/<dict\s*\/>/, "<dict>\n</dict>"),
    /<\/dict>\s*<\/plist>/,
    `\t<key>aps-environment</key>\n\t<string>${environment}</string>\n</dict>\n</plist>`,
  );

function replaced(text, place, words) {
  const changed = text.replace(place, words);
  if (changed === text) throw new Problem(`There is no place for the change: ${place} was not found.`);
  return changed;
}

function change(path, how) {
  writeFileSync(path, how(readFileSync(path, "utf8")));
  say(`changed ${path}`);
}

function library() {
  const manifest = inRoot("src-tauri", "Cargo.toml");
  if (!readFileSync(manifest, "utf8").includes('"cdylib"')) change(manifest, withPhoneLibraries);
}

function android() {
  const project = inRoot("src-tauri", "gen", "android");
  change(join(project, "app", "src", "main", "AndroidManifest.xml"), withLibraryName);
  const services = inRoot("src-tauri", "google-services.json");
  if (!existsSync(services)) {
    say(
      "no src-tauri/google-services.json: this build is woken by UnifiedPush and its 15-minute net, not by Firebase",
    );
    return;
  }
  copyFileSync(services, join(project, "app", "google-services.json"));
  const files = { project: join(project, "build.gradle.kts"), app: join(project, "app", "build.gradle.kts") };
  const texts = withGoogleServices({
    project: readFileSync(files.project, "utf8"),
    app: readFileSync(files.app, "utf8"),
  });
  for (const name of ["project", "app"]) change(files[name], () => texts[name]);
}

function apple() {
  const folder = inRoot("src-tauri", "gen", "apple", "landfall_iOS");
  const environment = process.argv.includes("--development") ? "development" : "production";
  change(join(folder, "landfall_iOS.entitlements"), (text) => withPushEntitlement(text, environment));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(() => {
    const parts = { library, android, apple };
    const part = parts[process.argv[2]];
    if (!part) throw new Problem(`Say which part: ${Object.keys(parts).join(", ")}.`);
    part();
  });
}
