// What takes typing comes first; the dot beside the label and other buttons are not what is meant.
const inputs = "input, textarea, [role=spinbutton], [role=radio]";

/** Puts the focus into a column's field, or into the first one. */
export function focusField(column: string | null): void {
  const place = document.querySelector<HTMLElement>(
    column ? `[data-column="${CSS.escape(column)}"]` : "[data-column]",
  );
  place?.scrollIntoView?.({ block: "center" });
  (place?.querySelector<HTMLElement>(inputs) ?? place?.querySelector<HTMLElement>("button"))?.focus();
}
