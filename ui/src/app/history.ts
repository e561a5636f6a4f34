// The page's address, in the hash: it works from a file, from Tauri's own scheme and over the bridge alike.
import { createHashHistory } from "@tanstack/react-router";

export const history = createHashHistory();

export interface GoOptions {
  /** Keep the list's search, sort and filters, which stand in the address. */
  keepSearch?: boolean;
  /** Do not leave a step to come back to. */
  replace?: boolean;
}

/** Goes to one of `paths`. */
export function go(href: string, { keepSearch = false, replace = false }: GoOptions = {}): void {
  const path = (href.startsWith("#") ? href.slice(1) : href) + (keepSearch ? history.location.search : "");
  if (replace) history.replace(path);
  else history.push(path);
}

/** Whether the window's address names no place. Read from the window: the router hears of a new address a moment later. */
export const isAtStart = (): boolean => /^#?\/?$/.test(window.location.hash);
