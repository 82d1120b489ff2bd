// The bars of one symbol's series as they were told: the newest version of each, the newest kept.

import type { Bar, BarCounters, QuoteSide } from './bar.js';

interface Kept {
  bar: Bar;
  /** When it was last told, as the caller counts. */
  stamp: number;
}

/** What becomes of a bar that is told. */
export type Taken = 'new' | 'repeated' | 'contradicted' | 'dropped';

/** Keeps the newest bars of one series; what is told twice, as after a loss, changes nothing. */
export class BarHistory {
  readonly #keptMax: number;
  /** By `id`, oldest first; up to twice as many as are kept, for one at a time would cost more. */
  readonly #bars: Kept[] = [];
  #forming: Kept | undefined;
  #counters: BarCounters | undefined;
  /** When any of it last changed. */
  stamp = 0;

  constructor(keptMax: number) {
    this.#keptMax = keptMax;
  }

  /** The bar that is being made; undefined where there is none. */
  get forming(): Bar | undefined {
    return this.#forming?.bar;
  }

  /** What became of the trades, as far as it was told. */
  get counters(): BarCounters | undefined {
    return this.#counters;
  }

  /** Takes a closed or amended bar; an older version, or the same again, is known already. */
  take(bar: Bar, stamp: number): Taken {
    let at = this.#bars.length;
    while (at > 0 && this.#bars[at - 1]!.bar.id > bar.id) at--;
    const known = this.#bars[at - 1];
    if (known?.bar.id === bar.id) {
      if (known.bar.version > bar.version) return 'repeated';
      if (known.bar.version === bar.version) {
        return isSame(known.bar, bar) ? 'repeated' : 'contradicted';
      }
      known.bar = bar;
      known.stamp = stamp;
    } else {
      // A bar that went for its age can't come back between those that are there.
      if (at === 0 && this.#bars.length >= this.#keptMax) return 'dropped';
      this.#bars.splice(at, 0, { bar, stamp });
      if (this.#bars.length > 2 * this.#keptMax) this.#bars.splice(0, this.#keptMax);
    }
    if (this.#forming !== undefined && this.#forming.bar.id <= bar.id) this.#forming = undefined;
    this.stamp = stamp;
    return 'new';
  }

  /** Takes how the series stands; a thread that goes through its past again tells nothing new. */
  takeNow(forming: Bar | undefined, counters: BarCounters, stamp: number): void {
    if (this.#counters !== undefined && seen(counters) < seen(this.#counters)) return;
    this.#forming = forming === undefined ? undefined : { bar: forming, stamp };
    this.#counters = counters;
    this.stamp = stamp;
  }

  /** The newest bars, oldest first: of those that were told after a stamp. */
  since(stamp: number, limit: number = this.#keptMax): Bar[] {
    const count = Math.min(limit, this.#keptMax);
    if (count === 0) return [];
    return this.#bars.slice(-count).flatMap((one) => (one.stamp > stamp ? [one.bar] : []));
  }
}

/** Inputs that a builder has been given. */
function seen({ taken, outside, tooLate }: BarCounters): number {
  return taken + outside + tooLate;
}

const NUMBERS = [
  'id',
  'startUs',
  'endUs',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'turnover',
  'trades',
  'version',
] as const satisfies readonly (keyof Bar)[];

const SIDE = [
  'open',
  'high',
  'low',
  'close',
  'size',
] as const satisfies readonly (keyof QuoteSide)[];

/** Whether two bars agree in every number. */
function isSame(a: Bar, b: Bar): boolean {
  if (!NUMBERS.every((name) => Object.is(a[name], b[name]))) return false;
  const { sides: left } = a;
  const { sides: right } = b;
  if (left === undefined || right === undefined) return left === right;
  const isSide = (one: QuoteSide, other: QuoteSide): boolean =>
    SIDE.every((name) => Object.is(one[name], other[name]));
  return left.quotes === right.quotes && isSide(left.bid, right.bid) && isSide(left.ask, right.ask);
}
