// The record editor: an open record, and a record being begun.
export { beginRecord } from "./actions";
export { FieldInput } from "./fields/FieldInput";
export { NewRecordScreen } from "./new/NewRecordScreen";
export { RecordScreen } from "./RecordScreen";
export { sameValue } from "./session/same";
