// The keys of the grid (U76): where a key takes the focus, as a pure function.

export interface Cell {
  /** −1 is the header. */
  row: number;
  col: number;
}

export interface Extent {
  rows: number;
  cols: number;
  /** Rows on one screen. */
  page: number;
}

export interface Press {
  key: string;
  mod: boolean;
}

/** The cell that a key leads to, or none if the key does not move. */
export function moved(from: Cell, press: Press, { rows, cols, page }: Extent): Cell | null {
  const row = (to: number) => Math.max(-1, Math.min(rows - 1, to));
  const bodyRow = (to: number) => Math.max(rows > 0 ? 0 : -1, Math.min(rows - 1, to));
  const col = (to: number) => Math.max(0, Math.min(cols - 1, to));
  switch (press.key) {
    case "ArrowUp":
      return { ...from, row: press.mod ? bodyRow(0) : row(from.row - 1) };
    case "ArrowDown":
      return { ...from, row: press.mod ? bodyRow(rows - 1) : row(from.row + 1) };
    case "ArrowLeft":
      return { ...from, col: col(from.col - 1) };
    case "ArrowRight":
      return { ...from, col: col(from.col + 1) };
    case "Home":
      return press.mod ? { row: bodyRow(0), col: 0 } : { ...from, col: 0 };
    case "End":
      return press.mod ? { row: bodyRow(rows - 1), col: cols - 1 } : { ...from, col: cols - 1 };
    case "PageUp":
      return { ...from, row: bodyRow(from.row - page) };
    case "PageDown":
      return { ...from, row: bodyRow(from.row + page) };
    default:
      return null;
  }
}
