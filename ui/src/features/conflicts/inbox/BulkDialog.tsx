// Settles many at once, after showing what changes; one undo brings all of it back (U50).
import { useEffect, useState } from "react";
import { announce } from "@/app/announce";
import { undoable } from "@/app/undo";
import { useTable, useWorkspace } from "@/app/workspace";
import {
  type ConflictItem,
  type ConflictSide,
  type ConflictsResolved,
  call,
  type RecordRef,
  type ResolvedField,
} from "@/backend";
import {
  Bar,
  Button,
  ChangeDiff,
  Dialog,
  ErrorNote,
  Segmented,
  Select,
  Skeleton,
  ValueText,
} from "@/components";
import { sameValue } from "@/features/editor";
import { formatCount, useTranslation } from "@/i18n";
import { columnOf } from "../words";
import { columnsIn } from "./arrange";

export interface BulkDialogProps {
  /** Those that the person has seen listed: what comes in meanwhile is not settled unseen. */
  records: RecordRef[];
  items: ConflictItem[];
  side: ConflictSide;
  column: string | null;
  onClose: () => void;
  onDone: () => void;
}

export function BulkDialog({
  records,
  items,
  side: first,
  column: firstColumn,
  onClose,
  onDone,
}: BulkDialogProps) {
  const { t } = useTranslation("conflicts");
  const { t: tCommon } = useTranslation();
  const { schema } = useWorkspace();
  const [side, setSide] = useState<ConflictSide>(first);
  const [column, setColumn] = useState(firstColumn);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const args = { records, column, side };
  const { data, error } = usePreview(records, column, side);
  const columns = columnsIn(items, schema);
  const count = (data?.resolved ?? 0) + (data?.partly ?? 0);
  const n = formatCount(count);
  const settle = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { done, resolved, partly } = await call("conflicts_resolve", { ...args, preview: false });
      const settled = resolved + partly;
      const says = t("bulk.done", { count: settled, n: formatCount(settled) });
      if (done) undoable(done, says);
      announce(says);
      onDone();
    } catch (reason) {
      setFailure(reason);
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="wide"
      title={t("bulk.title", { count: items.length, n: formatCount(items.length) })}
      actions={
        <>
          <Button onPress={onClose}>{tCommon("cancel")}</Button>
          <Button look="primary" isDisabled={count === 0 || isBusy} onPress={() => void settle()}>
            {t(`bulk.apply.${side}`, { count, n })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
          <Segmented
            label={t("bulk.side")}
            isRequired={false}
            options={[
              { id: "theirs", label: t("bulk.side.theirs") },
              { id: "mine", label: t("bulk.side.mine") },
            ]}
            value={side}
            onChange={(value) => {
              if (value === "mine" || value === "theirs") setSide(value);
            }}
          />
          {columns.length > 0 && (
            <Select
              className="min-w-48"
              label={t("bulk.column")}
              emptyLabel={t("bulk.column.all")}
              placeholder={t("bulk.column.all")}
              options={columns}
              value={column}
              onChange={setColumn}
            />
          )}
        </div>
        {(error !== null || failure !== null) && <ErrorNote error={failure ?? error} />}
        {!data && error === null && (
          <Skeleton>
            <Bar className="w-1/2" />
          </Skeleton>
        )}
        {data && (
          <>
            <div role="status">
              <ul className="flex flex-col gap-0.5 text-body">
                {data.resolved > 0 && (
                  <li className="font-medium">
                    {t("bulk.will.resolved", { count: data.resolved, n: formatCount(data.resolved) })}
                  </li>
                )}
                {data.partly > 0 && (
                  <li>{t("bulk.will.partly", { count: data.partly, n: formatCount(data.partly) })}</li>
                )}
                {data.left > 0 && count > 0 && (
                  <li className="text-text-2">
                    {t("bulk.will.left", { count: data.left, n: formatCount(data.left) })}
                  </li>
                )}
                {count === 0 && <li>{t("bulk.will.none")}</li>}
              </ul>
            </div>
            {data.sample.length > 0 && <Sample sample={data.sample} isCut={data.sample.length >= 50} />}
            <p className="text-note text-text-2">{t("bulk.safe")}</p>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What would change; asked anew each time, for it depends on everything. */
function usePreview(records: RecordRef[], column: string | null, side: ConflictSide) {
  const [answer, setAnswer] = useState<{ data: ConflictsResolved | null; error: unknown }>({
    data: null,
    error: null,
  });
  useEffect(() => {
    let isOld = false;
    call("conflicts_resolve", { records, column, side, preview: true }).then(
      (data) => {
        if (!isOld) setAnswer({ data, error: null });
      },
      (error: unknown) => {
        if (!isOld) setAnswer({ data: null, error });
      },
    );
    return () => {
      isOld = true;
    };
  }, [records, column, side]);
  return answer;
}

/** Before → after, in this person's records. */
function Sample({ sample, isCut }: { sample: ResolvedField[]; isCut: boolean }) {
  const { t } = useTranslation("conflicts");
  return (
    <section aria-labelledby="bulk-sample" className="flex flex-col gap-1">
      <h3 id="bulk-sample" className="text-note font-semibold text-text-2">
        {t("bulk.sample")}
      </h3>
      <ul className="divide-y divide-line rounded border border-line">
        {sample.map((one) => (
          <SampleRow key={`${one.table}/${one.id}/${one.change?.column ?? ""}`} one={one} />
        ))}
      </ul>
      {isCut && (
        <p className="text-note text-text-3">{t("bulk.sample.more", { n: formatCount(sample.length) })}</p>
      )}
    </section>
  );
}

function SampleRow({ one }: { one: ResolvedField }) {
  const { t } = useTranslation("conflicts");
  const table = useTable(one.table);
  const { change } = one;
  const column = change ? columnOf(table, change.column) : undefined;
  const isSame = change !== null && sameValue(change.old, change.new);
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-3 py-1.5 text-body tablet:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="truncate" title={one.title}>
          {one.title}
        </span>
        <span className="shrink-0 text-note text-text-3">{column?.label ?? table?.singular}</span>
      </span>
      {!change && <span className="text-text-2">{t(one.deletes ? "bulk.deletes" : "bulk.returns")}</span>}
      {change &&
        column &&
        (isSame ? (
          <span>
            <ValueText column={column} value={change.new} referenceTitle={change.new_title} showNone />{" "}
            <span className="text-note text-text-3">{t("bulk.same")}</span>
          </span>
        ) : (
          <ChangeDiff column={column} change={change} />
        ))}
    </li>
  );
}
