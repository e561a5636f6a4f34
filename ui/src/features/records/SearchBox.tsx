// Search as you type (U10): the list follows 80 ms after the last key.
import { Search, X } from "lucide-react";
import { type Ref, useEffect, useEffectEvent, useState } from "react";
import { Button as AriaButton, Input, SearchField } from "react-aria-components";
import { cx, Kbd } from "@/components";
import { useTranslation } from "@/i18n";

export interface SearchBoxProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** ↓ leaves for the list. */
  onLeave: () => void;
  ref?: Ref<HTMLInputElement>;
  className?: string;
}

export function SearchBox({ label, value, onChange, onLeave, ref, className }: SearchBoxProps) {
  const { t } = useTranslation("records");
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== sent) {
    // The address changed from elsewhere: back, a saved view, *Clear filters*.
    setSent(value);
    setTyped(value);
  }
  const send = useEffectEvent((text: string) => {
    setSent(text);
    onChange(text);
  });
  useEffect(() => {
    if (typed === sent) return;
    const timer = setTimeout(() => send(typed), 80);
    return () => clearTimeout(timer);
  }, [typed, sent]);
  return (
    <SearchField
      aria-label={label}
      value={typed}
      onChange={setTyped}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") onLeave();
      }}
      className={cx("group relative flex items-center", className)}
    >
      <Search aria-hidden className="pointer-events-none absolute left-2.5 size-4 text-text-3" />
      <Input
        ref={ref}
        placeholder={label}
        enterKeyHint="search"
        className="h-control w-full min-w-0 rounded border border-line-strong bg-surface pr-8 pl-8.5 text-body [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === "" ? (
        <span className="pointer-events-none absolute right-2 group-focus-within:hidden coarse:hidden max-tablet:hidden">
          <Kbd>/</Kbd>
        </span>
      ) : (
        <AriaButton
          aria-label={t("search.clear")}
          className="absolute right-1 flex size-6 items-center justify-center rounded-sm text-text-3 hovered:text-text coarse:size-10"
        >
          <X aria-hidden className="size-4" />
        </AriaButton>
      )}
    </SearchField>
  );
}
