// The list of recent actions: what this person did on this device, each step with its way back (U53).
import { History, Redo2, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { paths } from "@/app/paths";
import { redo, undo } from "@/app/undo";
import { actionName } from "@/app/undoWords";
import { useTable, useWorkspace } from "@/app/workspace";
import { type ActionInfo, useRead } from "@/backend";
import { Button, Dialog, EmptyState, ErrorNote, useNow } from "@/components";
import { formatCount, formatMoment, formatWhen, useTranslation } from "@/i18n";

const OPEN = "landfall:recent-actions";
export const showRecentActions = () => window.dispatchEvent(new Event(OPEN));

/** Once in the app. */
export function RecentActions() {
  const { t } = useTranslation("undo");
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(OPEN, show);
    return () => window.removeEventListener(OPEN, show);
  }, []);
  return (
    <Dialog isOpen={open} onClose={() => setOpen(false)} title={t("recent.title")}>
      <Steps close={() => setOpen(false)} />
    </Dialog>
  );
}

const FIRST = 12;

function Steps({ close }: { close: () => void }) {
  const { t } = useTranslation("undo");
  const [showsAll, setShowsAll] = useState(false);
  const { data, error, refetch } = useRead("undo_stack", {});
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  if (data.undo.length + data.redo.length === 0)
    return <EmptyState icon={History} title={t("recent.empty")} note={t("recent.empty.note")} />;
  const shown = showsAll ? data.undo : data.undo.slice(0, FIRST);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-body text-text-2">{t("recent.note")}</p>
      {data.redo.length > 0 && (
        <StepList title={t("recent.undone")}>
          {/* The latest undone stands next to the line between undone and done, as in time. */}
          {[...data.redo].reverse().map((step) => (
            <StepRow key={step.action} step={step} close={close} isUndone>
              {step === data.redo[0] && <RedoButton step={step} />}
            </StepRow>
          ))}
        </StepList>
      )}
      {data.undo.length > 0 && (
        <StepList title={t("recent.done")}>
          {shown.map((step) => (
            <StepRow key={step.action} step={step} close={close}>
              <UndoButton step={step} />
            </StepRow>
          ))}
        </StepList>
      )}
      {shown.length < data.undo.length && (
        <Button className="self-start" size="small" onPress={() => setShowsAll(true)}>
          {t("recent.more", { n: formatCount(data.undo.length) })}
        </Button>
      )}
    </div>
  );
}

function StepList({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="text-note font-medium text-text-3">{title}</h3>
      <ul className="divide-y divide-line rounded border border-line">{children}</ul>
    </section>
  );
}

interface StepRowProps {
  step: ActionInfo;
  close: () => void;
  isUndone?: boolean;
  children: React.ReactNode;
}

function StepRow({ step, close, isUndone = false, children }: StepRowProps) {
  const { schema } = useWorkspace();
  const table = useTable(step.table ?? "");
  const now = useNow();
  const name = actionName(step, schema);
  return (
    <li className="flex min-h-row items-center gap-3 py-1.5 pr-2 pl-3">
      <div className="flex min-w-0 flex-1 flex-col">
        {step.table && step.id ? (
          <a
            href={paths.record(step.table, step.id)}
            onClick={close}
            className={`rounded-sm text-body break-words underline-offset-2 hover:underline ${isUndone ? "text-text-2" : "text-text"}`}
          >
            {name}
          </a>
        ) : (
          <span className={`text-body break-words ${isUndone ? "text-text-2" : "text-text"}`}>{name}</span>
        )}
        <span className="tabular text-note text-text-3">
          <time dateTime={new Date(step.at).toISOString()} title={formatMoment(step.at)}>
            {formatWhen(step.at, now)}
          </time>
          {table && ` · ${table.label}`}
        </span>
      </div>
      {children}
    </li>
  );
}

function UndoButton({ step }: { step: ActionInfo }) {
  const { t } = useTranslation("undo");
  const { schema } = useWorkspace();
  return (
    <Button
      size="small"
      icon={Undo2}
      aria-label={t("undo.named", { name: actionName(step, schema) })}
      onPress={() => void undo(step.action)}
    >
      {t("undo")}
    </Button>
  );
}

function RedoButton({ step }: { step: ActionInfo }) {
  const { t } = useTranslation("undo");
  const { schema } = useWorkspace();
  return (
    <Button
      size="small"
      icon={Redo2}
      aria-label={t("redo.named", { name: actionName(step, schema) })}
      onPress={() => void redo()}
    >
      {t("redo")}
    </Button>
  );
}
