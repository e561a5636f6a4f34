// The way back after an action: a message with *Undo*, which is a new change, also after a sync.
import { type ActionDone, call } from "@/backend";
import { toast } from "@/components";
import { formatCount, i18next } from "@/i18n";

/** Says what was done and offers to undo it. */
export function undoable(done: ActionDone, text: string): void {
  toast({
    text,
    action: {
      label: i18next.t("undo"),
      onAction: () =>
        void call("action_undo", { action: done.action }).then(
          (undone) =>
            toast({
              text: i18next.t("undone", { count: undone.records, n: formatCount(undone.records) }),
            }),
          () => toast({ text: i18next.t("undo.failed") }),
        ),
    },
  });
}
