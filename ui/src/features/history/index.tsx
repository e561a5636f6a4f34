// What happened to records: their history, the trash, and a change's way to the server.
export { HistoryScreen } from "./HistoryScreen";
export { showHistory } from "./show";
export { TrailLine } from "./trail/TrailLine";
export { restoreRecord } from "./trash/restore";
export { TrashedRecord } from "./trash/TrashedRecord";
export { TrashScreen } from "./trash/TrashScreen";
