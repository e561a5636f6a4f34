// "Restored unsaved draft from 10:41 · Save it · Discard" (U17).
import { History } from "lucide-react";
import { Banner, Button, toast, useNow } from "@/components";
import { formatWhen, useTranslation } from "@/i18n";
import type { Editing } from "../useEditSession";

export function DraftBanner({ session, state }: Editing) {
  const { t } = useTranslation("editor");
  const now = useNow();
  if (state.restoredAt === null) return null;
  const canSave = Object.keys(state.typed).some(
    (column) => !(column in state.errors) && !(column in state.remote),
  );
  return (
    <Banner
      icon={History}
      tone="waiting"
      actions={
        <>
          {canSave && (
            <Button size="small" onPress={() => session.keepRestored()}>
              {t("draft.keep")}
            </Button>
          )}
          <Button
            size="small"
            onPress={() => void session.discardTyped().then(() => toast({ text: t("draft.discarded") }))}
          >
            {t("draft.discard")}
          </Button>
        </>
      }
    >
      {t("draft.restored", { when: formatWhen(state.restoredAt, now) })}
    </Banner>
  );
}
