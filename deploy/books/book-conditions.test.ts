// Conditions of the funnel over order books: as of points, unknown without a book, kept for later.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { featuresOf } from '../../actors/conditions/index.js';
import { bookColumnsAmong } from '../../actors/microstructure/index.js';
import { Market } from '../app/market/market.js';
import { inRepository } from '../app/paths.js';
import { readSettings } from '../app/settings.js';
import type { System } from '../app/system.js';
import { checkFunnel } from '../config/funnel-config.js';
import { parseYaml } from '../config/yaml-source.js';
import { prepareReplay } from '../recorder/replay.js';
import { assertHistorical } from '../research/funnel-history.js';
import { hashAtRest, SYMBOLS, startLife, temporaryFolder, until } from '../services/test-system.js';
import { SAMPLE_CAPTURES } from './capture-feed.js';
import { type CapturedBooks, startBooks } from './start-books.js';
import { shortened } from './test-captures.js';

const SHIPPED = readFileSync(inRepository('deploy', 'config', 'funnel.yaml'), 'utf8');

/** A rule over symbols that asks of a book. */
const ALERTS = `rules:
  - id: tight
    for: symbols
    severity: notice
    text: a tight book
    when: { feature: book_spread_bps, op: '<', value: 1, why: w }
    release: { feature: book_spread_bps, op: '>', value: 2 }
`;

/** The shipped funnel, whose first stage also asks for a tight book, or for none. */
function asking(orNone: boolean): string {
  const tight = '{ feature: book_spread_bps, op: "<", value: 1, label: tight, why: w }';
  const none = '{ feature: has_book, op: "==", value: 0, label: no book, why: w }';
  const asked = orNone ? `any: [${tight}, ${none}]` : tight.slice(1, -1).trim();
  const part = orNone ? `- ${asked}` : `- { ${asked} }`;
  return SHIPPED.replace('      all:\n', `      all:\n        ${part}\n`);
}

/** The start of a capture as if it were of a stock, read before anything streams. */
async function bookOf(system: System, folder: string, symbol: string): Promise<CapturedBooks> {
  const { path, instrument } = shortened(folder, SAMPLE_CAPTURES[0]!, 1_500);
  const books = startBooks(system, {
    captures: [{ path, instrument: { ...instrument, symbol } }],
    pace: 0,
    shardCount: 1,
    onReplaced() {},
    onStopped() {},
  });
  await books.finished;
  await until(() => {
    const answer = system.books.changed(0);
    return answer.ok && answer.value.books[0]?.synced === true;
  });
  return books;
}

/** The outcome of the leaf about books, by symbol. */
function outcomes(system: System, label: string): Map<string, string> {
  return new Map(
    SYMBOLS.map((symbol) => {
      const answer = system.funnel.explain(symbol);
      if (!answer.ok) throw new Error(answer.refusal.text);
      const leaf = answer.value.stages[0]!.leaves.find((one) => one.label === label);
      return [symbol, leaf?.outcome ?? 'none'] as const;
    }),
  );
}

t.test(
  'a measure is known with a book alone, and the same to a process that goes on',
  async (t) => {
    const dataDir = temporaryFolder(t, 'book-conditions');
    const funnel = join(dataDir, 'funnel.yaml');
    writeFileSync(funnel, asking(false));
    const alerts = join(dataDir, 'alerts.yaml');
    writeFileSync(alerts, ALERTS);
    const flags = { dataDir: join(dataDir, 'run'), funnel, alerts, pace: '60', shards: '2' };
    const record = join(dataDir, 'recording');
    const first = await startLife({ ...flags, record }, ({ market }, done) => {
      if (done === 5) market.shards.kill(market.shards.placed.ofRow(market.rowOf.get('AAPL')!));
    });
    const books = await bookOf(first.system, dataDir, 'AAPL');
    await first.market.stream();
    const state = await hashAtRest(first.market);
    const found = outcomes(first.system, 'tight');
    t.equal(found.get('AAPL'), 'pass');
    found.delete('AAPL');
    t.same(new Set(found.values()), new Set(['undefined']));
    const stages = first.system.funnel.snapshot().members.map(({ symbol }) => symbol);
    t.same(stages, ['AAPL'], 'who has no book meets no condition on one');
    const raised = first.system.risk.alerts(0).alerts.filter(({ measure }) => measure === 'tight');
    t.same(
      raised.map(({ scope }) => scope),
      ['symbol/AAPL'],
      'a rule over symbols reads it too',
    );
    const detail = first.system.market.symbol('AAPL', 1);
    t.ok(
      detail.ok &&
        (detail.value.features.find(({ name }) => name === 'book_spread_bps')?.value ?? 9) < 1,
    );
    await books.close(1_000);
    await first.market.close(2_000);

    const second = await startLife({ ...flags, resume: true, pace: 'max', shards: '1' });
    await second.market.stream();
    t.equal(await hashAtRest(second.market), state, 'without a book, from what was kept');
    await second.market.close(2_000);

    const prepared = await prepareReplay(record, join(dataDir, 'again'));
    t.ok(prepared.bookPoints > 0);
    const { record: _record, ...recorded } = prepared.run.flags;
    const again = { ...recorded, dataDir: join(dataDir, 'again'), pace: 'max', resume: true };
    const replayed = await Market.start(
      { ...readSettings(again), isReplay: true },
      { onEvent() {}, onSession() {}, onRestart() {} },
    );
    await replayed.stream();
    t.equal(await hashAtRest(replayed), state, 'a replay of the recording has no book either');
    await replayed.close(2_000);

    writeFileSync(funnel, asking(true));
    const third = await startLife({ ...flags, pace: 'max', shards: '1' });
    await third.market.stream();
    const without = new Set(outcomes(third.system, 'no book').values());
    t.same(without, new Set(['pass']), 'a replay begun anew has no book, and may let those pass');
    t.ok(third.system.funnel.snapshot().members.length > 1);
    await third.market.close(2_000);
  },
);

t.test('a book has no past to look back at, and history none to compare with', async (t) => {
  const check = (text: string) => checkFunnel(parseYaml(text, 'f.yaml'));
  const back = asking(false).replace('book_spread_bps', 'book_spread_bps, ago: 1');
  t.throws(() => check(back), { code: 'config.invalid', message: /book_spread_bps/ });
  const unknown = asking(false).replace('book_spread_bps', 'book_spread_pbs');
  t.throws(() => check(unknown), { message: /did you mean book_spread_bps/ });
  t.throws(() => assertHistorical(check(asking(false))), {
    code: 'funnel.not_comparable',
    message: /book_spread_bps in stage hygiene/,
  });
  const { funnel } = readSettings({});
  t.doesNotThrow(() => assertHistorical(funnel));
  const names = funnel.stages.flatMap(({ condition }) => featuresOf(condition));
  t.same(bookColumnsAmong(names), [], 'the shipped funnel asks of no book');
});
