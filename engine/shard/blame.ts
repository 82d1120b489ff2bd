// Counts the deaths of threads by the turn they were in, until a turn is guilty.

/** Deaths in one turn's handling before its message is put aside. */
const DEATHS_MAX = 3;

/** Turns remembered of one shard; the longest unseen is forgotten. */
const REMEMBERED = 100;

/** The record of one shard's deaths. */
export class Blame {
  readonly #deaths = new Map<number, number>();

  /** Notes a death in the turn of a mark; 0 is no turn, and nobody's fault. */
  add(mark: number): void {
    if (mark === 0) return;
    const deaths = (this.#deaths.get(mark) ?? 0) + 1;
    this.#deaths.delete(mark);
    this.#deaths.set(mark, deaths);
    if (this.#deaths.size <= REMEMBERED) return;
    for (const oldest of this.#deaths.keys()) {
      this.#deaths.delete(oldest);
      break;
    }
  }

  /** Takes the marks of the turns that have ended too many threads; they begin anew. */
  takeGuilty(): number[] {
    const guilty: number[] = [];
    for (const [mark, deaths] of this.#deaths) {
      if (deaths < DEATHS_MAX) continue;
      guilty.push(mark);
      this.#deaths.delete(mark);
    }
    return guilty;
  }
}
