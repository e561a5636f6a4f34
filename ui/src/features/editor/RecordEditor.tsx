// An open record: read and edited in one place, saved by itself.
import { useState } from "react";
import { decideConflict } from "@/app/decide";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import type { RecordDetail, Table } from "@/backend";
import { ErrorNote, useNow } from "@/components";
import { showHistory, TrailLine } from "@/features/history";
import { DiscardDialog } from "@/features/outbox";
import { formatWhen, useTranslation } from "@/i18n";
import { undoField } from "./actions";
import { focusField } from "./focus";
import { ConflictPanel } from "./panels/ConflictPanel";
import { DraftBanner } from "./panels/DraftBanner";
import { GoneBanner } from "./panels/GoneBanner";
import { RefusalPanel } from "./panels/RefusalPanel";
import { RecordForm } from "./RecordForm";
import { RecordActions } from "./RecordHeader";
import { RelatedRecords } from "./related/RelatedRecords";
import { SaveState } from "./SaveState";
import { useEditSession, useSeenOnLeave } from "./useEditSession";

export interface RecordEditorProps {
  table: Table;
  detail: RecordDetail;
}

export function RecordEditor({ table, detail }: RecordEditorProps) {
  const editing = useEditSession(detail);
  const { session, state } = editing;
  useSeenOnLeave(detail);
  const [discarding, setDiscarding] = useState<string | null>(null);
  const hasPanel = detail.conflict !== null || detail.refusal !== null;
  return (
    <Screen
      title={detail.title}
      subtitle={<SaveState detail={detail} state={state} />}
      isStacked
      back={paths.table(detail.table)}
      actions={
        <RecordActions detail={detail} session={session} hasTyped={Object.keys(state.typed).length > 0} />
      }
    >
      <TrailLine table={detail.table} id={detail.id} />
      {state.gone && !detail.conflict && (
        <div className="sticky top-0 z-10">
          <GoneBanner table={table} detail={detail} {...editing} />
        </div>
      )}
      <DraftBanner {...editing} />
      {hasPanel && (
        <div className="flex flex-col gap-3 px-4 pt-4 tablet:px-5">
          {detail.conflict && <ConflictPanel detail={detail} conflict={detail.conflict} />}
          {detail.refusal && (
            <RefusalPanel
              table={table}
              refusal={detail.refusal}
              onDecide={() => decideConflict(detail)}
              onGoTo={(column) => focusField(column)}
              onDiscard={() => setDiscarding(detail.refusal?.op_id ?? null)}
            />
          )}
        </div>
      )}
      <div className="flex flex-col gap-6 p-4 tablet:px-5">
        <RecordForm
          table={table}
          state={state}
          pending={detail.pending}
          updated={detail.changed_by_others}
          referenceTitles={detail.reference_titles}
          actions={{
            type: (column, value) => session.type(column, value),
            focus: (column) => session.focus(column),
            blur: (column) => session.blur(column),
            undo: (column) => void undoField(detail, column.name, column.label),
            takeTheirs: (column) => session.takeTheirs(column),
            keepMine: (column) => session.keepMine(column),
            history: (column) => showHistory(detail.table, detail.id, column),
          }}
        />
        <RelatedRecords table={table} id={detail.id} />
        <Facts detail={detail} />
      </div>
      {/* At the lower end: the field under the caret does not move. */}
      {state.failure ? (
        <div className="sticky bottom-0 border-t border-line bg-surface">
          <ErrorNote error={state.failure} onRetry={() => void session.save()} />
        </div>
      ) : null}
      <DiscardDialog
        opId={discarding}
        table={table}
        title={detail.title}
        onClose={() => setDiscarding(null)}
      />
    </Screen>
  );
}

function Facts({ detail }: { detail: RecordDetail }) {
  const { t } = useTranslation("editor");
  const now = useNow();
  return (
    <p className="tabular border-t border-line pt-3 text-note text-text-3">
      {t("facts.created", { when: formatWhen(detail.created_at, now) })}
      {" · "}
      {t("facts.updated", { when: formatWhen(detail.updated_at, now) })}
      {!detail.on_server && ` · ${t("facts.local")}`}
    </p>
  );
}
