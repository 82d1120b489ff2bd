// One result however many threads there are, and whichever of them is lost or restarted.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { nextTurn } from '../app/next-turn.js';
import { hashAtRest, openSystem, startSmallMarket } from './test-system.js';

/** Who pulls levers here. */
const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

t.test('a restarted shard comes back to the same state', async (t) => {
  const { market, system } = await openSystem(t);
  const before = await hashAtRest(market);
  const restarts = market.shards.restarts();
  t.match(await system.actors.pull({ kind: 'restart', address: 'shard/0' }, TESTER), {
    accepted: true,
  });
  while (market.shards.restarts() === restarts) await nextTurn();
  while ((await market.shards.asks.fingerprint(0)).length === 0 || market.shards.backlog() > 0) {
    await nextTurn();
  }
  await market.settle();
  t.equal(await hashAtRest(market), before);
});

t.test('portfolios that are held, stopped or out of memory meanwhile miss nothing', async (t) => {
  const hashes: string[] = [];
  for (const [down, up] of [
    [undefined, undefined],
    ['suspend', 'resume'],
    ['stop', 'restart'],
    ['passivate', 'restart'],
  ] as const) {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-held-'));
    const address = 'portfolio/megacaps';
    const answers: Promise<unknown>[] = [];
    const { market, system } = await startSmallMarket(dataDir, {
      to: '2021-01-29',
      onSession(_market, done) {
        if (down !== undefined && done === 4) {
          answers.push(system.actors.pull({ kind: down, address }, TESTER));
        }
        if (up !== undefined && done === 9) {
          answers.push(system.actors.pull({ kind: up, address }, TESTER));
        }
      },
    });
    await market.stream();
    for (const answer of await Promise.all(answers)) t.match(answer, { accepted: true });
    await system.portfolios.get('megacaps');
    hashes.push(await hashAtRest(market));
    await market.close(2_000);
    rmSync(dataDir, { recursive: true, force: true });
  }
  t.equal(new Set(hashes).size, 1, hashes.join(' '));
});

t.test('threads and lost threads change no result', async (t) => {
  const hashes: string[] = [];
  for (const [shards, killed] of [
    ['1', -1],
    ['2', -1],
    ['2', 1],
    ['3', 0],
  ] as const) {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-hash-'));
    const { market } = await startSmallMarket(dataDir, {
      shards,
      to: '2021-01-29',
      onSession(running, done) {
        if (done === 8 && killed >= 0) running.shards.kill(killed);
      },
    });
    await market.stream();
    hashes.push(await hashAtRest(market));
    t.equal(market.shards.restarts(), killed >= 0 ? 1 : 0);
    await market.close(2_000);
    rmSync(dataDir, { recursive: true, force: true });
  }
  t.equal(new Set(hashes).size, 1, hashes.join(' '));
});
