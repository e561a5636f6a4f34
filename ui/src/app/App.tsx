// The app: providers around the router.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components";
import { queryClient } from "@/backend";
import { i18next } from "@/i18n";
import { router } from "./router";

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale={i18next.resolvedLanguage ?? "en"}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  );
}
