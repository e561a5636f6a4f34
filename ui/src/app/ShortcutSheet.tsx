// `?`: all shortcuts on one sheet.
import { useEffect, useState } from "react";
import { Dialog, Kbd } from "@/components";
import { useTranslation } from "@/i18n";
import { isMac, useShortcut } from "./shortcuts";

const OPEN = "landfall:shortcuts";
export const showShortcuts = () => window.dispatchEvent(new Event(OPEN));

const mod = isMac ? "⌘" : "Ctrl";
const groups = [
  {
    title: "shortcuts.anywhere",
    keys: [
      [`${mod}+K`, "shortcut.palette"],
      [`${mod}+Z`, "shortcut.undo"],
      [isMac ? "⌘+Shift+Z" : "Ctrl+Shift+Z Ctrl+Y", "shortcut.redo"],
      ["F6", "shortcut.region"],
      ["Shift+F6", "shortcut.region_back"],
      ["?", "shortcut.help"],
    ],
  },
  {
    title: "shortcuts.list",
    keys: [
      ["/", "shortcut.search"],
      ["N", "shortcut.new"],
      ["↑ ↓ ← →", "shortcut.move"],
      ["Home End", "shortcut.ends"],
      [`${mod}+Home ${mod}+End`, "shortcut.far_ends"],
      ["Page ↑ ↓", "shortcut.page"],
      ["Enter", "shortcut.open"],
      ["Space", "shortcut.select"],
      ["Shift+↑ ↓", "shortcut.extend"],
      [`${mod}+A`, "shortcut.select_all"],
      ["Del", "shortcut.delete"],
      ["Esc", "shortcut.escape"],
    ],
  },
] as const;

export function ShortcutSheet() {
  const { t } = useTranslation("app");
  const [open, setOpen] = useState(false);
  useShortcut("?", () => setOpen(true));
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(OPEN, show);
    return () => window.removeEventListener(OPEN, show);
  }, []);
  return (
    <Dialog isOpen={open} onClose={() => setOpen(false)} title={t("shortcuts.title")} size="wide">
      <div className="grid gap-x-10 gap-y-5 tablet:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-13 font-semibold text-text-2">{t(group.title)}</h3>
            <dl className="flex flex-col">
              {group.keys.map(([keys, what]) => (
                <div
                  key={what}
                  className="flex min-h-8 items-center justify-between gap-4 border-b border-line py-1 last:border-0"
                >
                  <dt className="text-body">{t(what)}</dt>
                  <dd className="flex gap-1">
                    {keys.split(" ").map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="mt-4 text-note text-text-3">{t("shortcuts.hint")}</p>
    </Dialog>
  );
}
