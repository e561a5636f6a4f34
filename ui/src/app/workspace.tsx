// The app's state for everything below: workspace, schema, settings.
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { type AppState, type Settings, type Table, useRead, type WorkspaceInfo } from "@/backend";
import { Bar, ErrorNote, Skeleton } from "@/components";
import { remember, remembered } from "./remember";
import { applyTheme } from "./theme";

const AppContext = createContext<AppState | null>(null);

/** Reads the app's state once, and again when it changes; shows its children when it is there. */
export function AppStateProvider({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useRead("app_state", {});
  const theme = data?.settings.theme;
  useEffect(() => (theme ? applyTheme(theme) : undefined), [theme]);
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Skeleton>
        <div className="flex flex-col gap-4 p-8">
          <Bar className="w-40" />
          <Bar className="w-64" />
        </div>
      </Skeleton>
    );
  }
  return <AppContext value={data}>{children}</AppContext>;
}

export function useAppState(): AppState {
  const state = useContext(AppContext);
  if (!state) throw new Error("invariant: useAppState stands below AppStateProvider");
  return state;
}

/** The workspace. Only below a connected shell. */
export function useWorkspace(): WorkspaceInfo {
  const { workspace } = useAppState();
  if (!workspace) throw new Error("invariant: this screen is shown only when connected");
  return workspace;
}

export const useSettings = (): Settings => useAppState().settings;

export function useTable(name: string): Table | undefined {
  return useAppState().workspace?.schema.tables.find((table) => table.name === name);
}

export const rememberTable = (name: string) => remember("table", name);

/** The table used last, or the first. */
export function useLastTable(): Table | undefined {
  const tables = useAppState().workspace?.schema.tables ?? [];
  const last = remembered("table", "");
  return tables.find((table) => table.name === last) ?? tables[0];
}
