// One waiting change: where it stands, what it changes, what can be done.
import { decideConflict } from "@/app/decide";
import { paths } from "@/app/paths";
import { call, type OutboxItem, type Table } from "@/backend";
import { Button, ButtonLink, errorWords, failureWords, refusalWords, toast, useNow } from "@/components";
import { formatCount, formatWhen, useTranslation } from "@/i18n";
import { Changes } from "./Changes";
import { blocker, type OutboxGroup } from "./order";
import { StateMark } from "./StateMark";

export interface ItemProps {
  item: OutboxItem;
  group: OutboxGroup;
  table: Table | undefined;
  onDiscard: () => void;
}

export function Item({ item, group, table, onDiscard }: ItemProps) {
  const { t } = useTranslation("outbox");
  const now = useNow();
  const behind = blocker(group, item);
  const facts = [t(`kind.${item.kind}`), t("made", { when: formatWhen(item.edited_at, now) })];
  if (item.attempts > 0) facts.push(t("attempts", { count: item.attempts, n: formatCount(item.attempts) }));
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <StateMark state={item.state} note={behind ? t(`blocked.${behind}`) : stateNote(item.state, t)} />
        <span className="tabular text-note text-text-3">{facts.join(" · ")}</span>
      </div>
      <Changes item={item} table={table} />
      {item.refusal && <Reason item={item} table={table} />}
      <ItemActions item={item} onDiscard={onDiscard} />
    </li>
  );
}

function stateNote(state: OutboxItem["state"], t: ReturnType<typeof useTranslation<"outbox">>["t"]): string {
  return state === "blocked" ? "" : t(`state.${state}.note`);
}

/** Why the server refused: in words, with the way to the field; its own code under Details (U35). */
function Reason({ item, table }: { item: OutboxItem; table: Table | undefined }) {
  const { t } = useTranslation("outbox");
  const { refusal } = item;
  if (!refusal) return null;
  return (
    <div className="border-l-2 border-refused-line pl-3 text-body">
      {refusal.field_errors.length === 0 && <p>{refusalWords(refusal)}</p>}
      {refusal.field_errors.length > 0 && (
        <ul className="mt-1 flex flex-col gap-0.5">
          {refusal.field_errors.map((error) => {
            const column = table?.columns.find(({ name }) => name === error.column);
            return (
              <li key={`${error.column} ${error.rule.name}`}>
                <span className="font-medium">{column?.label ?? error.column}</span>:{" "}
                {errorWords(error, column)}
              </li>
            );
          })}
        </ul>
      )}
      <details className="mt-1 text-note text-text-2">
        <summary className="w-fit cursor-default rounded-sm py-1">{t("details")}</summary>
        <p className="font-mono break-words">
          {refusal.code}: {refusal.message}
        </p>
      </details>
    </div>
  );
}

function ItemActions({ item, onDiscard }: { item: OutboxItem; onDiscard: () => void }) {
  const { t } = useTranslation("outbox");
  const record = paths.record(item.table, item.record_id);
  const retry = async () => {
    try {
      await call("outbox_retry", { op_id: item.op_id });
      toast({ text: t("retried") });
    } catch (reason) {
      toast({ text: failureWords(reason) });
    }
  };
  return (
    <fieldset className="flex flex-wrap gap-2" aria-label={t("actions", { title: item.title })}>
      {item.state === "conflict" && (
        <Button size="small" onPress={() => decideConflict({ table: item.table, id: item.record_id })}>
          {t("decide")}
        </Button>
      )}
      {item.state === "refused" && (
        <>
          <ButtonLink size="small" href={record}>
            {t("edit")}
          </ButtonLink>
          <Button size="small" onPress={() => void retry()}>
            {t("retry")}
          </Button>
        </>
      )}
      {(item.state === "waiting" || item.state === "blocked") && item.kind !== "delete" && (
        <ButtonLink size="small" href={record}>
          {t("edit")}
        </ButtonLink>
      )}
      {item.state !== "sending" && (
        <Button size="small" look="quiet" onPress={onDiscard}>
          {t("discard")}
        </Button>
      )}
    </fieldset>
  );
}
