// On a phone: one field a step, then a summary of what will be saved (U73). One field alone is its own summary.
import { ArrowLeft, ArrowRight, PencilLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, cx } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { columnOf } from "../words";
import { decisionFor, resultOf } from "./decisions";
import { FieldRow } from "./FieldRow";
import type { FieldsState } from "./FieldsForm";
import { Help } from "./Help";
import { resultTitle, ScrollingValue } from "./Result";
import { Settled } from "./Settled";

export function Steps(state: FieldsState) {
  const { detail, table, fields, choosing, errors } = state;
  const { t } = useTranslation("conflicts");
  const firstOpen = fields.findIndex((field) => decisionFor(choosing.now, field) === null);
  // What is decided already is seen again in the summary.
  const isOne = fields.length === 1;
  const [step, setStep] = useState(isOne ? 0 : firstOpen < 0 ? fields.length : firstOpen);
  const body = useRef<HTMLDivElement>(null);
  // A new step is read from its beginning.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step is the reason.
  useEffect(() => {
    body.current?.scrollTo?.({ top: 0 });
    body.current?.querySelector<HTMLElement>("[data-field], [data-summary]")?.focus({ preventScroll: true });
  }, [step]);
  const wrong = fields.findIndex((field) => field.column === errors[0]?.column);
  const [seen, setSeen] = useState(errors);
  if (seen !== errors) {
    setSeen(errors);
    if (wrong >= 0) setStep(wrong);
  }

  const field = fields[step];
  const column = field && columnOf(table, field.column);
  const isEnd = isOne || !field;
  return (
    <>
      <div ref={body} className="min-h-0 flex-1 overflow-auto px-4 py-4">
        <div className="@container flex flex-col gap-4">
          {!isOne && <Progress step={step} count={fields.length} />}
          {field && column ? (
            <FieldRow
              key={field.column}
              column={column}
              field={field}
              decisions={choosing.now}
              sides={state.sides}
              hidesBase={!state.sides.includes("base")}
              mine={detail.mine}
              theirs={detail.theirs}
              names={state.names}
              error={errors.find((error) => error.column === field.column) ?? null}
              isStacked
              onChoose={(side) => state.choose(field, side)}
              onType={(value) => state.type(field, value)}
            />
          ) : (
            <Summary state={state} onGo={setStep} />
          )}
          {isEnd && <Settled detail={detail} table={table} />}
          <Help />
        </div>
      </div>
      <footer className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <p id="conflict-stand" role="status" className="text-note text-text-2">
          {state.stand}
        </p>
        <div className="flex items-center gap-2">
          {step > 0 ? (
            <Button icon={ArrowLeft} onPress={() => setStep(step - 1)}>
              {t("step.back")}
            </Button>
          ) : (
            <Button look="quiet" onPress={state.later}>
              {t("apply.later")}
            </Button>
          )}
          {field && !isEnd ? (
            <Button
              look={decisionFor(choosing.now, field) === null ? "plain" : "primary"}
              className="flex-1"
              onPress={() => setStep(step + 1)}
            >
              {t(step === fields.length - 1 ? "step.summary" : "step.next")}
              <ArrowRight aria-hidden className="size-4" />
            </Button>
          ) : (
            <Button
              look="primary"
              className="flex-1"
              isDisabled={!state.canApply}
              aria-describedby="conflict-stand"
              onPress={() => void state.submit()}
            >
              {t("apply")}
            </Button>
          )}
        </div>
        {isEnd && (step > 0 || state.keepBoth) && (
          <div className="flex gap-2">
            {step > 0 && (
              <Button look="quiet" className="flex-1" onPress={state.later}>
                {t("apply.later")}
              </Button>
            )}
            {state.keepBoth && (
              <Button className="flex-1" onPress={state.keepBoth}>
                {t("keep_both")}
              </Button>
            )}
          </div>
        )}
      </footer>
    </>
  );
}

function Progress({ step, count }: { step: number; count: number }) {
  const { t } = useTranslation("conflicts");
  const numbers = { n: formatCount(Math.min(step + 1, count)), all: formatCount(count) };
  return (
    <div className="flex items-center gap-3">
      <span className="tabular shrink-0 text-note font-medium text-text-2">
        {step < count ? t("step.place", numbers) : t("step.summary")}
      </span>
      <span aria-hidden className="flex flex-1 gap-1">
        {Array.from({ length: count }, (_, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its number.
            key={at}
            className={cx("h-1 flex-1 rounded-full", at <= step ? "bg-accent" : "bg-surface-3")}
          />
        ))}
      </span>
    </div>
  );
}

function Summary({ state, onGo }: { state: FieldsState; onGo: (step: number) => void }) {
  const { t } = useTranslation("conflicts");
  const { fields, choosing, table } = state;
  return (
    <section
      data-summary
      tabIndex={-1}
      aria-labelledby="conflict-summary"
      className="flex flex-col gap-2 outline-none"
    >
      <h3 id="conflict-summary" className="text-body font-semibold">
        {t("step.summary.title")}
      </h3>
      {fields.length > 1 && (
        <span className="flex gap-2">
          <Button className="flex-1" onPress={() => state.chooseAll("mine")}>
            {t("all.mine")}
          </Button>
          <Button className="flex-1" onPress={() => state.chooseAll("theirs")}>
            {t("all.theirs")}
          </Button>
        </span>
      )}
      <ul className="divide-y divide-line rounded border border-line">
        {fields.map((field, at) => {
          const column = columnOf(table, field.column);
          const value = resultOf(choosing.now, field);
          if (!column) return null;
          return (
            <li key={field.column} className="flex items-start gap-2 py-2 pr-1 pl-3">
              <span className="flex min-w-0 flex-1 flex-col gap-0.5">
                <span className="text-note text-text-3">{column.label}</span>
                {value === undefined ? (
                  <span className="text-body text-conflict">{t("result.open")}</span>
                ) : (
                  <ScrollingValue
                    column={column}
                    value={value}
                    title={resultTitle(choosing.now, field, value)}
                  />
                )}
              </span>
              <Button
                look="quiet"
                icon={PencilLine}
                aria-label={t("step.change", { label: column.label })}
                onPress={() => onGo(at)}
              >
                {t(value === undefined ? "step.choose" : "side.own")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
