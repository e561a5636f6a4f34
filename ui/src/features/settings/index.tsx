// Settings and diagnostics.
export { DiagnosticsScreen } from "./DiagnosticsScreen";
export { SettingsScreen } from "./SettingsScreen";
