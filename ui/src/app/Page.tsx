// A screen of its own beside the navigation: a landmark with a header bar and a body of readable width.
import type { ReactNode } from "react";
import { StatusButton } from "@/features/status";
import { useLayout } from "./layout";
import { Region } from "./Region";
import { Screen, type ScreenProps } from "./Screen";

export interface PageProps extends Omit<ScreenProps, "title"> {
  id: string;
  title: string;
  children: ReactNode;
}

export function Page({ id, title, actions, children, ...props }: PageProps) {
  const layout = useLayout();
  return (
    <Region id={id} label={title} className="flex-1">
      <Screen
        title={title}
        actions={
          <>
            {actions}
            {layout === "phone" && <StatusButton placement="bottom end" />}
          </>
        }
        {...props}
      >
        {children}
      </Screen>
    </Region>
  );
}
