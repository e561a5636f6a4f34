// One calm line below a record's title: "Edited 10:41 → sent 10:44 → version 812 on the server" (U32). It opens to who
// made the server's version, what happens next, and the way to the history.
import { ArrowRight, ChevronDown, GitMerge, Hourglass, type LucideIcon, OctagonAlert } from "lucide-react";
import { useId, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { paths } from "@/app/paths";
import { type RecordTrail, type TrailState, useRead } from "@/backend";
import { Button, ButtonLink, cx, useNow, WhoWhen } from "@/components";
import { formatCount, formatMoment, useTranslation } from "@/i18n";
import { showHistory } from "../show";
import { trailSteps, trailWhy } from "./words";

const looks: Partial<Record<TrailState, { icon?: LucideIcon; ink: string }>> = {
  waiting: { ink: "text-waiting" },
  sending: { ink: "text-waiting" },
  behind: { icon: Hourglass, ink: "text-waiting" },
  draft: { ink: "text-waiting" },
  needs_you: { icon: GitMerge, ink: "text-conflict" },
  refused: { icon: OctagonAlert, ink: "text-refused" },
};

export function TrailLine({ table, id }: { table: string; id: string }) {
  const { t } = useTranslation("history");
  const [isOpen, setOpen] = useState(false);
  const now = useNow();
  const panel = useId();
  const { data: trail } = useRead("record_trail", { table, id });
  // Its place is kept while it is read: the form below does not move.
  if (!trail) return <div className="h-8 border-b border-line coarse:h-11" />;
  const steps = trailSteps(trail, now);
  const look = looks[trail.state];
  const Icon = look?.icon;
  return (
    <section aria-label={t("trail.label")} className="border-b border-line bg-surface-2">
      <AriaButton
        aria-expanded={isOpen}
        aria-controls={isOpen ? panel : undefined}
        onPress={() => setOpen(!isOpen)}
        className="tabular flex min-h-8 w-full cursor-default items-center gap-2 px-4 py-1 text-left text-note text-text-3 hovered:text-text coarse:min-h-11 tablet:px-5 focus-visible:-outline-offset-2"
      >
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5">
          {steps.map((step, at) => (
            <span key={step} className="inline-flex items-center gap-1.5">
              {at > 0 && <ArrowRight aria-hidden className="size-3 shrink-0 rtl:-scale-x-100" />}
              <span
                className={cx(
                  "inline-flex items-center gap-1",
                  at === steps.length - 1 && look && cx("font-medium", look.ink),
                )}
              >
                {at === steps.length - 1 && Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
                {step}
              </span>
            </span>
          ))}
        </span>
        <ChevronDown
          aria-hidden
          className={cx("size-3.5 shrink-0 transition-transform duration-(--fast)", isOpen && "rotate-180")}
        />
      </AriaButton>
      {isOpen && <Details id={panel} trail={trail} table={table} record={id} />}
    </section>
  );
}

interface DetailsProps {
  id: string;
  trail: RecordTrail;
  table: string;
  record: string;
}

function Details({ id, trail, table, record }: DetailsProps) {
  const { t } = useTranslation("history");
  const { data: status } = useRead("sync_status", {});
  const inOutbox = trail.state !== "on_server" && trail.state !== "draft";
  const sent = trail.sent_at === null ? null : formatMoment(trail.sent_at);
  return (
    <div id={id} className="flex flex-col gap-3 px-4 pt-1 pb-3 text-note tablet:px-5">
      <p className="text-body text-text-2">{trailWhy(trail, status?.reachability ?? null)}</p>
      <dl className="tabular grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        {trail.edited_at !== null && <Fact name={t("fact.edited")}>{formatMoment(trail.edited_at)}</Fact>}
        {sent && (
          <Fact name={t("fact.sent")}>
            {trail.attempts > 1
              ? t("fact.sent.times", { when: sent, count: trail.attempts, n: formatCount(trail.attempts) })
              : sent}
          </Fact>
        )}
        {trail.applied_at !== null && <Fact name={t("fact.applied")}>{formatMoment(trail.applied_at)}</Fact>}
        {trail.version !== null && (
          <Fact name={t("fact.version")}>
            <span className="font-mono break-all">{trail.version}</span>
          </Fact>
        )}
        {trail.version_by && (
          <Fact name={t("fact.by")}>
            <WhoWhen value={trail.version_by} />
          </Fact>
        )}
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onPress={() => showHistory(table, record)}>
          {t("trail.history")}
        </Button>
        {inOutbox && (
          <ButtonLink size="small" href={paths.outbox()}>
            {t("trail.outbox")}
          </ButtonLink>
        )}
      </div>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0 text-text">{children}</dd>
    </>
  );
}
