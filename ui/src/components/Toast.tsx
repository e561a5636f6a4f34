// Messages that go by themselves, with one way back: *Undo* (U12, U24).
import { X } from "lucide-react";
import {
  Button as AriaButton,
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useTranslation } from "@/i18n";

export interface ToastMessage {
  text: string;
  action?: { label: string; onAction: () => void };
}

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 2 });

/** Says something for a while (10 s with an action, 5 s without). Returns a function that takes it away. */
export function toast(message: ToastMessage): () => void {
  const key = queue.add(message, { timeout: message.action ? 10_000 : 5_000 });
  return () => queue.close(key);
}

/** Once in the app. */
export function Toasts() {
  const { t } = useTranslation();
  return (
    <ToastRegion
      queue={queue}
      aria-label={t("toast.region")}
      className="fixed bottom-[calc(4.5rem+env(safe-area-inset-bottom))] left-1/2 z-50 flex w-max max-w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2 outline-none tablet:bottom-12"
    >
      {({ toast: shown }) => (
        <AriaToast
          toast={shown}
          className="flex animate-rise items-center gap-3 rounded bg-text py-1.5 pr-1.5 pl-4 text-body text-surface shadow-float"
        >
          <ToastContent className="min-w-0 flex-1">
            <Text slot="title">{shown.content.text}</Text>
          </ToastContent>
          {shown.content.action && (
            <AriaButton
              className="h-8 rounded-sm px-2 font-semibold underline underline-offset-2 coarse:h-11 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-surface"
              onPress={() => {
                shown.content.action?.onAction();
                queue.close(shown.key);
              }}
            >
              {shown.content.action.label}
            </AriaButton>
          )}
          <AriaButton
            slot="close"
            aria-label={t("dismiss")}
            className="flex size-8 items-center justify-center rounded-sm coarse:size-11 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-surface"
          >
            <X aria-hidden className="size-4" />
          </AriaButton>
        </AriaToast>
      )}
    </ToastRegion>
  );
}
