// Actors on other shards: no result changes, nothing is lost or doubled, whatever dies meanwhile.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import {
  CashMovementSchema,
  CommandRequestSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  hashAtRest,
  type Life,
  SYMBOLS,
  startLife,
  temporaryFolder,
} from '../../services/test-system.js';
import { nextTurn } from '../next-turn.js';
import type { Lever } from '../port.js';
import type { RunFlags } from '../run-flags.js';
import type { Market } from './market.js';

const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

function live(
  dataDir: string,
  flags: RunFlags = {},
  onSession?: (life: Life, done: number) => void,
): Promise<Life> {
  return startLife({ dataDir, warmup: '60', pace: 'max', shards: '3', ...flags }, onSession);
}

function cash(commandId: string) {
  const value = create(CashMovementSchema, { amount: '10', direction: 'deposit' });
  const command = { case: 'cash', value } as const;
  return create(CommandRequestSchema, { portfolio: 'megacaps', commandId, command });
}

const pull = ({ system }: Life, lever: Lever) => system.actors.pull(lever, TESTER);

/** Hash of a run in which some lever is pulled in the middle. */
async function ran(
  t: { teardown(run: () => void): void },
  during: (life: Life, done: number) => void,
): Promise<{ hash: string; life: Life }> {
  const life = await live(temporaryFolder(t, 'moves'), { pace: '60' }, during);
  await life.market.stream();
  const hash = await hashAtRest(life.market);
  return { hash, life };
}

t.test('a run with moves and drains in its sessions ends in the same state', async (t) => {
  const still = await ran(t, () => {});
  await still.life.market.close(2_000);
  const outcomes: Promise<unknown>[] = [];
  const { hash, life } = await ran(t, (running, done) => {
    const before = outcomes.at(-1);
    const after = async (): Promise<unknown> => {
      await before;
      // Into the session that is opened next: a place between two prints.
      const { market } = running;
      while (!market.sequencer.isOpen && market.state === 'streaming') await nextTurn();
      if (done === 2) return pull(running, { kind: 'drain', shard: 1 });
      if (done === 5) return pull(running, { kind: 'move', address: 'symbol/AAPL', shard: 1 });
      return pull(running, { kind: 'move', address: 'portfolio/megacaps', shard: 1 });
    };
    if (done === 2 || done === 5 || done === 8) outcomes.push(after());
  });
  for (const outcome of await Promise.all(outcomes)) t.match(outcome, { accepted: true });
  t.equal(hash, still.hash);
  t.equal(life.market.shardOf('portfolio/megacaps'), 1);
  t.equal(life.market.shards.placed.ofRow(life.market.rowOf.get('AAPL')!), 1);
  for (let shard = 0; shard < 3; shard++) {
    await lose(life, shard);
    t.equal(await hashAtRest(life.market), hash, `shard ${shard} lost after the moves`);
  }
  await life.market.close(2_000);
});

async function lose({ market }: Life, shard: number): Promise<void> {
  const { restarts } = market.shards.look(shard);
  market.shards.kill(shard);
  while (market.shards.look(shard).restarts === restarts) await nextTurn();
  await back(market);
}

/** Resolves once every shard runs and has taken all it was sent. */
async function back(market: Market): Promise<void> {
  for (let shard = 0; shard < market.shards.count; shard++) {
    while ((await market.shards.asks.tree(shard)) === undefined) await nextTurn();
  }
  while (market.shards.backlog() > 0) await nextTurn();
  await market.settle();
}

t.test('commands and lost threads during moves: each command is there once', async (t) => {
  const life = await live(temporaryFolder(t, 'moves'));
  const { market, system } = life;
  await market.stream();
  const booked = (): string[] =>
    market.journal.recordsOf('portfolio/megacaps').flatMap(({ event }) => {
      const { eventId = '' } = event as { readonly eventId?: string };
      return eventId.startsWith('d') ? [eventId] : [];
    });
  /** Sends a command again, as clients do, until it is answered. */
  const deposit = async (commandId: string): Promise<void> => {
    for (;;) {
      const { accepted, code } = await system.portfolios.command(cash(commandId));
      if (accepted) return;
      if (code !== 'shard.restarting' && code !== 'shard.moving') throw new Error(code);
      await nextTurn();
    }
  };
  let count = 0;
  for (const victim of ['nobody', 'source', 'target'] as const) {
    for (const turns of [0, 2]) {
      const from = market.shardOf('portfolio/megacaps');
      const to = (from + 1) % 3;
      const deposits = Array.from({ length: 10 }, () => deposit(`d${count++}`));
      const moved = pull(life, { kind: 'move', address: 'portfolio/megacaps', shard: to });
      const later = Array.from({ length: 10 }, () => deposit(`d${count++}`));
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      if (victim !== 'nobody') market.shards.kill(victim === 'source' ? from : to);
      const { accepted, code } = await moved;
      if (victim === 'nobody') t.ok(accepted, code);
      t.equal(market.shardOf('portfolio/megacaps'), accepted ? to : from);
      await Promise.all([...deposits, ...later]);
      await back(market);
    }
  }
  t.same(booked().sort(), Array.from({ length: count }, (_, at) => `d${at}`).sort());
  t.match(await system.portfolios.command(cash('d7')), { repeatedCommand: true });
  const hash = await market.hash();
  await lose(life, market.shardOf('portfolio/megacaps'));
  t.equal(await market.hash(), hash);
  await pull(life, { kind: 'restart', address: 'portfolio/megacaps' });
  await system.portfolios.get('megacaps');
  t.equal(await market.hash(), hash, 'its state is what its journal says');
  await market.close(2_000);
});

t.test('a process that goes on has its actors where they were moved to', async (t) => {
  const dataDir = temporaryFolder(t, 'moves');
  const first = await live(dataDir);
  await first.market.stream();
  t.match(await pull(first, { kind: 'drain', shard: 0 }), { accepted: true, text: /funnel stays/ });
  t.match(await pull(first, { kind: 'drain', shard: 0 }), { code: 'supervision.cannot_now' });
  await first.system.portfolios.command(cash('once'));
  const hash = await first.market.hash();
  await first.market.close(2_000);
  for (const [shards, isMoved] of [
    ['3', true],
    ['2', false],
  ] as const) {
    const again = await live(dataDir, { resume: true, shards });
    t.match(
      await pull(again, { kind: 'drain', shard: 1 }),
      { code: 'supervision.cannot_now', text: /streaming/ },
      'not before it has caught up',
    );
    await again.market.stream();
    t.equal(await again.market.hash(), hash);
    const rows = SYMBOLS.map((symbol) => again.market.rowOf.get(symbol)!);
    t.equal(!rows.some((row) => again.market.shards.placed.ofRow(row) === 0), isMoved);
    await again.market.close(2_000);
  }
  const anew = await live(dataDir);
  t.ok(anew.market.shards.count === 3 && anew.market.file.bars.symbols.length === 10);
  t.ok(
    SYMBOLS.some((symbol) => anew.market.shards.placed.ofRow(anew.market.rowOf.get(symbol)!) === 0),
  );
  await anew.market.close(2_000);
});

t.test('what may not move is refused with its code, and stays', async (t) => {
  const life = await live(temporaryFolder(t, 'moves'), { shards: '2' });
  await life.market.stream();
  const move = (address: string, shard: number) => pull(life, { kind: 'move', address, shard });
  const home = life.market.shardOf('portfolio/megacaps');
  const funnel = `funnel/${life.market.options.funnel.name}`;
  t.match(await move(funnel, 1), { accepted: false, code: 'supervision.cannot_move' });
  t.match(await move('shard/0', 1), { accepted: false, code: 'supervision.cannot_move' });
  t.match(await move('symbol/NONE', 1), { accepted: false, code: 'supervision.unknown' });
  t.match(await move('portfolio/megacaps', 2), { accepted: false, code: 'supervision.unknown' });
  t.match(await move('portfolio/megacaps', home), { code: 'supervision.cannot_now' });
  await pull(life, { kind: 'suspend', address: 'portfolio/megacaps' });
  t.match(await move('portfolio/megacaps', 1 - home), {
    code: 'supervision.cannot_now',
    text: /held, stopped, busy or not to be encoded: portfolio\/megacaps \(1 of 1\)/,
  });
  t.match(await pull(life, { kind: 'drain', shard: home }), { code: 'supervision.cannot_now' });
  t.equal(life.market.shardOf('portfolio/megacaps'), home);
  await pull(life, { kind: 'resume', address: 'portfolio/megacaps' });
  await life.system.portfolios.get('megacaps');
  const hash = await hashAtRest(life.market);
  await pull(life, { kind: 'passivate', address: 'portfolio/megacaps' });
  const both = [
    move('portfolio/megacaps', 1 - home),
    move('symbol/AAPL', 0),
    move('symbol/AAPL', 1),
  ];
  const outcomes = await Promise.all(both);
  t.match(outcomes[0], { accepted: true }, 'one that is out of memory moves as well');
  t.ok(
    outcomes.some(({ code }) => code === 'supervision.cannot_now'),
    'one move at a time',
  );
  await life.system.portfolios.get('megacaps');
  t.equal(await hashAtRest(life.market), hash);
  await life.market.close(2_000);
  const alone = await live(temporaryFolder(t, 'moves'), { shards: '1' });
  t.match(await pull(alone, { kind: 'drain', shard: 0 }), { code: 'supervision.only_one_shard' });
  await alone.market.close(2_000);
});

t.test('what is not opened brings its past along wherever it is moved', async (t) => {
  const few = { residentsMax: '1', openedMax: '1' };
  const life = await live(temporaryFolder(t, 'moves'), few);
  const { market, system } = life;
  await market.stream();
  const ids = market.options.portfolios.portfolios.map(({ id }) => id);
  const cashOf = async (id: string): Promise<string | undefined> => {
    const detail = await system.portfolios.get(id);
    return detail.ok ? detail.value.summary?.cash : detail.refusal.code;
  };
  /** Has others of its shard opened until it is not. */
  const close = async (): Promise<void> => {
    const shard = market.shardOf('portfolio/megacaps');
    for (const id of ids) {
      if (id !== 'megacaps' && market.shardOf(`portfolio/${id}`) === shard) await cashOf(id);
    }
    const tree = await market.shards.asks.tree(shard);
    const isThere = tree?.actors.some(({ address }) => address === 'portfolio/megacaps');
    t.equal(isThere, false, 'it is not opened');
  };
  const before = Number(await cashOf('megacaps'));
  t.match(await system.portfolios.command(cash('d0')), { accepted: true });
  for (let moved = 1; moved <= 3; moved++) {
    await close();
    const shard = (market.shardOf('portfolio/megacaps') + 1) % 3;
    t.match(await pull(life, { kind: 'move', address: 'portfolio/megacaps', shard }), {
      accepted: true,
    });
    t.equal(Number(await cashOf('megacaps')), before + 10 * moved, `moved ${moved} times`);
    t.match(await system.portfolios.command(cash(`d${moved - 1}`)), { repeatedCommand: true });
    t.match(await system.portfolios.command(cash(`d${moved}`)), { accepted: true });
  }
  // With its state, and then left behind by it.
  const shard = (market.shardOf('portfolio/megacaps') + 1) % 3;
  await pull(life, { kind: 'move', address: 'portfolio/megacaps', shard });
  await close();
  t.equal(Number(await cashOf('megacaps')), before + 40);
  // Opened, away and back again, with what it was paid elsewhere.
  for (let moved = 4; moved < 10; moved++) {
    const to = (market.shardOf('portfolio/megacaps') + (moved % 2 === 0 ? 1 : 2)) % 3;
    await pull(life, { kind: 'move', address: 'portfolio/megacaps', shard: to });
    t.equal(Number(await cashOf('megacaps')), before + 10 * moved, `moved ${moved} times`);
    t.match(await system.portfolios.command(cash(`d${moved}`)), { accepted: true });
  }
  await market.close(2_000);
});
