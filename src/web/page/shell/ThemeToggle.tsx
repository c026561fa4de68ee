// Light or dark: the system decides until somebody chooses; the choice is kept in this browser.

import { useThemeKey } from '../../chart/use-theme-key.ts';

export function toggleTheme(): void {
  const isDark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  const systemDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const current = document.documentElement.dataset['theme'];
  const next = (current === undefined ? systemDark : isDark) ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  localStorage.setItem('sightline.theme', next);
}

export function ThemeToggle() {
  const theme = useThemeKey();
  return (
    <button
      type="button"
      className="button icon quiet"
      title={theme === 'dark' ? 'Light colours (d)' : 'Dark colours (d)'}
      aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
      onClick={toggleTheme}
    >
      <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
    </button>
  );
}
