// A bound on bytes held at once, shared by every connection: who wants to hold more asks first.

export interface ByteBudget {
  readonly bytes: number;
  readonly bytesMax: number;
  /** What one holder has taken; `release` gives everything back and may be called twice. */
  open(): ByteHold;
}

export interface ByteHold {
  readonly bytes: number;
  /** Whether take() would do it now. */
  fits(bytes: number): boolean;
  /** False when there is no room; nothing is taken then. */
  take(bytes: number): boolean;
  release(): void;
}

export function createByteBudget(bytesMax: number): ByteBudget {
  let bytes = 0;
  const open = (): ByteHold => {
    let held = 0;
    // A single holder always fits, so that a limit set too low refuses no request for ever.
    const fits = (extra: number): boolean => bytes + extra <= bytesMax || bytes === held;
    return {
      get bytes() {
        return held;
      },
      fits,
      take(extra) {
        if (!fits(extra)) return false;
        bytes += extra;
        held += extra;
        return true;
      },
      release() {
        bytes -= held;
        held = 0;
      },
    };
  };
  return {
    get bytes() {
      return bytes;
    },
    bytesMax,
    open,
  };
}
