// Shared columns: whole rows under a writing thread, changes found once, Arrow round trip.

import { Worker } from 'node:worker_threads';
import { tableFromIPC } from 'apache-arrow';
import t from 'tap';
import { toArrow, toArrowIpc } from '../io/arrow/export.js';
import { Columns, createColumns } from './columns.js';

t.test('values start unknown, and names must be unique', async (t) => {
  const columns = new Columns(createColumns(['a', 'b'], 2));
  t.ok(Number.isNaN(columns.values[0]));
  t.equal(columns.indexOf('b'), 1);
  t.throws(() => columns.indexOf('c'), { code: 'columns.has_c' });
  t.throws(() => createColumns(['a', 'a'], 1), { code: 'columns.names_are_unique' });
});

t.test('a change is seen once by each reader, and not while it is being written', async (t) => {
  const columns = new Columns(createColumns(['a'], 3));
  const rows = new Int32Array(3);
  const [one, two] = [new Int32Array(3), new Int32Array(3)];
  columns.beginWrite(1);
  t.equal(columns.changed(one, rows), 0);
  columns.values[columns.stride] = 5;
  columns.endWrite(1);
  t.equal(columns.changed(one, rows), 1);
  t.equal(rows[0], 1);
  t.equal(columns.changed(one, rows), 0);
  t.equal(columns.changed(two, rows), 1);
});

t.test(
  'a row left half written by a dead writer is whole again after the next write',
  async (t) => {
    const columns = new Columns(createColumns(['a'], 1));
    columns.beginWrite(0);
    columns.beginWrite(0);
    columns.values[0] = 7;
    columns.endWrite(0);
    const out = new Float64Array(1);
    columns.readRow(0, out);
    t.equal(out[0], 7);
    t.equal(columns.tornReads, 0);
  },
);

t.test('a reader never sees half of a row that another thread is writing', async (t) => {
  const names = Array.from({ length: 64 }, (_, index) => `c${index}`);
  const handle = createColumns(names, 1);
  const source = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.module).then(({ Columns }) => {
      const columns = new Columns(workerData.handle);
      const idle = new Int32Array(1);
      parentPort.postMessage('writing');
      for (let n = 1; n <= 50_000; n++) {
        columns.beginWrite(0);
        for (let c = 0; c < 64; c++) columns.values[c] = n;
        columns.endWrite(0);
        for (let pause = 0; pause < 300; pause++) Atomics.load(idle, 0);
      }
      parentPort.postMessage('done');
    });`;
  const module = new URL('./columns.js', import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { handle, module } });
  const columns = new Columns(handle);
  const out = new Float64Array(64);
  let torn = 0;
  let reads = 0;
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    let isDone = false;
    const look = (): void => {
      for (let n = 0; n < 5_000; n++) {
        columns.readRow(0, out);
        if (out.some((value) => !Object.is(value, out[0]))) torn++;
        reads++;
      }
      if (isDone) resolve();
      else setImmediate(look);
    };
    worker.on('message', (message) => {
      if (message === 'writing') look();
      else isDone = true;
    });
  });
  await worker.terminate();
  t.equal(torn, 0, `of ${reads} reads`);
  t.equal(out[0], 50_000);
});

t.test('columns become an Arrow table and come back the same', async (t) => {
  const columns = new Columns(createColumns(['a', 'b'], 3));
  [1, 2, Number.NaN].forEach((value, row) => {
    columns.values[row * columns.stride + 1] = value;
  });
  t.equal((await toArrow(columns)).numRows, 3);
  const table = tableFromIPC(await toArrowIpc(columns));
  t.same(
    table.schema.fields.map((field) => String(field)),
    ['a: Float64', 'b: Float64'],
  );
  t.strictSame([...(table.getChild('b')!.toArray() as Float64Array)], [1, 2, Number.NaN]);
});
