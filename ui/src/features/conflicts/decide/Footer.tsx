// The dialog's foot: what is still open, the ways on, and the keys (U45, U46).
import type { ReactNode } from "react";
import { useCoarse, useLayout } from "@/app/layout";
import { isMac } from "@/app/shortcuts";
import { useSettings } from "@/app/workspace";
import { Button, Kbd } from "@/components";
import { useTranslation } from "@/i18n";

const mod = isMac ? "⌘" : "Ctrl";

export interface FooterProps {
  /** How it stands: what is undecided, or that all is. It is the reason while *Apply* is disabled. */
  stand: string;
  canApply: boolean;
  /** The verb on the main button; *Apply* where none is given. */
  verb?: string;
  onApply: () => void;
  onLater: () => void;
  onKeepBoth?: () => void;
  /** Keys that work in this form, with what they do. */
  keys?: [string, string][];
  children?: ReactNode;
}

export function Footer({
  stand,
  canApply,
  verb,
  onApply,
  onLater,
  onKeepBoth,
  keys = [],
  children,
}: FooterProps) {
  const { t } = useTranslation("conflicts");
  return (
    <footer className="flex flex-col gap-2 border-t border-line bg-surface px-4 py-3 tablet:px-5">
      <div className="flex flex-wrap items-center gap-2">
        <p
          id="conflict-stand"
          role="status"
          className="min-w-40 flex-1 text-note text-text-2 empty:hidden max-tablet:basis-full"
        >
          {stand}
        </p>
        <div className="flex items-center justify-end gap-2 max-tablet:w-full">
          {children}
          <Button look="quiet" onPress={onLater}>
            {t("apply.later")}
          </Button>
          {onKeepBoth && <Button onPress={onKeepBoth}>{t("keep_both")}</Button>}
          <Button
            look="primary"
            isDisabled={!canApply}
            aria-describedby="conflict-stand"
            onPress={onApply}
            className="min-w-24 max-tablet:flex-1"
          >
            {verb ?? t("apply")}
          </Button>
        </div>
      </div>
      <Keys keys={keys} />
    </footer>
  );
}

/** Shown where there is a keyboard; single keys only while they are on (U81). */
function Keys({ keys }: { keys: [string, string][] }) {
  const { t } = useTranslation("conflicts");
  const { single_key_shortcuts: singles } = useSettings();
  const isPhone = useLayout() === "phone";
  const isCoarse = useCoarse();
  const shown = keys
    .map(([names, what]) => ({ what, keys: names.split(" ").filter((key) => singles || !/^\w$/.test(key)) }))
    .filter(({ keys }) => keys.length > 0);
  if (shown.length === 0 || isPhone || isCoarse) return null;
  return (
    <dl
      aria-label={t("keys")}
      className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line pt-2 text-note text-text-3"
    >
      {shown.map(({ what, keys }) => (
        <div key={what} className="flex items-center gap-1.5">
          <dt className="flex gap-0.5">
            {keys.map((key) => (
              <Kbd key={key}>{key.replace("Mod", mod)}</Kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
