// The app: providers around the router.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components";
import { queryClient } from "@/backend";
import { locale } from "@/i18n";
import { router as pageRouter } from "./router";

export function App({ router = pageRouter }: { router?: typeof pageRouter }) {
  return (
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale={locale()}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  );
}
