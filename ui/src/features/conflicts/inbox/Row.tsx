// One conflict of the inbox: which record, what collided, who did what and when on both sides, how old it is (U40).
import { Check } from "lucide-react";
import type { CSSProperties, MouseEvent } from "react";
import { paths } from "@/app/paths";
import { useTable } from "@/app/workspace";
import type { ConflictItem, WhoWhen } from "@/backend";
import { Badge, cx, useNow } from "@/components";
import { formatAgo, formatMoment, formatWhen, useTranslation } from "@/i18n";
import { useHasChoices } from "../decide/kept";
import { fieldList, isRefused, kindIcon, labelOf } from "../words";

export interface ConflictRowProps {
  item: ConflictItem;
  place: number;
  count: number;
  isActive: boolean;
  isSelected: boolean;
  /** On a phone: three lines. */
  isCard: boolean;
  style: CSSProperties;
  onToggle: () => void;
  onOpen: () => void;
  onFocus: () => void;
}

/** Fields named in a row; the others are counted. */
const NAMED = 3;

export function ConflictRow({
  item,
  place,
  count,
  isActive,
  isSelected,
  isCard,
  style,
  onToggle,
  onOpen,
  onFocus,
}: ConflictRowProps) {
  const { t } = useTranslation("conflicts");
  const table = useTable(item.table);
  const now = useNow();
  const hasChoices = useHasChoices(item);
  const Icon = kindIcon[item.kind];
  const named = item.columns.slice(0, NAMED).map((column) => labelOf(table, column));
  const more = item.columns.length - named.length;
  const fields =
    more > 0 ? t("row.fields_more", { fields: named.join(", "), n: more }) : fieldList(table, item.columns);
  const what = item.kind === "fields" ? fields : [t(`kind.${item.kind}`), fields].filter(Boolean).join(": ");
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen();
  };
  const age = (
    <span className="tabular shrink-0 text-note text-text-3" title={formatMoment(item.found_at)}>
      <span className="sr-only">{t("row.found", { ago: "" })}</span>
      {formatAgo(item.found_at, now)}
    </span>
  );
  const face = (
    <span
      aria-hidden
      title={t(`kind.${item.kind}`)}
      className={cx(
        "flex size-7 shrink-0 items-center justify-center rounded-full",
        isRefused(item.kind) ? "bg-refused-soft text-refused" : "bg-conflict-soft text-conflict",
      )}
    >
      <Icon className="size-3.5" />
    </span>
  );
  const title = (
    <span className="flex min-w-0 items-center gap-2">
      <span className="min-w-0 truncate text-body font-medium text-text" title={item.title}>
        {item.title}
      </span>
      {!isCard && <span className="shrink-0 text-note text-text-3">{table?.singular}</span>}
      {hasChoices && <Badge tone="accent">{t("row.started")}</Badge>}
    </span>
  );
  return (
    <li
      data-place={place}
      aria-setsize={count}
      aria-posinset={place + 1}
      style={style}
      onFocus={onFocus}
      className={cx(
        "group absolute inset-x-0 top-0 flex items-stretch border-b border-line",
        isSelected ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <label className="flex w-10 shrink-0 cursor-default items-center justify-end pr-1 coarse:w-12 coarse:justify-center coarse:pr-0">
        <input
          type="checkbox"
          className="peer sr-only"
          checked={isSelected}
          tabIndex={isActive ? 0 : -1}
          onChange={onToggle}
          aria-label={t("row.select", { title: item.title })}
        />
        <span
          aria-hidden
          className={cx(
            "flex size-4 items-center justify-center rounded-sm border text-on-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus coarse:size-5",
            isSelected ? "border-accent bg-accent" : "border-line-strong bg-surface",
          )}
        >
          {isSelected && <Check className="size-3" strokeWidth={3} />}
        </span>
      </label>
      <a
        href={paths.conflict(item.table, item.id)}
        tabIndex={isActive ? 0 : -1}
        onClick={open}
        className={cx(
          "min-w-0 flex-1 rounded-sm text-text no-underline focus-visible:-outline-offset-2",
          isCard
            ? "flex items-start gap-3 py-3 pr-4"
            : "grid grid-cols-[auto_minmax(0,1fr)_minmax(0,15rem)_4.5rem] items-center gap-3 pr-5 pl-2",
        )}
      >
        {face}
        {isCard ? (
          <span className="flex min-w-0 flex-1 flex-col gap-0.5">
            <span className="flex items-center justify-between gap-2">
              {title}
              {age}
            </span>
            <span className="truncate text-note text-text-2" title={what}>
              <span className="text-text-3">{table?.singular}</span> · {what}
            </span>
            <Sides item={item} isBrief />
          </span>
        ) : (
          <>
            <span className="flex min-w-0 flex-col">
              {title}
              <span className="truncate text-note text-text-2" title={what}>
                {what}
              </span>
            </span>
            <Sides item={item} />
            <span className="flex justify-end">{age}</span>
          </>
        )}
      </a>
    </li>
  );
}

/** Who and when, of both sides: one under the other, or in one line without this device's name. */
function Sides({ item, isBrief = false }: { item: ConflictItem; isBrief?: boolean }) {
  const { t } = useTranslation("conflicts");
  const { mine, theirs } = item;
  return (
    <span className={cx("flex min-w-0 text-note text-text-2", isBrief ? "gap-x-3" : "flex-col")}>
      <Side name={mine.who && !isBrief ? t("row.you", { who: mine.who }) : t("row.you.plain")} side={mine} />
      {theirs ? (
        <Side name={theirs.who || t("Someone")} side={theirs} />
      ) : (
        <span className="truncate text-text-2">
          {t("row.server")} <span className="text-text-3">{t("row.server.did")}</span>
        </span>
      )}
    </span>
  );
}

function Side({ name, side }: { name: string; side: WhoWhen }) {
  const now = useNow();
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <span className="min-w-0 truncate" title={name}>
        {name}
      </span>
      <time
        dateTime={new Date(side.at).toISOString()}
        title={formatMoment(side.at)}
        className="tabular shrink-0 text-text-3"
      >
        {formatWhen(side.at, now)}
      </time>
    </span>
  );
}
