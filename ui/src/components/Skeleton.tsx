import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "@/i18n";
import { cx } from "./cx";

/** False until `ms` have passed: what is quicker shows no skeleton at all (U87). */
export function useLate(ms = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

/** A grey bar in the place of text. */
export function Bar({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block h-3 rounded-sm bg-surface-3", className)} />;
}

/** Shows its bars only when loading takes longer than 150 ms. */
export function Skeleton({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const late = useLate();
  if (!late) return null;
  return (
    <div className="animate-appear" aria-busy="true">
      <span className="sr-only">{t("loading")}</span>
      {children}
    </div>
  );
}
