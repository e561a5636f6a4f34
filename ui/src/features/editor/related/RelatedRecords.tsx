// What points at this record: an airfield's inspections, with a way to begin another one.
import { Plus } from "lucide-react";
import { paths } from "@/app/paths";
import { useWorkspace } from "@/app/workspace";
import type { Column, RecordRow, Table } from "@/backend";
import { Badge, Button, SyncMark, useNow, valueText } from "@/components";
import { formatCount, formatWhen, useTranslation } from "@/i18n";
import { beginRecord } from "../actions";
import { SHOWN, useRelated } from "./useRelated";

export function RelatedRecords({ table, id }: { table: Table; id: string }) {
  const { t } = useTranslation("editor");
  const { schema } = useWorkspace();
  const pointing = schema.tables.flatMap((other) =>
    other.columns
      .filter((column) => column.kind.type === "reference" && column.kind.table === table.name)
      .map((column) => ({ other, column })),
  );
  if (pointing.length === 0) return null;
  return (
    <section aria-label={t("related")} className="flex flex-col gap-5">
      {pointing.map(({ other, column }) => {
        const isOnlyOne = pointing.filter((each) => each.other === other).length === 1;
        return (
          <RelatedTable
            key={`${other.name}.${column.name}`}
            table={other}
            column={column}
            id={id}
            isOnlyOne={isOnlyOne}
          />
        );
      })}
    </section>
  );
}

interface RelatedTableProps {
  table: Table;
  column: Column;
  id: string;
  /** The table points here by this column alone. */
  isOnlyOne: boolean;
}

function RelatedTable({ table, column, id, isOnlyOne }: RelatedTableProps) {
  const { t } = useTranslation("editor");
  const related = useRelated(table.name, column.name, id, recency(table));
  if (!related) return null;
  const heading = `related-${table.name}-${column.name}`;
  return (
    <div>
      <div className="flex min-h-control items-center gap-2">
        <h2 id={heading} className="text-body font-semibold">
          {table.label}
          {!isOnlyOne && (
            <span className="ml-1.5 font-normal text-text-3">
              {t("related.by", { column: column.label })}
            </span>
          )}
        </h2>
        <Badge label={formatCount(related.total)}>{formatCount(related.total)}</Badge>
        <span className="flex-1" />
        <Button
          size="small"
          look="quiet"
          icon={Plus}
          onPress={() => void beginRecord(table.name, { [column.name]: id })}
        >
          {t("related.new", { singular: table.singular })}
        </Button>
      </div>
      {related.total === 0 ? (
        <p className="text-body text-text-3">
          {t("related.none", { table: table.label.toLocaleLowerCase() })}
        </p>
      ) : (
        <ul aria-labelledby={heading} className="@container divide-y divide-line rounded border border-line">
          {related.rows.map((row) => (
            <li key={row.id}>
              <RelatedRow table={table} column={column} row={row} />
            </li>
          ))}
        </ul>
      )}
      {related.total > SHOWN && (
        <a
          href={paths.table(table.name, filterQuery(column.name, id))}
          className="mt-1 inline-flex min-h-6 items-center rounded-sm text-note text-accent underline underline-offset-2 coarse:min-h-11"
        >
          {t("related.all", { n: formatCount(related.total) })}
        </a>
      )}
    </div>
  );
}

function RelatedRow({ table, column, row }: { table: Table; column: Column; row: RecordRow }) {
  const now = useNow();
  return (
    <a
      href={paths.record(table.name, row.id)}
      className="flex min-h-row items-center gap-3 px-3 py-1 text-list text-text no-underline hover:bg-hover focus-visible:-outline-offset-2"
    >
      <span className="flex min-w-0 flex-1 flex-col @min-[28rem]:flex-row @min-[28rem]:items-center @min-[28rem]:gap-3">
        <span className="min-w-0 truncate @min-[28rem]:flex-1">{row.title}</span>
        <span className="min-w-0 truncate text-text-3 @max-[28rem]:text-note @min-[28rem]:max-w-[55%]">
          {summary(table, column, row)}
        </span>
      </span>
      <SyncMark mark={row.mark} tabIndex={-1} />
      <time
        dateTime={new Date(row.updated_at).toISOString()}
        className="tabular shrink-0 text-note text-text-3"
      >
        {formatWhen(row.updated_at, now)}
      </time>
    </a>
  );
}

/** The first two telling values besides the title and the reference itself. */
function summary(table: Table, from: Column, row: RecordRow): string {
  return table.columns
    .filter(
      ({ name, kind }) =>
        name !== table.title && name !== from.name && ["choice", "date", "text"].includes(kind.type),
    )
    .map((column) => valueText(column, row.fields[column.name], row.reference_titles[column.name]))
    .filter(Boolean)
    .slice(0, 2)
    .join(" · ");
}

/** What says best how recent a record is: its first date, else its last change. */
const recency = (table: Table): string =>
  table.columns.find(({ kind }) => kind.type === "date_time" || kind.type === "date")?.name ?? "updated_at";

/** The list filtered to these, as its address carries conditions. */
const filterQuery = (column: string, id: string) =>
  new URLSearchParams({ where: JSON.stringify([[column, "is", id]]) }).toString();
