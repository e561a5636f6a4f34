// Choosing a record of another table.
export { ReferencePicker, type ReferencePickerProps } from "./ReferencePicker";
