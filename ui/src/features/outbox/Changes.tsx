// A change field by field, old → new. Of many fields the first few show.
import { useState } from "react";
import type { OutboxItem, Table } from "@/backend";
import { Button, ChangeDiff, ValueText } from "@/components";
import { formatCount, useTranslation } from "@/i18n";

const FIRST = 4;

export function Changes({ item, table }: { item: OutboxItem; table: Table | undefined }) {
  const { t } = useTranslation("outbox");
  const [showsAll, setShowsAll] = useState(false);
  // A new record lists what it has, not what it lacks.
  const told = item.kind === "insert" ? item.changes.filter((change) => change.new !== null) : item.changes;
  const shown = showsAll ? told : told.slice(0, FIRST);
  const hidden = told.length - FIRST;
  if (told.length === 0) return null;
  return (
    <div className="flex flex-col gap-1.5">
      <dl className="grid grid-cols-1 gap-x-4 gap-y-1.5 @min-[28rem]:grid-cols-[minmax(5rem,8rem)_1fr]">
        {shown.map((change) => {
          const column = table?.columns.find(({ name }) => name === change.column);
          return (
            <div key={change.column} className="contents">
              <dt className="pt-0.5 text-note text-text-3">{column?.label ?? change.column}</dt>
              <dd className="min-w-0">
                {column &&
                  (item.kind === "insert" ? (
                    <ValueText column={column} value={change.new} referenceTitle={change.new_title} />
                  ) : (
                    <ChangeDiff column={column} change={change} />
                  ))}
              </dd>
            </div>
          );
        })}
      </dl>
      {hidden > 0 && (
        <Button size="small" look="quiet" className="self-start" onPress={() => setShowsAll(!showsAll)}>
          {showsAll ? t("fewer_fields") : t("more_fields", { count: hidden, n: formatCount(hidden) })}
        </Button>
      )}
    </div>
  );
}
