// A deletion against an edit: keep the record, or let it go. There is nothing to choose field by field (U47).
import { ValueText } from "@/components";
import { useTranslation } from "@/i18n";
import type { Deciding } from "../decide/deciding";
import { useKept } from "../decide/kept";
import { columnOf } from "../words";
import { ChoiceForm, type Way } from "./ChoiceForm";
import { type FormState, nothingFilled } from "./state";

export interface DeletionFormProps extends Deciding {
  kind: "edited_here_deleted_there" | "deleted_here_edited_there";
}

export function DeletionForm({ kind, ...deciding }: DeletionFormProps) {
  const { detail, table, apply } = deciding;
  const { t } = useTranslation("conflicts");
  const [state, setState] = useKept<FormState>(detail, "form", nothingFilled);
  const isMineKept = kind === "edited_here_deleted_there";
  const edits = detail.others.filter((field) => field.from === (isMineKept ? "mine" : "theirs"));
  const shown = (
    <dl className="mt-1 flex flex-col gap-1">
      {edits.map((field) => {
        const column = columnOf(table, field.column);
        return (
          column && (
            <div key={field.column}>
              <dt className="text-note text-text-3">{column.label}</dt>
              <dd>
                <ValueText column={column} value={field.value} referenceTitle={field.title} showNone />
              </dd>
            </div>
          )
        );
      })}
    </dl>
  );
  const kept = (
    <>
      <p className="font-medium">{t(isMineKept ? "result.kept" : "result.returned")}</p>
      {edits.length > 0 && shown}
    </>
  );
  const gone = <p className="font-medium">{t("result.deleted")}</p>;
  const way = (side: "mine" | "theirs"): Way => ({
    id: side,
    name: t(`${kind}.${side}`),
    note: t(`${kind}.${side}.note`),
    verb: t(`${kind}.${side}`),
    result: (side === "mine") === isMineKept ? kept : gone,
  });
  // Keeping the record comes first: it takes nothing from anyone.
  const ways = isMineKept ? [way("mine"), way("theirs")] : [way("theirs"), way("mine")];
  const side = state.way === "mine" || state.way === "theirs" ? state.way : null;
  return (
    <ChoiceForm
      {...deciding}
      question={t("deletion.question")}
      ways={ways}
      chosen={side}
      onChoose={(chosen) => setState({ ...state, way: chosen, before: [...state.before, state.way] })}
      onUndo={() =>
        setState({ ...state, way: state.before.at(-1) ?? null, before: state.before.slice(0, -1) })
      }
      onApply={() => {
        if (side) void apply({ resolution: { kind: side }, says: t("apply.done", { title: detail.title }) });
      }}
    >
      {edits.length > 0 && (
        <section
          aria-labelledby="deletion-edits"
          className="rounded border border-line bg-surface-2 px-3 py-2"
        >
          <h3 id="deletion-edits" className="text-note font-semibold text-text-2">
            {t(isMineKept ? "deleted.your_edits" : "deleted.their_edits")}
          </h3>
          <div className="text-body">{shown}</div>
        </section>
      )}
    </ChoiceForm>
  );
}
