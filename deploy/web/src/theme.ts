// Dark or light: the system's choice until the reader makes one, which is kept.

const KEY = 'sluice-theme';
const CHANGED = 'sluice-theme-changed';

function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen !== undefined) return chosen === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Puts the choice of an earlier visit into effect. */
export function restoreTheme(): void {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset['theme'] = chosen;
}

/** Changes to the other theme and keeps the choice. */
export function toggleTheme(): void {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  localStorage.setItem(KEY, next);
  document.dispatchEvent(new Event(CHANGED));
}

/** A colour of the theme as it is now, for what is painted: `--up`. */
export function colorOf(name: string): string {
  // The property itself is still a choice between light and dark.
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `listener` after every change of theme until the returned function is called. */
export function onTheme(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  document.addEventListener(CHANGED, listener);
  system.addEventListener('change', listener);
  return () => {
    document.removeEventListener(CHANGED, listener);
    system.removeEventListener('change', listener);
  };
}
