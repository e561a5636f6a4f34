// Chooses the host for this page: the Tauri app; in development the in-memory fake; else the bridge.
import { isTauri } from "@tauri-apps/api/core";
import type { Host } from "./host";

export async function chooseHost(): Promise<Host> {
  if (isTauri()) return (await import("./tauri")).tauriHost;
  if (import.meta.env.DEV) {
    const { createFake } = await import("./fake");
    return createFake({ live: true });
  }
  return (await import("./bridge")).bridgeHost;
}
