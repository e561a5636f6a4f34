import { Compass } from "lucide-react";
import { ButtonLink, EmptyState } from "@/components";
import { useTranslation } from "@/i18n";
import { paths } from "./paths";

export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <EmptyState icon={Compass} title={t("not_found.title")} note={t("not_found.note")}>
      <ButtonLink href={paths.home()}>{t("not_found.go")}</ButtonLink>
    </EmptyState>
  );
}
