// The address of the browser as state: every view is a path and its parameters. Paths are relative to
// <base>, so the UI does not know under which prefix it is served.

import { useMemo, useSyncExternalStore } from 'react';

export interface Place {
  /** Begins with `/`, without the prefix under which the UI is served. */
  readonly path: string;
  readonly params: URLSearchParams;
}

const listeners = new Set<() => void>();
const notify = (): void => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', notify);

const prefix = (): string => new URL(document.baseURI).pathname;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The full address for a path of ours: `/trace/abc` → `/prefix/trace/abc`. */
export const toHref = (to: string): string => prefix() + to.replace(/^\//, '');

export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  const href = toHref(to);
  if (href === location.pathname + location.search) return;
  history[options.replace === true ? 'replaceState' : 'pushState'](null, '', href);
  notify();
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return useMemo(() => {
    const url = new URL(href, location.origin);
    return { path: `/${url.pathname.slice(prefix().length)}`, params: url.searchParams };
  }, [href]);
}
