// The scripts' own small decisions.

import assert from "node:assert/strict";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isStale } from "../lib/newer.mjs";
import { duration } from "../lib/say.mjs";
import { chosen, steps } from "../lib/steps.mjs";
import {
  withGoogleServices,
  withLibraryName,
  withPhoneLibraries,
  withPushEntitlement,
} from "../mobile/prepare.mjs";
import { isOlder } from "../setup.mjs";

test("an older compiler is told from a newer one", () => {
  assert.equal(isOlder("1.94", "1.95"), true);
  assert.equal(isOlder("1.95", "1.95"), false);
  assert.equal(isOlder("1.100", "1.95"), false);
  assert.equal(isOlder("2.0", "1.95"), false);
});

test("a build is stale when it is missing or a source is newer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "landfall-scripts-"));
  try {
    const [source, output] = [join(folder, "source"), join(folder, "output")];
    await writeFile(source, "");
    assert.equal(isStale(output, [source]), true);
    await writeFile(output, "");
    await utimes(source, 100, 100);
    await utimes(output, 200, 200);
    assert.equal(isStale(output, [source]), false);
    await utimes(source, 300, 300);
    assert.equal(isStale(output, [folder]), true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("no words choose every step; a word chooses its step and what that needs", () => {
  assert.deepEqual(chosen([]), steps);
  assert.deepEqual(
    chosen(["e2e"]).map((step) => step.name),
    ["ui:build", "build", "e2e"],
  );
  assert.deepEqual(chosen(["nonsense"]), { unknown: "nonsense" });
});

test("what a step needs comes before it", () => {
  const names = steps.map((step) => step.name);
  for (const [index, step] of steps.entries()) {
    for (const needed of step.needs ?? [])
      assert.ok(names.indexOf(needed) >= 0 && names.indexOf(needed) < index, needed);
  }
});

test("a time is told in minutes and seconds", () => {
  assert.equal(duration(9_400), "9 s");
  assert.equal(duration(83_000), "1 min 23 s");
});

test("the phones' projects are changed where the Tauri CLI leaves room, and nowhere else", () => {
  assert.equal(
    withPhoneLibraries('name = "landfall_app"\ncrate-type = ["rlib"]\n'),
    'name = "landfall_app"\ncrate-type = ["rlib", "cdylib", "staticlib"]\n',
  );
  const manifest = "<manifest>\n\n    <application>\n    </application>\n</manifest>\n";
  assert.match(
    withLibraryName(manifest),
    /\n {4}<application>\n {8}<meta-data [^>]*android:value="landfall_app" \/>\n {4}<\/application>/,
  );
  const gradle = withGoogleServices({
    project: '        classpath("com.android.tools.build:gradle:8.9.1")\n        classpath("other")\n',
    app: "android {\n}\n\n",
  });
  assert.match(
    gradle.project,
    /8\.9\.1"\)\n {8}classpath\("com\.google\.gms:google-services:[^"]+"\)\n {8}classpath\("other/,
  );
  assert.ok(gradle.app.endsWith('}\n\napply(plugin = "com.google.gms.google-services")\n'));
  for (const empty of [
    '<plist version="1.0">\n<dict/>\n</plist>\n',
    '<plist version="1.0">\n<dict>\n</dict>\n</plist>\n',
  ]) {
    assert.match(
      withPushEntitlement(empty, "production"),
      /<dict>\n\t<key>aps-environment<\/key>\n\t<string>production<\/string>\n<\/dict>\n<\/plist>/,
    );
  }
  assert.throws(() => withLibraryName("<manifest/>"), /no place/);
});
