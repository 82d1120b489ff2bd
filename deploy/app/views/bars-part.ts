// The live bars of a running system as its services see them: gathered as the shards tell them.

import { create } from '@bufbuild/protobuf';
import {
  BarHistory,
  type BarsPlan,
  type Bar as BuiltBar,
  measuresOf,
  type QuoteSide,
  rowsWithBars,
  type SeriesNow,
  type ToldBar,
} from '../../../actors/bars/index.js';
import {
  type Bar,
  type BarBatch,
  BarBatchSchema,
  BarSchema,
  type BarTable,
  BarTableSchema,
  type GetBarsRequest,
  type SeriesList,
  SeriesListSchema,
  SeriesSchema,
  type Side,
  SideSchema,
} from '../../../proto/gen/sluice/bars/v1/bars_pb.js';
import { no, unknownSymbol } from '../answers.js';
import type { Answer } from '../port.js';

/** Symbols that a refusal names. */
const NAMED_MAX = 10;

/** What the bars are gathered for. */
export interface BarsSource {
  readonly plan: BarsPlan;
  /** Names of all rows. */
  readonly symbols: readonly string[];
  /** By row: 1 where the last print came from outside. */
  readonly isOutside: Uint8Array;
  readonly latePrints: () => number;
}

/** One series of one symbol. */
interface Table {
  readonly row: number;
  readonly series: number;
  readonly history: BarHistory;
}

/** Keeps the newest bars of every series and symbol. */
export class BarsPart {
  readonly #source: BarsSource;
  /** By `SYMBOL/series`, in the order of rows and series. */
  readonly #tables = new Map<string, Table>();
  readonly #counts = { new: 0, repeated: 0, contradicted: 0, dropped: 0 };
  /** Highest stamp so far. */
  stamp = 1;

  constructor(source: BarsSource) {
    this.#source = source;
    const { plan, symbols } = source;
    rowsWithBars(plan, symbols).forEach((hasBars, row) => {
      if (hasBars === 0) return;
      plan.series.forEach(({ name }, series) => {
        const history = new BarHistory(plan.kept);
        this.#tables.set(`${symbols[row]}/${name}`, { row, series, history });
      });
    });
  }

  /** Takes bars that a shard has closed or amended. */
  onTold(told: readonly ToldBar[]): void {
    this.stamp++;
    for (const { row, series, bar } of told) {
      const history = this.#history(row, series);
      if (history !== undefined) this.#counts[history.take(bar, this.stamp)]++;
    }
  }

  /** Takes how series stand. */
  onNow(now: readonly SeriesNow[]): void {
    this.stamp++;
    for (const { row, series, forming, counters } of now) {
      this.#history(row, series)?.takeNow(forming, counters, this.stamp);
    }
  }

  /** What is built. */
  list(): SeriesList {
    const { plan, symbols, latePrints } = this.#source;
    const { repeated, contradicted, dropped } = this.#counts;
    const rows = new Set(Array.from(this.#tables.values(), ({ row }) => row));
    return create(SeriesListSchema, {
      series: plan.series.map(({ name, style }) =>
        create(SeriesSchema, { name, style: style.kind, measures: measuresOf(style) }),
      ),
      symbols: Array.from(rows, (row) => symbols[row]!),
      kept: plan.kept,
      latePrints: BigInt(latePrints()),
      repeated: BigInt(repeated),
      contradicted: BigInt(contradicted),
      dropped: BigInt(dropped),
    });
  }

  /** One series. Errors: `market.unknown_symbol`, `bars.not_built`, `bars.unknown_series`. */
  get({ symbol, series, limit }: GetBarsRequest): Answer<BarTable> {
    const key = `${symbol.toUpperCase()}/${series}`;
    const table = this.#tables.get(key);
    if (table === undefined) return this.#refuse(key);
    return { ok: true, value: this.#table(table, 0, limit || this.#source.plan.kept) };
  }

  /** Series changed since a stamp, each with the bars told since. Errors: as of `get`. */
  changed(stamp: number, keys: readonly string[] = []): Answer<BarBatch> {
    const tables: BarTable[] = [];
    for (const key of keys.length > 0 ? keys : this.#tables.keys()) {
      const table = this.#tables.get(key);
      if (table === undefined) return this.#refuse(key);
      if (stamp > 0 && table.history.stamp <= stamp) continue;
      tables.push(this.#table(table, stamp, this.#source.plan.kept));
    }
    return { ok: true, value: create(BarBatchSchema, { stamp: this.stamp, tables }) };
  }

  #history(row: number, series: number): BarHistory | undefined {
    const { symbols, plan } = this.#source;
    return this.#tables.get(`${symbols[row]}/${plan.series[series]?.name}`)?.history;
  }

  #table({ row, series, history }: Table, stamp: number, limit: number): BarTable {
    const { symbols, plan, isOutside } = this.#source;
    const { forming, counters } = history;
    return create(BarTableSchema, {
      symbol: symbols[row]!,
      series: plan.series[series]!.name,
      bars: history.since(stamp, limit).map(barOf),
      ...(forming === undefined ? {} : { forming: barOf(forming) }),
      counters: { ...counters },
      derived: isOutside[row] === 0,
    });
  }

  #refuse(key: string): Answer<never> {
    const { symbols, plan } = this.#source;
    const slash = key.indexOf('/');
    const [symbol, series] = slash < 0 ? [key, ''] : [key.slice(0, slash), key.slice(slash + 1)];
    if (!symbols.includes(symbol)) return unknownSymbol(symbol);
    const names = plan.series.map(({ name }) => name);
    if (!names.includes(series)) {
      const text = `expected one of ${names.join(', ') || 'no series'}, was "${series.slice(0, 32)}"`;
      return no('bars.unknown_series', text);
    }
    const built = this.list().symbols;
    const named = built.slice(0, NAMED_MAX).join(', ') || 'none';
    const text = `expected a symbol whose bars are built (${named}), was ${symbol}; see --bars`;
    return no('bars.not_built', text);
  }
}

function barOf(bar: BuiltBar): Bar {
  const { id, startUs, endUs, open, high, low, close, sides } = bar;
  const { volume, turnover, trades, version } = bar;
  return create(BarSchema, {
    id,
    startUs,
    endUs,
    ...pricesOf({ open, high, low, close }),
    volume,
    turnover,
    trades,
    version,
    ...(sides === undefined
      ? {}
      : { quotes: sides.quotes, bid: sideOf(sides.bid), ask: sideOf(sides.ask) }),
  });
}

function sideOf(side: QuoteSide): Side {
  return create(SideSchema, pricesOf(side));
}

/** Prices that are known; a message leaves the others out. */
function pricesOf({ open, high, low, close }: Omit<QuoteSide, 'size'>) {
  return Number.isNaN(open) ? {} : { open, high, low, close };
}
