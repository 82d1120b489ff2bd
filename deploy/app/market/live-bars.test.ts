// Live bars of real threads: equal to a batch of the same prints, whichever thread dies or moves.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import {
  type BarEvent,
  createSeriesBuilder,
  latestBars,
  type Print,
} from '../../../actors/bars/index.js';
import { sessionOf } from '../../../actors/calendar/index.js';
import { derivePrice, deriveSize, halfSpread } from '../../../actors/market/index.js';
import { type BarTable, GetBarsRequestSchema } from '../../../proto/gen/sluice/bars/v1/bars_pb.js';
import {
  type Life,
  packPrints,
  startLife,
  temporaryFolder,
  until,
} from '../../services/test-system.js';
import { nextTurn } from '../next-turn.js';
import { inRepository } from '../paths.js';
import type { Market } from './market.js';

/** Derived prints of each daily bar: enough for several bars a day of every style. */
const PRINTS = 24;

const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

function live(
  dataDir: string,
  onSession?: (life: Life, done: number) => void,
  flags: { readonly resume?: boolean; readonly pace?: string; readonly shards?: string } = {},
): Promise<Life> {
  const bars = inRepository('deploy', 'config', 'bars-every-style.yaml');
  const shape = { warmup: '60', ticksPerBar: String(PRINTS), pace: 'max', shards: '2', bars };
  return startLife({ dataDir, ...shape, ...flags }, onSession);
}

/** Every table of the plan, once shown after the last print. */
async function tables({ system, market }: Life): Promise<Map<string, BarTable>> {
  await market.settle();
  const { series, symbols } = system.bars.list();
  const found = new Map<string, BarTable>();
  for (const symbol of symbols) {
    for (const { name } of series) {
      const answer = system.bars.get(create(GetBarsRequestSchema, { symbol, series: name }));
      if (!answer.ok) throw new Error(answer.refusal.text);
      found.set(`${symbol}/${name}`, answer.value);
    }
  }
  return found;
}

/** The feed's prints of a symbol, by the same rule. */
function derived({ file, firstDay, endDay }: Market, symbol: string): Print[] {
  const { bars } = file;
  const row = bars.symbols.indexOf(symbol);
  const prints: Print[] = [];
  for (let day = firstDay; day < endDay; day++) {
    const [start, end] = [bars.dayStarts[day]!, bars.dayStarts[day + 1]!];
    const index = bars.rows.indexOf(row, start);
    const { openUs, closeUs } = sessionOf(bars.dates[day]!);
    const bar = {
      open: bars.open[index]!,
      high: bars.high[index]!,
      low: bars.low[index]!,
      close: bars.close[index]!,
      volume: bars.volume[index]!,
    };
    for (let print = 0; print < PRINTS; print++) {
      const slotUs = (closeUs - openUs) / PRINTS;
      const timeUs = Math.floor(
        openUs + print * slotUs + ((index - start) * slotUs) / (end - start),
      );
      const price = derivePrice(bar, print, PRINTS);
      const half = halfSpread(price);
      const size = deriveSize(bar, print, PRINTS);
      const quote = {
        bid: price - half,
        ask: price + half,
        bidSize: Number.NaN,
        askSize: Number.NaN,
      };
      prints.push({ timeUs, price, size, setsPrice: true, ...quote });
    }
  }
  return prints;
}

/** Prices and volume of bars as services show them. */
function shown(table: BarTable) {
  return table.bars.map(({ id, startUs, endUs, open, high, low, close, volume, trades }) => ({
    id,
    startUs,
    endUs,
    open: open ?? Number.NaN,
    high: high ?? Number.NaN,
    low: low ?? Number.NaN,
    close: close ?? Number.NaN,
    volume,
    trades,
  }));
}

/** What a batch makes of prints, closed bars alone. */
function batch({ options }: Market, name: string, prints: readonly Print[]) {
  const series = options.bars.series.find((one) => one.name === name)!;
  const builder = createSeriesBuilder(series.style);
  const events: BarEvent[] = [];
  for (const print of prints) builder.push(print, (event) => events.push(event));
  builder.advance(prints.at(-1)!.timeUs + 3_600_000_000, (event) => events.push(event));
  return latestBars(events).map(
    ({ id, startUs, endUs, open, high, low, close, volume, trades }) => ({
      id,
      startUs,
      endUs,
      open,
      high,
      low,
      close,
      volume,
      trades,
    }),
  );
}

/** Kills the thread of AAPL between a bar that it has told and its next snapshot. */
async function loseToldBars({ system, market }: Life): Promise<void> {
  const { repeated } = system.bars.list();
  const asked = create(GetBarsRequestSchema, { symbol: 'AAPL', series: '1h' });
  const told = (): number => {
    const answer = system.bars.get(asked);
    return answer.ok ? answer.value.bars.length : 0;
  };
  const isRepeated = (): boolean => system.bars.list().repeated > repeated;
  // A snapshot that came between, on a slow machine, leaves nothing to repeat.
  for (let kills = 0; kills < 5 && !isRepeated(); kills++) {
    const before = told();
    await until(() => told() > before);
    const known = told();
    market.shards.kill(market.shards.placed.ofRow(market.rowOf.get('AAPL')!));
    await until(() => isRepeated() || told() > known);
  }
}

/** Moves AAPL to the other thread, and kills that before it has a snapshot with it. */
async function moveAndLose({ system, market }: Life): Promise<void> {
  const to = 1 - market.shards.placed.ofRow(market.rowOf.get('AAPL')!);
  const lever = { kind: 'move', address: 'symbol/AAPL', shard: to } as const;
  // One that meets a thread on its way back is refused: it is asked for again.
  while (!(await system.actors.pull(lever, TESTER)).accepted) await nextTurn();
  market.shards.kill(to);
}

t.test('bars of threads that die and symbols that move are those of a batch', async (t) => {
  const moves: Promise<unknown>[] = [];
  const onSession = (life: Life, done: number): void => {
    if (done === 3 || done === 7) moves.push(moveAndLose(life));
    if (done === 5) moves.push(loseToldBars(life));
    if (done === 12) life.market.shards.kill(1);
  };
  const life = await live(temporaryFolder(t, 'bars'), onSession, { pace: '60' });
  const { market, system } = life;
  await market.stream();
  await Promise.all(moves);
  const found = await tables(life);
  for (const symbol of system.bars.list().symbols) {
    const prints = derived(market, symbol);
    for (const { name } of market.options.bars.series) {
      const wanted = batch(market, name, prints);
      t.strictSame(shown(found.get(`${symbol}/${name}`)!), wanted, `${symbol} ${name}`);
    }
  }
  t.ok(found.get('AAPL/1h')!.bars.length > 60);
  t.ok(found.get('AAPL/1h')!.derived);
  t.ok(found.get('AAPL/1h-quotes')!.bars.every(({ bid, ask }) => bid!.close! < ask!.close!));
  t.ok(market.shards.restarts() >= 2);
  t.ok(system.bars.list().repeated > 0n, 'new threads told bars again');
  t.equal(system.bars.list().contradicted, 0n);
  await market.close(2_000);
});

t.test('late prints amend bars, other symbols end them, in a new life too', async (t) => {
  const dataDir = temporaryFolder(t, 'bars');
  const first = await live(dataDir);
  await first.market.stream();
  const { openUs } = sessionOf(20210121);
  const minutes = (count: number): number => openUs + count * 60_000_000;
  const take = (sequence: bigint, list: readonly (readonly [number, number])[], symbol = 'AAPL') =>
    first.system.market.ingest({
      source: 'test',
      sequence,
      symbols: [symbol],
      prints: packPrints(list.map(([minute, price]) => [0, minutes(minute), price])),
    });
  t.match(
    await take(1n, [
      [1, 130],
      [62, 131],
      [125, 132],
    ]),
    { value: { accepted: 3 } },
  );
  t.match(
    await take(2n, [
      [30, 133],
      [40, 900],
    ]),
    {
      value: { accepted: 0, rejectedByReason: { out_of_order: 2 } },
    },
  );
  const hour = async (life: Life, isThere: (table: BarTable) => boolean) => {
    const wanted = create(GetBarsRequestSchema, { symbol: 'AAPL', series: '1h' });
    let table: BarTable | undefined;
    const isFound = await until(() => {
      const answer = life.system.bars.get(wanted);
      if (answer.ok) table = answer.value;
      return table !== undefined && isThere(table);
    });
    t.ok(isFound, 'the bars come to be as expected');
    return table!;
  };
  const table = await hour(first, ({ forming, counters }) => {
    return counters['late'] === 1 && forming?.startUs === minutes(120);
  });
  t.match(table.bars.at(-2), {
    startUs: minutes(0),
    high: 133,
    close: 133,
    trades: 2,
    version: 2,
  });
  t.match(table.bars.at(-1), { startUs: minutes(60), open: 131, version: 1 });
  t.match(table.forming, { startUs: minutes(120), open: 132, version: 0 });
  t.match(table.counters, { late: 1 });
  t.equal(table.derived, false);
  t.equal(first.system.bars.list().latePrints, 1n, 'one far off its price amends nothing');

  // Another symbol passes the end of the hour, at first by less than bars wait.
  const [end, aSecond] = [180, 1 / 60];
  t.match(await take(3n, [[end, 49]], 'KO'), { value: { accepted: 1 } });
  t.match(await take(4n, [[end - aSecond, 134]]), { value: { accepted: 1 } });
  t.match(await take(5n, [[end + 2 * aSecond, 49]], 'KO'), { value: { accepted: 1 } });
  const ended = await hour(first, ({ forming }) => forming === undefined);
  t.match(ended.bars.at(-1), { startUs: minutes(120), close: 134, trades: 2, version: 1 });
  t.match(await take(6n, [[end - aSecond / 2, 135]]), { value: { accepted: 1 } });
  const isAmended = ({ counters }: BarTable) => counters['late'] === 2;
  const amended = await hour(first, isAmended);
  t.match(amended.bars.at(-1), { startUs: minutes(120), close: 135, trades: 3, version: 2 });
  const lost = await tables(first);
  await first.market.close(2_000);

  const second = await live(dataDir, undefined, { resume: true, shards: '1' });
  await second.market.stream();
  t.strictSame((await hour(second, isAmended)).bars, amended.bars);
  const again = await tables(second);
  t.same([...again.keys()], [...lost.keys()]);
  for (const [key, { bars, counters }] of lost) {
    t.strictSame([again.get(key)!.bars, again.get(key)!.counters], [bars, counters], key);
  }
  await second.market.close(2_000);
});
