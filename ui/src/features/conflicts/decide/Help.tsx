// One paragraph: what happens to the value that is not chosen (U52). Always in the same place.
import { CircleHelp } from "lucide-react";
import { useTranslation } from "@/i18n";

export function Help() {
  const { t } = useTranslation("conflicts");
  return (
    <details className="text-note text-text-2">
      <summary className="inline-flex min-h-6 w-fit cursor-default items-center gap-1.5 rounded-sm text-text-2 underline-offset-2 hover:underline coarse:min-h-11">
        <CircleHelp aria-hidden className="size-4 text-text-3" />
        {t("help")}
      </summary>
      <p className="mt-1 max-w-[70ch] text-body text-text-2">{t("help.text")}</p>
    </details>
  );
}
