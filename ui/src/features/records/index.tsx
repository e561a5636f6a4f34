// The records list and, beside it, the open record.
export { RecordsScreen } from "./RecordsScreen";
export { type Neighbours, useNeighbours } from "./useNeighbours";
