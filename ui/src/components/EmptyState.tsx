import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  note?: ReactNode;
  /** One action, at most two. */
  children?: ReactNode;
}

/** Four kinds of empty (U86): first use, no result, all done, no permission. Each with its words and one action. */
export function EmptyState({ icon: Icon, title, note, children }: EmptyStateProps) {
  return (
    <div className="mx-auto flex h-full max-w-96 flex-col items-center justify-center gap-2 p-8 text-center">
      <span
        aria-hidden
        className="mb-2 flex size-12 items-center justify-center rounded-full bg-surface-2 text-text-3"
      >
        <Icon className="size-6" strokeWidth={1.5} />
      </span>
      <p className="text-16 font-semibold text-text">{title}</p>
      {note && <p className="text-body text-text-2">{note}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
