// Help for component tests: render over the fake backend, check with axe.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterContextProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { expect } from "vitest";
import { App } from "@/app/App";
import { history } from "@/app/history";
import { makeRouter, router } from "@/app/router";
import { AppStateProvider } from "@/app/workspace";
import { followChanges, queryClient, setHost } from "@/backend";
import { createFake, type Fake, type FakeOptions } from "@/backend/fake";
import { Toasts } from "@/components";
import { NOW } from "./now";

export { NOW };

/** A fake client that this page talks to from now on. */
export function fakeHost(options: FakeOptions = {}): Fake {
  const fake = createFake({ now: NOW, rows: 60, ...options });
  setHost(fake);
  queryClient.clear();
  return fake;
}

/** Renders below the app's providers, over a fake client. */
export function renderUi(ui: ReactNode, fake: Fake = fakeHost()) {
  const stop = followChanges();
  const result = render(
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale="en-GB">
        <RouterContextProvider router={router}>
          <AppStateProvider>{ui}</AppStateProvider>
        </RouterContextProvider>
        <Toasts />
      </I18nProvider>
    </QueryClientProvider>,
  );
  const { unmount } = result;
  return {
    ...result,
    fake,
    user: userEvent.setup(),
    unmount: () => {
      stop();
      unmount();
    },
  };
}

/** No violation of WCAG 2.2 AA that can be found without layout (colours are checked in styles/contrast.test.ts). */
export async function expectNoAxeViolations(container: Element): Promise<void> {
  let found: string[] = [];
  await act(async () => {
    const result = await axe.run(container, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: {
        "color-contrast": { enabled: false },
        region: { enabled: false },
        "page-has-heading-one": { enabled: false },
      },
    });
    found = result.violations.map(
      (each) => `${each.id}: ${each.help}\n${each.nodes.map((node) => node.html).join("\n")}`,
    );
  });
  expect(found).toEqual([]);
}

/** Shows the whole app at an address (`#/t/airfields`), over a fake client, in a low, wide window (few rows, quick tests). */
export function renderApp(address: string, fake: Fake = fakeHost()) {
  giveSizes();
  history.replace(address.replace(/^#/, ""));
  history.flush();
  const stop = followChanges();
  const result = render(<App router={makeRouter()} />);
  const { unmount } = result;
  return {
    ...result,
    fake,
    user: userEvent.setup(),
    unmount: () => {
      stop();
      unmount();
    },
  };
}

/** There is no layout in tests: every element is as large as the window, so that virtualized lists show rows. */
function giveSizes() {
  for (const [name, size] of Object.entries({
    offsetHeight: 240,
    clientHeight: 240,
    offsetWidth: 1024,
    clientWidth: 1024,
  })) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
  }
}
