// The same dialog over whatever is shown: opened from a record's banner or a row's mark, it leaves the screen in place.
import { decideConflict, stopDeciding, useDeciding } from "@/app/decide";
import { ConflictWindow } from "./decide/ConflictWindow";

export function DecideOverlay() {
  const conflict = useDeciding();
  return (
    <ConflictWindow
      conflict={conflict}
      onGo={(next) => (next ? decideConflict(next) : stopDeciding())}
      onResolved={stopDeciding}
      onClose={stopDeciding}
    />
  );
}
