// A menu of actions on a button.
import { Check, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import {
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
  Text,
} from "react-aria-components";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import { itemLook, listLook, popupLook } from "./popup";

export interface MenuAction {
  id: string;
  label: string;
  icon?: LucideIcon;
  onAction?: () => void;
  href?: string;
  danger?: boolean;
  isDisabled?: boolean;
  /** Shows a tick: the action is a state that is on. */
  isOn?: boolean;
  shortcut?: string;
  detail?: string;
}

export interface MenuGroup {
  id: string;
  title?: string;
  actions: MenuAction[];
}

export interface MenuProps {
  trigger: ReactNode;
  label: string;
  groups: MenuGroup[];
  placement?: "bottom start" | "bottom end" | "top start" | "top end";
}

export function Menu({ trigger, label, groups, placement = "bottom end" }: MenuProps) {
  const shown = groups.filter((group) => group.actions.length > 0);
  return (
    <MenuTrigger>
      {trigger}
      <Popover placement={placement} offset={4} className={cx(popupLook, "min-w-48")}>
        <AriaMenu aria-label={label} className={listLook}>
          {shown.flatMap((group, index) => [
            ...(index > 0
              ? [<Separator key={`${group.id}-line`} className="my-1 border-t border-line" />]
              : []),
            <MenuSection key={group.id} aria-label={group.title ?? label}>
              {group.title && (
                <Header className="px-2 pt-1 pb-0.5 text-note font-medium text-text-3">{group.title}</Header>
              )}
              {group.actions.map((action) => (
                <MenuItem
                  key={action.id}
                  id={action.id}
                  textValue={action.label}
                  href={action.href}
                  isDisabled={action.isDisabled}
                  onAction={action.onAction}
                  className={cx(itemLook, action.danger && "text-refused")}
                >
                  {action.icon && <action.icon aria-hidden className="size-4 shrink-0 text-text-3" />}
                  <span className="flex min-w-0 flex-1 flex-col">
                    <Text slot="label">{action.label}</Text>
                    {action.detail && (
                      <Text slot="description" className="text-note text-text-3">
                        {action.detail}
                      </Text>
                    )}
                  </span>
                  {action.isOn && <Check aria-hidden className="size-4 text-accent" />}
                  {action.shortcut && <Kbd>{action.shortcut}</Kbd>}
                </MenuItem>
              ))}
            </MenuSection>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
