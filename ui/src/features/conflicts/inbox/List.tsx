// The inbox's list: only the rows in sight are in the page, so that a thousand conflicts open at once. J and K, or the
// arrows, move; X or Space selects; Enter opens (U40).
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { useLayout } from "@/app/layout";
import { useShortcut } from "@/app/shortcuts";
import { useSettings } from "@/app/workspace";
import type { ConflictItem } from "@/backend";
import { useTranslation } from "@/i18n";
import { type Group, keyOf } from "./arrange";
import { ConflictRow } from "./Row";

export interface ListHandle {
  focus: () => void;
}

export interface ListProps {
  groups: Group[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onOpen: (item: ConflictItem) => void;
  ref?: Ref<ListHandle>;
}

type Line = { kind: "group"; group: Group } | { kind: "item"; item: ConflictItem; place: number };

/** Heights in rem: one line of columns, three lines of a card, a group's head. */
const heights = { wide: 3.5, card: 5.5, group: 2.25 };

const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

export function List({ groups, selected, onSelect, onOpen, ref }: ListProps) {
  const { t } = useTranslation("conflicts");
  const isPhone = useLayout() === "phone";
  const { single_key_shortcuts: singles } = useSettings();
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const lines = toLines(groups);
  const items = lines.flatMap((line) => (line.kind === "item" ? [line.item] : []));
  // By key, and by place: where one was settled, the next takes its place.
  const [wanted, setActive] = useState({ key: "", place: 0 });
  const found = items.findIndex((item) => keyOf(item) === wanted.key);
  const active = found >= 0 ? found : Math.min(wanted.place, items.length - 1);
  const lineOf = (place: number) => lines.findIndex((line) => line.kind === "item" && line.place === place);

  const unit = rem();
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      unit * (lines[index]?.kind === "group" ? heights.group : isPhone ? heights.card : heights.wide),
    getItemKey: (index) => {
      const line = lines[index];
      return line?.kind === "item" ? keyOf(line.item) : `group ${line?.group.id}`;
    },
    overscan: 10,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const line = lineOf(active);
      return line >= 0 && !shown.includes(line) ? [...shown, line].sort((a, b) => a - b) : shown;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines and heights are the reason to measure again.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, isPhone, groups]);

  const focusLink = () =>
    scroller.current
      ?.querySelector<HTMLElement>(`[data-place="${active}"] a`)
      ?.focus({ preventScroll: true });
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    focusLink();
  });
  useImperativeHandle(ref, () => ({ focus: () => void focusLink() }));

  const move = (to: number, extends_ = false) => {
    const place = Math.min(items.length - 1, Math.max(0, to));
    const item = items[place];
    if (!item) return;
    if (extends_) {
      const here = items[active];
      onSelect(new Set([...selected, ...(here ? [keyOf(here)] : []), keyOf(item)]));
    }
    wantsFocus.current = true;
    virtualizer.scrollToIndex(lineOf(place), { align: "auto" });
    setActive({ key: keyOf(item), place });
  };
  const toggle = (item: ConflictItem | undefined) => {
    if (!item) return;
    const next = new Set(selected);
    if (!next.delete(keyOf(item))) next.add(keyOf(item));
    onSelect(next);
  };
  const isIn = () => scroller.current?.contains(document.activeElement) ?? false;
  useShortcut("j", () => move(isIn() ? active + 1 : active));
  useShortcut("k", () => move(isIn() ? active - 1 : active));
  useShortcut("x", () => toggle(items[active]));

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const mod = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / (unit * heights.wide)) - 1);
    const to: Partial<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: items.length - 1,
    };
    const place = to[event.key];
    if (event.altKey) return;
    if (place !== undefined && !mod) {
      event.preventDefault();
      move(place, event.shiftKey);
    } else if (event.key === " " && (event.target as HTMLElement).tagName === "A") {
      event.preventDefault();
      toggle(items[active]);
    } else if (mod && event.key.toLowerCase() === "a") {
      event.preventDefault();
      onSelect(new Set(items.map(keyOf)));
    } else if (event.key === "Escape" && selected.size > 0) {
      event.preventDefault();
      onSelect(new Set());
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: moves between the links inside, which have the focus.
    <div
      ref={scroller}
      onKeyDown={onKeyDown}
      data-conflicts
      className="relative min-h-0 flex-1 overflow-auto overscroll-contain"
    >
      <ul
        aria-label={t("list.label")}
        aria-describedby={singles ? "conflicts-keys" : undefined}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((virtual) => {
          const line = lines[virtual.index];
          if (!line) return null;
          const style = { height: virtual.size, transform: `translateY(${virtual.start}px)` };
          if (line.kind === "group") {
            return (
              <li
                key={virtual.key}
                style={style}
                className="absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line bg-surface-2 px-4 text-note font-semibold text-text-2 tablet:px-5"
              >
                {line.group.title}
                <span className="tabular font-normal text-text-3">{line.group.items.length}</span>
              </li>
            );
          }
          const { item, place } = line;
          return (
            <ConflictRow
              key={virtual.key}
              item={item}
              place={place}
              count={items.length}
              isActive={place === active}
              isSelected={selected.has(keyOf(item))}
              isCard={isPhone}
              style={style}
              onToggle={() => {
                setActive({ key: keyOf(item), place });
                toggle(item);
              }}
              onOpen={() => {
                setActive({ key: keyOf(item), place });
                onOpen(item);
              }}
              onFocus={() => {
                if (place !== active || wanted.key !== keyOf(item)) setActive({ key: keyOf(item), place });
              }}
            />
          );
        })}
      </ul>
      <span id="conflicts-keys" className="sr-only">
        {t("list.keys")}
      </span>
    </div>
  );
}

function toLines(groups: Group[]): Line[] {
  let place = 0;
  return groups.flatMap((group): Line[] => [
    ...(group.title === null ? [] : [{ kind: "group" as const, group }]),
    ...group.items.map((item) => ({ kind: "item" as const, item, place: place++ })),
  ]);
}
