// Taking back what was done: keys, buttons, and the list of recent actions.
export { RecentActions, showRecentActions } from "./RecentActions";
export { UndoButtons } from "./UndoButtons";
export { useUndoEntries } from "./useUndoEntries";
export { useUndoKeys } from "./useUndoKeys";
