// Builds and serves the UI; runs its tests. `npm run ui:dev` serves it over the in-memory fake backend.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react({ compiler: true } as Parameters<typeof react>[0]), tailwindcss()],
  resolve: { alias: { "@": here("./src") } },
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    outDir: here("./dist"),
    emptyOutDir: true,
    target: ["es2022", "chrome111", "safari16.4"],
    // Scripts and fonts stay files of their own: the content security policy allows nothing inline.
    assetsInlineLimit: 0,
    // Read from the disk, not over a network.
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: [here("./src/test/setup.ts")],
    css: false,
    testTimeout: 60_000,
  },
});
