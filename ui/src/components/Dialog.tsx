// Windows within the window: Dialog asks or shows something, AlertDialog asks before something that can't be undone.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "@/i18n";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons at the lower end, the main one last. */
  actions?: ReactNode;
  size?: "small" | "normal" | "medium" | "wide";
  role?: "dialog" | "alertdialog";
  /** A click outside closes it. */
  isDismissable?: boolean;
}

const widths = {
  small: "tablet:max-w-96",
  normal: "tablet:max-w-lg",
  medium: "tablet:max-w-xl",
  wide: "tablet:max-w-4xl",
};

export function Dialog({
  isOpen,
  onClose,
  title,
  children,
  actions,
  size = "normal",
  role = "dialog",
  isDismissable = true,
}: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={isDismissable}
      className="fixed inset-0 z-40 flex animate-appear items-end justify-center bg-scrim tablet:items-center tablet:p-6"
    >
      <Modal
        className={cx(
          "flex max-h-[calc(var(--visual-viewport-height)-1rem)] w-full animate-rise",
          widths[size],
        )}
      >
        <AriaDialog
          role={role}
          className="flex w-full flex-col overflow-hidden rounded-t-[10px] border border-line-2 bg-surface pb-safe-b shadow-float outline-none tablet:rounded-[10px]"
        >
          <header className="flex items-center gap-2 px-5 pt-4 pb-2">
            <Heading slot="title" className="min-w-0 flex-1 text-16 font-semibold">
              {title}
            </Heading>
            {role === "dialog" && (
              <IconButton icon={X} label={t("close")} onPress={onClose} className="-mr-2" />
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-5 pb-5">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-tablet:*:flex-1">
              {actions}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface AlertDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What happens, in words. */
  children: ReactNode;
  /** The verb on the button. */
  confirm: string;
  onConfirm: () => void;
  danger?: boolean;
}

export function AlertDialog({ confirm, onConfirm, danger = false, children, ...props }: AlertDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      {...props}
      role="alertdialog"
      size="small"
      isDismissable={false}
      actions={
        <>
          <Button autoFocus onPress={props.onClose}>
            {t("cancel")}
          </Button>
          <Button
            look={danger ? "danger" : "primary"}
            onPress={() => {
              props.onClose();
              onConfirm();
            }}
          >
            {confirm}
          </Button>
        </>
      }
    >
      <div className="text-body text-text-2">{children}</div>
    </Dialog>
  );
}
