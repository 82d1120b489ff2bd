// A long past is folded once: the next start begins with what it came to, or folds all of it again.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { type Address, Journal, type Snapshot } from '../../../engine/index.js';
import {
  CashMovementSchema,
  CommandRequestSchema,
  TradeSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { pack, unpack } from '../../roles/packed.js';
import { hashAtRest, type Life, startLife, temporaryFolder } from '../../services/test-system.js';
import { inRepository } from '../paths.js';
import { FoldedStates, packStates } from './folded-states.js';

const ADDRESS: Address = 'portfolio/megacaps';
const COMMANDS = 600;

/** Commands on their way at a time: fewer than a mailbox takes. */
const AT_A_TIME = 50;

async function command({ system }: Life, index: number): Promise<void> {
  const about = { portfolio: 'megacaps', commandId: `c${index}` };
  const cash = create(CashMovementSchema, { amount: '1000.5', direction: 'deposit' });
  const trade = create(TradeSchema, { symbol: 'KO', side: 'buy', quantity: '1' });
  const answer = await system.portfolios.command(
    create(CommandRequestSchema, {
      ...about,
      command: index % 3 === 0 ? { case: 'trade', value: trade } : { case: 'cash', value: cash },
    }),
  );
  if (!answer.accepted) throw new Error(`expected ${about.commandId} to be taken`);
}

/** Starts, runs something, and closes; returns the hash that the market then had. */
async function live(
  flags: { readonly dataDir: string; readonly portfolios?: string },
  act: (life: Life) => Promise<void> = async () => {},
): Promise<string> {
  const life = await startLife({ warmup: '60', shards: '1', to: '2021-01-05', ...flags });
  await act(life);
  const hash = await hashAtRest(life.market);
  await life.market.close(2_000);
  return hash;
}

/** The sample's portfolios with another sum to begin with. */
function otherCash(folder: string): string {
  const sample = readFileSync(inRepository('deploy', 'config', 'portfolios.yaml'), 'utf8');
  const file = join(folder, 'portfolios.yaml');
  writeFileSync(
    file,
    sample.replace(
      "cash: '50000000', long: { symbols: [AAPL",
      "cash: '40000000', long: { symbols: [AAPL",
    ),
  );
  return file;
}

t.test('a start reads a long past once, and then what came since', async (t) => {
  const dataDir = temporaryFolder(t, 'folded');
  await live({ dataDir }, async (life) => {
    for (let first = 0; first < COMMANDS; first += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, (_, one) => command(life, first + one)));
    }
  });
  const folded = await live({ dataDir });
  const reads = t.capture(Journal.prototype, 'recordsOf', Journal.prototype.recordsOf);
  const walks = t.capture(Journal.prototype, 'records', Journal.prototype.records);
  t.equal(await live({ dataDir }), folded, 'the very state that all its events come to');
  const after = reads().flatMap(({ args }) => (args[0] === ADDRESS ? [args[1]] : []));
  t.same(after, [COMMANDS], 'only what came since is asked for');
  t.same(walks(), [], 'and the whole journal is not walked through');

  await live({ dataDir }, (life) => command(life, COMMANDS));
  const more = await live({ dataDir });
  t.not(more, folded, 'an event after it counts');
  const none = t.capture(FoldedStates.prototype, 'of', () => undefined);
  t.equal(await live({ dataDir }), more, 'as if all of them had been folded');
  none.restore();
});

t.test('a portfolio that opens otherwise is folded from its beginning', async (t) => {
  const folder = temporaryFolder(t, 'folded-otherwise');
  const dataDir = join(folder, 'data');
  const portfolios = otherCash(folder);
  const cashOf = async ({ system }: Life): Promise<number> => {
    const shown = await system.portfolios.get('megacaps');
    return shown.ok ? Number(shown.value.summary?.cash) : Number.NaN;
  };
  let before = 0;
  let after = 0;
  await live({ dataDir }, async (life) => {
    for (let first = 0; first < COMMANDS; first += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, (_, one) => command(life, first + one)));
    }
  });
  await live({ dataDir });
  await live({ dataDir }, async (life) => {
    before = await cashOf(life);
  });
  await live({ dataDir, portfolios }, async (life) => {
    after = await cashOf(life);
  });
  t.ok(before > 0);
  t.ok(before - after > 100_000 && before - after < 1_000_000, 'what is not invested of the rest');
});

t.test('a state is used by replays that begin no earlier, and only as it was stored', async (t) => {
  const journal = Journal.open(temporaryFolder(t, 'folded-store'));
  const record = { address: ADDRESS, event: { kind: 'noted' }, cause: 'test', timeUs: 0 };
  await journal.append([1, 2, 3].map((sequence) => ({ ...record, sequence })));
  const failures: unknown[] = [];
  const states = (position: number, basis: string): FoldedStates =>
    new FoldedStates(
      journal,
      position,
      () => basis,
      (error) => failures.push(error),
    );
  const state: Snapshot = { state: { count: 3n }, version: 1, sequence: 3 };
  const writer = states(3, 'basis');
  t.equal(writer.of(ADDRESS), undefined, 'there is none yet');
  writer.keep(pack([[ADDRESS, state]], 1), new Map([[ADDRESS, 3]]));
  await writer.settled();
  const found = writer.of(ADDRESS)!;
  t.equal(found.sequence, 3);
  t.same([...unpack(packStates([[ADDRESS, found]]))], [[ADDRESS, state]]);
  t.equal(states(5, 'basis').of(ADDRESS)?.sequence, 3, 'a later replay');
  t.equal(states(2, 'basis').of(ADDRESS), undefined, 'an earlier one has not come to it');
  t.equal(states(3, 'other').of(ADDRESS), undefined, 'another opening');
  t.equal(writer.of('portfolio/other'), undefined);
  t.same(failures, []);
  await journal.close();
  writer.keep(pack([[ADDRESS, state]], 1), new Map([[ADDRESS, 3]]));
  await writer.settled();
  t.match(failures, [{ code: 'journal.closed' }], 'what is not stored is told');
});
