// A real window of the real app, driven over WebDriver. Each has its own folders, as on its own machine.

import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { remote } from "webdriverio";
import { binary } from "../../scripts/lib/paths.mjs";
import { start, stop, until } from "../../scripts/lib/processes.mjs";
import { appEnvironment } from "../../scripts/lib/sample.mjs";

/** Opens the app as `name`, connected to `server`. Answers the WebDriver session and how to close it. */
export async function openWindow(folder, { name, server, tokenFile }) {
  const own = join(folder, name);
  const environment = {
    ...appEnvironment({ data: join(own, "landfall"), server, tokenFile, name }),
    LANDFALL_NO_KEYRING: "1",
    // Without this WebKit refuses to be driven, and the session hangs.
    TAURI_WEBVIEW_AUTOMATION: "true",
    XDG_CONFIG_HOME: join(own, "config"),
    XDG_DATA_HOME: join(own, "data"),
    XDG_CACHE_HOME: join(own, "cache"),
    XDG_RUNTIME_DIR: join(own, "runtime"),
  };
  for (const path of [environment.LANDFALL_DATA_DIR, environment.XDG_RUNTIME_DIR]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }

  const port = await freePort();
  // A group of its own: an app that outlives its session would keep the test waiting for the end of its output.
  const driver = start("WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], {
    env: environment,
    group: true,
  });
  await until("the WebDriver", () => ready(port), { child: driver });
  const window = await remote({
    hostname: "127.0.0.1",
    port,
    logLevel: "error",
    connectionRetryCount: 0,
    waitforTimeout: 60_000,
    capabilities: {
      "wdio:enforceWebDriverClassic": true,
      "webkitgtk:browserOptions": { binary: binary("landfall"), args: [] },
    },
  });
  const close = async () => {
    await window.deleteSession();
    await stop(driver);
  };
  return { window, close };
}

async function ready(port) {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/status`)).json()).value.ready;
  } catch {
    return false; // Not listening yet.
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
