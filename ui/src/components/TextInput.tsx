// One line and several lines of text.
import type { HTMLAttributes, ReactNode, Ref } from "react";
import { TextArea as AriaTextArea, Group, Input, TextField } from "react-aria-components";
import { cx } from "./cx";
import { ariaField, boxLook, FieldFrame, type FieldProps, groupLook, inputLook } from "./field";

export interface TextInputProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  type?: "text" | "url" | "password" | "search" | "tel" | "email";
  inputMode?: HTMLAttributes<HTMLInputElement>["inputMode"];
  enterKeyHint?: HTMLAttributes<HTMLInputElement>["enterKeyHint"];
  autoComplete?: string;
  maxLength?: number;
  name?: string;
  /** Shown at the end of the box: a unit, a button. */
  suffix?: ReactNode;
  /** Called on Enter. */
  onSubmit?: () => void;
  ref?: Ref<HTMLInputElement>;
}

export function TextInput({
  value,
  onChange,
  ref,
  onSubmit,
  placeholder,
  enterKeyHint,
  suffix,
  ...props
}: TextInputProps) {
  return (
    <TextField
      {...ariaField(props)}
      value={value}
      onChange={onChange}
      type={props.type ?? "text"}
      inputMode={props.inputMode}
      autoComplete={props.autoComplete ?? "off"}
      maxLength={props.maxLength}
      name={props.name}
      onKeyDown={(event) => {
        if (event.key === "Enter" && onSubmit) {
          event.preventDefault();
          onSubmit();
        }
      }}
    >
      <FieldFrame field={props}>
        {suffix ? (
          <Group className={groupLook}>
            <Input
              ref={ref}
              placeholder={placeholder}
              enterKeyHint={enterKeyHint}
              className="tabular h-full min-w-0 flex-1 bg-transparent px-2.5 outline-none focus-visible:outline-none"
            />
            {suffix}
          </Group>
        ) : (
          <Input ref={ref} placeholder={placeholder} enterKeyHint={enterKeyHint} className={inputLook} />
        )}
      </FieldFrame>
    </TextField>
  );
}

export interface TextAreaProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  rows?: number;
  /** A text for machines: letters of one width, and nothing in it is corrected. */
  isCode?: boolean;
  name?: string;
  ref?: Ref<HTMLTextAreaElement>;
}

/** Several lines; grows with its content. */
export function TextArea({
  value,
  onChange,
  placeholder,
  rows = 4,
  isCode = false,
  name,
  ref,
  ...props
}: TextAreaProps) {
  return (
    <TextField {...ariaField(props)} value={value} onChange={onChange}>
      <FieldFrame field={props}>
        <AriaTextArea
          ref={ref}
          rows={rows}
          name={name}
          placeholder={placeholder}
          spellCheck={isCode ? false : undefined}
          autoCapitalize={isCode ? "off" : undefined}
          autoCorrect={isCode ? "off" : undefined}
          className={cx(
            boxLook,
            isCode && "font-mono text-note! coarse:text-16!",
            "field-sizing-content max-h-96 min-h-20 resize-y px-2.5 py-1.5 leading-normal",
          )}
        />
      </FieldFrame>
    </TextField>
  );
}
