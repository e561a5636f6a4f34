// The actions in the header of an open record.
import { ChevronDown, ChevronUp, Copy, Ellipsis, Link2, RotateCcw, Trash2 } from "lucide-react";
import { go } from "@/app/history";
import { useLayout } from "@/app/layout";
import { paths } from "@/app/paths";
import type { RecordDetail } from "@/backend";
import { Button, IconButton, Menu, type MenuGroup } from "@/components";
import { useNeighbours } from "@/features/records";
import { useTranslation } from "@/i18n";
import { beginRecord, copyLink, deleteRecord, revertRecord } from "./actions";
import type { EditSession } from "./session/session";

export interface RecordActionsProps {
  detail: RecordDetail;
  session: EditSession;
  hasTyped: boolean;
}

export function RecordActions({ detail, session, hasTyped }: RecordActionsProps) {
  const { t } = useTranslation("editor");
  const { table, id, title } = detail;
  const layout = useLayout();
  const { previous, next } = useNeighbours(table, id);
  const open = (other: string) => go(paths.record(table, other), { keepSearch: true, replace: true });
  const canRevert = detail.on_server && (detail.pending.length > 0 || hasTyped);
  const groups: MenuGroup[] = [
    {
      id: "make",
      actions: [
        {
          id: "duplicate",
          label: t("duplicate"),
          icon: Copy,
          onAction: () => void beginRecord(table, {}, id),
        },
        { id: "link", label: t("copy_link"), icon: Link2, onAction: () => void copyLink(detail) },
      ],
    },
    {
      id: "back",
      actions: canRevert
        ? [
            {
              id: "revert",
              label: t("revert"),
              detail: t("revert.detail"),
              icon: RotateCcw,
              onAction: () => void session.discardTyped().then(() => revertRecord(detail, title)),
            },
          ]
        : [],
    },
    {
      id: "end",
      actions: [
        {
          id: "delete",
          label: t("delete"),
          icon: Trash2,
          danger: true,
          onAction: () => void deleteRecord(detail, title),
        },
      ],
    },
  ];
  return (
    <>
      {layout !== "phone" && (previous || next) && (
        <>
          <IconButton
            icon={ChevronUp}
            label={t("previous")}
            isDisabled={!previous}
            onPress={() => previous && open(previous)}
          />
          <IconButton
            icon={ChevronDown}
            label={t("next")}
            isDisabled={!next}
            onPress={() => next && open(next)}
          />
        </>
      )}
      {!detail.deleted && (
        <Menu label={t("more")} groups={groups} trigger={<IconButton icon={Ellipsis} label={t("more")} />} />
      )}
      <Button
        onPress={() => {
          if (hasTyped) void session.save();
          go(paths.table(table), { keepSearch: true });
        }}
      >
        {t("done")}
      </Button>
    </>
  );
}
