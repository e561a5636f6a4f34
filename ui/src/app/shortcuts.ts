// Keys that work anywhere. Single keys obey the setting and never fire while someone types (U81).
import { useEffect, useEffectEvent } from "react";
import { useSettings } from "./workspace";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

// A message at the lower end is an alertdialog too, though not a modal one: it does not keep keys to itself.
const dialogs = "[role=dialog], [role=alertdialog]:not([aria-modal=false])";

/** Whether the key goes to a text field, a list being searched by typing, or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest(
      `input:not([type=checkbox]), textarea, select, [role=spinbutton], [role=listbox], [role=menu], ${dialogs}`,
    ) !== null
  );
}

/**
 * Calls back when a key is pressed. `key` is `KeyboardEvent.key`: a single letter, or with `mod+` for Ctrl (⌘ on a
 * Mac): `"n"`, `"?"`, `"mod+k"`, `"mod+shift+z"`, `"F6"`.
 * With `yieldsToTyping` text fields and dialogs keep the key to themselves, as they do single keys.
 */
export function useShortcut(
  key: string,
  handler: (event: KeyboardEvent) => void,
  enabled = true,
  yieldsToTyping = false,
): void {
  const { single_key_shortcuts } = useSettings();
  const wantsMod = key.startsWith("mod+");
  const wantsShift = key.startsWith("mod+shift+");
  const name = key.replace(/^mod\+(shift\+)?/, "");
  const isSingle = !wantsMod && name.length === 1;
  const on = enabled && (!isSingle || single_key_shortcuts);
  const run = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.key.toLowerCase() !== name.toLowerCase()) return;
    const mod = isMac ? event.metaKey : event.ctrlKey;
    if (wantsMod !== mod || event.altKey || (wantsMod && wantsShift !== event.shiftKey)) return;
    const yields = isSingle || yieldsToTyping;
    if (yields && (isTyping(event.target) || document.querySelector(dialogs))) return;
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
