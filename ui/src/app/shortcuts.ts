// Keys that work anywhere. Single keys obey the setting and never fire while someone types (U81).
import { useEffect, useEffectEvent } from "react";
import { useSettings } from "./workspace";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether the key goes to a text field, a list being searched by typing, or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest(
      "input:not([type=checkbox]), textarea, select, [role=spinbutton], [role=listbox], [role=menu], [role=dialog], [role=alertdialog]",
    ) !== null
  );
}

/**
 * Calls back when a key is pressed. `key` is `KeyboardEvent.key`: a single letter, or with `mod+` for Ctrl (⌘ on a
 * Mac): `"n"`, `"?"`, `"mod+k"`, `"F6"`.
 */
export function useShortcut(key: string, handler: (event: KeyboardEvent) => void, enabled = true): void {
  const { single_key_shortcuts } = useSettings();
  const wantsMod = key.startsWith("mod+");
  const name = wantsMod ? key.slice(4) : key;
  const isSingle = !wantsMod && name.length === 1;
  const on = enabled && (!isSingle || single_key_shortcuts);
  const run = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.key.toLowerCase() !== name.toLowerCase()) return;
    const mod = isMac ? event.metaKey : event.ctrlKey;
    if (wantsMod !== mod || event.altKey) return;
    if (isSingle && (isTyping(event.target) || document.querySelector("[role=dialog], [role=alertdialog]")))
      return;
    event.preventDefault();
    handler(event);
  });
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => run(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [on]);
}
