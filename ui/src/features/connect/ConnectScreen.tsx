// `/connect`: the first screen. What Landfall is, and how this device joins a workspace (U63).
import { useEffect, useState } from "react";
import { go } from "@/app/history";
import { Mark } from "@/app/Mark";
import { paths } from "@/app/paths";
import { useAppState } from "@/app/workspace";
import { useTranslation } from "@/i18n";
import { ConnectForm } from "./ConnectForm";

export function ConnectScreen() {
  const { t } = useTranslation("connect");
  const { t: app } = useTranslation("app");
  const { workspace, suggested_device_name } = useAppState();
  const [isConnected, setConnected] = useState(false);
  // What this screen is for does not change while it does it.
  const [isAgain] = useState(workspace !== null);
  const [kind] = useState<"landfall" | "tables" | null>(
    workspace && (workspace.table_protocol ? "tables" : "landfall"),
  );
  // Only once the app knows its workspace: before that every way leads back here.
  const canGo = isConnected && workspace !== null;
  useEffect(() => {
    if (canGo) go(paths.home(), { replace: true });
  }, [canGo]);
  return (
    <div className="flex min-h-full flex-col items-center px-5 pt-[max(2rem,8vh)] pb-10">
      <div className="flex w-full max-w-100 flex-col gap-6">
        <header className="flex flex-col gap-3">
          <p className="flex items-center gap-2.5 text-16 font-semibold">
            <Mark />
            {app("name")}
          </p>
          <h1 className="text-28 font-semibold tracking-tight">{t(isAgain ? "again.title" : "title")}</h1>
          <p className="text-body text-text-2">
            {isAgain && workspace ? t("again.note", { name: workspace.name }) : t("what")}
          </p>
        </header>
        <ConnectForm
          serverUrl={workspace?.server_url ?? ""}
          deviceName={workspace?.device_name ?? suggested_device_name}
          kind={kind}
          signIn={workspace?.table_sign_in ?? null}
          canGoBack={isAgain}
          onConnected={() => setConnected(true)}
        />
      </div>
    </div>
  );
}
