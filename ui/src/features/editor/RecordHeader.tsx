// The actions in the header of an open record.
import {
  ChevronDown,
  ChevronUp,
  Copy,
  Ellipsis,
  History,
  Link2,
  type LucideIcon,
  RotateCcw,
  Trash2,
} from "lucide-react";
import { go } from "@/app/history";
import { useLayout } from "@/app/layout";
import { paths } from "@/app/paths";
import type { RecordDetail } from "@/backend";
import { Button, IconButton, Menu, type MenuGroup } from "@/components";
import { showHistory } from "@/features/history";
import { useNeighbours } from "@/features/records";
import { useTranslation } from "@/i18n";
import { beginRecord, closeRecord, copyLink, deleteRecord, revertRecord } from "./actions";
import { cameBy, rememberStep, type Step } from "./focus";
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
        { id: "history", label: t("history"), icon: History, onAction: () => showHistory(table, id) },
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
          <StepButton step="previous" icon={ChevronUp} table={table} to={previous} />
          <StepButton step="next" icon={ChevronDown} table={table} to={next} />
        </>
      )}
      {!detail.deleted && (
        <Menu label={t("more")} groups={groups} trigger={<IconButton icon={Ellipsis} label={t("more")} />} />
      )}
      <Button
        onPress={() => {
          if (hasTyped) void session.save();
          closeRecord(table);
        }}
      >
        {t("done")}
      </Button>
    </>
  );
}

interface StepButtonProps {
  step: Step;
  icon: LucideIcon;
  table: string;
  /** The neighbour's id. */
  to: string | null;
}

function StepButton({ step, icon, table, to }: StepButtonProps) {
  const { t } = useTranslation("editor");
  return (
    <IconButton
      icon={icon}
      label={t(step)}
      isDisabled={!to}
      autoFocus={cameBy(step)}
      onPress={() => {
        if (!to) return;
        rememberStep(step);
        go(paths.record(table, to), { keepSearch: true, replace: true });
      }}
    />
  );
}
