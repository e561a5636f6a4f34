// `/conflicts`: what waits for a decision, and what merged by itself. `/conflicts/<table>/<id>` opens one of them.
import { useLocation, useParams } from "@tanstack/react-router";
import { useRef } from "react";
import { go } from "@/app/history";
import { Page } from "@/app/Page";
import { paths } from "@/app/paths";
import { useWorkspace } from "@/app/workspace";
import { type RecordRef, useRead } from "@/backend";
import { ErrorNote, Tabs } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { ConflictWindow } from "./decide/ConflictWindow";
import { arranged, fromQuery, refOf, toQuery } from "./inbox/arrange";
import { Inbox, type InboxHandle } from "./inbox/Inbox";
import { Merged } from "./merged/Merged";

export function ConflictsScreen() {
  const { t } = useTranslation("conflicts");
  const { table, id } = useParams({ strict: false });
  const { pathname, search } = useLocation();
  const { schema } = useWorkspace();
  const { data, error, refetch } = useRead("conflict_list", {});
  const inbox = useRef<InboxHandle>(null);
  const isMerged = pathname === "/conflicts/merged";
  const conflict: RecordRef | null = table && id ? { table, id } : null;
  const arrangement = fromQuery(search as Record<string, string>);
  const groups = arranged(data ?? [], arrangement, schema);
  const order = groups.flatMap((group) => group.items).map(refOf);
  const n = formatCount(data?.length ?? 0);
  const show = (next: RecordRef | null, replace = false) =>
    go(next ? paths.conflict(next.table, next.id) : paths.conflicts(), { keepSearch: true, replace });
  return (
    <Page id="conflicts" title={t("title")}>
      <div className="flex h-full flex-col">
        <Tabs
          label={t("title")}
          selected={isMerged ? "merged" : "decide"}
          onSelect={(tab) => go(tab === "merged" ? paths.merged() : paths.conflicts())}
          tabs={[
            {
              id: "decide",
              label: data?.length ? t("tab.decide.count", { n }) : t("tab.decide"),
              content: (
                <>
                  {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
                  {data && (
                    <Inbox
                      ref={inbox}
                      all={data}
                      groups={groups}
                      arrangement={arrangement}
                      onArrange={(next) => go(paths.conflicts(toQuery(next)), { replace: true })}
                      onOpen={(item) => show(item)}
                    />
                  )}
                </>
              ),
            },
            { id: "merged", label: t("tab.merged"), content: <Merged /> },
          ]}
        />
      </div>
      <ConflictWindow
        conflict={conflict}
        // One that the filters leave out was asked for by its address: then all are gone through.
        order={order.some((each) => each.table === table && each.id === id) ? order : undefined}
        onGo={(next) => show(next, true)}
        onClose={() => {
          show(null);
          inbox.current?.focus();
        }}
      />
    </Page>
  );
}
