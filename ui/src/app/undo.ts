// Taking back what was done. The client keeps the named steps (they survive restarts and syncs), so this is only the
// way to them: a message with *Undo* after an action, and undo and redo of the latest step (U53).
import { type ActionDone, type ActionInfo, CommandFailed, call, queryClient, readQuery } from "@/backend";
import { failureWords, toast } from "@/components";
import { formatCount, i18next } from "@/i18n";
import { actionName, skippedWords } from "./undoWords";

const t = i18next.getFixedT(null, "undo");

/** Messages on screen that offer to undo an action: they go when it is undone in another way. */
const offers = new Map<string, () => void>();

/** Says what was done and offers to undo it, with what was done `before` it for the same purpose. */
export function undoable(done: ActionDone, text: string, before?: ActionDone): void {
  const onAction = () => void undo(done.action, before?.action);
  const withdraw = toast({ text, action: { label: t("undo"), onAction } });
  offers.set(done.action, withdraw);
  if (offers.size > 20) offers.delete(offers.keys().next().value ?? "");
}

/** One at a time: two quick keys are two steps. */
let turn: Promise<void> = Promise.resolve();
function inTurn(failed: "undo.failed" | "redo.failed", work: () => Promise<void>): Promise<void> {
  turn = turn.then(work).catch((reason: unknown) => {
    const isGone = reason instanceof CommandFailed && reason.code === "not_found";
    toast({ text: isGone ? t(failed) : failureWords(reason) });
  });
  return turn;
}

/** Undoes one action, or the latest; and one that was done before it for the same purpose. */
export const undo = (action: string | null = null, before?: string): Promise<void> =>
  inTurn("undo.failed", async () => {
    const steps = (await call("undo_stack", {})).undo;
    const step = action === null ? steps[0] : steps.find((each) => each.action === action);
    if (!step && action === null) {
      toast({ text: t("undo.nothing") });
      return;
    }
    const done = await call("action_undo", { action: step?.action ?? action });
    if (before) await call("action_undo", { action: before });
    withdraw(step?.action ?? action);
    const what = step
      ? t("undone", { name: await nameOf(step) })
      : t("undone_some", { count: done.records, n: formatCount(done.records) });
    toast({
      text: sentences(what, skippedWords(done.skipped)),
      action: { label: t("redo"), onAction: () => void redo() },
    });
  });

/** Redoes what was undone last. */
export const redo = (): Promise<void> =>
  inTurn("redo.failed", async () => {
    const step = (await call("undo_stack", {})).redo[0];
    if (!step) {
      toast({ text: t("redo.nothing") });
      return;
    }
    const done = await call("action_redo", {});
    undoable(done, sentences(t("redone", { name: await nameOf(step) }), skippedWords(done.skipped)));
  });

function withdraw(action: string | null): void {
  if (action === null) return;
  offers.get(action)?.();
  offers.delete(action);
}

async function nameOf(step: ActionInfo): Promise<string> {
  const { workspace } = await queryClient.fetchQuery(readQuery("app_state", {}));
  return actionName(step, workspace?.schema);
}

const sentences = (first: string, second: string) => (second ? `${first}. ${second}` : first);
