// The record editor: an open record, a record being begun, and the drafts to come back to.
export { beginRecord } from "./actions";
export { Drafts } from "./new/Drafts";
export { NewRecordScreen } from "./new/NewRecordScreen";
export { RecordScreen } from "./RecordScreen";
