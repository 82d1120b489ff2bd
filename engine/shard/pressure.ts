// Whether a source has to wait: pressure with a gap between waiting and going on.

/** Pressure from which sources wait, and below which they go on: far apart, so none flutters. */
const WAIT_FROM = 0.75;
const GO_BELOW = 0.25;

/** What a source looks at before it takes more in. */
export interface PressureSource {
  /** Whether to wait; asked again until it says no. */
  isPressed(): boolean;
}

/** The gate of one source in front of consumers that tell their pressure. */
export class PressureGate implements PressureSource {
  readonly #take: () => number;
  #isWaiting = false;
  /** Times that the source had to begin to wait. */
  waits = 0;

  /** `take` gives the highest pressure since it was last called, 0 to 1. */
  constructor(take: () => number) {
    this.#take = take;
  }

  isPressed(): boolean {
    const pressure = this.#take();
    if (!this.#isWaiting && pressure >= WAIT_FROM) {
      this.#isWaiting = true;
      this.waits++;
    } else if (this.#isWaiting && pressure < GO_BELOW) this.#isWaiting = false;
    return this.#isWaiting;
  }
}
