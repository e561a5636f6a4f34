// The conflict dialog: a window over what is shown; the whole screen on a phone (U41–U52, U73). What it holds depends
// on what collided.
import { useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useLayout } from "@/app/layout";
import { useTable } from "@/app/workspace";
import { type RecordRef, useRead } from "@/backend";
import { Bar, cx, ErrorNote, Skeleton } from "@/components";
import { useTranslation } from "@/i18n";
import { DeletionForm } from "../forms/DeletionForm";
import { RefusedForm } from "../forms/RefusedForm";
import { isRefused } from "../words";
import type { Deciding } from "./deciding";
import { FieldsForm } from "./FieldsForm";
import { Gone, Header, News } from "./Header";
import { settle } from "./settle";
import { useConflict } from "./useConflict";

export interface ConflictWindowProps {
  /** The conflict to decide; none: closed. */
  conflict: RecordRef | null;
  /** The order in which the person goes through them; else as the client lists them. */
  order?: RecordRef[];
  /** Goes to another one; none when there is no other. */
  onGo: (next: RecordRef | null) => void;
  /** It is settled; else the next one is gone to. */
  onResolved?: () => void;
  onClose: () => void;
}

export function ConflictWindow({ conflict, order, onGo, onResolved, onClose }: ConflictWindowProps) {
  const isPhone = useLayout() === "phone";
  const { t } = useTranslation("conflicts");
  return (
    <ModalOverlay
      isOpen={conflict !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      isDismissable={!isPhone}
      className={cx(
        "fixed inset-0 z-40 flex animate-appear justify-center bg-scrim",
        isPhone ? "items-stretch" : "items-center p-4",
      )}
    >
      <Modal
        className={cx(
          "flex w-full animate-rise",
          isPhone
            ? "h-(--visual-viewport-height)"
            : "max-h-[calc(var(--visual-viewport-height)-2rem)] max-w-[76rem]",
        )}
      >
        <Dialog
          aria-label={t("title")}
          className={cx(
            "flex w-full flex-col overflow-hidden bg-surface outline-none",
            isPhone ? "pt-safe-t pb-safe-b" : "rounded-[10px] border border-line-2 shadow-float",
          )}
        >
          {conflict && (
            <Decide
              key={`${conflict.table}/${conflict.id}`}
              conflict={conflict}
              order={order}
              onGo={onGo}
              onResolved={onResolved}
              onClose={onClose}
            />
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const isSame = (a: RecordRef, b: RecordRef) => a.table === b.table && a.id === b.id;

function Decide({
  conflict,
  order,
  onGo,
  onResolved,
  onClose,
}: ConflictWindowProps & { conflict: RecordRef }) {
  const table = useTable(conflict.table);
  const watched = useConflict(conflict);
  const { data: listed } = useRead("conflict_list", {});
  const [isBusy, setBusy] = useState(false);
  const [hasMoved, setMoved] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { detail, news } = watched;

  // What is settled drops out of the order; it goes round.
  const open = listed?.filter(
    (each) => isSame(each, conflict) || !order || order.some((o) => isSame(o, each)),
  );
  const line = (order ?? listed ?? []).filter((each) => open?.some((one) => isSame(one, each)));
  const at = line.findIndex((each) => isSame(each, conflict));
  const step = (by: number) => line[(at + by + line.length) % line.length];
  const next = line.length > 1 ? step(1) : undefined;
  const previous = line.length > 1 ? step(-1) : undefined;
  const refresh = () => {
    setMoved(false);
    watched.refresh();
  };

  const apply: Deciding["apply"] = async (decision) => {
    if (!detail || isBusy) return [];
    setBusy(true);
    setFailure(null);
    const outcome = await settle(detail, decision);
    if (outcome.kind === "done") {
      if (onResolved) onResolved();
      else onGo(next ? { table: next.table, id: next.id } : null);
      return [];
    }
    setBusy(false);
    if (outcome.kind === "invalid") return outcome.errors;
    if (outcome.kind === "failed") setFailure(outcome.reason);
    if (outcome.kind === "moved") {
      setMoved(true);
      watched.retry();
    }
    return [];
  };

  if (!table) return null;
  const go = (to: RecordRef | undefined) => (to ? () => onGo({ table: to.table, id: to.id }) : null);
  return (
    <>
      <Header
        conflict={conflict}
        table={table}
        detail={detail}
        place={line.length > 1 && at >= 0 ? { n: at + 1, all: line.length } : null}
        previous={go(previous)}
        next={go(next)}
        onClose={onClose}
      />
      {watched.error && !watched.isGone && <ErrorNote error={watched.error} onRetry={watched.retry} />}
      {watched.isGone && !isBusy && <Gone next={go(next)} onClose={onClose} />}
      {!detail && !watched.error && <Waiting />}
      {detail && (!watched.isGone || isBusy) && (
        <>
          {(news || hasMoved) && (
            <News
              who={(news?.detail ?? detail).theirs}
              columns={news?.columns ?? []}
              table={table}
              onRefresh={refresh}
            />
          )}
          {failure !== null && <ErrorNote error={failure} />}
          <Form
            table={table}
            detail={detail}
            isStale={news !== null || hasMoved}
            isBusy={isBusy}
            apply={apply}
            later={onClose}
            next={go(next)}
          />
        </>
      )}
    </>
  );
}

function Form(props: Deciding) {
  const { kind } = props.detail;
  if (kind === "edited_here_deleted_there" || kind === "deleted_here_edited_there")
    return <DeletionForm {...props} kind={kind} />;
  return isRefused(kind) ? <RefusedForm {...props} /> : <FieldsForm {...props} />;
}

function Waiting() {
  return (
    <div className="min-h-40 flex-1 px-5 py-4">
      <Skeleton>
        <div className="flex flex-col gap-4">
          <Bar className="w-1/3" />
          <Bar className="h-16 w-full" />
          <Bar className="h-16 w-full" />
        </div>
      </Skeleton>
    </div>
  );
}
