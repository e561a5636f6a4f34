// Sets the theme before the first paint, so that the window never flashes in the wrong colours (U83).
// The app keeps the choice in localStorage (src/app/theme.ts); a file of its own because inline scripts are not allowed.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("landfall.theme") || "system";
  } catch {
    // Storage is closed to us: the system's theme is a good one.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
