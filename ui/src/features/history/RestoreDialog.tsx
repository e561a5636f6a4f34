// Before a value or a version is restored: what changes (U55). Restoring is a new change, undoable like any other.
import { useEffect, useState } from "react";
import { undoable } from "@/app/undo";
import {
  CommandFailed,
  call,
  type HistoryPoint,
  type Millis,
  onTopics,
  type Restored,
  type RestoreWhat,
  type Table,
} from "@/backend";
import { Button, ChangeDiff, Dialog, ErrorNote, errorWords, toast, useNow } from "@/components";
import { formatWhen, useTranslation } from "@/i18n";

export interface RestoreTarget {
  point: HistoryPoint;
  what: RestoreWhat;
  /** When the change was made that the point stands for. */
  at: Millis;
}

export interface RestoreDialogProps {
  table: Table;
  id: string;
  /** The record's title. */
  title: string;
  /** What to restore; none: closed. */
  target: RestoreTarget | null;
  onClose: () => void;
}

export function RestoreDialog({ target, onClose, ...props }: RestoreDialogProps) {
  // What is being closed keeps its words until it is gone.
  const [shown, setShown] = useState(target);
  if (target && target !== shown) setShown(target);
  if (!shown) return null;
  return (
    <Asked key={JSON.stringify(shown)} {...props} isOpen={target !== null} target={shown} onClose={onClose} />
  );
}

function Asked({
  table,
  id,
  title,
  target,
  isOpen,
  onClose,
}: RestoreDialogProps & { target: RestoreTarget; isOpen: boolean }) {
  const { t } = useTranslation("history");
  const { t: common } = useTranslation();
  const now = useNow();
  const { preview, error } = usePreview(table.name, id, target, isOpen);
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { what } = target;
  const label =
    what.kind === "version" ? "" : (table.columns.find(({ name }) => name === what.column)?.label ?? "");
  const when = formatWhen(target.at, now);
  const changesSomething = preview !== null && (preview.changes.length > 0 || preview.comes_back);
  const restore = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { point } = target;
      const { done } = await call("record_restore", { table: table.name, id, point, what, preview: false });
      onClose();
      if (done)
        undoable(
          done,
          what.kind === "version"
            ? t("restored.version", { title, when })
            : t("restored.field", { title, label }),
        );
      else toast({ text: t("restored.nothing") });
    } catch (reason) {
      setFailure(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={
        what.kind === "version" ? t("restore.title.version", { when }) : t("restore.title.field", { label })
      }
      actions={
        preview && !changesSomething ? (
          <Button autoFocus onPress={onClose}>
            {common("close")}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{common("cancel")}</Button>
            <Button look="primary" isDisabled={!changesSomething || isBusy} onPress={() => void restore()}>
              {t("restore.confirm")}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3 text-body">
        {error !== null && <ErrorNote error={error} />}
        {preview && <Preview table={table} preview={preview} />}
        {failure !== null && <Failure table={table} failure={failure} />}
      </div>
    </Dialog>
  );
}

/** What restoring would do now: asked again whenever something changes while the person decides. */
function usePreview(table: string, id: string, { point, what }: RestoreTarget, isOpen: boolean) {
  const [answer, setAnswer] = useState<{ preview: Restored | null; error: unknown }>({
    preview: null,
    error: null,
  });
  const question = JSON.stringify({ table, id, point, what, preview: true });
  useEffect(() => {
    if (!isOpen) return;
    // Answers need not come in the order in which they were asked for: the latest question's counts.
    let latest = 0;
    const ask = () => {
      latest += 1;
      const turn = latest;
      void call("record_restore", JSON.parse(question)).then(
        (preview) => turn === latest && setAnswer({ preview, error: null }),
        (error: unknown) => turn === latest && setAnswer({ preview: null, error }),
      );
    };
    ask();
    const stop = onTopics(ask);
    return () => {
      latest += 1;
      stop();
    };
  }, [question, isOpen]);
  return answer;
}

function Preview({ table, preview }: { table: Table; preview: Restored }) {
  const { t } = useTranslation("history");
  if (preview.changes.length === 0 && !preview.comes_back)
    return <p className="text-text-2">{t("restore.nothing")}</p>;
  return (
    <>
      {preview.comes_back && <p className="font-medium">{t("restore.comes_back")}</p>}
      {preview.changes.length > 0 && (
        <>
          <p className="text-text-2">{t("restore.changes")}</p>
          <dl className="flex flex-col divide-y divide-line rounded border border-line">
            {preview.changes.map((change) => {
              const column = table.columns.find(({ name }) => name === change.column);
              return (
                <div key={change.column} className="flex flex-col gap-0.5 px-3 py-2">
                  <dt className="text-note text-text-3">{column?.label ?? change.column}</dt>
                  <dd>
                    {column && (
                      <ChangeDiff
                        column={column}
                        change={change}
                        inline={
                          column.kind.type === "long_text" && change.old !== null && change.new !== null
                        }
                      />
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
        </>
      )}
      <p className="text-note text-text-3">{t("restore.safe")}</p>
    </>
  );
}

function Failure({ table, failure }: { table: Table; failure: unknown }) {
  const { t } = useTranslation("history");
  const errors = failure instanceof CommandFailed ? failure.fieldErrors : [];
  if (errors.length === 0) return <ErrorNote error={failure} />;
  return (
    <div role="alert" className="rounded border border-refused-line bg-refused-soft p-3">
      <p className="font-medium">{t("restore.invalid")}</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {errors.map((error) => {
          const column = table.columns.find(({ name }) => name === error.column);
          return (
            <li key={`${error.column} ${error.rule.name}`}>
              <span className="font-medium">{column?.label ?? error.column}</span>:{" "}
              {errorWords(error, column)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
