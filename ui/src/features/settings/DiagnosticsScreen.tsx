// `/diagnostics`: facts for whoever helps, without any field's value (U91).
import { CircleCheck, Copy, Download, RotateCcw, TriangleAlert } from "lucide-react";
import { Page } from "@/app/Page";
import { paths } from "@/app/paths";
import { copyText, saveText } from "@/app/textOut";
import { type Diagnostics, useRead } from "@/backend";
import { Button, ErrorNote, failureWords, toast } from "@/components";
import { formatMoment, useTranslation } from "@/i18n";
import { Fact, Section } from "./Section";

export function DiagnosticsScreen() {
  const { t } = useTranslation("settings");
  const { data, error, isFetching, refetch } = useRead("diagnostics_get", {});
  return (
    <Page id="diagnostics" title={t("diagnostics.title")} back={paths.settings()}>
      <div className="mx-auto flex max-w-2xl flex-col gap-6 p-4 pb-10 tablet:p-6">
        {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {data && (
          <>
            <Actions data={data} isBusy={isFetching} onAgain={() => void refetch()} />
            <Integrity result={data.integrity} />
            <Section title={t("diagnostics.facts")}>
              <dl className="tabular divide-y divide-line">
                {data.facts.map((fact) => (
                  <Fact key={fact.name} name={fact.name}>
                    {fact.value}
                  </Fact>
                ))}
              </dl>
            </Section>
          </>
        )}
      </div>
    </Page>
  );
}

function Actions({ data, isBusy, onAgain }: { data: Diagnostics; isBusy: boolean; onAgain: () => void }) {
  const { t } = useTranslation("settings");
  const file = `landfall-diagnostics-${new Date(data.at).toISOString().slice(0, 19).replaceAll(":", "")}.txt`;
  const save = () => {
    saveText(file, diagnosticsText(data));
    toast({ text: t("diagnostics.saved", { file }) });
  };
  const copy = () =>
    void copyText(diagnosticsText(data)).then(
      () => toast({ text: t("diagnostics.copied") }),
      (reason) => toast({ text: failureWords(reason) }),
    );
  return (
    <div className="flex flex-col gap-3">
      <p className="text-body text-text-2">{t("diagnostics.note", { when: formatMoment(data.at) })}</p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={Download} onPress={save}>
          {t("diagnostics.save")}
        </Button>
        <Button icon={Copy} onPress={copy}>
          {t("diagnostics.copy")}
        </Button>
        <Button look="quiet" icon={RotateCcw} isDisabled={isBusy} onPress={onAgain}>
          {t("diagnostics.again")}
        </Button>
      </div>
    </div>
  );
}

function Integrity({ result }: { result: string }) {
  const { t } = useTranslation("settings");
  if (result === "ok") {
    return (
      <p className="flex items-center gap-2 text-body">
        <CircleCheck aria-hidden className="size-4 text-added" />
        {t("diagnostics.integrity.ok")}
      </p>
    );
  }
  return (
    <div role="alert" className="flex gap-3 rounded border border-refused-line bg-refused-soft p-4 text-body">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-refused" />
      <div className="min-w-0">
        <p className="font-semibold">{t("diagnostics.integrity.bad")}</p>
        <p className="text-text-2">{t("diagnostics.integrity.bad.note")}</p>
        <p className="mt-2 font-mono text-note break-words">{result}</p>
      </div>
    </div>
  );
}

export function diagnosticsText({ at, facts, integrity }: Diagnostics): string {
  return [
    `made: ${new Date(at).toISOString()}`,
    ...facts.map((fact) => `${fact.name}: ${fact.value}`),
    `integrity: ${integrity}`,
    "",
  ].join("\n");
}
