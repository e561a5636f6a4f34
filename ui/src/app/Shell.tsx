// The window: navigation, the screen, the status bar; or on a phone the screen over a bottom bar.
import { Outlet, useLocation, useRouterState } from "@tanstack/react-router";
import { PlugZap } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ButtonLink, EmptyState, Toasts } from "@/components";
import { StatusBanner, StatusBar, useStatusAnnouncements } from "@/features/status";
import { RecentActions, useUndoKeys } from "@/features/undo";
import { useTranslation } from "@/i18n";
import { Announcer } from "./announce";
import { useDeciding } from "./decide";
import { go } from "./history";
import { useLayout } from "./layout";
import { NavigationBar, NavigationPane, NavigationRail } from "./Navigation";
import { useHasPlace } from "./navigation";
import { Palette } from "./Palette";
import { paths } from "./paths";
import { Boundary, cycleRegions, Region } from "./Region";
import { useRemembered } from "./remember";
import { ShortcutSheet } from "./ShortcutSheet";
import { Splitter } from "./Splitter";
import { useShortcut } from "./shortcuts";
import { AppStateProvider, useAppState } from "./workspace";

export function Shell() {
  return (
    <>
      <Boundary>
        <AppStateProvider>
          <Gate />
        </AppStateProvider>
      </Boundary>
      <Toasts />
      <Announcer />
    </>
  );
}

/** Without a workspace there is one place to be: the connect screen. */
function Gate() {
  const { workspace } = useAppState();
  const { pathname } = useLocation();
  const { t } = useTranslation("errors");
  const { t: tStatus } = useTranslation("status");
  const canConnect = useHasPlace("/connect");
  const mustConnect = !workspace && pathname !== "/connect" && canConnect;
  useEffect(() => {
    if (mustConnect) go(paths.connect(), { replace: true });
  }, [mustConnect]);
  if (pathname === "/connect" && canConnect) {
    return (
      <main className="h-full overflow-auto">
        <Boundary>
          <Outlet />
        </Boundary>
      </main>
    );
  }
  if (!workspace) {
    return mustConnect ? null : (
      <EmptyState icon={PlugZap} title={tStatus("title.not_connected")} note={t("not_connected.safe")}>
        <ButtonLink href={paths.home()}>{t("retry")}</ButtonLink>
      </EmptyState>
    );
  }
  return <Window />;
}

function Window() {
  const { t } = useTranslation("app");
  const layout = useLayout();
  const [width, setWidth] = useRemembered("width.nav", 220);
  useShortcut("F6", (event) => cycleRegions(event.shiftKey ? -1 : 1));
  useStatusAnnouncements();
  useUndoKeys();
  useFocusAfterGoing();
  return (
    <div className="flex h-full flex-col">
      <button
        type="button"
        onClick={() => document.getElementById("main")?.focus()}
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skip")}
      </button>
      <StatusBanner />
      <div className="flex min-h-0 flex-1">
        {layout !== "phone" && (
          <Region
            as="nav"
            id="navigation"
            label={t("nav.main")}
            className="relative shrink-0 border-line bg-canvas max-desktop:border-r"
            style={{ width: layout === "desktop" ? width : 56 }}
          >
            {layout === "desktop" ? (
              <>
                <NavigationPane />
                <Splitter
                  label={t("pane.resize.nav")}
                  controls="navigation"
                  value={width}
                  onChange={setWidth}
                  min={160}
                  max={360}
                  side="before"
                  className="absolute inset-y-0 -right-1"
                />
              </>
            ) : (
              <NavigationRail />
            )}
          </Region>
        )}
        <main id="main" tabIndex={-1} className="relative flex min-w-0 flex-1 bg-surface outline-none">
          <Boundary>
            <Outlet />
          </Boundary>
        </main>
      </div>
      {layout === "phone" ? (
        <Region as="nav" id="navigation" label={t("nav.main")} className="shrink-0">
          <NavigationBar />
        </Region>
      ) : (
        <Region as="footer" id="status" label={t("region.status")} className="shrink-0">
          <StatusBar />
        </Region>
      )}
      <Palette />
      <ShortcutSheet />
      <RecentActions />
      <Deciding />
    </div>
  );
}

/** A link that is gone with its screen takes the focus with it: the next Tab begins in the new screen, not at the top. */
function useFocusAfterGoing(): void {
  // Where the window is, once its screen is there.
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const from = useRef(pathname);
  useEffect(() => {
    if (from.current === pathname) return;
    const isStart = from.current === undefined;
    from.current = pathname;
    if (isStart) return;
    // The screens first: a dialog that closes gives the focus back, a phone's list takes it to its row.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      const main = document.getElementById("main");
      const part = (selector: string) => main?.querySelector<HTMLElement>(selector);
      (part("#record") ?? part("[data-region]") ?? main)?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [pathname]);
}

const DecideOverlay = lazy(() =>
  import("@/features/conflicts").then((feature) => ({ default: feature.DecideOverlay })),
);

/** A conflict that was opened over the present screen. */
function Deciding() {
  const conflict = useDeciding();
  const [wasAsked, setAsked] = useState(false);
  if (conflict && !wasAsked) setAsked(true);
  return wasAsked ? (
    <Suspense>
      <DecideOverlay />
    </Suspense>
  ) : null;
}
