// The page's address: the parts after `#/`, and the choices of a page behind a question mark.

import { useEffect, useState } from 'preact/hooks';

/** The parts of the address after `#/`; none where it is not well formed. */
function readRoute(): readonly string[] {
  try {
    return pathOf(location.hash)
      .replace(/^#\/?/, '')
      .split('/')
      .map((part) => decodeURIComponent(part));
  } catch {
    return [];
  }
}

function pathOf(hash: string): string {
  return hash.split('?', 1)[0] ?? '';
}

/** The parts of the address, also when it changes. */
export function useRoute(): readonly string[] {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    let path = pathOf(location.hash);
    const listener = (): void => {
      setRoute(readRoute());
      // The same page with another choice stays where it is.
      if (path !== pathOf(location.hash)) scrollTo(0, 0);
      path = pathOf(location.hash);
    };
    addEventListener('hashchange', listener);
    return () => removeEventListener('hashchange', listener);
  }, []);
  return route;
}

/** Choices of a page by name; '' for what is not chosen. */
export type Choices = Readonly<Record<string, string>>;

/**
 * Choices that are kept in the address, so that a link or a reload leads to them. Those that are
 * as in `usual` are left out of it.
 */
export function useChoices<T extends Choices>(usual: T): readonly [T, (some: Partial<T>) => void] {
  const [chosen, setChosen] = useState(() => readChoices(usual));
  useEffect(() => {
    const listener = (): void => setChosen(readChoices(usual));
    addEventListener('hashchange', listener);
    return () => removeEventListener('hashchange', listener);
  }, []);
  const choose = (some: Partial<T>): void => {
    const next = { ...chosen, ...some };
    const words = new URLSearchParams(location.hash.split('?')[1] ?? '');
    for (const [name, word] of Object.entries(next)) {
      if (word === usual[name]) words.delete(name);
      else words.set(name, word);
    }
    const search = words.toString();
    const path = pathOf(location.hash);
    // Not a step of the history: going back leads to another page, not through what was typed.
    history.replaceState(null, '', search === '' ? path : `${path}?${search}`);
    setChosen(next);
  };
  return [chosen, choose];
}

function readChoices<T extends Choices>(usual: T): T {
  const words = new URLSearchParams(location.hash.split('?')[1] ?? '');
  // Every name of `usual` is given a word again, so the shape is the same.
  return Object.fromEntries(
    Object.entries(usual).map(([name, word]) => [name, words.get(name) ?? word]),
  ) as T;
}
