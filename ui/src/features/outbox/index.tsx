// The outbox: changes that wait for the server.
export { DiscardDialog } from "./DiscardDialog";
export { OutboxScreen } from "./OutboxScreen";
