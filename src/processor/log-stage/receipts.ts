// One receipt for a line that was made of several.
import type { Receipt } from '#pipeline/log/entry.ts';

/** Holding and releasing it does so with all of them. Each is held once for the line that is made. */
export function joinReceipts(receipts: readonly Receipt[]): Receipt {
  if (receipts.length === 1) return receipts[0] as Receipt;
  return {
    hold: () => {
      for (const receipt of receipts) receipt.hold();
    },
    release: () => {
      for (const receipt of receipts) receipt.release();
    },
  };
}
