// Changed here and elsewhere: choose what to keep, field by field (U41–U48). The record stays usable meanwhile.
import { GitMerge } from "lucide-react";
import { useState } from "react";
import { announce } from "@/app/announce";
import {
  call,
  type FieldError,
  type Fields,
  type RecordConflict,
  type RecordDetail,
  type Resolution,
  type Table,
  useRead,
} from "@/backend";
import { Button, ErrorNote, toast, useNow } from "@/components";
import { formatCount, formatWhen, useTranslation } from "@/i18n";
import { closeRecord } from "../actions";
import { ConflictFieldChoice } from "./ConflictFieldChoice";
import {
  type Decisions,
  decide,
  decideAll,
  decisionFor,
  movedOn,
  ownValue,
  ownValues,
  resolutionOf,
  typeOwn,
  undecided,
} from "./decisions";

export interface ConflictPanelProps {
  table: Table;
  detail: RecordDetail;
  conflict: RecordConflict;
}

export function ConflictPanel({ table, detail, conflict }: ConflictPanelProps) {
  const { t } = useTranslation("editor");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  /** Settles it, unless typed values break a rule: then it tells which. */
  const settle: Settle = async (resolution, revision = null, typed = {}) => {
    setBusy(true);
    setFailure(null);
    try {
      if (Object.keys(typed).length > 0) {
        const { errors } = await call("record_validate", {
          table: detail.table,
          id: detail.id,
          fields: typed,
        });
        const wrong = errors.filter((error) => error.column in typed);
        if (wrong.length > 0) return wrong;
      }
      const { table, id } = detail;
      await call("conflict_resolve", { table, id, revision, resolution });
      const after = await call("record_get", { table, id });
      toast({ text: t("conflict.applied") });
      announce(t("conflict.applied"));
      // The deletion stands: there is nothing left to look at.
      if (after.deleted) closeRecord(detail.table);
    } catch (reason) {
      setFailure(reason);
    } finally {
      setBusy(false);
    }
    return [];
  };
  return (
    <section
      id="conflict"
      aria-labelledby="conflict-title"
      className="@container rounded border border-conflict-line bg-conflict-soft p-4"
    >
      {conflict.kind === "fields" ? (
        <FieldConflict table={table} detail={detail} conflict={conflict} isBusy={isBusy} onSettle={settle} />
      ) : (
        <WholeConflict
          conflict={conflict}
          kind={conflict.kind as WholeKind}
          isBusy={isBusy}
          onSettle={settle}
        />
      )}
      {failure !== null && <ErrorNote error={failure} />}
    </section>
  );
}

type Settle = (resolution: Resolution, revision?: string | null, typed?: Fields) => Promise<FieldError[]>;

interface PartProps {
  conflict: RecordConflict;
  isBusy: boolean;
  onSettle: Settle;
}

function Heading({ title, note }: { title: string; note: string }) {
  return (
    <>
      <h2 id="conflict-title" className="flex items-start gap-2 text-body font-semibold">
        <GitMerge aria-hidden className="mt-0.5 size-4 shrink-0 text-conflict" />
        {title}
      </h2>
      <p className="mt-1 text-body text-text-2">{note}</p>
    </>
  );
}

function useTheirsWords(conflict: RecordConflict): string {
  const { t } = useTranslation();
  const now = useNow();
  const { who, at } = conflict.theirs;
  return t("who.when", { who: who || t("who.someone"), when: formatWhen(at, now) });
}

function FieldConflict({
  table,
  detail,
  conflict,
  isBusy,
  onSettle,
}: PartProps & { table: Table; detail: RecordDetail }) {
  const { t } = useTranslation("editor");
  const [decisions, setDecisions] = useState<Decisions>({});
  const [errors, setErrors] = useState<FieldError[]>([]);
  const now = useNow();
  const theirs = useTheirsWords(conflict);
  // In the order of the form below.
  const place = (name: string) => table.columns.findIndex((column) => column.name === name);
  const { data: whole } = useRead("conflict_get", { table: detail.table, id: detail.id });
  const fields = [...(whole?.fields ?? [])].sort((a, b) => place(a.column) - place(b.column));
  const open = whole ? undecided(decisions, fields).length : conflict.columns.length;
  const notes = {
    theirs,
    mine: t("conflict.mine.device", { when: formatWhen(detail.saved_at ?? detail.updated_at, now) }),
  };
  const apply = async () => {
    const resolution = resolutionOf(decisions, fields);
    if (!resolution) return;
    setErrors(await onSettle(resolution, whole?.revision, ownValues(decisions, fields)));
  };
  return (
    <>
      <Heading
        title={t("conflict.title", {
          count: conflict.columns.length,
          n: formatCount(conflict.columns.length),
        })}
        note={t("conflict.note")}
      />
      <div className="mt-4 flex flex-col gap-4">
        {fields.map((field) => {
          const column = table.columns.find(({ name }) => name === field.column);
          if (!column) return null;
          return (
            <ConflictFieldChoice
              key={field.column}
              column={column}
              field={field}
              side={decisionFor(decisions, field)}
              hasMoved={movedOn(decisions, field)}
              own={ownValue(decisions, field)}
              error={errors.find((error) => error.column === field.column) ?? null}
              notes={notes}
              onChoose={(side) => setDecisions(decide(decisions, field, side))}
              onType={(value) => {
                setDecisions(typeOwn(decisions, field, value));
                setErrors(errors.filter((error) => error.column !== field.column));
              }}
            />
          );
        })}
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {fields.length > 1 && (
          <>
            <Button
              size="small"
              look="quiet"
              onPress={() => setDecisions(decideAll(decisions, fields, "mine"))}
            >
              {t("conflict.all_mine")}
            </Button>
            <Button
              size="small"
              look="quiet"
              onPress={() => setDecisions(decideAll(decisions, fields, "theirs"))}
            >
              {t("conflict.all_theirs")}
            </Button>
          </>
        )}
        <span id="conflict-open" className="min-w-32 flex-1 text-note text-text-2">
          {open > 0 ? t("conflict.undecided", { count: open, n: formatCount(open) }) : t("conflict.later")}
        </span>
        <Button
          look="primary"
          isDisabled={!whole || open > 0 || isBusy}
          aria-describedby="conflict-open"
          onPress={() => void apply()}
        >
          {t("conflict.apply")}
        </Button>
      </div>
    </>
  );
}

type WholeKind = Exclude<RecordConflict["kind"], "fields" | "unique_taken" | "parent_missing" | "refused">;

/** Structural collisions have their own words, and no fields to choose from (U47). */
function WholeConflict({ conflict, kind, isBusy, onSettle }: PartProps & { kind: WholeKind }) {
  const { t } = useTranslation("editor");
  const who = useTheirsWords(conflict);
  return (
    <>
      <Heading title={t(`conflict.${kind}.title`)} note={t(`conflict.${kind}.note`)} />
      <p className="mt-1 text-note text-text-2">{t("conflict.by", { who })}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button isDisabled={isBusy} onPress={() => void onSettle({ kind: "mine" })}>
          {t(`conflict.${kind}.mine`)}
        </Button>
        <Button isDisabled={isBusy} onPress={() => void onSettle({ kind: "theirs" })}>
          {t(`conflict.${kind}.theirs`)}
        </Button>
      </div>
    </>
  );
}
