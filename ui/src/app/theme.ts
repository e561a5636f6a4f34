// Light, dark, or as the system has it. public/theme.js does the same before the first paint.
import type { Theme } from "@/backend";

/** Sets the theme and follows the system while it says so. Returns a function that stops following. */
export function applyTheme(theme: Theme): () => void {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const set = () => {
    const dark = theme === "dark" || (theme === "system" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    const canvas = getComputedStyle(document.documentElement).getPropertyValue("--canvas").trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", canvas);
  };
  try {
    localStorage.setItem("landfall.theme", theme);
  } catch {
    // Storage is closed to us: the next start begins with the system's theme.
  }
  set();
  system.addEventListener("change", set);
  return () => system.removeEventListener("change", set);
}
