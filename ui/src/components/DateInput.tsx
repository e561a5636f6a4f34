// A day, or an instant: typed part by part in the person's own order, or picked from a calendar.
import {
  type CalendarDate,
  type CalendarDateTime,
  type DateValue,
  getLocalTimeZone,
  parseAbsolute,
  parseDate,
  toCalendarDateTime,
  toZoned,
} from "@internationalized/date";
import { Calendar as CalendarIcon, ChevronLeft, ChevronRight, X } from "lucide-react";
import {
  Button as AriaButton,
  DateInput as AriaDateInput,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Popover,
} from "react-aria-components";
import { useTranslation } from "@/i18n";
import { cx } from "./cx";
import { ariaField, FieldFrame, type FieldProps, groupLook } from "./field";
import { popupLook } from "./popup";

export interface DateInputProps extends FieldProps {
  /** `2026-11-23`, or none. */
  value: string | null;
  onChange: (value: string | null) => void;
  min?: string | null;
  max?: string | null;
}

const day = (text: string | null | undefined): CalendarDate | null => {
  if (!text) return null;
  try {
    return parseDate(text);
  } catch {
    return null; // Not a day: the field shows none, and validation says so.
  }
};

export function DateInput({ value, onChange, min, max, ...props }: DateInputProps) {
  return (
    <DatePicker
      {...ariaField(props)}
      value={day(value) as DateValue | null}
      onChange={(next) => onChange(next ? next.toString().slice(0, 10) : null)}
      minValue={day(min) ?? undefined}
      maxValue={day(max) ?? undefined}
      isInvalid={Boolean(props.error)}
      shouldForceLeadingZeros
    >
      <Picker field={props} onClear={value ? () => onChange(null) : undefined} />
    </DatePicker>
  );
}

export interface DateTimeInputProps extends FieldProps {
  /** An instant in UTC, `2026-11-23T10:41:00Z`, or none. Shown and typed in the person's time zone. */
  value: string | null;
  onChange: (value: string | null) => void;
}

const instant = (text: string | null): CalendarDateTime | null => {
  if (!text) return null;
  try {
    return toCalendarDateTime(parseAbsolute(text, getLocalTimeZone()));
  } catch {
    return null;
  }
};

export function DateTimeInput({ value, onChange, ...props }: DateTimeInputProps) {
  return (
    <DatePicker
      {...ariaField(props)}
      granularity="minute"
      hideTimeZone
      value={instant(value) as DateValue | null}
      onChange={(next) =>
        onChange(
          next
            ? toZoned(next as CalendarDateTime, getLocalTimeZone())
                .toAbsoluteString()
                .replace(/\.000Z$/, "Z")
            : null,
        )
      }
      shouldForceLeadingZeros
    >
      <Picker field={props} onClear={value ? () => onChange(null) : undefined} />
    </DatePicker>
  );
}

function Picker({ field, onClear }: { field: FieldProps; onClear?: () => void }) {
  const { t } = useTranslation();
  const canClear = onClear && !field.isReadOnly && !field.isDisabled && !field.isRequired;
  return (
    <>
      <FieldFrame field={field}>
        <Group className={groupLook}>
          <AriaDateInput className="tabular flex min-w-0 flex-1 items-center px-2">
            {(segment) => (
              <DateSegment
                segment={segment}
                className="rounded-sm px-0.5 outline-none placeholder-shown:text-text-3 focused:bg-accent focused:text-on-accent"
              />
            )}
          </AriaDateInput>
          {canClear && (
            // `slot={null}`: this is not the button that opens the calendar.
            <AriaButton
              slot={null}
              aria-label={t("clear")}
              onPress={onClear}
              className="flex h-full items-center px-1.5 text-text-3 hovered:text-text"
            >
              <X aria-hidden className="size-4" />
            </AriaButton>
          )}
          <AriaButton
            className="flex h-full items-center px-2 text-text-3 hovered:text-text"
            aria-label={t("date.pick")}
          >
            <CalendarIcon aria-hidden className="size-4" />
          </AriaButton>
        </Group>
      </FieldFrame>
      <Popover className={cx(popupLook, "p-3")}>
        <Dialog className="outline-none" aria-label={field.label}>
          <Calendar>
            <header className="mb-2 flex items-center gap-1">
              <Heading className="flex-1 px-1 text-14 font-semibold" />
              <AriaButton
                slot="previous"
                className="flex size-8 items-center justify-center rounded hovered:bg-hover coarse:size-11"
              >
                <ChevronLeft aria-hidden className="size-4 rtl:rotate-180" />
              </AriaButton>
              <AriaButton
                slot="next"
                className="flex size-8 items-center justify-center rounded hovered:bg-hover coarse:size-11"
              >
                <ChevronRight aria-hidden className="size-4 rtl:rotate-180" />
              </AriaButton>
            </header>
            <CalendarGrid className="tabular [&_th]:text-12 [&_th]:font-medium [&_th]:text-text-3">
              {(date) => (
                <CalendarCell
                  date={date}
                  className="flex size-8 cursor-default items-center justify-center rounded text-13 coarse:size-11 outside-month:text-text-3 hovered:bg-hover selected:bg-accent selected:text-on-accent disabled:text-text-3 disabled:line-through focus-visible:outline-2 focus-visible:outline-focus"
                />
              )}
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </>
  );
}
