// A titled part of the settings, and its rows.
import { type ReactNode, useId } from "react";

export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <h2 id={id} className="text-body font-semibold">
        {title}
      </h2>
      {note && <p className="max-w-prose text-note text-text-3">{note}</p>}
      <div className="divide-y divide-line rounded border border-line empty:hidden">{children}</div>
    </section>
  );
}

/** Words at the start, a control at the end; below each other when there is no room. */
export function Row({ label, help, children }: { label: ReactNode; help?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="flex min-w-40 flex-1 flex-col">
        <span className="text-body">{label}</span>
        {help && <span className="text-note text-text-3">{help}</span>}
      </div>
      {children}
    </div>
  );
}

/** A fact: name and value. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 flex-col gap-x-4 px-4 py-2.5 tablet:flex-row tablet:items-baseline">
      <dt className="shrink-0 text-note text-text-2 tablet:w-44 tablet:text-body">{name}</dt>
      <dd className="min-w-0 flex-1 text-body break-words">{children}</dd>
    </div>
  );
}
