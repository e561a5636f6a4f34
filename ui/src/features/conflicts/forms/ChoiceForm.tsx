// A conflict that is no matter of fields: a few ways on, each in its own words, and what comes of it (U47).
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { announce } from "@/app/announce";
import { useLayout } from "@/app/layout";
import { useSettings } from "@/app/workspace";
import { useTranslation } from "@/i18n";
import type { Deciding } from "../decide/deciding";
import { Footer } from "../decide/Footer";
import { Help } from "../decide/Help";
import { pressOf } from "../decide/keys";
import { OptionCard } from "../decide/OptionCard";
import { Settled } from "../decide/Settled";

export interface Way {
  id: string;
  name: string;
  note?: string;
  /** The verb on the button. */
  verb: string;
  /** Shown under it while it is chosen: what to fill in. */
  body?: ReactNode;
  /** What will be, once it is applied. */
  result: ReactNode;
}

export interface ChoiceFormProps extends Deciding {
  question: string;
  /** Said before the ways: what is known. */
  children?: ReactNode;
  ways: Way[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onUndo: () => void;
  /** Why the chosen way can't be gone yet. */
  obstacle?: string | null;
  onApply: () => void;
}

export function ChoiceForm({
  question,
  children,
  ways,
  chosen,
  onChoose,
  onUndo,
  obstacle,
  onApply,
  ...deciding
}: ChoiceFormProps) {
  const { detail, table, isStale, isBusy, later, next } = deciding;
  const { t } = useTranslation("conflicts");
  const { single_key_shortcuts: singles } = useSettings();
  const isPhone = useLayout() === "phone";
  const frame = useRef<HTMLDivElement>(null);
  const name = useId();
  const way = ways.find((each) => each.id === chosen);
  useEffect(() => frame.current?.querySelector<HTMLElement>("fieldset")?.focus({ preventScroll: true }), []);
  const stand = isBusy
    ? t("open.busy")
    : isStale
      ? t("open.stale")
      : way
        ? (obstacle ?? "")
        : t("open.choose");
  const canApply = way !== undefined && !obstacle && !isStale && !isBusy;

  const focusWay = (at: number) =>
    frame.current?.querySelectorAll<HTMLElement>("input[type=radio]")[at]?.focus();
  const choose = (at: number) => {
    const wanted = ways[Math.min(ways.length - 1, Math.max(0, at))];
    if (!wanted) return;
    onChoose(wanted.id);
    focusWay(ways.indexOf(wanted));
  };
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const press = pressOf(event, singles);
    if (!press || press.kind === "both") return;
    if (press.kind === "next" && !next) return;
    event.preventDefault();
    event.stopPropagation();
    if (press.kind === "move") choose(way ? ways.indexOf(way) + press.by : 0);
    if (press.kind === "pick" && ways[press.n - 1]) choose(press.n - 1);
    if (press.kind === "next") next?.();
    if (press.kind === "undo") onUndo();
    if (press.kind === "edit") focusInput(frame.current);
    if (press.kind === "apply" || press.kind === "typed") {
      if (canApply) onApply();
      else announce(stand);
    }
  };

  return (
    <div ref={frame} onKeyDownCapture={onKey} role="presentation" className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-auto px-4 py-4 tablet:px-5">
        <div className="@container flex flex-col gap-4">
          {children}
          <div className="grid gap-4 @min-[52rem]:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
            <fieldset tabIndex={-1} className="-m-2 min-w-0 rounded p-2 focus-visible:-outline-offset-2">
              <legend className="float-left w-full pb-2 text-body font-semibold">{question}</legend>
              <div className="clear-both flex flex-col gap-2">
                {ways.map((each, at) => (
                  <div key={each.id} className="flex flex-col">
                    <OptionCard
                      name={name}
                      isChosen={each.id === chosen}
                      onChoose={() => onChoose(each.id)}
                      caption={<span className="text-body font-medium text-text">{each.name}</span>}
                      shortcut={String(at + 1)}
                    >
                      {each.note && <span className="text-note text-text-2">{each.note}</span>}
                    </OptionCard>
                    {each.id === chosen && each.body && (
                      <div className="ml-4 flex flex-col gap-3 border-l-2 border-accent-line py-3 pl-4">
                        {each.body}
                      </div>
                    )}
                  </div>
                ))}
              </div>
            </fieldset>
            <section aria-labelledby={`${name}-result`} className="flex min-w-0 flex-col">
              <h3 id={`${name}-result`} className="pb-2 text-body font-semibold">
                {t("side.result")}
              </h3>
              <div
                data-result
                className={
                  way
                    ? "rounded border border-accent-line bg-surface px-3 py-2.5 text-body"
                    : "rounded border border-dashed border-line-strong px-3 py-2.5 text-body text-text-3"
                }
              >
                {way ? way.result : t("result.open")}
              </div>
            </section>
          </div>
          <Settled detail={detail} table={table} />
          <Help />
        </div>
      </div>
      <Footer
        stand={stand}
        canApply={canApply}
        verb={way && !isPhone ? way.verb : undefined}
        onApply={onApply}
        onLater={later}
        keys={[
          [`↑ ↓ ${ways.map((_, at) => at + 1).join(" ")}`, t("key.pick")],
          ...(way?.body ? ([["E", t("key.edit")]] as [string, string][]) : []),
          ["Enter", t("key.apply")],
          ["N", t("key.next")],
          ["Mod+Z", t("key.undo")],
        ]}
      />
    </div>
  );
}

const focusInput = (frame: HTMLElement | null) =>
  frame
    ?.querySelector<HTMLElement>(
      "fieldset :is(input:not([type=radio]), textarea, [role=spinbutton], button[aria-haspopup])",
    )
    ?.focus();
