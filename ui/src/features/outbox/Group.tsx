// A record's waiting changes.
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import type { OutboxItem } from "@/backend";
import { useTranslation } from "@/i18n";
import { Item } from "./Item";
import type { OutboxGroup } from "./order";

export function Group({ group, onDiscard }: { group: OutboxGroup; onDiscard: (item: OutboxItem) => void }) {
  const { t } = useTranslation("outbox");
  const table = useTable(group.table);
  const Icon = tableIcon(table?.icon ?? null);
  const isDeleted = group.items.at(-1)?.kind === "delete";
  const title = group.title || group.recordId.slice(0, 8);
  return (
    <article aria-label={title} className="@container overflow-hidden rounded border border-line bg-surface">
      <h2 className="flex min-h-control items-center gap-2 border-b border-line bg-surface-2 px-4 py-1.5 text-body font-semibold">
        <Icon aria-hidden className="size-4 shrink-0 text-text-3" />
        {isDeleted ? (
          <span className="min-w-0 truncate">{title}</span>
        ) : (
          <a
            href={paths.record(group.table, group.recordId)}
            title={t("open")}
            className="min-w-0 truncate rounded-sm text-text underline-offset-2 hover:underline"
          >
            {title}
          </a>
        )}
        <span className="ml-auto shrink-0 text-note font-normal text-text-3">{table?.label}</span>
      </h2>
      <ul className="divide-y divide-line">
        {group.items.map((item) => (
          <Item key={item.op_id} item={item} group={group} table={table} onDiscard={() => onDiscard(item)} />
        ))}
      </ul>
    </article>
  );
}
