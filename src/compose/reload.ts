// Reading configuration files again, all of them at one word: SIGHUP or POST /-/reload.

interface Reloadable {
  reload(): Promise<void>;
}

/**
 * Reads each again, also when one before it is wrong: that one keeps what it had. Rejects with what was
 * wrong first.
 */
export const reloadAll =
  (files: readonly (Reloadable | undefined)[]) => async (): Promise<void> => {
    const mistakes: unknown[] = [];
    for (const file of files) await file?.reload().catch((error) => mistakes.push(error));
    if (mistakes.length > 0) throw mistakes[0];
  };
