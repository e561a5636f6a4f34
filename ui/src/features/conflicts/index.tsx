// Conflicts: the inbox, the dialog, what merged by itself.
export { ConflictsScreen } from "./ConflictsScreen";
export { DecideOverlay } from "./Overlay";
