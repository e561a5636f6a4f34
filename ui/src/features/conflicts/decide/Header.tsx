// The dialog's head: which record, what happened, where one is; and what is new since one began (U49).
import { ChevronLeft, ChevronRight, CircleCheck, RotateCw, SquareArrowOutUpRight, X } from "lucide-react";
import { Heading } from "react-aria-components";
import { useLayout } from "@/app/layout";
import { paths } from "@/app/paths";
import type { ConflictDetail, RecordRef, Table, WhoWhen } from "@/backend";
import { Button, cx, EmptyState, IconButton, Tooltip, useNow } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { fieldList, happened, isRefused, kindIcon, whoWhen } from "../words";

export interface HeaderProps {
  conflict: RecordRef;
  table: Table;
  detail: ConflictDetail | null;
  place: { n: number; all: number } | null;
  previous: (() => void) | null;
  next: (() => void) | null;
  onClose: () => void;
}

export function Header({ conflict, table, detail, place, previous, next, onClose }: HeaderProps) {
  const { t } = useTranslation("conflicts");
  const { t: tCommon } = useTranslation();
  const isPhone = useLayout() === "phone";
  const Icon = kindIcon[detail?.kind ?? "fields"];
  const open = t("dialog.open");
  return (
    <header className="flex items-start gap-3 border-b border-line px-4 py-3 tablet:px-5">
      <span
        aria-hidden
        className={cx(
          "mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-full",
          detail && isRefused(detail.kind)
            ? "bg-refused-soft text-refused"
            : "bg-conflict-soft text-conflict",
        )}
      >
        <Icon className="size-4" />
      </span>
      <div className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-w-0 items-center gap-1">
          <Heading slot="title" className="min-w-0 text-16 font-semibold break-words">
            {detail?.title ?? table.singular}
          </Heading>
          <Tooltip tip={open}>
            <a
              href={paths.record(conflict.table, conflict.id)}
              onClick={onClose}
              aria-label={open}
              className="-my-1 inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-text-3 hover:text-accent coarse:-my-3 coarse:size-11"
            >
              <SquareArrowOutUpRight aria-hidden className="size-4" />
            </a>
          </Tooltip>
        </span>
        {detail && (
          <p className="text-note text-text-2">
            {happened(detail, table)}
            <Sides detail={detail} />
          </p>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-1">
        {place && !isPhone && (
          <>
            <span className="tabular px-1 text-note text-text-3">
              {t("dialog.place", { n: formatCount(place.n), all: formatCount(place.all) })}
            </span>
            <IconButton
              icon={ChevronLeft}
              label={t("dialog.previous")}
              isDisabled={!previous}
              onPress={() => previous?.()}
            />
            <IconButton
              icon={ChevronRight}
              label={t("dialog.next")}
              shortcut="N"
              isDisabled={!next}
              onPress={() => next?.()}
            />
          </>
        )}
        <IconButton icon={X} label={tCommon("close")} onPress={onClose} className="-mr-2" />
      </div>
    </header>
  );
}

/** Who and when, where no column says it. */
function Sides({ detail }: { detail: ConflictDetail }) {
  const now = useNow();
  if (detail.kind === "fields" || detail.kind === "inserted_twice") return null;
  return (
    <span className="text-text-3">
      {" · "}
      {whoWhen(detail.mine, now)}
      {detail.theirs && ` · ${whoWhen(detail.theirs, now)}`}
    </span>
  );
}

export interface NewsProps {
  who: WhoWhen | null;
  columns: string[];
  table: Table;
  onRefresh: () => void;
}

export function News({ who, columns, table, onRefresh }: NewsProps) {
  const { t } = useTranslation("conflicts");
  const name = who?.who || t("Someone");
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-conflict-line bg-conflict-soft px-4 py-2 text-body tablet:px-5"
    >
      <RotateCw aria-hidden className="size-4 shrink-0 text-conflict" />
      <p className="min-w-48 flex-1">
        <strong className="font-semibold">
          {columns.length > 0
            ? t("moved.fields", { who: name, fields: fieldList(table, columns) })
            : t("moved.other")}
        </strong>{" "}
        <span className="text-text-2">{t("moved.note")}</span>
      </p>
      <Button size="small" look="primary" onPress={onRefresh}>
        {t("moved.refresh")}
      </Button>
    </div>
  );
}

export function Gone({ next, onClose }: { next: (() => void) | null; onClose: () => void }) {
  const { t } = useTranslation("conflicts");
  const { t: tCommon } = useTranslation();
  return (
    <div className="min-h-64 flex-1">
      <EmptyState icon={CircleCheck} title={t("gone.title")} note={t("gone.note")}>
        {next && (
          <Button look="primary" autoFocus onPress={next}>
            {t("gone.next")}
          </Button>
        )}
        <Button onPress={onClose}>{tCommon("close")}</Button>
      </EmptyState>
    </div>
  );
}
