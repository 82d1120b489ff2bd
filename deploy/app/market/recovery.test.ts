// Nothing acknowledged is lost or counts twice: lost threads, rebuilt actors, new processes.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../../actors/calendar/index.js';
import { COLUMN } from '../../../actors/market/index.js';
import { PACKED_PRINT } from '../../../proto/frames/market.js';
import {
  CashMovementSchema,
  CommandRequestSchema,
  TradeSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { hashAtRest, type Life, startLife, temporaryFolder } from '../../services/test-system.js';
import { nextTurn } from '../next-turn.js';
import type { RunFlags } from '../run-flags.js';

/** Who pulls levers here. */
const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

const HOUR_US = 3_600_000_000;

/** Starts a process's worth of market; `onSession` runs at each close. */
function live(
  dataDir: string,
  flags: RunFlags,
  onSession?: (life: Life, done: number) => void,
): Promise<Life> {
  return startLife({ dataDir, warmup: '60', pace: '40', shards: '2', ...flags }, onSession);
}

function cash(portfolio: string, commandId: string, amount: string) {
  const value = create(CashMovementSchema, { amount, direction: 'deposit' });
  return create(CommandRequestSchema, { portfolio, commandId, command: { case: 'cash', value } });
}

function buy(portfolio: string, commandId: string, symbol: string) {
  const value = create(TradeSchema, { symbol, side: 'buy', quantity: '10' });
  return create(CommandRequestSchema, { portfolio, commandId, command: { case: 'trade', value } });
}

/** A batch of prints of AAPL. */
function batch(sequence: bigint, prints: readonly (readonly [number, number])[], source = 'test') {
  const bytes = Buffer.alloc(prints.length * PACKED_PRINT.bytes);
  prints.forEach(([timeUs, price], index) => {
    const base = index * PACKED_PRINT.bytes;
    bytes.writeDoubleLE(timeUs, base + PACKED_PRINT.timeUs);
    bytes.writeDoubleLE(price, base + PACKED_PRINT.price);
    bytes.writeDoubleLE(100, base + PACKED_PRINT.size);
  });
  return { source, sequence, symbols: ['AAPL'], prints: bytes };
}

/** Sends prints of the session under way until some came while it was open. */
async function intrude({ system, market }: Life): Promise<void> {
  for (let sequence = 1n; market.state !== 'finished'; sequence++) {
    const { closeUs, date } = market.sequencer;
    const prints = [closeUs - HOUR_US, closeUs - HOUR_US + 5].map(
      (timeUs) => [timeUs, 140] as const,
    );
    const taken = await system.market.ingest(batch(sequence, prints, `source-${date}`));
    if (taken.ok && taken.value.accepted > 0) return;
    await nextTurn();
  }
  throw new Error('expected prints to be taken while a session was open');
}

/**
 * Commands and prints from outside while the feed runs; `answered` resolves once all are, to the
 * ids of the purchases that were acknowledged.
 */
function meddle() {
  const answers: Promise<unknown>[] = [];
  const bought: string[] = [];
  const order = async ({ system }: Life, id: string): Promise<void> => {
    const { accepted } = await system.portfolios.command(buy('megacaps', id, 'KO'));
    if (accepted) bought.push(id);
  };
  const onSession = (life: Life, done: number): void => {
    const { system } = life;
    if (done === 3 || done === 6 || done === 8) {
      for (let number = 0; number < 20; number++) {
        answers.push(system.portfolios.command(cash('megacaps', `c${done}-${number}`, '1000.5')));
        answers.push(order(life, `b${done}-${number}`));
      }
    }
    // What the dying thread had not answered is refused, and either there or not.
    if (done === 6) life.market.shards.kill(life.market.shardOf('portfolio/megacaps'));
    if (done === 4 || done === 7) answers.push(intrude(life));
  };
  return { onSession, answered: () => Promise.all(answers).then(() => bought) };
}

/** Part of a session after the feed's end: points, trades between them, more points. */
async function liveSession({ system, market }: Life): Promise<void> {
  const { openUs } = sessionOf(20210121);
  const take = async (sequence: bigint, hours: number, price: number): Promise<void> => {
    const answer = await system.market.ingest(batch(sequence, [[openUs + hours * HOUR_US, price]]));
    if (!answer.ok || answer.value.accepted !== 1) throw new Error(JSON.stringify(answer));
  };
  await take(8n, 0.1, 136);
  await system.portfolios.command(buy('megacaps', 'live-1', 'AAPL'));
  await take(9n, 2.5, 150);
  await system.portfolios.command(buy('megacaps', 'live-2', 'AAPL'));
  await system.portfolios.command(cash('megacaps', 'live-3', '77'));
  await take(10n, 4.5, 120);
  await market.settle();
}

async function afterRestart({ market }: Life, shard: number, restarts: number): Promise<void> {
  while (market.shards.look(shard).restarts === restarts) await nextTurn();
  while ((await market.shards.asks.fingerprint(shard)).length === 0) await nextTurn();
  while (market.shards.backlog() > 0) await nextTurn();
  await market.settle();
}

t.test('threads, actors and processes come back to the very state they had', async (t) => {
  const dataDir = temporaryFolder(t, 'recovery');
  const outside = meddle();
  const first = await live(dataDir, {}, outside.onSession);
  await first.market.stream();
  await outside.answered();
  await liveSession(first);
  const state = await hashAtRest(first.market);

  const shard = first.market.shardOf('portfolio/megacaps');
  await first.system.actors.pull({ kind: 'restart', address: 'portfolio/megacaps' }, TESTER);
  await first.system.portfolios.get('megacaps');
  t.equal(await hashAtRest(first.market), state, 'an actor rebuilt in the middle of a session');

  for (const lost of [shard, 1 - shard]) {
    const restarts = first.market.shards.look(lost).restarts;
    first.market.shards.kill(lost);
    await afterRestart(first, lost, restarts);
    t.equal(await hashAtRest(first.market), state, `shard ${lost} lost in the middle of a session`);
  }
  t.match(
    await first.system.portfolios.command(cash('megacaps', 'live-3', '77')),
    { accepted: true, repeatedCommand: true },
    'a repeated command is known after the thread died',
  );
  t.same(
    first.market.journal.snapshot('shard-0'),
    undefined,
    'snapshots of threads stay in memory',
  );
  await first.market.close(2_000);

  const second = await live(dataDir, { resume: true, shards: '1' });
  await second.market.stream();
  t.equal(await hashAtRest(second.market), state, 'a new process with another number of threads');
  t.match(await second.system.portfolios.command(buy('megacaps', 'live-1', 'AAPL')), {
    accepted: true,
    repeatedCommand: true,
  });
  t.match(await second.system.market.ingest(batch(10n, [])), {
    ok: false,
    refusal: { code: 'ingest.repeated' },
  });
  const missing = ({ market }: typeof first) => [...market.ingest.missing.bySource()];
  t.same(missing(second), missing(first));
  t.equal(await hashAtRest(second.market), state);
  await second.market.close(2_000);
});

/** What prints have made of the symbols, and what was refused of them. */
function marketOf({ market }: Life) {
  const { columns, sequencer } = market;
  const rows = Array.from(market.rowOf, ([symbol, row]) => {
    const values = new Float64Array(columns.names.length);
    columns.readRow(row, values);
    values[COLUMN.arrivalUs] = 0;
    return [symbol, ...values];
  });
  return { rows, rejected: sequencer.rejectedByReason() };
}

t.test('a replay begun again: commands once, at its start; prints in their place', async (t) => {
  const dataDir = temporaryFolder(t, 'recovery');
  const outside = meddle();
  const first = await live(dataDir, {}, outside.onSession);
  await first.market.stream();
  const bought = await outside.answered();
  // On a slow machine the dying thread may have taken all of the others along.
  const last = await first.system.portfolios.command(buy('megacaps', 'last', 'KO'));
  t.match(last, { accepted: true });
  bought.push('last');
  const held = await first.system.portfolios.get('megacaps');
  const made = marketOf(first);
  t.ok((made.rejected['out_of_order'] ?? 0) > 0, 'prints from outside came before the feed');
  await first.market.close(2_000);
  const second = await live(dataDir, {});
  const early = await second.system.portfolios.get('megacaps');
  const quantityOf = (answer: typeof held): string | undefined =>
    answer.ok
      ? answer.value.positions.find(({ symbol }) => symbol === 'KO')?.quantity
      : answer.refusal.code;
  t.ok(Number(quantityOf(held)) >= 10 * bought.length, 'no purchase is missing');
  t.equal(quantityOf(early), quantityOf(held));
  for (const id of bought) {
    const again = await second.system.portfolios.command(buy('megacaps', id, 'KO'));
    t.match(again, { accepted: true, repeatedCommand: true }, id);
  }
  await second.market.stream();
  t.equal(quantityOf(await second.system.portfolios.get('megacaps')), quantityOf(held));
  t.strictSame(marketOf(second), made);
  await second.market.close(2_000);
  await t.rejects(live(dataDir, { resume: true, to: '2021-01-19' }), {
    code: 'run.cannot_resume',
  });
});
