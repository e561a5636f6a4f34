// Asks the server whether it is there, once typing stops (U63).
import { useEffect, useState } from "react";
import { call, type ServerCheck } from "@/backend";

export const CHECK_PAUSE = 500;

export type Check =
  | { state: "none" }
  | { state: "busy" }
  | { state: "done"; check: ServerCheck }
  | { state: "failed"; reason: unknown };

export interface CheckedServer {
  check: Check;
  /** Asks at once: the field was left, or *Connect* was pressed. */
  checkNow: () => void;
}

export function useServerCheck(address: string): CheckedServer {
  const [check, setCheck] = useState<{ of: string; check: Check }>({ of: "", check: { state: "none" } });
  const [urgent, setUrgent] = useState("");
  const typed = address.trim();
  const pause = urgent === typed ? 0 : CHECK_PAUSE;
  useEffect(() => {
    if (!typed) return;
    let isOld = false;
    const say = (next: Check) => {
      if (!isOld) setCheck({ of: typed, check: next });
    };
    const timer = setTimeout(() => {
      say({ state: "busy" });
      call("workspace_check", { server_url: typed }).then(
        (answer) => say({ state: "done", check: answer }),
        (reason: unknown) => say({ state: "failed", reason }),
      );
    }, pause);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [typed, pause]);
  return {
    check: check.of === typed && typed ? check.check : { state: "none" },
    checkNow: () => setUrgent(typed),
  };
}
