// Waiting that ends early. `Promise.race` with one promise that lives as long as the program would keep a
// reaction for each wait.

/** Settles as the work does, or resolves when the signal aborts; leaves nothing on the signal. */
export async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop);
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
