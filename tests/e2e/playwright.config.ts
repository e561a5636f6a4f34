// Browser tests of the whole user interface, over the bridge, against the real client and the real server.

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const debian = "/usr/bin/chromium";

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/e2e",
  // Each worker runs a server and two bridges; one at a time is kind to two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A second try in CI is told as "flaky" in the sum: a browser on a busy machine is not the code.
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    reducedMotion: "reduce",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      // Debian's browser; where it is not installed, Playwright's own.
      executablePath: existsSync(debian) ? debian : undefined,
      // Chromium's sandbox does not start for root, as in a container.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
  projects: [{ name: "chromium" }],
});
