// The open record was deleted elsewhere: it stays in sight until the person decides (U19).
import { Trash2 } from "lucide-react";
import type { RecordDetail, Table } from "@/backend";
import { Banner, Button } from "@/components";
import { restoreRecord, showHistory } from "@/features/history";
import { useTranslation } from "@/i18n";
import { beginRecord, closeRecord } from "../actions";
import { shownValue } from "../session/state";
import type { Editing } from "../useEditSession";

export interface GoneBannerProps extends Editing {
  table: Table;
  detail: RecordDetail;
}

export function GoneBanner({ table, detail, session, state }: GoneBannerProps) {
  const { t } = useTranslation("editor");
  const close = () => closeRecord(detail.table);
  const hasTyped = Object.keys(state.typed).length > 0;
  const keep = async () => {
    const editable = table.columns.filter((column) => !column.read_only);
    const fields = Object.fromEntries(editable.map(({ name }) => [name, shownValue(state, name)]));
    await session.discardTyped();
    await beginRecord(detail.table, fields);
  };
  return (
    <Banner
      icon={Trash2}
      tone="refused"
      actions={
        <>
          <Button size="small" look="primary" onPress={() => void restoreRecord(detail, detail.title)}>
            {t("gone.restore")}
          </Button>
          <Button size="small" onPress={() => void keep()}>
            {t("gone.keep")}
          </Button>
          <Button size="small" onPress={() => (hasTyped ? void session.discardTyped().then(close) : close())}>
            {t(hasTyped ? "gone.discard" : "gone.close")}
          </Button>
          <Button size="small" look="quiet" onPress={() => showHistory(detail.table, detail.id)}>
            {t("gone.history")}
          </Button>
        </>
      }
    >
      <strong className="font-semibold">{t("gone.title")}</strong> {t("gone.note")}
    </Banner>
  );
}
