// The only door to the client. Nothing else in the UI imports from the files beside this one.
export type * from "./bindings";
export { chooseHost } from "./choose";
export { followChanges, onTopics } from "./follow";
export {
  type Args,
  CommandFailed,
  type CommandName,
  canKeepRunning,
  type Host,
  type Result,
  setHost,
  testNotification,
} from "./host";
export {
  call,
  queryClient,
  type ReadOptions,
  readQuery,
  useRead,
  useReads,
  useWrite,
} from "./query";
