// The record editor: an open record, and a record being begun.
export { beginRecord } from "./actions";
export { NewRecordScreen } from "./new/NewRecordScreen";
export { RecordScreen } from "./RecordScreen";
