// Doing one thing after another where each may end at once or later.

/**
 * Calls `each` for one item after another, each once the one before has called `next`, then `done`.
 * A loop where steps end at once: a call for each would overflow the stack.
 */
export function inTurn<T>(
  items: readonly T[],
  each: (item: T, next: () => void) => void,
  done: () => void = () => {},
): void {
  let index = 0;
  let isLooping = false;
  let isDue = false;
  const next = (): void => {
    isDue = true;
    if (isLooping) return;
    isLooping = true;
    while (isDue) {
      isDue = false;
      if (index === items.length) done();
      else each(items[index++]!, next);
    }
    isLooping = false;
  };
  next();
}
