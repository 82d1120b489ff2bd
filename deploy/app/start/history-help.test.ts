// History that a shard and its owner run in parts is the same, whoever runs which.

import t, { type Test } from 'tap';
import { HistoryParts } from '../../roles/history-parts.js';
import { HistoryHelp } from './history-help.js';
import { KeptHistory } from './kept-history.js';
import { blank, written } from './test-history.js';

const rowCount = blank().bars.symbols.length;
const everyRow = { rowsOf: () => Int32Array.from({ length: rowCount }, (_, row) => row) };

/** A data directory where no start has kept anything. */
const nothingKept = (t: Test): Promise<KeptHistory> => KeptHistory.open(t.testdir());

t.test('two that take parts in turn leave what one leaves that runs all', async (t) => {
  const alone = blank();
  const nothing = await nothingKept(t);
  await new HistoryHelp(alone, 1, nothing).run(everyRow);
  const together = blank();
  const shared = new HistoryHelp(together, 1, nothing);
  await Promise.all([shared.run(everyRow), shared.run(everyRow)]);
  t.ok(rowCount > 100, 'there are several parts');
  const [first, second] = [written(alone), written(together)];
  t.ok(first[0]!.some((byte) => byte !== 0));
  first.forEach((bytes, index) => {
    t.ok(bytes.equals(second[index]!), `memory ${index}`);
  });
});

t.test('a thread that replaces another runs its history alone', async (t) => {
  const untouched = blank();
  const help = new HistoryHelp(untouched, 1, await nothingKept(t));
  const memory = help.partsFor(0);
  t.ok(memory);
  const parts = new HistoryParts(memory!).taken();
  t.equal(parts.next().value, 0);
  t.equal(help.partsFor(0), undefined);
  t.same(parts.next(), { done: true, value: undefined }, 'nobody helps it');
  await help.run(everyRow);
  t.ok(written(untouched)[0]!.every((byte) => byte === 0));
});

t.test('what an earlier start has kept is there before any part is taken', async (t) => {
  const folder = t.testdir();
  const first = blank();
  const run = new HistoryHelp(first, 1, await KeptHistory.open(folder));
  t.notOk(run.isKept);
  await run.run(everyRow);
  run.keep((error) => t.fail(String(error)));
  await run.settled();
  const second = blank();
  const kept = new HistoryHelp(second, 1, await KeptHistory.open(folder));
  t.ok(kept.isKept);
  const parts = new HistoryParts(kept.partsFor(0)!);
  t.same([...parts.taken()], [], 'no part is left');
  parts.wait();
  for (const [index, bytes] of written(first).entries()) {
    t.ok(bytes.equals(written(second)[index]!), `memory ${index}`);
  }
});
