// The sync log.
export { LogScreen } from "./LogScreen";
