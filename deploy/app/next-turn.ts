// The one way of this process to wait without holding its thread up.

/** Lets timers, sockets and messages have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
