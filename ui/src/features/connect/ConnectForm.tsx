// Server, token, device name, and for a server that is none of ours its tables; each error stands at its field.
import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { paths } from "@/app/paths";
import { CommandFailed, call, queryClient, readQuery, type TablesSignIn } from "@/backend";
import { Button, ButtonLink, Checkbox, IconButton, TextInput } from "@/components";
import { useTranslation } from "@/i18n";
import { CheckLine } from "./CheckLine";
import { type Tables, TablesSection } from "./TablesSection";
import { useServerCheck } from "./useServerCheck";
import { connectWords, lineOf, schemaWords } from "./words";

interface Errors {
  server?: string;
  schema?: string;
  token?: string;
  device?: string;
  form?: string;
}

export interface ConnectFormProps {
  serverUrl: string;
  deviceName: string;
  /** What kind of server this device has already: it stays so. */
  kind: "landfall" | "tables" | null;
  /** How that server is told who asks. */
  signIn: TablesSignIn | null;
  canGoBack: boolean;
  onConnected: () => void;
}

export function ConnectForm(props: ConnectFormProps) {
  const { serverUrl, deviceName, kind, signIn, canGoBack, onConnected } = props;
  const { t } = useTranslation("connect");
  const { t: common } = useTranslation();
  const [server, setServer] = useState(serverUrl);
  const [token, setToken] = useState("");
  const [device, setDevice] = useState(deviceName);
  const [isTables, setTables] = useState(kind === "tables");
  const [tables, setTablesValue] = useState<Tables>({
    schema: kind === "tables" ? null : "",
    sign_in: signIn ?? "zumo",
  });
  const asksForToken = !isTables || tables.sign_in !== "none";
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
      ...(isTables && tables.schema?.trim() === "" ? { schema: t("tables.schema.missing") } : {}),
      ...(asksForToken && !token.trim()
        ? { token: t(isTables ? "tables.token.missing" : "token.missing") }
        : {}),
      ...(device.trim() ? {} : { device: t("device.missing") }),
    };
    setErrors(missing);
    const [first] = Object.keys(missing);
    if (first) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      const state = await call("workspace_connect", {
        server_url: address,
        token: asksForToken ? token.trim() : "",
        device_name: device.trim(),
        ...(isTables ? { tables } : {}),
      });
      // The topics that tell of it may come a moment later: the next screen must know already.
      queryClient.setQueryData(readQuery("app_state", {}).queryKey, state);
      onConnected();
    } catch (reason) {
      const code = reason instanceof CommandFailed ? reason.code : "internal";
      if (reason instanceof CommandFailed && reason.code === "bad_schema") {
        // One that was kept does not fit any more: the person can bring another.
        setTablesValue((was) => ({ ...was, schema: was.schema ?? "" }));
        setErrors({ schema: schemaWords(reason.message) });
        showLine(form.current, reason.message);
      } else if (code !== "unauthorized") setErrors({ form: connectWords(reason) });
      else if (!asksForToken) setErrors({ form: t("tables.unauthorized.none") });
      else setErrors({ token: isTables ? t("tables.unauthorized") : connectWords(reason) });
      if (code === "unreachable") checkNow();
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
          help={check.state !== "none" ? null : t(isTables ? "tables.server.help" : "server.help")}
          error={errors.server}
          autoFocus={!serverUrl}
          value={server}
          onChange={setServer}
          onBlur={checkNow}
        />
        <CheckLine check={check} isTables={isTables} />
        {kind === null && (
          <span className="pt-1">
            <Checkbox isSelected={isTables} onChange={setTables}>
              <span className="text-note text-text-2">{t("tables")}</span>
            </Checkbox>
          </span>
        )}
      </div>
      {isTables && <TablesSection value={tables} onChange={setTablesValue} error={errors.schema} />}
      {asksForToken && (
        <TextInput
          label={t(isTables ? "tables.token" : "token")}
          name="token"
          type={isTokenShown ? "text" : "password"}
          autoComplete="current-password"
          enterKeyHint="next"
          help={t(isTables ? "tables.token.help" : "token.help")}
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
      )}
      <TextInput
        label={t("device")}
        name="device"
        autoComplete="off"
        enterKeyHint="go"
        maxLength={80}
        help={t(isTables ? "tables.device.help" : "device.help")}
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

/** Puts the caret on the line that the refusal names. */
function showLine(form: HTMLFormElement | null, message: string): void {
  const box = form?.querySelector<HTMLTextAreaElement>('textarea[name="schema"]');
  if (!box) return;
  box.focus();
  const line = lineOf(message);
  if (line === null) return;
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  box.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}
