// Portfolios that are away for so long that what they miss has to be brought forward.

import t from 'tap';
import { nextTurn } from '../app/next-turn.js';
import { startSmallMarket, temporaryFolder } from './test-system.js';

/** Who pulls levers here. */
const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

const ADDRESS = 'portfolio/megacaps';

/** After the snapshot that is due at the 60th session. */
const LOST_AT = 65;

t.test(
  'away for 75 sessions, a portfolio misses nothing, even if its thread is lost',
  async (t) => {
    const hashes: string[] = [];
    for (const [down, up, loses] of [
      [undefined, undefined, false],
      ['suspend', 'resume', false],
      ['stop', 'restart', true],
    ] as const) {
      const { market, system } = await startSmallMarket(temporaryFolder(t, 'away'), {
        to: '2021-04-21',
        onSession(running, done) {
          if (done === LOST_AT && loses) running.shards.kill(0);
        },
      });
      if (down !== undefined) {
        t.match(await system.actors.pull({ kind: down, address: ADDRESS }, TESTER), {
          accepted: true,
        });
      }
      await market.stream();
      t.equal(market.shards.restarts(), loses ? 1 : 0);
      while ((await market.shards.asks.tree(0)) === undefined) await nextTurn();
      if (up !== undefined) {
        const pulled = await system.actors.pull({ kind: up, address: ADDRESS }, TESTER);
        t.match(pulled, { accepted: true });
      }
      await system.portfolios.get('megacaps');
      hashes.push(await market.hash());
      t.equal(market.sequencer.rejectedByReason()['told_to_nobody'], undefined);
      await market.close(2_000);
    }
    t.equal(new Set(hashes).size, 1, hashes.join(' '));
  },
);
