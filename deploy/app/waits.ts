// Waits for what others do: whoever may have brought it about says so, and it is looked at again.

/** Waits under way. None of them looks again and again: the threads need the core. */
export class Waits {
  readonly #waits = new Set<() => void>();

  /**
   * Resolves once something is so; it is looked at now, and whenever `wake` is called. Errors: what
   * `isSo` throws.
   */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#waits.add(resolve);
      });
    }
  }

  /** The same for at most so long; gives whether it is so. Units: milliseconds. */
  async within(waitMs: number, isSo: () => boolean): Promise<boolean> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.wake();
    }, waitMs);
    try {
      await this.until(() => isOver || isSo());
    } finally {
      clearTimeout(timer);
    }
    return isSo();
  }

  /** Something has happened that a wait may be for. */
  wake(): void {
    if (this.#waits.size === 0) return;
    for (const wake of this.#waits) wake();
    this.#waits.clear();
  }
}
