// Choosing one of a few (Select) or one of many by typing (ComboBox).
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  Select as AriaSelect,
  Group,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from "react-aria-components";
import { useTranslation } from "@/i18n";
import { cx } from "./cx";
import { ariaField, FieldFrame, type FieldProps, groupLook, inputLook } from "./field";
import { itemLook, listLook, popupLook } from "./popup";

export interface Option {
  id: string;
  label: string;
  /** A second line. */
  detail?: string;
}

export interface SelectProps extends FieldProps {
  options: Option[];
  value: string | null;
  onChange: (value: string | null) => void;
  placeholder?: string;
  /** Offers to choose nothing, under this name. */
  emptyLabel?: string;
}

const NONE = "\u0000none";

export function Select({ options, value, onChange, placeholder, emptyLabel, ...props }: SelectProps) {
  const { isReadOnly, ...frame } = ariaField(props);
  return (
    <AriaSelect
      {...frame}
      isDisabled={props.isDisabled || isReadOnly}
      value={value}
      onChange={(key) => onChange(key === NONE || key === null ? null : String(key))}
      placeholder={placeholder ?? "\u2013"}
    >
      <FieldFrame field={props}>
        <AriaButton className={cx(inputLook, "flex cursor-default items-center gap-2 text-left")}>
          <SelectValue className="min-w-0 flex-1 truncate data-placeholder:text-text-3" />
          <ChevronDown aria-hidden className="size-4 shrink-0 text-text-3" />
        </AriaButton>
      </FieldFrame>
      <Popover className={cx(popupLook, "min-w-(--trigger-width)")}>
        <ListBox className={listLook}>
          {emptyLabel && <OptionItem id={NONE} label={emptyLabel} />}
          {options.map((option) => (
            <OptionItem key={option.id} {...option} />
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function OptionItem({ id, label, detail }: Option) {
  return (
    <ListBoxItem id={id} textValue={label} className={itemLook}>
      {({ isSelected }) => (
        <>
          <span className="flex min-w-0 flex-1 flex-col">
            <Text slot="label" className="truncate">
              {label}
            </Text>
            {detail && (
              <Text slot="description" className="truncate text-note text-text-3">
                {detail}
              </Text>
            )}
          </span>
          {isSelected && <Check aria-hidden className="size-4 text-accent" />}
        </>
      )}
    </ListBoxItem>
  );
}

export interface ComboBoxProps extends FieldProps {
  /** Already matching what is typed: the box does not filter. */
  options: Option[];
  value: string | null;
  onChange: (value: string | null) => void;
  /** What is typed. */
  text: string;
  onText: (text: string) => void;
  placeholder?: string;
  /** Shown when nothing matches. */
  none?: ReactNode;
}

export function ComboBox({
  options,
  value,
  onChange,
  text,
  onText,
  placeholder,
  none,
  ...props
}: ComboBoxProps) {
  const { t } = useTranslation();
  return (
    <AriaComboBox
      {...ariaField(props)}
      items={options}
      value={value}
      onChange={(key) => onChange(key === null ? null : String(key))}
      inputValue={text}
      onInputChange={onText}
      allowsEmptyCollection
      menuTrigger="focus"
    >
      <FieldFrame field={props}>
        <Group className={groupLook}>
          <Input
            placeholder={placeholder}
            className="h-full min-w-0 flex-1 bg-transparent px-2.5 outline-none focus-visible:outline-none"
          />
          <AriaButton className="flex h-full items-center px-2 text-text-3">
            <ChevronDown aria-hidden className="size-4" />
          </AriaButton>
        </Group>
      </FieldFrame>
      <Popover className={cx(popupLook, "w-(--trigger-width) min-w-60")}>
        <ListBox<Option>
          className={listLook}
          renderEmptyState={() => (
            <div className="px-2 py-1.5 text-body text-text-3">{none ?? t("combo.none")}</div>
          )}
        >
          {(option) => <OptionItem {...option} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
