// Changes whenever the colours of the page change, so that canvases know when to draw again.

import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  media.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', listener);
  };
}

const themeKey = (): string =>
  document.documentElement.dataset['theme'] ??
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

export const useThemeKey = (): string => useSyncExternalStore(subscribe, themeKey);
