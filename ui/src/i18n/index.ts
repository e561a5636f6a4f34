// The words. One catalogue per feature; keys are typed from the English files.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";

export { useTranslation } from "react-i18next";
export * from "./format";

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  supportedLngs: ["en"],
  ns: Object.keys(en),
  defaultNS: "common",
  resources: { en },
  interpolation: { escapeValue: false },
  returnNull: false,
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
});

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

export { i18next };
