// A wake to try: the server sends it, and the device tells when it has arrived.
import { useEffect, useState } from "react";
import { useWrite, type WakeStatus } from "@/backend";
import { Button, failureWords } from "@/components";
import { useTranslation } from "@/i18n";
import { SaidLine } from "./SaidLine";
import { Row } from "./Section";
import { type Said, testWords } from "./wakeWords";

/** A wake that has not come by then is lost. */
const PATIENCE = 10_000;

export function WakeTestRow({ status }: { status: WakeStatus }) {
  const { t } = useTranslation("wakes");
  const { mutate, data: report, error, isPending } = useWrite("wake_test");
  const [waited, setWaited] = useState<number>();
  const asked = report?.asked_at;
  useEffect(() => {
    if (asked === undefined) return;
    const timer = setTimeout(() => setWaited(asked), PATIENCE);
    return () => clearTimeout(timer);
  }, [asked]);
  const told: Said[] = error
    ? [{ tone: "bad", words: failureWords(error) }]
    : (report?.tests ?? []).map((test) => testWords(test, report?.asked_at ?? 0, status, waited === asked));
  return (
    <div>
      <Row label={t("test")} help={t("test.help")}>
        <Button isDisabled={isPending} onPress={() => mutate({})}>
          {t(isPending ? "test.sending" : "test.send")}
        </Button>
      </Row>
      <div role="status" aria-label={t("test.results")} className="flex flex-col gap-1 px-4 text-body">
        {!isPending && told.map((said) => <SaidLine key={said.words} said={said} />)}
        {!isPending && told.length > 0 && <span className="h-2" />}
      </div>
    </div>
  );
}
