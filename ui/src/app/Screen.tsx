// A whole screen or the record pane: a header bar and a body that scrolls.
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { cx, IconButton } from "@/components";
import { useTranslation } from "@/i18n";
import { go } from "./history";
import { useLayout } from "./layout";

export interface ScreenProps {
  title: ReactNode;
  /** Under or beside the title: state, time. */
  subtitle?: ReactNode;
  /** At the end of the header bar. */
  actions?: ReactNode;
  /** The subtitle always stands under the title: it changes often, and nothing shall jump. */
  isStacked?: boolean;
  /** Where *Back* goes on a phone. */
  back?: string;
  children: ReactNode;
}

export function Screen({ title, subtitle, actions, back, isStacked = false, children }: ScreenProps) {
  const { t } = useTranslation();
  const layout = useLayout();
  // Where there is no room beside the title, a sentence takes a line of its own under all of it.
  const isBelow = layout === "phone" && !isStacked;
  return (
    <>
      <header
        className={cx(
          "flex min-h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 py-2 tablet:px-5",
          isBelow && "flex-wrap gap-y-0",
        )}
      >
        {back && layout === "phone" && (
          <IconButton
            icon={ArrowLeft}
            label={t("back")}
            className="-ml-3"
            onPress={() => go(back, { keepSearch: true })}
          />
        )}
        <div
          className={cx("flex min-w-0 flex-1", isStacked ? "flex-col" : "flex-wrap items-baseline gap-x-3")}
        >
          <h1 className="min-w-0 truncate text-16 font-semibold">{title}</h1>
          {subtitle && !isBelow && <div className="text-note text-text-3">{subtitle}</div>}
        </div>
        {actions && <div className="flex items-center gap-1">{actions}</div>}
        {subtitle && isBelow && <div className="w-full pb-1 text-note text-text-3">{subtitle}</div>}
      </header>
      <div className="min-h-0 flex-1 relative overflow-auto bg-surface">{children}</div>
    </>
  );
}
