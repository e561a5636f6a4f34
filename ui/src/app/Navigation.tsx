// The navigation: a pane on a desktop, a rail on a tablet, a bar at the bottom of a phone.
import { useLocation } from "@tanstack/react-router";
import { type LucideIcon, Rows3, Search } from "lucide-react";
import { useRead } from "@/backend";
import { Badge, cx, type Tone, Tooltip } from "@/components";
import { formatCount, useTranslation } from "@/i18n";
import { Mark } from "./Mark";
import { tableIcon, usePlaces } from "./navigation";
import { paths } from "./paths";
import { useLastTable, useWorkspace } from "./workspace";

interface Item {
  id: string;
  label: string;
  href: string;
  icon: LucideIcon;
  badge?: { text: string; label: string; tone: Tone };
}

function useItems() {
  const { t } = useTranslation("app");
  const { schema } = useWorkspace();
  const places = usePlaces();
  const { data: status } = useRead("sync_status", {});
  const tables = schema.tables.map(
    (table): Item => ({
      id: table.name,
      label: table.label,
      href: paths.table(table.name),
      icon: tableIcon(table.icon),
    }),
  );
  const needs = (status?.conflicts ?? 0) + (status?.refused ?? 0);
  const waiting = status?.waiting ?? 0;
  const others = places.map((place): Item => {
    const item: Item = { id: place.id, label: t(`nav.${place.id}`), href: place.href, icon: place.icon };
    if (place.id === "conflicts" && needs > 0) {
      const n = formatCount(needs);
      item.badge = { text: n, label: t("nav.needs", { count: needs, n }), tone: "conflict" };
    }
    if (place.id === "outbox" && waiting > 0) {
      const n = formatCount(waiting);
      item.badge = { text: n, label: t("nav.waiting", { count: waiting, n }), tone: "waiting" };
    }
    return item;
  });
  // What needs the person stands at the top (U38).
  return {
    tables,
    first: others.filter((item) => item.id === "conflicts"),
    others: others.filter((item) => item.id !== "conflicts"),
  };
}

function useCurrent() {
  const { pathname } = useLocation();
  return (item: Item) => pathname === item.href.slice(1) || pathname.startsWith(`${item.href.slice(1)}/`);
}

export function NavigationPane() {
  const { t } = useTranslation("app");
  const { name } = useWorkspace();
  const { tables, first, others } = useItems();
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-auto px-2 pt-3 pb-2">
      <div className="flex items-center gap-2 px-2">
        <Mark />
        <span className="min-w-0 truncate text-14 font-semibold">{name}</span>
      </div>
      <div className="flex flex-col gap-0.5 empty:hidden">
        {first.map((item) => (
          <NavLink key={item.id} item={item} />
        ))}
      </div>
      <div className="flex flex-col gap-0.5">
        <p className="px-2 pb-1 text-12 font-medium text-text-3">{t("nav.tables")}</p>
        {tables.map((item) => (
          <NavLink key={item.id} item={item} />
        ))}
      </div>
      <div className="mt-auto flex flex-col gap-0.5">
        {others.map((item) => (
          <NavLink key={item.id} item={item} />
        ))}
      </div>
    </div>
  );
}

function NavLink({ item }: { item: Item }) {
  const isCurrent = useCurrent()(item);
  return (
    <a
      href={item.href}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "flex h-8 items-center gap-2.5 rounded px-2 text-13 no-underline coarse:h-11 coarse:text-16",
        isCurrent
          ? "bg-accent-soft font-medium text-accent"
          : "text-text-2 hover:bg-surface-3 hover:text-text",
      )}
    >
      <item.icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.badge && (
        <Badge tone={item.badge.tone} label={item.badge.label}>
          {item.badge.text}
        </Badge>
      )}
    </a>
  );
}

export function NavigationRail() {
  const { tables, first, others } = useItems();
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center gap-1 overflow-auto px-1.5 py-3">
      <span className="mb-3">
        <Mark />
      </span>
      {first.map((item) => (
        <RailLink key={item.id} item={item} />
      ))}
      {tables.map((item) => (
        <RailLink key={item.id} item={item} />
      ))}
      <span className="mt-auto" />
      {others.map((item) => (
        <RailLink key={item.id} item={item} />
      ))}
    </div>
  );
}

function RailLink({ item }: { item: Item }) {
  const isCurrent = useCurrent()(item);
  return (
    <Tooltip tip={item.label}>
      <a
        href={item.href}
        aria-current={isCurrent ? "page" : undefined}
        aria-label={item.badge ? `${item.label}, ${item.badge.label}` : item.label}
        className={cx(
          "relative flex size-11 items-center justify-center rounded",
          isCurrent ? "bg-accent-soft text-accent" : "text-text-2 hover:bg-surface-3 hover:text-text",
        )}
      >
        <item.icon aria-hidden className="size-5" />
        {item.badge && (
          <span aria-hidden className="absolute -top-0.5 -right-0.5">
            <Badge tone={item.badge.tone}>{item.badge.text}</Badge>
          </span>
        )}
      </a>
    </Tooltip>
  );
}

/** At most five places, under the thumb. */
export function NavigationBar() {
  const { t } = useTranslation("app");
  const { first, others } = useItems();
  const { pathname } = useLocation();
  const table = useLastTable();
  const onTable = pathname.startsWith("/t/");
  const items: (Item & { on: boolean })[] = [
    {
      id: "records",
      label: t("nav.records"),
      href: table ? paths.table(table.name) : paths.home(),
      icon: Rows3,
      on: onTable,
    },
    ...[...first, ...others]
      .filter((item) => item.id !== "log" && item.id !== "trash")
      .map((item) => ({ ...item, on: pathname.startsWith(item.href.slice(1)) })),
  ];
  const [records, ...rest] = items;
  return (
    <div className="flex border-t border-line bg-canvas pb-safe-b">
      {records && <BarLink item={records} />}
      <button
        type="button"
        className={cx(barLook, "text-text-2")}
        onClick={() => window.dispatchEvent(new Event("landfall:palette"))}
      >
        <Search aria-hidden className="size-5" />
        {t("nav.search")}
      </button>
      {rest.map((item) => (
        <BarLink key={item.id} item={item} />
      ))}
    </div>
  );
}

function BarLink({ item }: { item: Item & { on: boolean } }) {
  return (
    <a
      href={item.href}
      aria-current={item.on ? "page" : undefined}
      className={cx(barLook, item.on ? "text-accent" : "text-text-2")}
    >
      <span className="relative">
        <item.icon aria-hidden className="size-5" />
        {item.badge && (
          <span className="absolute -top-2 left-3">
            <Badge tone={item.badge.tone} label={item.badge.label}>
              {item.badge.text}
            </Badge>
          </span>
        )}
      </span>
      {item.label}
    </a>
  );
}

const barLook =
  "flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-12 font-medium no-underline";
