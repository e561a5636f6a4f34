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

/** Gives the focus back to the list beside the record, at the cell where it was. */
export function focusList(): void {
  // Once the record is gone from the page.
  setTimeout(() => {
    const list = document.querySelector<HTMLElement>('[data-region="list"]');
    (list?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]') ?? list)?.focus();
  }, 50);
}

export type Step = "previous" | "next";
let lastStep: { step: Step; at: number } | null = null;

/** The person goes on to a neighbour: the same button shall have the focus there, to go on once more. */
export function rememberStep(step: Step): void {
  lastStep = { step, at: Date.now() };
}

/** Whether the person has just come by this button. */
export const cameBy = (step: Step): boolean => lastStep?.step === step && Date.now() - lastStep.at < 2_000;
