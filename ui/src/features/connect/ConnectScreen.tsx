// `/connect`: the first screen. What Landfall is, and how this device joins a workspace (U63).
import { Mark } from "@/app/Mark";
import { useAppState } from "@/app/workspace";
import { useTranslation } from "@/i18n";
import { ConnectForm } from "./ConnectForm";

export function ConnectScreen() {
  const { t } = useTranslation("connect");
  const { t: app } = useTranslation("app");
  const { workspace, suggested_device_name } = useAppState();
  return (
    <div className="flex min-h-full flex-col items-center px-5 pt-[max(2rem,8vh)] pb-10">
      <div className="flex w-full max-w-100 flex-col gap-6">
        <header className="flex flex-col gap-3">
          <p className="flex items-center gap-2.5 text-16 font-semibold">
            <Mark />
            {app("name")}
          </p>
          <h1 className="text-28 font-semibold tracking-tight">{t(workspace ? "again.title" : "title")}</h1>
          <p className="text-body text-text-2">
            {workspace ? t("again.note", { name: workspace.name }) : t("what")}
          </p>
        </header>
        <ConnectForm
          key={workspace?.device_id}
          serverUrl={workspace?.server_url ?? ""}
          deviceName={workspace?.device_name ?? suggested_device_name}
          canGoBack={workspace !== null}
        />
      </div>
    </div>
  );
}
