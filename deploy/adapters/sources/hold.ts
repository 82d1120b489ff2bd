// Whether the reader of a session wants nothing now, and what waits until it does again.

/** A reader's wish to be left alone. */
export class Hold {
  #waiting: (() => void)[] = [];
  #isOn = false;

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins it; false where it was on. */
  begin(): boolean {
    if (this.#isOn) return false;
    this.#isOn = true;
    return true;
  }

  /** Ends it; false where it was not on. */
  end(): boolean {
    if (!this.#isOn) return false;
    this.#isOn = false;
    for (const go of this.#waiting.splice(0)) go();
    return true;
  }

  /** Resolves once it is not on. */
  over(): Promise<void> {
    if (!this.#isOn) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
