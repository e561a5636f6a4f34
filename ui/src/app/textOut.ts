// Text that leaves the app by a person's hand: as a file, or by the clipboard.

/** Offers the text as a file to save. */
export function saveText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has begun by then; the address is of no more use.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text);
