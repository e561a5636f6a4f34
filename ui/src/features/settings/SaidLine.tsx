// A line about how something is: a sign, words, and the other side's own words below.
import { CircleCheck, CircleDashed, type LucideIcon, TriangleAlert } from "lucide-react";
import { cx } from "@/components";
import type { Said, Tone } from "./wakeWords";

const signs: Record<Tone, { icon: LucideIcon; ink: string }> = {
  good: { icon: CircleCheck, ink: "text-added" },
  quiet: { icon: CircleDashed, ink: "text-text-3" },
  bad: { icon: TriangleAlert, ink: "text-refused" },
};

export function SaidLine({ said }: { said: Said }) {
  const { icon: Icon, ink } = signs[said.tone];
  return (
    <span className="flex items-start gap-2">
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", ink)} />
      <span className="tabular flex min-w-0 flex-col">
        {said.words}
        {said.detail && <span className="text-note break-words text-text-3">{said.detail}</span>}
      </span>
    </span>
  );
}
