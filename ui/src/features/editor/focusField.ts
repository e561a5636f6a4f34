/** Puts the focus into a column's field, or into the first one. */
export function focusField(column: string | null): void {
  const place = document.querySelector<HTMLElement>(
    column ? `[data-column="${CSS.escape(column)}"]` : "[data-column]",
  );
  place?.scrollIntoView({ block: "center" });
  place?.querySelector<HTMLElement>("input, textarea, [role=spinbutton], button")?.focus();
}
