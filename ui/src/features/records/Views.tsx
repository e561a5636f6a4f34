// Saved views: the list's state under a name (U11). The title of the list is the button that opens them.
import { BookmarkPlus, ChevronDown, Save, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { go } from "@/app/history";
import { useLayout } from "@/app/layout";
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useWorkspace } from "@/app/workspace";
import { call, type Table, useRead } from "@/backend";
import { Button, Dialog, Menu, TextInput, toast } from "@/components";
import { useTranslation } from "@/i18n";
import { emptyState, type ListState, readState, stateQuery } from "./listState";

export interface ViewsProps {
  table: Table;
  state: ListState;
  onChange: (state: ListState) => void;
}

export function Views({ table, state, onChange }: ViewsProps) {
  const { t } = useTranslation("records");
  const layout = useLayout();
  const { schema } = useWorkspace();
  const { data: views = [] } = useRead("saved_view_list", { table: table.name });
  const [isNaming, setNaming] = useState(false);
  const query = stateQuery(state);
  const current = views.find((view) => view.name === state.view);
  const hasChanged = current !== undefined && current.query !== query;
  const save = async (name: string) => {
    await call("saved_view_save", { table: table.name, name, query });
    onChange({ ...state, view: name });
    toast({ text: t("views.saved", { name }) });
  };
  const remove = async (name: string) => {
    const before = views.find((view) => view.name === name);
    await call("saved_view_delete", { table: table.name, name });
    onChange({ ...state, view: null });
    toast({
      text: t("views.deleted", { name }),
      action: before && { label: t("views.undo"), onAction: () => void call("saved_view_save", before) },
    });
  };
  return (
    <>
      <h1 className="min-w-0">
        <Menu
          label={t("views")}
          placement="bottom start"
          trigger={
            <AriaButton className="flex h-control max-w-full cursor-default items-center gap-1 rounded px-2 text-16 font-semibold hovered:bg-hover">
              <span className="truncate">{current?.name ?? table.label}</span>
              <ChevronDown aria-hidden className="size-4 shrink-0 text-text-3" />
            </AriaButton>
          }
          groups={[
            {
              // A phone has no pane that lists the tables.
              id: "tables",
              title: t("views.tables"),
              actions:
                layout === "phone"
                  ? schema.tables.map((each) => ({
                      id: `table-${each.name}`,
                      label: each.label,
                      icon: tableIcon(each.icon),
                      isOn: each.name === table.name,
                      onAction: () => go(paths.table(each.name)),
                    }))
                  : [],
            },
            {
              id: "views",
              title: t("views"),
              actions: [
                {
                  id: "all",
                  label: t("views.all", { table: table.label.toLocaleLowerCase() }),
                  isOn: !current,
                  onAction: () => onChange(emptyState),
                },
                ...views.map((view) => ({
                  id: `view-${view.name}`,
                  label: view.name,
                  isOn: view.name === current?.name,
                  onAction: () =>
                    onChange({
                      ...readState(Object.fromEntries(new URLSearchParams(view.query)), table),
                      view: view.name,
                    }),
                })),
              ],
            },
            {
              id: "save",
              title: t("views.this"),
              actions: [
                ...(current && hasChanged
                  ? [
                      {
                        id: "update",
                        icon: Save,
                        label: t("views.update", { name: current.name }),
                        onAction: () => void save(current.name),
                      },
                    ]
                  : []),
                { id: "save", icon: BookmarkPlus, label: t("views.save"), onAction: () => setNaming(true) },
                ...(current
                  ? [
                      {
                        id: "delete",
                        icon: Trash2,
                        label: t("views.delete", { name: current.name }),
                        onAction: () => void remove(current.name),
                      },
                    ]
                  : []),
              ],
            },
            {
              id: "deleted",
              title: t("views.trash.title"),
              actions: [
                {
                  id: "trash",
                  icon: Trash2,
                  label: t("views.trash", { table: table.label.toLocaleLowerCase() }),
                  onAction: () => go(paths.trash(table.name)),
                },
              ],
            },
          ]}
        />
      </h1>
      <NameDialog
        isOpen={isNaming}
        close={() => setNaming(false)}
        taken={views.map((view) => view.name)}
        onSave={(name) => void save(name)}
      />
    </>
  );
}

interface NameDialogProps {
  isOpen: boolean;
  close: () => void;
  taken: string[];
  onSave: (name: string) => void;
}

function NameDialog({ isOpen, close, taken, onSave }: NameDialogProps) {
  const { t } = useTranslation("records");
  const { t: tCommon } = useTranslation();
  const [name, setName] = useState("");
  const trimmed = name.trim();
  const done = () => {
    if (!trimmed) return;
    onSave(trimmed);
    setName("");
    close();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={t("views.save")}
      size="small"
      actions={
        <>
          <Button onPress={close}>{tCommon("cancel")}</Button>
          <Button look="primary" isDisabled={!trimmed} onPress={done}>
            {tCommon("save")}
          </Button>
        </>
      }
    >
      <TextInput
        autoFocus
        label={t("views.name")}
        help={taken.includes(trimmed) ? t("views.taken") : t("views.hint")}
        value={name}
        onChange={setName}
        onSubmit={done}
        enterKeyHint="done"
      />
    </Dialog>
  );
}
