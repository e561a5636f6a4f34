// The look of everything that floats: menus, popovers, lists of options.
export const popupLook =
  "z-40 animate-appear overflow-auto rounded border border-line-2 bg-surface shadow-float outline-none";
export const listLook = "flex flex-col overflow-auto p-1 outline-none";
export const itemLook =
  "flex min-h-8 cursor-default items-center gap-2 rounded-sm px-2 py-1 text-body text-text select-none coarse:min-h-11 focused:bg-hover hovered:bg-hover disabled:text-text-3 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus";
