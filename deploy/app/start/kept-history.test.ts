// History that is kept: found again where all it follows from is the same, passed over elsewhere.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startSmallMarket, temporaryFolder } from '../../services/test-system.js';
import { type HistoryConfig, KeptHistory } from './kept-history.js';
import { blank, written } from './test-history.js';

const FILE = 'kept-history';

/** Memory that differs from byte to byte. */
function marked(): HistoryConfig {
  const config = blank();
  for (const bytes of written(config)) {
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 7 + (at >> 8)) & 255;
  }
  return config;
}

/** A data directory in which that memory is kept. */
async function keptIn(t: Test, config: HistoryConfig = marked()): Promise<string> {
  const folder = t.testdir();
  const history = await KeptHistory.open(folder);
  history.keep(config, (error) => t.fail(String(error)));
  await history.settled();
  return folder;
}

/** Whether a start finds anything, in memory that is untouched where it does not. */
async function isFound(t: Test, folder: string, config = blank()): Promise<boolean> {
  const history = await KeptHistory.open(folder);
  const before = written(config).map((bytes) => Buffer.from(bytes));
  const isFound = history.restore(config);
  if (!isFound) {
    for (const [part, bytes] of written(config).entries()) {
      t.ok(bytes.equals(before[part]!), `memory ${part} is as it was`);
    }
  }
  return isFound;
}

t.test('what is kept is found again, to the byte', async (t) => {
  const first = marked();
  const folder = await keptIn(t, first);
  t.same(readdirSync(folder), [FILE], 'nothing unfinished is left');
  const second = blank();
  t.ok(await isFound(t, folder, second));
  for (const [part, bytes] of written(second).entries()) {
    t.ok(bytes.equals(written(first)[part]!), `memory ${part}`);
  }
});

t.test('history of other bars, days, rules or symbols is not found', async (t) => {
  const folder = await keptIn(t);
  const config = blank();
  const { bars, funnel } = config;
  const close = bars.close.slice();
  close[1_000]! += 0.01;
  t.notOk(await isFound(t, folder, { ...config, bars: { ...bars, close } }));
  t.notOk(await isFound(t, folder, { ...config, firstWarmDay: 1 }));
  t.notOk(await isFound(t, folder, { ...config, warmDays: config.warmDays - 1 }));
  t.notOk(await isFound(t, folder, { ...config, alerts: config.alerts.slice(1) }));
  t.notOk(await isFound(t, folder, { ...config, funnel: { ...funnel, name: 'another' } }));
  const symbols = bars.symbols.map((symbol, row) => (row === 3 ? 'ZZZZ' : symbol));
  t.notOk(await isFound(t, folder, { ...config, bars: { ...bars, symbols } }));
});

t.test('a file that is damaged anywhere is passed over, and replaced', async (t) => {
  const folder = await keptIn(t);
  const file = join(folder, FILE);
  const whole = readFileSync(file);
  for (const at of [0, 20, whole.indexOf(10), whole.indexOf(10) + 1, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    writeFileSync(file, damaged);
    t.notOk(await isFound(t, folder), `byte ${at}`);
  }
  for (const length of [0, 1, 100, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    t.notOk(await isFound(t, folder), `${length} bytes`);
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]));
  t.notOk(await isFound(t, folder), 'a byte more');
  const history = await KeptHistory.open(folder);
  history.keep(marked(), (error) => t.fail(String(error)));
  await history.settled();
  t.ok(await isFound(t, folder));
});

t.test('what can not be written is told, and leaves nothing behind', async (t) => {
  const folder = t.testdir();
  // A folder of that name: nothing can be renamed to it.
  mkdirSync(join(folder, FILE, 'full'), { recursive: true });
  const history = await KeptHistory.open(folder);
  const failures: unknown[] = [];
  history.keep(marked(), (error) => failures.push(error));
  await history.settled();
  t.equal(failures.length, 1);
  t.same(readdirSync(folder), [FILE]);
});

t.test('a run that finds history comes to the state of one that ran it', async (t) => {
  const [first, second] = [temporaryFolder(t, 'runs'), temporaryFolder(t, 'finds')];
  const one = await startSmallMarket(first);
  await one.market.stream();
  const hash = await one.market.hash();
  await one.market.close(2_000);
  await copyFile(join(first, FILE), join(second, FILE));
  // What is found is not written again.
  const { ino } = statSync(join(second, FILE));
  const two = await startSmallMarket(second, { shards: '2' });
  await two.market.stream();
  t.equal(await two.market.hash(), hash);
  await two.market.close(2_000);
  t.equal(statSync(join(second, FILE)).ino, ino);
});
