// Sets the same fields on many records: says beforehand how many change, is undone in one step.
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { undoable } from "@/app/undo";
import { CommandFailed, call, type Fields, type FieldValue, type Selection, type Table } from "@/backend";
import { Button, Dialog, ErrorNote, IconButton, Select } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { ColumnInput } from "./ColumnInput";

export interface BulkEditProps {
  table: Table;
  selection: Selection;
  count: number;
  close: () => void;
}

export function BulkEdit({ table, selection, count, close }: BulkEditProps) {
  const { t } = useTranslation("records");
  const { t: tCommon } = useTranslation();
  // What many records can share: not what is unique, read only, or a place.
  const editable = table.columns.filter(
    (column) => !column.unique && !column.read_only && column.kind.type !== "location",
  );
  const [patch, setPatch] = useState<Fields>(() => {
    const first = editable.find((column) => column.name !== table.title) ?? editable[0];
    return first ? { [first.name]: null } : {};
  });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>(null);
  const names = Object.keys(patch);
  // A field that was only picked is not emptied: it counts once a value was given, or *Empty this field* pressed.
  const given: Fields = Object.fromEntries(
    names.filter((name) => touched.has(name)).map((name) => [name, patch[name] ?? null]),
  );
  const { preview, error } = usePreview(table, selection, given);
  const free = editable.filter((column) => !names.includes(column.name));
  const set = (name: string, value: FieldValue) => {
    setTouched(new Set(touched).add(name));
    setPatch({ ...patch, [name]: value });
  };
  const rename = (from: string, to: string) =>
    setPatch(
      Object.fromEntries(names.map((name) => (name === from ? [to, null] : [name, patch[name] ?? null]))),
    );
  const errorOf = (name: string) =>
    touched.has(name) ? (error?.fieldErrors.find((each) => each.column === name)?.message ?? null) : null;
  const apply = async () => {
    try {
      const done = await call("records_update", {
        table: table.name,
        selection,
        patch: given,
        preview: false,
      });
      close();
      undoable(done, t("bulk.done", { count: done.records, n: formatCount(done.records) }));
    } catch (reason) {
      setFailure(reason);
    }
  };
  const canApply = preview !== null && preview > 0;
  return (
    <Dialog
      isOpen
      onClose={close}
      title={t("bulk.title", { count, n: formatCount(count) })}
      actions={
        <>
          <p role="status" className="mr-auto self-center text-note text-text-2">
            {preview === null
              ? ""
              : preview === 0
                ? t("bulk.preview_none")
                : t("bulk.preview", { count: preview, n: formatCount(preview) })}
          </p>
          <Button onPress={close}>{tCommon("cancel")}</Button>
          <Button look="primary" isDisabled={!canApply} onPress={() => void apply()}>
            {canApply ? t("bulk.apply", { count: preview, n: formatCount(preview) }) : t("bulk.apply.none")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-body text-text-2">{t("bulk.note")}</p>
        {failure !== null && <ErrorNote error={failure} />}
        {names.map((name) => {
          const column = editable.find((each) => each.name === name);
          if (!column) return null;
          return (
            <div
              key={name}
              className="grid grid-cols-[1fr_auto] items-start gap-2 tablet:grid-cols-[12rem_1fr_auto]"
            >
              <Select
                label={t("bulk.field")}
                options={[column, ...free].map((each) => ({ id: each.name, label: each.label }))}
                value={name}
                onChange={(to) => to && rename(name, to)}
              />
              <div className="max-tablet:order-last max-tablet:col-span-2">
                <ColumnInput
                  column={column}
                  label={t("bulk.value")}
                  value={patch[name] ?? null}
                  onChange={(value) => set(name, value)}
                  error={errorOf(name)}
                />
                {!touched.has(name) && !column.required && (
                  <Button size="small" look="quiet" className="-ml-2 mt-1" onPress={() => set(name, null)}>
                    {t("bulk.clear_value")}
                  </Button>
                )}
                {touched.has(name) && patch[name] === null && !errorOf(name) && (
                  <p className="mt-1 text-note text-text-2">{t("bulk.emptied")}</p>
                )}
              </div>
              <span className="pt-6">
                <IconButton
                  icon={Trash2}
                  label={t("filter.remove", { column: column.label })}
                  isDisabled={names.length === 1}
                  onPress={() =>
                    setPatch(
                      Object.fromEntries(
                        names.filter((each) => each !== name).map((each) => [each, patch[each] ?? null]),
                      ),
                    )
                  }
                />
              </span>
            </div>
          );
        })}
        {free[0] && (
          <span>
            <Button
              size="small"
              icon={Plus}
              onPress={() => setPatch({ ...patch, [free[0]?.name ?? ""]: null })}
            >
              {t("bulk.add")}
            </Button>
          </span>
        )}
      </div>
    </Dialog>
  );
}

/** How many records would change; asked again shortly after the last key. */
function usePreview(table: Table, selection: Selection, patch: Fields) {
  const isEmpty = Object.keys(patch).length === 0;
  const [answer, setAnswer] = useState<{ to: string; preview: number | null; error: CommandFailed | null }>({
    to: "",
    preview: null,
    error: null,
  });
  const question = JSON.stringify({ table: table.name, selection, patch, preview: true });
  useEffect(() => {
    let isOld = false;
    if (isEmpty) return;
    const timer = setTimeout(() => {
      call("records_update", JSON.parse(question)).then(
        (done) => !isOld && setAnswer({ to: question, preview: done.records, error: null }),
        (reason) =>
          !isOld &&
          setAnswer({ to: question, preview: null, error: reason instanceof CommandFailed ? reason : null }),
      );
    }, 150);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [question, isEmpty]);
  // A count that belongs to other values is none.
  return answer.to === question ? answer : { preview: null, error: null };
}
