// How the UI reads and writes. A read is a cached query keyed by [command, args]; it is read again when a
// `topics-changed` event names a topic that the command provides (follow.ts). The UI never decides by itself what to
// read again.
import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueries,
  useQuery,
} from "@tanstack/react-query";
import { type Args, type CommandFailed, type CommandName, host, type Result } from "./host";

export type ReadKey<C extends CommandName = CommandName> = readonly [C, Args<C>];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Data is local and topics say when it changed: nothing grows stale by time, focus or network.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      retry: false,
      networkMode: "always",
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

export function readQuery<C extends CommandName>(command: C, args: Args<C>) {
  return {
    queryKey: [command, args] as const,
    queryFn: () => host().invoke(command, args),
  };
}

export interface ReadOptions {
  /** False: do not read yet. */
  enabled?: boolean;
  /** Show the last answer while the arguments change (search, paging). */
  keepPrevious?: boolean;
}

/** Reads through a command, and again whenever what it provides has changed. */
export function useRead<C extends CommandName>(
  command: C,
  args: Args<C>,
  options: ReadOptions = {},
): UseQueryResult<Result<C>, CommandFailed> {
  return useQuery({
    ...readQuery(command, args),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  } as never) as UseQueryResult<Result<C>, CommandFailed>;
}

/** Reads several times through one command: windows of a list, the same question to several tables. */
export function useReads<C extends CommandName>(
  command: C,
  many: Args<C>[],
): UseQueryResult<Result<C>, CommandFailed>[] {
  return useQueries({ queries: many.map((args) => readQuery(command, args)) } as never) as UseQueryResult<
    Result<C>,
    CommandFailed
  >[];
}

/** Writes through a command. `mutate(args)`, or `await mutateAsync(args)`. What changed comes back as topics. */
export function useWrite<C extends CommandName>(
  command: C,
): UseMutationResult<Result<C>, CommandFailed, Args<C>> {
  return useMutation<Result<C>, CommandFailed, Args<C>>({
    mutationFn: (args) => host().invoke(command, args),
  });
}

/** Calls a command outside of React (event handlers that need no state). */
export function call<C extends CommandName>(command: C, args: Args<C>): Promise<Result<C>> {
  return host().invoke(command, args);
}
