// Why a view cannot be shown, in words: a mistake of ours, or its code did not come because the
// program is stopped, or was replaced by one with other files.

/** The code of a view could not be fetched. */
export class ViewLoadError extends Error {
  override readonly name = 'ViewLoadError';
}

/** `load` is a dynamic import; its failure becomes a ViewLoadError. */
export async function loadView<View>(load: () => Promise<View>): Promise<View> {
  try {
    return await load();
  } catch (cause) {
    throw new ViewLoadError('the code of this view cannot be fetched', { cause });
  }
}

export interface ViewFailure {
  readonly title: string;
  readonly detail: string;
}

export function describeFailure(error: unknown): ViewFailure {
  if (error instanceof ViewLoadError) {
    return {
      title: 'This view cannot be loaded.',
      detail: 'Is Sightline still running? If it was just updated, load the page again.',
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    title: 'This view cannot be shown.',
    detail: `That is a mistake of Sightline, not yours: ${message}`,
  };
}
