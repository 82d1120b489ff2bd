// Finds threads that have stopped beating: hung in a turn, or never begun.

/** Looks that must all see the same count before a thread is called hung. */
const LOOKS = 4;

/**
 * So many times as many while its turns change, or while it has said that it takes its time: a pass
 * over ten thousand actors does on a busy machine, and a profile that is written. Actors that keep
 * each other busy without end are still found.
 */
const LONG_PASS = 10;

/** What a look at one thread says. */
export type Pulse = 'well' | 'hung' | 'never_began';

/** What a look at one thread finds. */
export interface Look {
  /** Its count of beats, 0 until it begins. */
  readonly beats: number;
  /** Mark of its turn. */
  readonly mark: number;
  /** It sleeps, and has nothing to beat for. */
  readonly isParked: boolean;
  /** It has said that it takes its time. */
  readonly isAtLength: boolean;
}

/** How long a thread may be silent. Units: milliseconds. */
export interface Patience {
  /** Once it beats. */
  readonly hungMs: number;
  /** Before its first beat, while it loads and recovers. */
  readonly beginMs: number;
}

/**
 * Judges heartbeats by looks, not by clock: a machine that slept or was busy missed its looks too,
 * so nobody is called hung for that.
 */
export class Watchdog {
  /** Time between looks. Units: milliseconds. */
  readonly lookEveryMs: number;
  readonly #beginLooks: number;
  readonly #beats: number[] = [];
  readonly #sameLooks: number[] = [];
  readonly #marks: number[] = [];
  readonly #sameTurnLooks: number[] = [];

  constructor({ hungMs, beginMs }: Patience) {
    this.lookEveryMs = hungMs / LOOKS;
    this.#beginLooks = Math.ceil(beginMs / this.lookEveryMs);
  }

  /** Forgets a thread that has been replaced. */
  reset(shard: number): void {
    this.#beats[shard] = 0;
    this.#sameLooks[shard] = 0;
    this.#marks[shard] = 0;
    this.#sameTurnLooks[shard] = 0;
  }

  /** Judges one look at a thread by those before it. */
  look(shard: number, { beats, mark, isParked, isAtLength }: Look): Pulse {
    const isOther = mark !== (this.#marks[shard] ?? 0);
    this.#marks[shard] = mark;
    const sameTurn = isOther || isAtLength ? 0 : (this.#sameTurnLooks[shard] ?? 0) + 1;
    this.#sameTurnLooks[shard] = sameTurn;
    if (beats !== this.#beats[shard] || isParked) {
      this.#beats[shard] = beats;
      this.#sameLooks[shard] = 0;
      this.#sameTurnLooks[shard] = 0;
      return 'well';
    }
    const same = (this.#sameLooks[shard] ?? 0) + 1;
    this.#sameLooks[shard] = same;
    if (beats === 0) return same >= this.#beginLooks ? 'never_began' : 'well';
    return sameTurn >= LOOKS || same >= LOOKS * LONG_PASS ? 'hung' : 'well';
  }
}
