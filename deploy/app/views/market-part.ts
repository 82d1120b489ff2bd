// Quotes, symbols and the feed of a running system, read from shared memory.

import { create } from '@bufbuild/protobuf';
import { CROSS_FEATURES, indicatorsAmong } from '../../../actors/indicators/index.js';
import { COLUMN, ROW_FEATURES, STAGE_COLUMN } from '../../../actors/market/index.js';
import { BOOK_ROW_COLUMNS } from '../../../actors/microstructure/index.js';
import { ASKED_PATTERNS } from '../../../actors/patterns/index.js';
import {
  FeatureSchema,
  type FeedStatus,
  FeedStatusSchema,
  type Quote,
  type QuoteBatch,
  QuoteBatchSchema,
  QuoteSchema,
  type SymbolDetail,
  SymbolDetailSchema,
} from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { unknownSymbol } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer, QuoteNews } from '../port.js';
import { residentMb } from '../resident.js';
import { dailyBars } from './daily-bars.js';
import { QuoteBytes } from './quote-bytes.js';

/** What the feed's status takes from elsewhere. */
export interface FeedNotes {
  /** Sequence numbers that never came, over all sources of ingest. */
  readonly gaps: number;
  readonly clients: number;
  readonly shed: number;
  /** Times that a live source was paused. */
  readonly sourcePauses: number;
}

/** Reads symbols; one look at the rows that changed serves every reader. */
export class MarketPart {
  readonly #market: Market;
  readonly #rowStamps: Float64Array;
  readonly #seen: Int32Array;
  readonly #changedRows: Int32Array;
  readonly #values: Float64Array;
  readonly #changeColumn: number;
  readonly #stageColumn: number;
  readonly #bytes: QuoteBytes;
  /** Arrival and stage that each row was last stamped for. */
  readonly #shownArrival: Float64Array;
  readonly #shownStage: Float64Array;
  #stamp = 1;
  #rate = { atUs: 0, prints: 0, perSecond: 0 };

  constructor(market: Market) {
    this.#market = market;
    const { rowCount, names } = market.columns;
    this.#changeColumn = market.columns.indexOf('ret_1');
    this.#stageColumn = market.columns.indexOf(STAGE_COLUMN);
    const { symbols } = market.file.bars;
    const columns = { change: this.#changeColumn, stage: this.#stageColumn };
    this.#bytes = new QuoteBytes(symbols, columns, market.sequencer.isOutside);
    this.#shownArrival = new Float64Array(rowCount).fill(Number.NaN);
    this.#shownStage = new Float64Array(rowCount).fill(Number.NaN);
    this.#rowStamps = new Float64Array(rowCount);
    this.#seen = new Int32Array(rowCount);
    this.#changedRows = new Int32Array(rowCount);
    this.#values = new Float64Array(names.length);
  }

  /** Highest stamp so far. */
  get stamp(): number {
    return this.#stamp;
  }

  /**
   * Stamps the rows whose quotes have changed since the last look; true when there are any. At a
   * point all rows are written, yet most have no new print and keep their stage: no news.
   */
  scan(): boolean {
    const { columns } = this.#market;
    const count = columns.changed(this.#seen, this.#changedRows);
    let isChanged = false;
    for (let index = 0; index < count; index++) {
      const row = this.#changedRows[index]!;
      const arrival = columns.at(row, COLUMN.arrivalUs);
      const stage = columns.at(row, this.#stageColumn);
      if (arrival === this.#shownArrival[row] && stage === this.#shownStage[row]) continue;
      this.#shownArrival[row] = arrival;
      this.#shownStage[row] = stage;
      if (!isChanged) this.#stamp++;
      isChanged = true;
      this.#rowStamps[row] = this.#stamp;
    }
    return isChanged;
  }

  /** Rows changed since a stamp. Errors: `market.unknown_symbol`. */
  quotes(stamp: number, symbols: readonly string[] | undefined): Answer<QuoteNews> {
    const market = this.#market;
    this.scan();
    const rows: number[] = [];
    if (symbols === undefined || symbols.length === 0) {
      for (let row = 0; row < this.#rowStamps.length; row++) {
        if (this.#rowStamps[row]! > stamp || stamp === 0) rows.push(row);
      }
    } else {
      for (const symbol of symbols) {
        const row = market.rowOf.get(symbol.toUpperCase());
        if (row === undefined) return unknownSymbol(symbol);
        if (this.#rowStamps[row]! > stamp || stamp === 0) rows.push(row);
      }
    }
    const reached = this.#stamp;
    const value: QuoteNews = {
      stamp: reached,
      count: rows.length,
      message: () => this.#batch(rows, reached),
      bytes: (take) =>
        this.#bytes.encode(
          { rows, stamp: reached },
          this.#values,
          (row, values) => market.columns.readRow(row, values),
          take,
        ),
    };
    return { ok: true, value };
  }

  #batch(rows: readonly number[], stamp: number): QuoteBatch {
    const quotes = rows.map((row) => this.#quote(row));
    const derived = quotes.every((quote) => quote.derived);
    return create(QuoteBatchSchema, { quotes, stamp, derived });
  }

  #quote(row: number): Quote {
    const market = this.#market;
    const values = this.#values;
    market.columns.readRow(row, values);
    return create(QuoteSchema, {
      symbol: market.file.bars.symbols[row]!,
      timeUs: values[COLUMN.lastTimeUs]!,
      last: values[COLUMN.close]!,
      bid: values[COLUMN.bid]!,
      ask: values[COLUMN.ask]!,
      open: values[COLUMN.open]!,
      high: values[COLUMN.high]!,
      low: values[COLUMN.low]!,
      volume: values[COLUMN.volume]!,
      change: values[this.#changeColumn]!,
      stage: values[this.#stageColumn]! || 0,
      arrivalUs: values[COLUMN.arrivalUs]!,
      derived: market.sequencer.isOutside[row] === 0,
    });
  }

  /** One symbol with its features and last bars. Errors: `market.unknown_symbol`. */
  symbol(symbol: string, barsWanted: number): Answer<SymbolDetail> {
    const market = this.#market;
    const row = market.rowOf.get(symbol.toUpperCase());
    if (row === undefined) return unknownSymbol(symbol);
    const quote = this.#quote(row);
    const values = this.#values.slice();
    const books = Array.from(BOOK_ROW_COLUMNS, ([name, { unit, source }]) => {
      return { name, unit, source, description: 'of the order book, as of the last point' };
    });
    const asked = [...ASKED_PATTERNS, ...books].filter(({ name }) =>
      market.columns.layout.has(name),
    );
    const indicators = indicatorsAmong(market.columns.names).flatMap(({ outputs }) => outputs);
    const features = [...ROW_FEATURES, ...CROSS_FEATURES, ...indicators, ...asked].map(
      (feature) => {
        const value = values[market.columns.indexOf(feature.name)]!;
        const { name, unit, description, source } = feature;
        return create(FeatureSchema, {
          name,
          unit,
          description,
          source,
          ...(Number.isNaN(value) ? {} : { value }),
        });
      },
    );
    const member = market.options.members.get(quote.symbol);
    return {
      ok: true,
      value: create(SymbolDetailSchema, {
        quote,
        name: member?.name ?? '',
        sector: member?.sector ?? '',
        features,
        bars: dailyBars(market, row, Math.min(2_000, barsWanted || 260), values),
      }),
    };
  }

  /** How the feed is doing. */
  feed(notes: FeedNotes): FeedStatus {
    const market = this.#market;
    const { sequencer, shards, options } = market;
    const now = performance.now() * 1000;
    if (now - this.#rate.atUs > 500_000) {
      const perSecond =
        ((sequencer.prints - this.#rate.prints) / (now - this.#rate.atUs)) * 1_000_000;
      this.#rate = { atUs: now, prints: sequencer.prints, perSecond };
    }
    const reasons = Object.entries(sequencer.rejectedByReason());
    const elapsed = market.columns.at(0, COLUMN.sessionFraction);
    return create(FeedStatusSchema, {
      state: market.state,
      date: sequencer.date,
      dayIndex: Math.max(0, sequencer.dayIndex - market.firstDay + 1),
      dayCount: market.endDay - market.firstDay,
      ticks: BigInt(sequencer.prints),
      ticksPerSecond: this.#rate.perSecond,
      latencyUs: market.latencyUs(),
      rejectedByReason: Object.fromEntries(reasons.map(([key, n]) => [key, BigInt(n)])),
      gaps: BigInt(notes.gaps),
      restarts: BigInt(shards.restarts()),
      rssMb: residentMb(),
      shards: shards.count,
      derived: sequencer.isOutside.includes(0),
      outsideTicks: BigInt(sequencer.outsidePrints),
      sessionFraction: elapsed || 0,
      pace: paceText(options.pace),
      clients: BigInt(notes.clients),
      shed: BigInt(notes.shed),
      sourcePauses: BigInt(notes.sourcePauses),
    });
  }
}

function paceText(pace: number): string {
  return pace === 0 ? 'max' : `${pace} ${pace === 1 ? 'session' : 'sessions'} a second`;
}
