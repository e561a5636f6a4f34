// The dialog's keyboard (U46): every key, in one place. Keys that type stay with the fields that are typed in.
import type { KeyboardEvent } from "react";
import { isMac } from "@/app/shortcuts";

export type Press =
  | { kind: "move"; by: 1 | -1 }
  | { kind: "pick"; n: number }
  | { kind: "both" | "edit" | "apply" | "next" | "undo" | "typed" };

const isTypedIn = (target: HTMLElement) =>
  target.matches(
    "input:not([type=radio]):not([type=checkbox]), textarea, select, [role=combobox], [role=spinbutton], [aria-haspopup=listbox]",
  );

const hasOwnEnter = (target: HTMLElement) => target.closest("button, a, summary") !== null;

/** What a key asks for, if it is one of ours. */
export function pressOf(event: KeyboardEvent<HTMLElement>, singles: boolean): Press | null {
  const target = event.target as HTMLElement;
  // A list that hangs on a field lies elsewhere in the page.
  if (!event.currentTarget.contains(target) || event.altKey || event.nativeEvent.isComposing) return null;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const typing = isTypedIn(target);
  if (mod) {
    if (event.key === "Enter") return { kind: "apply" };
    return event.key.toLowerCase() === "z" && !event.shiftKey && !typing ? { kind: "undo" } : null;
  }
  if (event.ctrlKey || event.metaKey) return null;
  if (typing) {
    const isOneLine = target.matches("input") && target.getAttribute("aria-expanded") !== "true";
    return event.key === "Enter" && isOneLine ? { kind: "typed" } : null;
  }
  switch (event.key) {
    case "ArrowDown":
      return { kind: "move", by: 1 };
    case "ArrowUp":
      return { kind: "move", by: -1 };
    case "Enter":
      return hasOwnEnter(target) ? null : { kind: "apply" };
  }
  if (!singles) return null;
  const key = event.key.toLowerCase();
  if (/^[1-9]$/.test(key)) return { kind: "pick", n: Number(key) };
  if (key === "b") return { kind: "both" };
  if (key === "e") return { kind: "edit" };
  if (key === "n") return { kind: "next" };
  return null;
}
