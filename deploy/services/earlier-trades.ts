// Trades between the end of one process and the start of the next: asked for, in order, each once.

import type { SourceClock } from '../adapters/sources/clock.js';
import { timeText } from '../adapters/sources/dialect.js';
import type { TradeRecord } from '../adapters/sources/record.js';
import type { HistoryPage, MarketDataSource } from '../adapters/sources/source.js';
import type { Answer } from '../app/port.js';
import { type KnownTrades, likenessOfTrade, takeOne } from './known-trades.js';

/** Furthest that is asked back: a week's outage. Units: microseconds. */
const SPAN_US_MAX = 7 * 86_400_000_000;

/** Trades that are asked for in all: an hour of the busiest hundred symbols. */
const TRADES_MAX = 2_000_000;

/** Trades of pages that are in memory together, 24 bytes each. */
const HELD_MAX = 4_000_000;

/** Trades asked for that are known again where they come live as well: minutes of a busy market. */
const OVERLAP_MAX = 200_000;

/** A live trade this far behind the moment asked up to ends it. Units: microseconds. */
const OVERLAP_US = 60_000_000;

/** Symbols named where trades of several could not be had. */
const NAMED_MAX = 5;

/** Columns of a page: time, price, size. */
const COLUMNS = 3;

/** The past of one symbol, a page at a time. */
interface Lane {
  readonly symbol: string;
  readonly pages: AsyncIterator<Answer<HistoryPage>>;
  rows: Float64Array;
  /** First value of the next trade in `rows`; at its end for a lane that is over. */
  at: number;
}

/** What is asked, of whom and for whom. */
export interface EarlierOptions {
  readonly source: Pick<MarketDataSource, 'name' | 'capabilities' | 'history'>;
  readonly symbols: readonly string[];
  readonly known: KnownTrades;
  readonly clock: Pick<SourceClock, 'nowMs'>;
  readonly tell: (text: string) => void;
}

/** Asks once, when the stream has begun, and tells what came of it. */
export class EarlierTrades {
  readonly #options: EarlierOptions;
  readonly #lanes: Lane[] = [];
  /** Those that may come live as well, the last ones: how many of each likeness. */
  readonly #overlap = new Map<string, number>();
  readonly #lacking: { readonly symbol: string; readonly why: string }[] = [];
  #begin: () => void = () => {};
  readonly #begun: Promise<void>;
  #isOpen = false;
  /** Nobody waits for them any more. */
  isStopped = false;
  /** The moment asked up to; NaN before. Units: microseconds. */
  #toUs = Number.NaN;
  #held = 0;
  /** Trades that came. */
  taken = 0;

  constructor(options: EarlierOptions) {
    this.#options = options;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Symbols of which some could not be had. */
  get lacking(): number {
    return new Set(this.#lacking.map(({ symbol }) => symbol)).size;
  }

  /** The stream runs: what was traded up to now can be asked for. */
  begin(): void {
    if (this.#toUs === this.#toUs) return;
    this.#toUs = this.#options.clock.nowMs() * 1000 + this.#options.source.capabilities.timeStepUs;
    this.#begin();
  }

  /** Asks no more; the next process does, from where this one came to. */
  stop(): void {
    this.isStopped = true;
    this.#begin();
  }

  /** The next trades, at most so many, by their time; none once there are no more. */
  async take(countMax: number): Promise<readonly TradeRecord[]> {
    await this.#begun;
    if (!this.#isOpen && !this.isStopped) await this.#open();
    const trades: TradeRecord[] = [];
    while (trades.length < countMax && !this.isStopped) {
      const lane = this.#earliest();
      if (lane === undefined) break;
      const trade = tradeAt(lane);
      lane.at += COLUMNS;
      this.#held--;
      if (lane.at === lane.rows.length) await this.#turn(lane);
      if (!this.#isKnown(trade)) trades.push(trade);
    }
    this.taken += trades.length;
    if (this.taken >= TRADES_MAX) this.#cut();
    if (trades.length === 0 && !this.isStopped) this.#tell();
    return trades;
  }

  /** Whether a live trade was among those asked for; each of equal ones is met once. */
  isDouble(trade: TradeRecord): boolean {
    if (trade.timeUs > this.#toUs + OVERLAP_US) this.#overlap.clear();
    if (this.#overlap.size === 0 || trade.timeUs > this.#toUs) return false;
    return takeOne(this.#overlap, likenessOfTrade(trade, this.#options.source));
  }

  async #open(): Promise<void> {
    this.#isOpen = true;
    const { source, symbols } = this.#options;
    for (const symbol of symbols) {
      if (this.isStopped) return;
      const request = { kind: 'trade', every: '1m', symbol } as const;
      const span = { fromUs: this.#fromUs(symbol), toUs: this.#toUs };
      const pages = source.history({ ...request, ...span });
      const lane = { symbol, pages, rows: new Float64Array(0), at: 0 };
      if (this.#held < HELD_MAX) await this.#turn(lane);
      else this.#lacking.push({ symbol, why: `more than ${HELD_MAX} trades at once` });
      if (lane.at < lane.rows.length) this.#lanes.push(lane);
    }
  }

  #fromUs(symbol: string): number {
    const { source, known } = this.#options;
    const { timeStepUs } = source.capabilities;
    const fromUs = Math.max(known.fromUs(symbol), this.#toUs - SPAN_US_MAX);
    return Math.floor(fromUs / timeStepUs) * timeStepUs;
  }

  /** Turns a lane to its next page with trades; to none where it is over. */
  async #turn(lane: Lane): Promise<void> {
    lane.rows = new Float64Array(0);
    lane.at = 0;
    while (lane.rows.length === 0 && !this.isStopped) {
      const { done, value } = await lane.pages.next();
      if (done === true) return;
      if (!value.ok) {
        const { code, text } = value.refusal;
        this.#lacking.push({ symbol: lane.symbol, why: `${code}: ${text}` });
        return;
      }
      lane.rows = rowsOf(value.value);
    }
    this.#held += lane.rows.length / COLUMNS;
  }

  #earliest(): Lane | undefined {
    let first: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.at === lane.rows.length) continue;
      if (first === undefined || lane.rows[lane.at]! < first.rows[first.at]!) first = lane;
    }
    return first;
  }

  #isKnown(trade: TradeRecord): boolean {
    const { source, known } = this.#options;
    const likeness = likenessOfTrade(trade, source);
    if (takeOne(known.counts, likeness)) return true;
    this.#overlap.set(likeness, (this.#overlap.get(likeness) ?? 0) + 1);
    if (this.#overlap.size > OVERLAP_MAX) {
      for (const oldest of this.#overlap.keys()) {
        this.#overlap.delete(oldest);
        break;
      }
    }
    return false;
  }

  /** There are more than are taken: what is left is a hole. */
  #cut(): void {
    for (const lane of this.#lanes) {
      if (lane.at === lane.rows.length) continue;
      lane.at = lane.rows.length;
      this.#lacking.push({ symbol: lane.symbol, why: `more than ${TRADES_MAX} trades` });
    }
  }

  #tell(): void {
    const { source, known, tell } = this.#options;
    const asked = `source ${source.name} was asked for trades of after an earlier run`;
    const lacking = this.#lacking;
    const sinceUs = Math.max(known.lastUs, this.#toUs - SPAN_US_MAX);
    const what = sinceUs > known.lastUs ? 'of the last week' : `since ${timeText(sinceUs)}`;
    tell(`${asked}, ${what}: ${this.taken} came`);
    if (lacking.length === 0) return;
    const named = lacking.slice(0, NAMED_MAX).map(({ symbol }) => symbol);
    const others = lacking.length > NAMED_MAX ? [`${lacking.length - NAMED_MAX} more`] : [];
    const names = [...named, ...others].join(', ');
    tell(`trades of ${names} have a hole there: ${lacking[0]!.why}`);
  }
}

function rowsOf({ records }: HistoryPage): Float64Array {
  const rows = new Float64Array(records.length * COLUMNS);
  let at = 0;
  for (const record of records) {
    if (record.kind !== 'trade') continue;
    rows[at++] = record.timeUs;
    rows[at++] = record.price;
    rows[at++] = record.size;
  }
  return rows.subarray(0, at);
}

function tradeAt({ symbol, rows, at }: Lane): TradeRecord {
  const [timeUs, price, size] = [rows[at]!, rows[at + 1]!, rows[at + 2]!];
  const nameless = { id: '', sequence: Number.NaN, conditions: '' };
  return { kind: 'trade', symbol, timeUs, price, size, ...nameless };
}
