// The real Azure Mobile Apps server (npm azure-mobile-apps 4.0.2) with its sqlite provider, as a process of its own:
// `node lib/old-server.cjs <file> <port>`. It prints `listening <port>` when it is ready.
// (Not a module: the server looks for `require.main`.)

const express = require("express");
const mobileApps = require("azure-mobile-apps");

const [file, port] = process.argv.slice(2);
const app = express();
const mobile = mobileApps({
  homePage: false,
  skipVersionCheck: true,
  logging: false,
  pageSize: 50,
  data: { provider: "sqlite", filename: file, dynamicSchema: true },
});
mobile.tables.add("notes", {
  softDelete: true,
  dynamicSchema: true,
  columns: { text: "string", done: "boolean", priority: "number" },
});
mobile.tables.initialize().then(() => {
  app.use(mobile);
  const server = app.listen(Number(port), "127.0.0.1", () => {
    process.stdout.write(`listening ${server.address().port}\n`);
  });
});
