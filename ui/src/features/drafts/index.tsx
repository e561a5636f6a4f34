// Records begun and not created, to come back to.
export { Drafts } from "./Drafts";
