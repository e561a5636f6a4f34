// The list with the record beside it; on a phone the record lies over the list, which keeps its place.
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "@/i18n";
import { useLayout } from "./layout";
import { Region } from "./Region";
import { useRemembered } from "./remember";
import { Splitter } from "./Splitter";

export interface PanesProps {
  list: ReactNode;
  listLabel: string;
  /** The record, if one is open. */
  record: ReactNode | null;
}

export function Panes({ list, listLabel, record }: PanesProps) {
  const { t } = useTranslation("app");
  const layout = useLayout();
  const [width, setWidth] = useRemembered(`width.record.${layout}`, layout === "desktop" ? 480 : 420);
  const isPhone = layout === "phone";
  useFocusInSight(isPhone, record !== null);
  return (
    <>
      <Region id="list" label={listLabel} className="flex-1" isHidden={isPhone && record !== null}>
        {list}
      </Region>
      {record !== null && !isPhone && (
        <Splitter
          label={t("pane.resize.record")}
          controls="record"
          value={width}
          onChange={setWidth}
          min={320}
          max={880}
          side="after"
        />
      )}
      {record !== null && (
        <Region
          id="record"
          label={t("region.record")}
          className={isPhone ? "flex-1 bg-surface" : "shrink-0 bg-surface"}
          style={isPhone ? undefined : { width, maxWidth: "65%" }}
        >
          {record}
        </Region>
      )}
    </>
  );
}

/** One pane takes the other's place on a phone: the focus goes along, and comes back to the row it came from. */
function useFocusInSight(isPhone: boolean, isOpen: boolean): void {
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current === isOpen) return;
    wasOpen.current = isOpen;
    if (!isPhone) return;
    const list = document.getElementById("list");
    const here = document.activeElement;
    if (isOpen) {
      if (here === document.body || list?.contains(here))
        document.getElementById("record")?.focus({ preventScroll: true });
    } else if (here === document.body) {
      list?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus({ preventScroll: true });
    }
  }, [isPhone, isOpen]);
}
