// The fields of a history entry: old → new, and the way back to either value.
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { Column, FieldChange, FieldValue, HistoryItem, RecordDetail, Table } from "@/backend";
import { Button, ChangeDiff, IconButton, Menu, ValueText, valueText } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import type { RestoreTarget } from "./RestoreDialog";

export interface EntryFieldsProps {
  table: Table;
  item: HistoryItem;
  detail: RecordDetail | undefined;
  onRestore: (target: RestoreTarget) => void;
}

/** So many fields of a new record are shown at first; of a change a few more. */
const FEW = { insert: 3, update: 6, delete: 3 };

export function EntryFields({ table, item, detail, onRestore }: EntryFieldsProps) {
  const { t } = useTranslation("history");
  const [showsAll, setShowsAll] = useState(false);
  // In the order of the form; what this app does not know of is kept, but not shown.
  const changes = table.columns.flatMap((column) => {
    const change = item.changes.find((each) => each.column === column.name);
    return change ? [{ column, change }] : [];
  });
  if (changes.length === 0) return null;
  const few = FEW[item.kind];
  const shown = showsAll || changes.length <= few + 1 ? changes : changes.slice(0, few);
  const hidden = changes.length - shown.length;
  return (
    <>
      <dl className="flex flex-col divide-y divide-line rounded border border-line">
        {shown.map(({ column, change }) => (
          <div
            key={column.name}
            className="grid min-h-10 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-1.5 pr-1 pl-3 @min-[30rem]:grid-cols-[7.5rem_minmax(0,1fr)_auto] @min-[30rem]:py-1"
          >
            <dt className="text-note text-text-3">{column.label}</dt>
            <dd className="min-w-0 text-body @max-[30rem]:row-start-2">
              <Change column={column} change={change} item={item} />
            </dd>
            <dd className="@max-[30rem]:col-start-2 @max-[30rem]:row-span-2 @max-[30rem]:row-start-1">
              <BringBack
                column={column}
                change={change}
                item={item}
                now={detail && !detail.deleted ? (detail.fields[column.name] ?? null) : undefined}
                onRestore={onRestore}
              />
            </dd>
          </div>
        ))}
      </dl>
      {(hidden > 0 || showsAll) && (
        <Button size="small" look="quiet" className="self-start" onPress={() => setShowsAll(!showsAll)}>
          {showsAll ? t("fewer") : t("more", { count: hidden, n: formatCount(hidden) })}
        </Button>
      )}
    </>
  );
}

function Change({ column, change, item }: { column: Column; change: FieldChange; item: HistoryItem }) {
  if (item.kind === "insert")
    return <ValueText column={column} value={change.new} referenceTitle={change.new_title} showNone />;
  return (
    <ChangeDiff
      column={column}
      change={change}
      inline={column.kind.type === "long_text" && change.old !== null && change.new !== null}
    />
  );
}

const same = (a: FieldValue, b: FieldValue | undefined) => JSON.stringify(a) === JSON.stringify(b);

interface BringBackProps {
  column: Column;
  change: FieldChange;
  item: HistoryItem;
  /** The value that stands now; undefined when the record is not alive, or not read yet. */
  now: FieldValue | undefined;
  onRestore: (target: RestoreTarget) => void;
}

/** Brings back the value before, or the one after, whichever does not stand now. */
function BringBack({ column, change, item, now, onRestore }: BringBackProps) {
  const { t } = useTranslation("history");
  if (now === undefined || column.read_only) return null;
  const target = (kind: "before" | "after"): RestoreTarget => ({
    point: item.point,
    what: { kind, column: column.name },
    at: item.who_when.at,
  });
  const named = (value: FieldValue, title: string | null) => {
    const text = valueText(column, value, title);
    return text ? t("restore.value", { value: quoted(text) }) : t("restore.none");
  };
  const ways = [
    ...(item.kind !== "insert" && !same(change.old, now)
      ? [{ kind: "before" as const, label: named(change.old, change.old_title) }]
      : []),
    ...(!item.lost && !same(change.new, now)
      ? [{ kind: "after" as const, label: named(change.new, change.new_title) }]
      : []),
  ];
  const [only, other] = ways;
  if (!only) return <span className="block size-7 coarse:size-11" />;
  if (!other)
    return (
      <IconButton size="small" icon={Undo2} label={only.label} onPress={() => onRestore(target(only.kind))} />
    );
  const label = t("restore.field", { label: column.label });
  return (
    <Menu
      label={label}
      trigger={<IconButton size="small" icon={Undo2} label={label} />}
      groups={[
        {
          id: "values",
          actions: ways.map((way) => ({
            id: way.kind,
            label: way.label,
            detail: t(`restore.${way.kind}`),
            onAction: () => onRestore(target(way.kind)),
          })),
        },
      ]}
    />
  );
}

const quoted = (text: string) => `“${text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text}”`;
