// What the navigation lists: the workspace's tables, then the places that exist in the router.

import { useRouter } from "@tanstack/react-router";
import {
  ClipboardCheck,
  Database,
  GitMerge,
  Inbox,
  ListTodo,
  type LucideIcon,
  MapPin,
  Plane,
  Rows3,
  ScrollText,
  Settings,
  Trash2,
  TriangleAlert,
  Users,
} from "lucide-react";
import { paths } from "./paths";

const icons: Record<string, LucideIcon> = {
  plane: Plane,
  "clipboard-check": ClipboardCheck,
  "triangle-alert": TriangleAlert,
  "list-todo": ListTodo,
  "map-pin": MapPin,
  users: Users,
  database: Database,
};

export const tableIcon = (name: string | null): LucideIcon => (name && icons[name]) || Rows3;

export interface Place {
  id: "conflicts" | "outbox" | "log" | "trash" | "settings" | "diagnostics";
  path: string;
  href: string;
  icon: LucideIcon;
}

const places: Place[] = [
  { id: "conflicts", path: "/conflicts", href: paths.conflicts(), icon: GitMerge },
  { id: "outbox", path: "/outbox", href: paths.outbox(), icon: Inbox },
  { id: "log", path: "/log", href: paths.log(), icon: ScrollText },
  { id: "trash", path: "/trash", href: paths.trash(), icon: Trash2 },
  { id: "settings", path: "/settings", href: paths.settings(), icon: Settings },
];

/** The places that have a screen. */
export function usePlaces(): Place[] {
  const router = useRouter();
  return places.filter((place) => place.path in router.routesByPath);
}

/** Whether the router has a screen at this path (`/outbox`). */
export function useHasPlace(path: string): boolean {
  const router = useRouter();
  return path in router.routesByPath;
}
