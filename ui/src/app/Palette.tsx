// Ctrl/⌘+K: places, commands and records in one box.
import {
  ArrowRight,
  CloudOff,
  FilePlus2,
  Keyboard,
  type LucideIcon,
  Monitor,
  Moon,
  RefreshCw,
  Search,
  Sun,
} from "lucide-react";
import { useEffect, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  TextField,
} from "react-aria-components";
import { call, type Theme, useReads } from "@/backend";
import { cx, Kbd } from "@/components";
import { itemLook } from "@/components/popup";
import { syncNow } from "@/features/status";
import { useUndoEntries } from "@/features/undo";
import { useTranslation } from "@/i18n";
import { go } from "./history";
import { tableIcon, useHasPlace, usePlaces } from "./navigation";
import { paths } from "./paths";
import { showShortcuts } from "./ShortcutSheet";
import { isMac, useShortcut } from "./shortcuts";
import { useLastTable, useSettings, useWorkspace } from "./workspace";

interface Entry {
  id: string;
  label: string;
  icon: LucideIcon;
  shortcut?: string;
  detail?: string;
  run: () => void;
}

export function Palette() {
  const [open, setOpen] = useState(false);
  useShortcut("mod+k", () => setOpen((was) => !was));
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener("landfall:palette", show);
    return () => window.removeEventListener("landfall:palette", show);
  }, []);
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={setOpen}
      isDismissable
      className="fixed inset-0 z-40 flex animate-appear items-start justify-center bg-scrim p-3 pt-[max(0.75rem,12vh)]"
    >
      <Modal className="w-full max-w-xl">{open && <Box close={() => setOpen(false)} />}</Modal>
    </ModalOverlay>
  );
}

function useEntries() {
  const { t } = useTranslation("app");
  const { schema } = useWorkspace();
  const settings = useSettings();
  const places = usePlaces();
  const table = useLastTable();
  const undoEntries = useUndoEntries();
  const canMake = useHasPlace("/t/$table/new/$id");
  const goTo: Entry[] = [
    ...schema.tables.map((each) => ({
      id: `t-${each.name}`,
      label: each.label,
      icon: tableIcon(each.icon),
      run: () => go(paths.table(each.name)),
    })),
    ...places.map((place) => ({
      id: place.id,
      label: t(`nav.${place.id}`),
      icon: place.icon,
      run: () => go(place.href),
    })),
  ];
  const setTheme = (theme: Theme) => () => void call("settings_set", { theme });
  const todo: Entry[] = [
    ...(table && canMake
      ? [
          {
            id: "new",
            label: t("palette.new", { singular: table.singular }),
            icon: FilePlus2,
            shortcut: "N",
            run: () =>
              void call("record_new", { table: table.name, copy_of: null, fields: {} }).then((made) =>
                go(paths.newRecord(table.name, made.id)),
              ),
          },
        ]
      : []),
    ...undoEntries,
    { id: "sync", label: t("palette.sync"), icon: RefreshCw, run: () => void syncNow() },
    {
      id: "offline",
      label: t(settings.work_offline ? "palette.offline.off" : "palette.offline.on"),
      icon: CloudOff,
      run: () => void call("work_offline_set", { on: !settings.work_offline }),
    },
    ...(settings.theme !== "light"
      ? [{ id: "light", label: t("palette.theme.light"), icon: Sun, run: setTheme("light") }]
      : []),
    ...(settings.theme !== "dark"
      ? [{ id: "dark", label: t("palette.theme.dark"), icon: Moon, run: setTheme("dark") }]
      : []),
    ...(settings.theme !== "system"
      ? [{ id: "system", label: t("palette.theme.system"), icon: Monitor, run: setTheme("system") }]
      : []),
    { id: "shortcuts", label: t("palette.shortcuts"), icon: Keyboard, shortcut: "?", run: showShortcuts },
  ];
  return { goTo, todo };
}

function Box({ close }: { close: () => void }) {
  const { t } = useTranslation("app");
  const { schema } = useWorkspace();
  const { goTo, todo } = useEntries();
  const [term, setTerm] = useState("");
  const canOpen = useHasPlace("/t/$table/$id");
  const wanted = canOpen && term.trim().length > 1 ? schema.tables : [];
  const found = useReads(
    "reference_search",
    wanted.map((table) => ({ table: table.name, search: term.trim(), limit: 5 })),
  );
  const records = wanted.map((table, index) => ({ table, found: found[index]?.data ?? [] }));
  const fits = (entry: Entry) => entry.label.toLocaleLowerCase().includes(term.trim().toLocaleLowerCase());
  const groups: { id: string; title: string; entries: Entry[] }[] = [
    { id: "go", title: t("palette.go"), entries: goTo.filter(fits) },
    { id: "do", title: t("palette.do"), entries: todo.filter(fits) },
    ...records.map(({ table, found }) => ({
      id: `r-${table.name}`,
      title: table.label,
      entries: found.map((each) => ({
        id: each.id,
        label: each.title,
        detail: each.detail,
        icon: ArrowRight,
        run: () => go(paths.record(table.name, each.id)),
      })),
    })),
  ].filter((group) => group.entries.length > 0);
  const all = new Map(
    groups.flatMap((group) => group.entries.map((entry) => [`${group.id}/${entry.id}`, entry])),
  );
  return (
    <Dialog
      aria-label={t("palette.title")}
      className="flex max-h-[70vh] flex-col overflow-hidden rounded-[10px] border border-line-2 bg-surface shadow-float outline-none"
    >
      <Autocomplete inputValue={term} onInputChange={setTerm}>
        <TextField
          aria-label={t("palette.title")}
          autoFocus
          className="flex items-center gap-3 border-b border-line px-4"
        >
          <Search aria-hidden className="size-4 text-text-3" />
          {/* The box of the list below, which is always open: arrow keys go through the list and scroll it. */}
          <Input
            role="combobox"
            aria-expanded
            aria-haspopup="listbox"
            placeholder={t("palette.placeholder")}
            className="h-12 min-w-0 flex-1 bg-transparent text-16 outline-none focus-visible:outline-none"
          />
          <span className="coarse:hidden">
            <Kbd>Esc</Kbd>
          </span>
        </TextField>
        <ListBox
          aria-label={t("palette.title")}
          className="min-h-0 flex-1 overflow-auto p-2 outline-none"
          onAction={(key) => {
            close();
            all.get(String(key))?.run();
          }}
          renderEmptyState={() => (
            <p className="p-4 text-center text-body text-text-3">{t("palette.none")}</p>
          )}
        >
          {groups.map((group) => (
            <ListBoxSection key={group.id} id={group.id}>
              <Header className="px-2 pt-2 pb-1 text-12 font-medium text-text-3">{group.title}</Header>
              {group.entries.map((entry) => (
                <ListBoxItem
                  key={entry.id}
                  id={`${group.id}/${entry.id}`}
                  textValue={entry.label}
                  className={cx(itemLook, "min-h-9")}
                >
                  <entry.icon aria-hidden className="size-4 shrink-0 text-text-3" />
                  <span className="truncate">{entry.label}</span>
                  {entry.detail && (
                    <span className="min-w-0 flex-1 truncate text-note text-text-3">{entry.detail}</span>
                  )}
                  {entry.shortcut && (
                    <span className="ml-auto">
                      <Kbd>{entry.shortcut}</Kbd>
                    </span>
                  )}
                </ListBoxItem>
              ))}
            </ListBoxSection>
          ))}
        </ListBox>
      </Autocomplete>
    </Dialog>
  );
}

export const paletteKey = isMac ? "⌘+K" : "Ctrl+K";
