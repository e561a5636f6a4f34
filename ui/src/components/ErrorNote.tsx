// An error in a person's words: what happened, what is safe, what to do; the technical part only to copy (U88).
import { Copy, RotateCcw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { CommandFailed } from "@/backend";
import { useTranslation } from "@/i18n";
import { Button } from "./Button";

export interface ErrorNoteProps {
  error: unknown;
  /** Offers *Try again*. */
  onRetry?: () => void;
  /** The words to use when the error is not a command's: a broken region. */
  fallback?: "internal" | "region";
}

export function ErrorNote({ error, onRetry, fallback = "internal" }: ErrorNoteProps) {
  const { t } = useTranslation("errors");
  const [copied, setCopied] = useState(false);
  const code = error instanceof CommandFailed ? error.code : fallback;
  const details = [
    `code: ${code}`,
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    `at: ${new Date().toISOString()}`,
  ].join("\n");
  return (
    <div
      role="alert"
      className="m-4 flex gap-3 rounded border border-refused-line bg-refused-soft p-4 text-body"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-refused" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-semibold text-text">{t(`${code}.what`)}</p>
        <p className="text-text-2">
          {t(`${code}.safe`)} {t(`${code}.do`)}
        </p>
        <p className="text-note text-text-3">{t("code", { code })}</p>
        <div className="mt-2 flex flex-wrap gap-2">
          {onRetry && (
            <Button size="small" icon={RotateCcw} onPress={onRetry}>
              {t(fallback === "region" ? "show_again" : "retry")}
            </Button>
          )}
          <Button
            size="small"
            look="quiet"
            icon={Copy}
            onPress={() => void navigator.clipboard.writeText(details).then(() => setCopied(true))}
          >
            {t(copied ? "copied" : "copy")}
          </Button>
        </div>
      </div>
    </div>
  );
}
