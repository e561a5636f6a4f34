// Before each test file: the few browser things that happy-dom lacks, and a clean page after each test.
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import "@/i18n";
import { NOW } from "./now";

// A loaded machine takes its time.
configure({ asyncUtilTimeout: 10_000 });

// Local times in tests are UTC on every machine.
process.env.TZ = "UTC";

// And each file begins at the time of the fake's data, on whatever day it runs: "today" is that day. The clock goes on.
const ahead = NOW - Date.now();
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + ahead;

if (!("scrollTo" in Element.prototype)) Object.assign(Element.prototype, { scrollTo: () => {} });
HTMLElement.prototype.setPointerCapture ??= () => {};

afterEach(async () => {
  cleanup();
  localStorage.clear();
  vi.useRealTimers();
  // What a screen does a turn after it is gone, it does to the backend of its own test.
  await new Promise((resolve) => setTimeout(resolve));
});
