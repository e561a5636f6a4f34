// Records begun and not created, to come back to (U17). Shows nothing when there are none.
import { PencilLine } from "lucide-react";
import { paths } from "@/app/paths";
import { type NewRecord, type Table, useRead } from "@/backend";
import { useNow } from "@/components";
import { formatCount, formatWhen, useTranslation } from "@/i18n";

export interface DraftsProps {
  table: Table;
  /** The one that is open beside the list: it is in sight already. */
  except?: string | null;
}

export function Drafts({ table, except = null }: DraftsProps) {
  const { t } = useTranslation("editor");
  const { data: all = [] } = useRead("new_record_list", { table: table.name });
  const data = all.filter((draft) => draft.id !== except);
  if (data.length === 0) return null;
  return (
    <section className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-surface-2 px-4 py-1.5">
      <h2 className="flex items-center gap-1.5 text-note font-medium text-text-2">
        <PencilLine aria-hidden className="size-3.5" />
        {t("drafts.title", {
          count: data.length,
          n: formatCount(data.length),
          singular: table.singular,
          plural: table.label.toLocaleLowerCase(),
        })}
      </h2>
      <ul className="flex min-w-0 flex-wrap gap-2">
        {data.map((draft) => (
          <li key={draft.id} className="min-w-0">
            <DraftLink draft={draft} title={draft.fields[table.title] ? draft.title : t("drafts.untitled")} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function DraftLink({ draft, title }: { draft: NewRecord; title: string }) {
  const { t } = useTranslation("editor");
  const now = useNow();
  const open = draft.errors.length;
  return (
    <a
      href={paths.newRecord(draft.table, draft.id)}
      className="flex min-h-7 max-w-80 items-baseline gap-2 rounded border border-line-2 bg-surface px-2.5 py-1 text-note text-text no-underline hover:bg-hover coarse:min-h-11 coarse:items-center"
    >
      <span className="min-w-0 truncate font-medium">{title}</span>
      <span className="shrink-0 text-text-3">
        {t("drafts.when", { when: formatWhen(draft.at, now) })}
        {open > 0 && ` · ${t("drafts.blocked", { count: open, n: formatCount(open) })}`}
      </span>
    </a>
  );
}
