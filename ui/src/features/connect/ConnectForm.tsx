// Server, token, device name; each error stands at its field.
import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { paths } from "@/app/paths";
import { CommandFailed, call, queryClient, readQuery } from "@/backend";
import { Button, ButtonLink, IconButton, TextInput } from "@/components";
import { useTranslation } from "@/i18n";
import { CheckLine } from "./CheckLine";
import { useServerCheck } from "./useServerCheck";
import { connectWords } from "./words";

interface Errors {
  server?: string;
  token?: string;
  device?: string;
  form?: string;
}

export interface ConnectFormProps {
  serverUrl: string;
  deviceName: string;
  canGoBack: boolean;
  onConnected: () => void;
}

export function ConnectForm({ serverUrl, deviceName, canGoBack, onConnected }: ConnectFormProps) {
  const { t } = useTranslation("connect");
  const { t: common } = useTranslation();
  const [server, setServer] = useState(serverUrl);
  const [token, setToken] = useState("");
  const [device, setDevice] = useState(deviceName);
  const [isTokenShown, showToken] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const form = useRef<HTMLFormElement>(null);
  const { check, checkNow } = useServerCheck(server);
  const address =
    check.state === "done" && check.check.kind === "ready" ? check.check.server_url : server.trim();

  const connect = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const missing: Errors = {
      ...(server.trim() ? {} : { server: t("server.missing") }),
      ...(token.trim() ? {} : { token: t("token.missing") }),
      ...(device.trim() ? {} : { device: t("device.missing") }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0) {
      form.current?.querySelector<HTMLInputElement>(`input[name="${Object.keys(missing)[0]}"]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      const state = await call("workspace_connect", {
        server_url: address,
        token: token.trim(),
        device_name: device.trim(),
      });
      // The topics that tell of it may come a moment later: the next screen must know already.
      queryClient.setQueryData(readQuery("app_state", {}).queryKey, state);
      onConnected();
    } catch (reason) {
      const words = connectWords(reason);
      setErrors(
        reason instanceof CommandFailed && reason.code === "unauthorized"
          ? { token: words }
          : { form: words },
      );
      if (reason instanceof CommandFailed && reason.code === "unreachable") checkNow();
      setBusy(false);
    }
  };

  return (
    <form ref={form} onSubmit={(event) => void connect(event)} noValidate className="flex flex-col gap-5">
      <div className="flex flex-col gap-1">
        <TextInput
          label={t("server")}
          name="server"
          type="url"
          inputMode="url"
          autoComplete="url"
          enterKeyHint="next"
          placeholder={t("server.placeholder")}
          help={check.state === "none" ? t("server.help") : null}
          error={errors.server}
          autoFocus={!serverUrl}
          value={server}
          onChange={setServer}
          onBlur={checkNow}
        />
        <CheckLine check={check} />
      </div>
      <TextInput
        label={t("token")}
        name="token"
        type={isTokenShown ? "text" : "password"}
        autoComplete="current-password"
        enterKeyHint="next"
        help={t("token.help")}
        error={errors.token}
        value={token}
        onChange={setToken}
        suffix={
          <IconButton
            size="small"
            icon={isTokenShown ? EyeOff : Eye}
            label={t(isTokenShown ? "token.hide" : "token.show")}
            className="mr-0.5"
            onPress={() => showToken(!isTokenShown)}
          />
        }
      />
      <TextInput
        label={t("device")}
        name="device"
        autoComplete="off"
        enterKeyHint="go"
        maxLength={80}
        help={t("device.help")}
        error={errors.device}
        value={device}
        onChange={setDevice}
      />
      {errors.form && (
        <p role="alert" className="rounded border border-refused-line bg-refused-soft px-3 py-2 text-body">
          {errors.form}
        </p>
      )}
      <div className="flex flex-col gap-2">
        <Button type="submit" look="primary" className="w-full" isDisabled={isBusy}>
          {t(isBusy ? "connecting" : "connect")}
        </Button>
        {canGoBack && (
          <ButtonLink href={paths.settings()} look="quiet">
            {common("cancel")}
          </ButtonLink>
        )}
        <p className="text-center text-note text-text-3">{t("after")}</p>
      </div>
    </form>
  );
}
