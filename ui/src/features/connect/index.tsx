// The first screen: connecting this device to a workspace.
export { ConnectScreen } from "./ConnectScreen";
