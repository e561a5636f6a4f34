// Before a change is discarded: what comes back (U34). Discarding is undoable (U36).
import { undoable } from "@/app/undo";
import { CommandFailed, call, type Table, useRead } from "@/backend";
import { Button, ChangeDiff, Dialog, ErrorNote, failureWords, toast } from "@/components";
import { formatCount, useTranslation } from "@/i18n";

export interface DiscardDialogProps {
  /** The change; none: closed. */
  opId: string | null;
  table: Table | undefined;
  /** The record's title. */
  title: string;
  onClose: () => void;
}

export function DiscardDialog({ opId, table, title, onClose }: DiscardDialogProps) {
  const { t } = useTranslation("outbox");
  const { data, error } = useRead(
    "outbox_discard_preview",
    { op_id: opId ?? "" },
    { enabled: opId !== null },
  );
  const discard = async () => {
    onClose();
    try {
      undoable(await call("outbox_discard", { op_id: opId ?? "" }), t("discarded", { title }));
    } catch (reason) {
      const isInFlight = reason instanceof CommandFailed && reason.code === "in_flight";
      toast({ text: isInFlight ? t("in_flight") : failureWords(reason) });
    }
  };
  return (
    <Dialog
      isOpen={opId !== null}
      onClose={onClose}
      title={t("discard.title")}
      actions={
        <>
          <Button onPress={onClose}>{t("discard.keep")}</Button>
          <Button look="danger" isDisabled={!data} onPress={() => void discard()}>
            {t("discard.confirm")}
          </Button>
        </>
      }
    >
      {error && <ErrorNote error={error} />}
      {data && (
        <div className="flex flex-col gap-3 text-body">
          <p className="text-text-2">{t(`discard.${data.effect}`)}</p>
          {data.effect === "fields_return" && (
            <dl className="flex flex-col gap-2">
              {data.changes.map((change) => {
                const column = table?.columns.find(({ name }) => name === change.column);
                return (
                  <div key={change.column} className="flex flex-col gap-0.5">
                    <dt className="text-note text-text-3">{column?.label ?? change.column}</dt>
                    <dd>{column && <ChangeDiff column={column} change={change} />}</dd>
                  </div>
                );
              })}
            </dl>
          )}
          {data.also_discards > 0 && (
            <p className="font-medium">
              {t("discard.also", { count: data.also_discards, n: formatCount(data.also_discards) })}
            </p>
          )}
          <p className="text-note text-text-3">{t("discard.safe")}</p>
        </div>
      )}
    </Dialog>
  );
}
