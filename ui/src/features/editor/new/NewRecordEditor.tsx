// The form of a record being begun. *Create* says what still keeps it from being saved.
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { announce } from "@/app/announce";
import { go } from "@/app/history";
import { paths } from "@/app/paths";
import { Screen } from "@/app/Screen";
import { useShortcut } from "@/app/shortcuts";
import type { NewRecord, Table } from "@/backend";
import { AlertDialog, Button, ErrorNote, IconButton } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { closeRecord } from "../actions";
import { focusField } from "../focus";
import { RecordForm } from "../RecordForm";
import { type EditState, opened } from "../session/state";
import { type NewState, useNewRecord } from "./useNewRecord";

export function NewRecordEditor({ table, begun }: { table: Table; begun: NewRecord }) {
  const { t } = useTranslation("editor");
  const { session, state } = useNewRecord(begun, table);
  const [isAsking, setAsking] = useState(false);
  const list = paths.table(table.name);
  const missing = Object.keys(state.errors).length;
  const create = async () => {
    if (await session.create()) {
      announce(t("new.created", { title: String(state.fields[table.title] ?? "") }));
      go(paths.record(table.name, begun.id), { keepSearch: true, replace: true });
    } else {
      focusField(table.columns.find(({ name }) => name in session.state.errors)?.name ?? null);
    }
  };
  const discard = () => void session.discard().then(() => closeRecord(table.name));
  useShortcut("mod+Enter", () => void create(), !state.isCreating);
  return (
    <Screen
      title={t("new.title", { singular: table.singular })}
      subtitle={t("state.new")}
      isStacked
      back={list}
      actions={
        <IconButton
          icon={Trash2}
          label={t("new.discard")}
          onPress={() => (session.isTouched ? setAsking(true) : discard())}
        />
      }
    >
      {state.failure ? <ErrorNote error={state.failure} onRetry={() => void create()} /> : null}
      <div className="flex min-h-full flex-col">
        <div className="flex-1 p-4 tablet:px-5">
          <RecordForm
            table={table}
            state={asEditState(begun, state)}
            pending={[]}
            updated={[]}
            referenceTitles={begun.reference_titles}
            autoFocus
            quiet={(column) => !state.visited.has(column)}
            actions={{
              type: (column, value) => session.type(column, value),
              focus: () => undefined,
              blur: (column) => void session.left(column),
              undo: () => undefined,
              takeTheirs: () => undefined,
              keepMine: () => undefined,
            }}
          />
        </div>
        <footer className="sticky bottom-0 flex flex-wrap items-center justify-end gap-3 border-t border-line bg-surface px-4 py-3 tablet:px-5">
          <span id="create-note" className="min-w-40 flex-1 text-note text-text-2">
            {missing > 0 && t("new.blocked", { count: missing, n: formatCount(missing) })}
          </span>
          <Button onPress={() => void session.flush().then(() => closeRecord(table.name))}>
            {t("new.later")}
          </Button>
          <Button
            look="primary"
            aria-describedby="create-note"
            isDisabled={state.isCreating}
            onPress={() => void create()}
          >
            {t("new.create")}
          </Button>
        </footer>
      </div>
      <AlertDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t("new.discard.title")}
        confirm={t("new.discard")}
        onConfirm={discard}
        danger
      >
        {t("new.discard.note")}
      </AlertDialog>
    </Screen>
  );
}

/** The form shows a begun record as one whose values are all told by the client. */
function asEditState(begun: NewRecord, state: NewState): EditState {
  const blank = opened({
    ...begun,
    mark: "waiting",
    created_at: begun.at,
    updated_at: begun.at,
    saved_at: null,
    on_server: false,
    deleted: false,
    pending: [],
    changed_by_others: [],
    conflict: null,
    refusal: null,
    draft: null,
  });
  return { ...blank, saved: state.fields, errors: state.errors };
}
