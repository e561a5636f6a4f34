// `/outbox`: what waits for the server, in sending order (U33–U37).
import { CircleCheck, Copy, Download, Ellipsis, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useLayout } from "@/app/layout";
import { Page } from "@/app/Page";
import { copyText, saveText } from "@/app/textOut";
import { useTable, useWorkspace } from "@/app/workspace";
import { call, type OutboxItem, useRead } from "@/backend";
import { Button, EmptyState, ErrorNote, failureWords, IconButton, Menu, toast, useNow } from "@/components";
import { Drafts } from "@/features/drafts";
import { formatAgo, formatCount, useTranslation } from "@/i18n";
import { DiscardDialog } from "./DiscardDialog";
import { Group } from "./Group";
import { byRecord } from "./order";

export function OutboxScreen() {
  const { t } = useTranslation("outbox");
  const { data, error, refetch } = useRead("outbox_list", {});
  const { schema } = useWorkspace();
  const [discarding, setDiscarding] = useState<OutboxItem | null>(null);
  const table = useTable(discarding?.table ?? "");
  const count = data?.length ?? 0;
  return (
    <Page
      id="outbox"
      title={t("title")}
      subtitle={count > 0 && summary(data ?? [], t)}
      actions={count > 0 && <Actions hasRefused={data?.some(({ state }) => state === "refused") ?? false} />}
    >
      {schema.tables.map((each) => (
        <Drafts key={each.name} table={each} />
      ))}
      {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data && count === 0 && <AllDone />}
      {count > 0 && (
        <div className="mx-auto flex max-w-3xl flex-col gap-3 p-4 tablet:p-5">
          {byRecord(data ?? []).map((group) => (
            <Group key={group.key} group={group} onDiscard={setDiscarding} />
          ))}
        </div>
      )}
      <DiscardDialog
        opId={discarding?.op_id ?? null}
        table={table}
        title={discarding?.title ?? ""}
        onClose={() => setDiscarding(null)}
      />
    </Page>
  );
}

/** How many go by themselves, and how many wait for the person. */
function summary(items: OutboxItem[], t: ReturnType<typeof useTranslation<"outbox">>["t"]): string {
  const needs = items.filter(({ state }) => state === "refused" || state === "conflict").length;
  const count = items.length - needs;
  const said = [];
  if (count > 0) said.push(t("count", { count, n: formatCount(count) }));
  if (needs > 0) said.push(t("count.needs", { count: needs, n: formatCount(needs) }));
  return said.join(" · ");
}

function AllDone() {
  const { t } = useTranslation("outbox");
  const { data: status } = useRead("sync_status", {});
  const now = useNow();
  if (!status) return null;
  const last = status.last_success;
  return (
    <EmptyState
      icon={CircleCheck}
      title={t("empty.title")}
      note={last === null ? t("empty.never") : t("empty.last", { when: formatAgo(last, now) })}
    >
      <Button
        onPress={() => void call("sync_now", {}).catch((reason) => toast({ text: failureWords(reason) }))}
      >
        {t("sync")}
      </Button>
    </EmptyState>
  );
}

function Actions({ hasRefused }: { hasRefused: boolean }) {
  const { t } = useTranslation("outbox");
  const isPhone = useLayout() === "phone";
  const say = (work: () => Promise<string>) =>
    void work().then(
      (text) => toast({ text }),
      (reason) => toast({ text: failureWords(reason) }),
    );
  const retryAll = async () => {
    await call("outbox_retry_all", {});
    return t("retried.all");
  };
  const copy = async () => {
    await copyText((await call("outbox_export", {})).text);
    return t("export.copied");
  };
  const save = async () => {
    const { file_name, text } = await call("outbox_export", {});
    saveText(file_name, text);
    return t("export.saved", { file: file_name });
  };
  return (
    <>
      {hasRefused && !isPhone && (
        <Button icon={RotateCcw} onPress={() => say(retryAll)}>
          {t("retry_all")}
        </Button>
      )}
      <Menu
        label={t("more")}
        trigger={<IconButton icon={Ellipsis} label={t("more")} />}
        groups={[
          // A phone has room for the menu alone.
          ...(hasRefused && isPhone
            ? [
                {
                  id: "retry",
                  actions: [
                    { id: "retry", label: t("retry_all"), icon: RotateCcw, onAction: () => say(retryAll) },
                  ],
                },
              ]
            : []),
          {
            id: "export",
            title: t("export"),
            actions: [
              { id: "copy", label: t("export.copy"), icon: Copy, onAction: () => say(copy) },
              { id: "save", label: t("export.save"), icon: Download, onAction: () => say(save) },
            ],
          },
        ]}
      />
    </>
  );
}
