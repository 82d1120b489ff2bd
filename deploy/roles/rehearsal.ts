// Runs sessions of history as if they were live, on memory that is then thrown away, so that a
// shard's code is compiled before the market opens and not during its first sessions.

import { sessionOf } from '../../actors/calendar/index.js';
import {
  createPointRecords,
  derivePrice,
  deriveSize,
  halfSpread,
} from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import {
  createColumns,
  createGate,
  createHistogram,
  type ShardContext,
  type ShardProgram,
  type SpareContext,
} from '../../engine/index.js';
import { ACTION, PASSED, POINT, PRINT, SESSION_OPEN, SNAPSHOT } from '../../proto/frames/market.js';
import { Loopback } from './loopback.js';
import { pack } from './packed.js';
import { createRowsWish } from './row-news.js';
import type { ShardConfig, ShardSnapshot, SharedMarket } from './shard-config.js';

/** Sessions rehearsed: with thirty of them a thread gets no faster, and the start takes longer. */
const SESSIONS = 15;

/**
 * Sessions that one shard rehearses before another goes on from its snapshot. Code compiled for one
 * alone is thrown away as soon as another runs it; by the third it is made for any.
 */
const SESSIONS_A_SHARD = 5;

/** Sessions of history before them: conditions that need a year of it are rehearsed too. */
const WARM_SESSIONS = 270;

/** Rounds of prints in a session, one of each bar; a point follows each, then comes the close. */
const ROUNDS = 8;

/** Symbols that take part: the code of one is that of all, and each has its history run first. */
const SYMBOLS_MAX = 160;

/** Portfolios that take part: a few bring their code to be compiled as thousands would. */
const PORTFOLIOS_MAX = 32;

/** Symbols whose bars are built. */
const BAR_SYMBOLS_MAX = 64;

/** Makes the shard that rehearses. */
type CreateShard = (config: ShardConfig, context: ShardContext) => ShardProgram;

/**
 * Rehearses the last sessions before the first streamed one, a session a step, with shards alone
 * in their world: nothing leaves them and nothing is stored. Does nothing where history is too
 * short for it.
 */
export function* rehearse(
  config: ShardConfig,
  context: SpareContext,
  create: CreateShard,
): Generator<void, void> {
  const { bars, warmDays, firstWarmDay, market } = config;
  const from = warmDays - SESSIONS;
  if (from - WARM_SESSIONS < firstWarmDay) return;
  const loopback = new Loopback();
  const post = (message: unknown): void => loopback.posted(message);
  const alone: ShardConfig = {
    ...config,
    market: memoryLike(market),
    latency: createHistogram(),
    firstWarmDay: from - WARM_SESSIONS,
    warmDays: from,
    history: undefined,
    rows: Int32Array.from({ length: Math.min(SYMBOLS_MAX, bars.symbols.length) }, (_, row) => row),
    // Of more symbols than the plan names: a few would not bring the builders to be compiled.
    barsPlan: { ...config.barsPlan, symbols: bars.symbols.slice(0, BAR_SYMBOLS_MAX) },
    ...opened(config, bars.dates[from - 1]!),
    folded: pack([]),
    journaled: new Map(),
  };
  const begin = (snapshot?: ShardSnapshot): void => {
    const own = { ...alone, isFirst: snapshot === undefined, snapshot };
    const seams = { post, wake: () => {}, atLength: <T>(work: () => T) => work() };
    loopback.shard = create(own, { ...context, shard: 0, shardCount: 1, ...seams });
  };
  begin();
  let points = 0;
  for (let day = from - 1; day < warmDays; day++) {
    const { openUs, closeUs } = sessionOf(bars.dates[day]!);
    const point = (timeUs: number, isClose: boolean): void =>
      loopback.send(POINT.kind, -1, [timeUs, points++, isClose ? 1 : 0, bars.dates[day]!, day]);
    // The shard has been warmed up to the close of the session before the first.
    if (day >= from) {
      if (loopback.snapshot?.id === day - 1) begin(loopback.snapshot);
      loopback.send(SESSION_OPEN.kind, -1, [openUs, bars.dates[day]!, day, openUs, closeUs]);
      sendActions(config, loopback, day);
      for (let round = 0; round < ROUNDS; round++) {
        const timeUs = openUs + ((closeUs - openUs) * (round + 1)) / (ROUNDS + 1);
        sendRound(config, loopback, day, round, timeUs);
        loopback.send(PASSED.kind, -1, [timeUs]);
        point(timeUs, false);
      }
    }
    point(closeUs, true);
    // Of so many live bars it takes as long as the session itself.
    const done = day + 1 - from;
    if (done > 0 && done % SESSIONS_A_SHARD === 0) loopback.send(SNAPSHOT.kind, -1, [closeUs, day]);
    loopback.drain();
    yield;
  }
  loopback.close();
}

/** Portfolios that open on a day, so that no dividend of the rehearsal is late for their books. */
function opened(config: ShardConfig, date: number): Pick<ShardConfig, 'portfolios' | 'openings'> {
  const portfolios = config.portfolios.slice(0, PORTFOLIOS_MAX);
  return { portfolios, openings: { ...config.openings, date } };
}

/** Memory of the same shape for one shard. */
function memoryLike({
  columns,
  state,
  saves,
  matrix,
  board,
  breakers,
  alerts,
}: SharedMarket): SharedMarket {
  return {
    columns: createColumns(columns.names, columns.rowCount),
    state: new SharedArrayBuffer(state.byteLength),
    saves: new SharedArrayBuffer(saves.byteLength),
    records: createPointRecords(columns.rowCount),
    matrix: createScenarioMatrix(columns.rowCount, 1, matrix.kernel),
    gate: createGate(1),
    board: new SharedArrayBuffer(board.byteLength),
    breakers: new SharedArrayBuffer(breakers.byteLength),
    alerts: new SharedArrayBuffer(alerts.byteLength),
    rowsWish: createRowsWish(),
  };
}

function sendActions({ bars }: ShardConfig, loopback: Loopback, day: number): void {
  for (let index = bars.dayStarts[day]!; index < bars.dayStarts[day + 1]!; index++) {
    if (bars.rows[index]! >= SYMBOLS_MAX) continue;
    const split = bars.split[index]!;
    const dividend = bars.dividend[index]!;
    if (split === 1 && dividend === 0) continue;
    loopback.send(ACTION.kind, bars.rows[index]!, [0, split, dividend]);
  }
}

function sendRound(
  { bars }: ShardConfig,
  loopback: Loopback,
  day: number,
  round: number,
  timeUs: number,
): void {
  for (let index = bars.dayStarts[day]!; index < bars.dayStarts[day + 1]!; index++) {
    if (bars.rows[index]! >= SYMBOLS_MAX) continue;
    const bar = {
      open: bars.open[index]!,
      high: bars.high[index]!,
      low: bars.low[index]!,
      close: bars.close[index]!,
      volume: bars.volume[index]!,
    };
    const price = derivePrice(bar, round, ROUNDS);
    const half = halfSpread(price);
    const size = deriveSize(bar, round, ROUNDS);
    loopback.send(PRINT.kind, bars.rows[index]!, [timeUs, price, size, price - half, price + half]);
  }
}
