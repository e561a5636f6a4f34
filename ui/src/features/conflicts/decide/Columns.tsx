// All fields at once: before both, mine, theirs, result. Columns where there is room, cards where there is less.
import { EyeOff } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useRemembered } from "@/app/remember";
import { useSettings } from "@/app/workspace";
import type { WhoWhen } from "@/backend";
import { Button, cx, IconButton, useNow } from "@/components";
import { useTranslation } from "@/i18n";
import { columnOf, whoWhen } from "../words";
import { decisionFor } from "./decisions";
import { FieldRow, gridLook } from "./FieldRow";
import type { FieldsState } from "./FieldsForm";
import { Footer } from "./Footer";
import { Help } from "./Help";
import { pressOf } from "./keys";
import { Settled } from "./Settled";

export function Columns(state: FieldsState) {
  const { detail, table, fields, choosing, sides, names, errors } = state;
  const { t } = useTranslation("conflicts");
  const { single_key_shortcuts: singles } = useSettings();
  const [hidesBase, setHidesBase] = useRemembered("conflict.base.hidden", false);
  const frame = useRef<HTMLDivElement>(null);
  const hasBase = sides.includes("base");
  const isBaseHidden = hidesBase || !hasBase;

  const rowOf = (column: string | undefined) =>
    column ? frame.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(column)}"]`) : undefined;
  const focusRow = (column: string | undefined) => {
    const row = rowOf(column);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView?.({ block: "nearest" });
  };
  const focusOwn = (column: string) =>
    // Once the input is there.
    setTimeout(() => {
      const input = rowOf(column)?.querySelector<HTMLElement>(
        "[data-result] :is(input, textarea, button, [role=spinbutton])",
      );
      input?.focus();
      if (input instanceof HTMLInputElement && input.type === "text") input.select();
    });
  const firstOpen = fields.find((field) => decisionFor(choosing.now, field) === null) ?? fields[0];

  // The first field that waits for a choice has the focus, at the start and with every new conflict.
  const first = useRef(firstOpen?.column);
  useEffect(() => {
    const row = frame.current?.querySelector<HTMLElement>(
      `[data-field="${CSS.escape(first.current ?? "")}"]`,
    );
    row?.focus({ preventScroll: true });
  }, []);
  // What is wrong with a typed value is looked at first.
  const wrong = errors[0]?.column;
  useEffect(() => {
    if (!wrong) return;
    const row = frame.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(wrong)}"]`);
    row?.querySelector<HTMLElement>("[data-result] :is(input, textarea)")?.focus();
  }, [wrong]);

  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const press = pressOf(event, singles);
    if (!press) return;
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-field]")?.dataset.field;
    const at = fields.findIndex((field) => field.column === here);
    const field = fields[at] ?? firstOpen;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    switch (press.kind) {
      case "move":
        done();
        focusRow(
          (at < 0 ? firstOpen : fields[Math.min(fields.length - 1, Math.max(0, at + press.by))])?.column,
        );
        return;
      case "pick": {
        const side = sides[press.n - 1];
        if (!field || !side) return;
        done();
        state.choose(field, side);
        if (at < 0) focusRow(field.column);
        return;
      }
      case "both":
        if (!field) return;
        done();
        state.choose(field, "both");
        return;
      case "edit":
        if (!field) return;
        done();
        state.choose(field, "own");
        focusOwn(field.column);
        return;
      case "typed":
        done();
        focusRow(here);
        return;
      case "undo":
        done();
        state.undo();
        return;
      case "next":
        if (!state.next) return;
        done();
        state.next();
        return;
      case "apply":
        done();
        if (!state.canApply) focusRow(firstOpen?.column);
        void state.submit();
    }
  };

  return (
    <div ref={frame} onKeyDownCapture={onKey} role="presentation" className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 scroll-pt-14 overflow-auto px-4 pb-4 tablet:px-5">
        <div className="@container flex flex-col gap-3">
          <div className="sticky top-0 z-10 -mx-4 border-b border-line bg-surface px-4 py-2 tablet:-mx-5 tablet:px-5">
            <div className={cx("hidden items-start gap-2 @min-[52rem]:grid", gridLook(isBaseHidden ? 3 : 4))}>
              {!isBaseHidden && (
                <span className="flex items-start gap-1">
                  <Head name={names.base} />
                  <IconButton
                    size="small"
                    icon={EyeOff}
                    label={t("base.hide")}
                    className="-my-1.5"
                    onPress={() => setHidesBase(true)}
                  />
                </span>
              )}
              <Head name={names.mine} who={detail.mine} />
              <Head name={names.theirs} who={detail.theirs} />
              <Head name={t("side.result")} />
            </div>
            {fields.length > 1 && (
              <span className="flex gap-1 @min-[52rem]:absolute @min-[52rem]:right-4 @min-[52rem]:bottom-2 tablet:@min-[52rem]:right-5">
                <Button size="small" onPress={() => state.chooseAll("mine")}>
                  {t("all.mine")}
                </Button>
                <Button size="small" onPress={() => state.chooseAll("theirs")}>
                  {t("all.theirs")}
                </Button>
              </span>
            )}
          </div>
          {detail.kind === "inserted_twice" && <p className="text-body text-text-2">{t("twice.note")}</p>}
          {hasBase && hidesBase && (
            <Button size="small" look="quiet" className="self-start" onPress={() => setHidesBase(false)}>
              {t("base.show")}
            </Button>
          )}
          {fields.map((field) => {
            const column = columnOf(table, field.column);
            if (!column) return null;
            return (
              <FieldRow
                key={field.column}
                column={column}
                field={field}
                decisions={choosing.now}
                sides={sides}
                hidesBase={isBaseHidden}
                mine={detail.mine}
                theirs={detail.theirs}
                names={names}
                error={errors.find((error) => error.column === field.column) ?? null}
                onChoose={(side) => {
                  state.choose(field, side);
                  if (side === "own") focusOwn(field.column);
                }}
                onType={(value) => state.type(field, value)}
              />
            );
          })}
          <Settled detail={detail} table={table} />
          <Help />
        </div>
      </div>
      <Footer
        stand={state.stand}
        canApply={state.canApply}
        onApply={() => void state.submit()}
        onLater={state.later}
        onKeepBoth={state.keepBoth}
        keys={[
          ["↑ ↓", t("key.field")],
          [sides.map((_, at) => at + 1).join(" "), t("key.pick")],
          ...(fields.some((field) => field.both !== null)
            ? ([["B", t("key.both")]] as [string, string][])
            : []),
          ["E", t("key.edit")],
          ["Enter", t("key.apply")],
          ["N", t("key.next")],
          ["Mod+Z", t("key.undo")],
        ]}
      />
    </div>
  );
}

/** Whose values stand below, from where and when (U42). */
function Head({ name, who }: { name: string; who?: WhoWhen | null }) {
  const now = useNow();
  return (
    <span className="flex min-w-0 flex-col">
      <span className="text-note font-semibold text-text">{name}</span>
      {who && <span className="tabular truncate text-note text-text-3">{whoWhen(who, now)}</span>}
    </span>
  );
}
