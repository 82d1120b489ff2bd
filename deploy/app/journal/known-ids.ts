// A bounded memory of ids: beyond the bound the oldest is forgotten, and counted.

/** Ids that were seen, the latest of them. */
export class KnownIds {
  readonly #ids = new Set<string>();
  readonly #max: number;
  /** Ids that are not known any more. */
  forgotten = 0;

  constructor(max: number) {
    this.#max = max;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes an id; whether it was not known. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size <= this.#max) return true;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      this.forgotten++;
      break;
    }
    return true;
  }

  /** Takes an id back, as if it had not been seen. */
  delete(id: string): void {
    this.#ids.delete(id);
  }
}
