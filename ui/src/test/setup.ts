// Before each test file: the few browser things that happy-dom lacks, and a clean page after each test.
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import "@/i18n";

// A loaded machine takes its time.
configure({ asyncUtilTimeout: 10_000 });

// Local times in tests are UTC on every machine.
process.env.TZ = "UTC";

if (!("scrollTo" in Element.prototype)) Object.assign(Element.prototype, { scrollTo: () => {} });
HTMLElement.prototype.setPointerCapture ??= () => {};

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.useRealTimers();
});
