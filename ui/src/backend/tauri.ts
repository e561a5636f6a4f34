// The host inside the Tauri app: commands and events of the landfall plugin.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { commandFailed, type Host } from "./host";

export const tauriHost: Host = {
  // On a phone the system decides what runs.
  canKeepRunning: !/Android|iPhone|iPad/.test(navigator.userAgent),
  async invoke(command, args) {
    try {
      return await invoke(`plugin:landfall|${command}`, { args });
    } catch (reason) {
      throw commandFailed(reason);
    }
  },
  async testNotification() {
    try {
      // The shell's own: the client knows of no notifications.
      return await invoke<boolean>("notification_test");
    } catch (reason) {
      throw commandFailed(reason);
    }
  },
  listen(event, callback, opened) {
    // The subscription is made asynchronously; a listener removed before that is dropped as soon as it exists.
    let removed = false;
    let remove: (() => void) | undefined;
    void listen(`landfall://${event}`, (message) => callback(message.payload as never)).then((unlisten) => {
      if (removed) return unlisten();
      remove = unlisten;
      opened();
    });
    return () => {
      removed = true;
      remove?.();
    };
  },
};
