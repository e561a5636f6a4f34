// What waits for a decision: filters above, the list, and what can be done to many at once (U38, U40, U50).
import { CircleCheck, FilterX, ListChecks, SearchX } from "lucide-react";
import { type Ref, useImperativeHandle, useRef, useState } from "react";
import { useLayout } from "@/app/layout";
import { paths } from "@/app/paths";
import type { ConflictItem, ConflictSide, RecordRef } from "@/backend";
import { Button, ButtonLink, EmptyState, IconButton } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { type Arrangement, type Group, keyOf, refOf } from "./arrange";
import { BulkDialog } from "./BulkDialog";
import { Filters } from "./Filters";
import { List, type ListHandle } from "./List";

export interface InboxHandle {
  /** Gives the focus back to the list, unless something else has it. */
  focus: () => void;
}

export interface InboxProps {
  all: ConflictItem[];
  groups: Group[];
  arrangement: Arrangement;
  onArrange: (next: Arrangement) => void;
  onOpen: (item: ConflictItem) => void;
  ref?: Ref<InboxHandle>;
}

interface Bulk {
  items: ConflictItem[];
  records: RecordRef[];
  side: ConflictSide;
}

export function Inbox({ all, groups, arrangement, onArrange, onOpen, ref }: InboxProps) {
  const { t } = useTranslation("conflicts");
  const isPhone = useLayout() === "phone";
  const [wanted, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const list = useRef<ListHandle>(null);
  useImperativeHandle(ref, () => ({
    // Once the dialog is gone from the page.
    focus: () =>
      void setTimeout(() => {
        const here = document.activeElement;
        if (!here || here === document.body) list.current?.focus();
      }, 60),
  }));
  const shown = groups.flatMap((group) => group.items);
  // What was settled meanwhile is not selected any more.
  const chosen = shown.filter((item) => wanted.has(keyOf(item)));
  const selected = new Set(chosen.map(keyOf));
  const settle = (items: ConflictItem[], side: ConflictSide) =>
    setBulk({ items, side, records: items.map(refOf) });

  if (all.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title={t("empty.done")} note={t("empty.done.note")}>
        <ButtonLink href={paths.merged()}>{t("empty.done.merged")}</ButtonLink>
      </EmptyState>
    );
  }
  const n = formatCount(chosen.length);
  return (
    <div className="flex h-full flex-col">
      <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5 tablet:px-5">
        {chosen.length === 0 ? (
          <Filters all={all} shown={shown.length} arrangement={arrangement} onArrange={onArrange}>
            {isPhone ? (
              <IconButton
                look="plain"
                icon={ListChecks}
                label={t("bulk.all")}
                onPress={() => settle(shown, "theirs")}
              />
            ) : (
              <Button size="small" icon={ListChecks} onPress={() => settle(shown, "theirs")}>
                {t("bulk.all")}
              </Button>
            )}
          </Filters>
        ) : (
          <>
            <span role="status" className="tabular pr-1 text-note font-medium text-accent">
              {t("select.count", { count: chosen.length, n })}
            </span>
            <Button size="small" onPress={() => settle(chosen, "theirs")}>
              {t("bulk.theirs")}
            </Button>
            <Button size="small" onPress={() => settle(chosen, "mine")}>
              {t("bulk.mine")}
            </Button>
            {chosen.length < shown.length && (
              <Button size="small" look="quiet" onPress={() => setSelected(new Set(shown.map(keyOf)))}>
                {t("select.all", { n: formatCount(shown.length) })}
              </Button>
            )}
            <Button size="small" look="quiet" onPress={() => setSelected(new Set())}>
              {t("select.clear")}
            </Button>
          </>
        )}
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={SearchX} title={t("empty.filtered")}>
          <Button
            icon={FilterX}
            onPress={() => onArrange({ ...arrangement, search: "", table: null, kind: null, column: null })}
          >
            {t("filter.clear")}
          </Button>
        </EmptyState>
      ) : (
        <List ref={list} groups={groups} selected={selected} onSelect={setSelected} onOpen={onOpen} />
      )}
      {bulk && (
        <BulkDialog
          records={bulk.records}
          items={bulk.items}
          side={bulk.side}
          column={arrangement.column}
          onClose={() => setBulk(null)}
          onDone={() => {
            setBulk(null);
            setSelected(new Set());
          }}
        />
      )}
    </div>
  );
}
