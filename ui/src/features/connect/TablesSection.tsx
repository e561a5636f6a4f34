// For a server that the team already has, of Azure Mobile Apps or Datasync: what tables it has, which it tells nobody, and
// how it is told who asks.
import { FolderOpen } from "lucide-react";
import { useRef } from "react";
import type { TablesSignIn } from "@/backend";
import { Button, Select, TextArea } from "@/components";
import { useTranslation } from "@/i18n";

export interface Tables {
  /** Null: those that this device has been connected with. */
  schema: string | null;
  sign_in: TablesSignIn;
}

export interface TablesSectionProps {
  value: Tables;
  onChange: (value: Tables) => void;
  /** What is wrong with the schema; where it names a line, that line is shown. */
  error?: string;
}

const ways: TablesSignIn[] = ["zumo", "bearer", "none"];

export function TablesSection({ value, onChange, error }: TablesSectionProps) {
  const { t } = useTranslation("connect");
  return (
    <div className="flex flex-col gap-4 border-l-2 border-line-2 pl-4">
      {value.schema === null ? (
        <div className="flex flex-col gap-2">
          <p className="text-body">{t("tables.kept")}</p>
          <Button size="small" className="self-start" onPress={() => onChange({ ...value, schema: "" })}>
            {t("tables.describe")}
          </Button>
        </div>
      ) : (
        <Description
          schema={value.schema}
          onChange={(schema) => onChange({ ...value, schema })}
          error={error}
        />
      )}
      <Select
        label={t("tables.sign_in")}
        options={ways.map((id) => ({ id, label: t(`tables.sign_in.${id}`) }))}
        value={value.sign_in}
        onChange={(way) => way && onChange({ ...value, sign_in: way as TablesSignIn })}
      />
    </div>
  );
}

interface DescriptionProps {
  schema: string;
  onChange: (schema: string) => void;
  error: string | undefined;
}

function Description({ schema, onChange, error }: DescriptionProps) {
  const { t } = useTranslation("connect");
  const picker = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file) onChange(await file.text());
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label={t("tables.schema")}
        help={t("tables.schema.help")}
        error={error}
        name="schema"
        isCode
        rows={6}
        value={schema}
        onChange={onChange}
      />
      <input
        ref={picker}
        type="file"
        accept=".toml,text/plain"
        hidden
        aria-label={t("tables.choose")}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          // The same file can be chosen again once it was mended.
          event.target.value = "";
        }}
      />
      <Button size="small" icon={FolderOpen} className="self-start" onPress={() => picker.current?.click()}>
        {t("tables.choose")}
      </Button>
    </div>
  );
}
