// The bar at the foot of a desktop window: status, freshness, what this device is called, the palette's key.
import { MonitorSmartphone, Search } from "lucide-react";
import { useWorkspace } from "@/app/workspace";
import { Button, Kbd } from "@/components";
import { UndoButtons } from "@/features/undo";
import { useTranslation } from "@/i18n";
import { Freshness } from "./Freshness";
import { StatusButton } from "./StatusButton";

const isMac = /Mac/.test(navigator.platform);

export function StatusBar() {
  const { t } = useTranslation("app");
  const { device_name } = useWorkspace();
  return (
    <div className="flex min-h-9 items-center gap-2 border-t border-line bg-canvas px-2">
      <StatusButton />
      <Freshness />
      <span className="ml-auto flex min-w-0 items-center gap-1.5 px-2 text-note text-text-3 max-desktop:hidden">
        <MonitorSmartphone aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">{device_name}</span>
      </span>
      <span className="max-desktop:ml-auto">
        <UndoButtons />
      </span>
      <Button
        look="quiet"
        size="small"
        icon={Search}
        onPress={() => window.dispatchEvent(new Event("landfall:palette"))}
      >
        {t("nav.search")}
        <Kbd>{isMac ? "⌘+K" : "Ctrl+K"}</Kbd>
      </Button>
    </div>
  );
}
