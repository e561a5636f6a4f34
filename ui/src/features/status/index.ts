// Sync as a person sees it: the status button and its popover, the status bar, the banner, the freshness line.
export { Freshness } from "./Freshness";
export { StatusBanner, useStatusAnnouncements } from "./StatusBanner";
export { StatusBar } from "./StatusBar";
export { StatusButton, syncNow } from "./StatusButton";
export { reachWords } from "./words";
