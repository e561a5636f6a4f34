// The fields that need no decision, folded: unchanged ones, and those that merged by themselves (U44).
import { ChevronDown } from "lucide-react";
import { Button as AriaButton, Disclosure, DisclosurePanel } from "react-aria-components";
import type { ConflictDetail, SettledField, Table } from "@/backend";
import { Badge, cx, ValueText } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { columnOf, nameOf } from "../words";

export function Settled({ detail, table }: { detail: ConflictDetail; table: Table }) {
  const { t } = useTranslation("conflicts");
  const { others } = detail;
  const merged = others.filter((field) => field.from !== "unchanged").length;
  if (others.length === 0) return null;
  // What merged comes first: it is what one may want to see.
  const sorted = [...others].sort((a, b) => Number(a.from === "unchanged") - Number(b.from === "unchanged"));
  return (
    <Disclosure className="rounded border border-line">
      {({ isExpanded }) => (
        <>
          <AriaButton
            slot="trigger"
            className="flex min-h-control w-full cursor-default items-center gap-2 rounded px-3 py-1.5 text-left text-note text-text-2 hovered:bg-hover"
          >
            <span className="min-w-0 flex-1">
              {t("settled", { count: others.length, n: formatCount(others.length) })}
              {merged > 0 && (
                <span className="text-text-3">
                  {" · "}
                  {t("settled.merged", { count: merged, n: formatCount(merged) })}
                </span>
              )}
            </span>
            <span className="font-medium">{t(isExpanded ? "settled.hide" : "settled.show")}</span>
            <ChevronDown
              aria-hidden
              className={cx("size-4 transition-transform duration-(--fast)", isExpanded && "rotate-180")}
            />
          </AriaButton>
          <DisclosurePanel className="px-3">
            <dl className="grid gap-x-6 pb-2 @min-[40rem]:grid-cols-2">
              {sorted.map((field) => (
                <One key={field.column} field={field} table={table} who={nameOf(detail.theirs)} />
              ))}
            </dl>
          </DisclosurePanel>
        </>
      )}
    </Disclosure>
  );
}

function One({ field, table, who }: { field: SettledField; table: Table; who: string }) {
  const { t } = useTranslation("conflicts");
  const column = columnOf(table, field.column);
  if (!column) return null;
  return (
    <div className="flex min-w-0 flex-col gap-0.5 border-t border-line py-1.5">
      <dt className="flex flex-wrap items-center gap-2 text-note text-text-3">
        {column.label}
        {field.from !== "unchanged" && (
          <Badge tone={field.from === "mine" ? "neutral" : "accent"}>
            {t(`settled.${field.from}`, { who })}
          </Badge>
        )}
      </dt>
      <dd className="text-body">
        <ValueText column={column} value={field.value} referenceTitle={field.title} showNone />
      </dd>
    </div>
  );
}
