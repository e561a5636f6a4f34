// What merged without asking: what came from whom, which rule decided, each field to be taken back (U39).
import { GitMerge, Undo2 } from "lucide-react";
import { useState } from "react";
import { announce } from "@/app/announce";
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { undoable } from "@/app/undo";
import { useTable } from "@/app/workspace";
import { call, type MergedField, type MergedItem, useRead } from "@/backend";
import {
  Bar,
  Button,
  ChangeDiff,
  EmptyState,
  ErrorNote,
  failureWords,
  Skeleton,
  toast,
  useNow,
  valueText,
} from "@/components";
import { formatMoment, formatWhen, useTranslation } from "@/i18n";
import { columnOf, labelOf, nameOf } from "../words";

const PAGE = 50;

export function Merged() {
  const { t } = useTranslation("conflicts");
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useRead("merged_list", { limit }, { keepPrevious: true });
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Skeleton>
        <div className="flex flex-col gap-4 p-5">
          <Bar className="w-1/3" />
          <Bar className="w-2/3" />
        </div>
      </Skeleton>
    );
  }
  if (data.length === 0)
    return <EmptyState icon={GitMerge} title={t("merged.empty")} note={t("merged.empty.note")} />;
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-3 p-4 tablet:p-5">
      <p className="text-body text-text-2">{t("merged.note")}</p>
      {data.map((item) => (
        <Item key={item.n} item={item} />
      ))}
      {data.length >= limit && (
        <Button className="self-center" onPress={() => setLimit(limit + 2 * PAGE)}>
          {t("merged.more")}
        </Button>
      )}
    </div>
  );
}

function Item({ item }: { item: MergedItem }) {
  const { t } = useTranslation("conflicts");
  const table = useTable(item.table);
  const now = useNow();
  const Icon = tableIcon(table?.icon ?? null);
  const revertible = item.fields.filter((field) => field.can_revert);
  const revert = async (column: string | null) => {
    try {
      const done = await call("merge_revert", { n: item.n, column });
      const says = column
        ? t("merged.reverted", { field: labelOf(table, column) })
        : t("merged.reverted.all");
      undoable(done, says);
      announce(says);
    } catch (reason) {
      toast({ text: failureWords(reason) });
    }
  };
  return (
    <article
      aria-label={item.title}
      className="@container overflow-hidden rounded border border-line bg-surface"
    >
      <header className="flex min-h-control flex-wrap items-center gap-x-2 border-b border-line bg-surface-2 px-4 py-1.5">
        <Icon aria-hidden className="size-4 shrink-0 text-text-3" />
        <h2 className="min-w-0 text-body font-semibold">
          <a
            href={paths.record(item.table, item.id)}
            className="rounded-sm text-text underline-offset-2 hover:underline"
          >
            {item.title}
          </a>
        </h2>
        <span className="text-note text-text-3" title={formatMoment(item.at)}>
          {t("merged.with", { who: nameOf(item.theirs), when: formatWhen(item.at, now) })}
        </span>
        {revertible.length > 1 && (
          <Button
            size="small"
            look="quiet"
            icon={Undo2}
            className="ml-auto"
            onPress={() => void revert(null)}
          >
            {t("merged.revert.all")}
          </Button>
        )}
      </header>
      <ul className="divide-y divide-line">
        {item.fields.map((field) => (
          <Field
            key={field.change.column}
            item={item}
            field={field}
            onRevert={() => void revert(field.change.column)}
          />
        ))}
      </ul>
    </article>
  );
}

const rules = [
  "latest",
  "max",
  "min",
  "sum",
  "union",
  "text",
  "longest",
  "true_wins",
  "mine",
  "theirs",
] as const;

function Field({ item, field, onRevert }: { item: MergedItem; field: MergedField; onRevert: () => void }) {
  const { t } = useTranslation("conflicts");
  const table = useTable(item.table);
  const { change } = field;
  const column = columnOf(table, change.column);
  if (!column) return null;
  const rule = field.rule === null ? null : (rules.find((each) => each === field.rule) ?? "other");
  const theirs = field.theirs === null ? "" : valueText(column, field.theirs);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="flex min-w-48 flex-1 flex-col gap-0.5">
        <span className="text-note text-text-2">
          {column.label}
          <span className="text-text-3">
            {" · "}
            {rule ? t(`merged.rule.${rule}`) : t("merged.from", { who: nameOf(item.theirs) })}
          </span>
        </span>
        <ChangeDiff column={column} change={change} />
        {theirs && <span className="text-note text-text-3">{t("merged.theirs", { value: theirs })}</span>}
      </div>
      {field.can_revert ? (
        <Button
          size="small"
          icon={Undo2}
          aria-label={t("merged.revert.label", { field: column.label, title: item.title })}
          onPress={onRevert}
        >
          {t("merged.revert")}
        </Button>
      ) : (
        <span className="text-note text-text-3">{t("merged.changed_since")}</span>
      )}
    </li>
  );
}
