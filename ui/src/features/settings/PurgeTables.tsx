// Emptying a table on this device. Refused while edits wait, unless the person has seen how many and says so.
import { useState } from "react";
import { tableIcon } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useWorkspace } from "@/app/workspace";
import { CommandFailed, call, type Table, useRead } from "@/backend";
import { AlertDialog, Button, ButtonLink, Dialog, failureWords, toast } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { Row, Section } from "./Section";

export function PurgeTables() {
  const { t } = useTranslation("settings");
  const { schema } = useWorkspace();
  const [asking, setAsking] = useState<Table | null>(null);
  const [forcing, setForcing] = useState<Table | null>(null);
  const purge = async (table: Table, force: boolean) => {
    setAsking(null);
    setForcing(null);
    try {
      await call("table_purge", { table: table.name, force });
      toast({ text: t("purge.done", { table: table.label }) });
    } catch (reason) {
      if (reason instanceof CommandFailed && reason.code === "edits_waiting") setForcing(table);
      else toast({ text: failureWords(reason) });
    }
  };
  return (
    <Section title={t("data.title")} note={t("data.note")}>
      {schema.tables.map((table) => (
        <TableRow key={table.name} table={table} onPurge={() => setAsking(table)} />
      ))}
      <AlertDialog
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        title={t("purge.title", { table: asking?.label ?? "" })}
        confirm={t("purge.confirm")}
        onConfirm={() => asking && void purge(asking, false)}
      >
        {t("purge.note", { table: (asking?.label ?? "").toLocaleLowerCase() })}
      </AlertDialog>
      <ForceDialog
        table={forcing}
        onClose={() => setForcing(null)}
        onForce={() => forcing && void purge(forcing, true)}
      />
    </Section>
  );
}

function TableRow({ table, onPurge }: { table: Table; onPurge: () => void }) {
  const { t } = useTranslation("settings");
  const { data } = useRead("table_counts", { table: table.name });
  const Icon = tableIcon(table.icon);
  const waiting = (data?.waiting ?? 0) + (data?.refused ?? 0) + (data?.conflict ?? 0);
  const facts = data && [
    t("data.count", { count: data.total, n: formatCount(data.total) }),
    ...(waiting > 0 ? [t("data.waiting", { count: waiting, n: formatCount(waiting) })] : []),
  ];
  return (
    <Row
      label={
        <span className="flex items-center gap-2">
          <Icon aria-hidden className="size-4 text-text-3" />
          {table.label}
        </span>
      }
      help={facts?.join(" · ")}
    >
      <Button size="small" aria-label={t("purge.label", { table: table.label })} onPress={onPurge}>
        {t("purge")}
      </Button>
    </Row>
  );
}

/** Edits wait: what would be lost, and the ways that lose nothing first. */
function ForceDialog({
  table,
  onClose,
  onForce,
}: {
  table: Table | null;
  onClose: () => void;
  onForce: () => void;
}) {
  const { t } = useTranslation("settings");
  const { data } = useRead("outbox_list", {}, { enabled: table !== null });
  const waiting = data?.filter((item) => item.table === table?.name).length ?? 0;
  return (
    <Dialog
      isOpen={table !== null}
      onClose={onClose}
      role="alertdialog"
      isDismissable={false}
      title={t("purge.force.title", { table: (table?.label ?? "").toLocaleLowerCase() })}
      actions={
        <>
          <Button look="danger" onPress={onForce}>
            {t("purge.force.confirm")}
          </Button>
          <ButtonLink href={paths.outbox()}>{t("purge.force.see")}</ButtonLink>
          <Button look="primary" autoFocus onPress={onClose}>
            {t("purge.keep")}
          </Button>
        </>
      }
    >
      <p className="text-body text-text-2">
        {waiting > 0
          ? t("purge.force.note", { count: waiting, n: formatCount(waiting) })
          : t("purge.force.note_unknown")}
      </p>
    </Dialog>
  );
}
