// The tables of error codes: complete, fresh, and able to tell when they are not.

import process from 'node:process';
import t from 'tap';
import { codesIn, ERROR_TABLES, isFresh, renderTable, tableFaults } from './errors.js';
import { loadModules, parseModule } from './source-tree.js';

const table = (codes: Readonly<Record<string, string>>) => ({
  folders: ['engine/'],
  source: 'engine/errors.ts',
  page: 'engine/ERRORS.md',
  isComplete: true,
  codes,
});

t.test('every code used is explained, and every line explains a code in use', async (t) => {
  const modules = loadModules(process.cwd());
  const complete = ERROR_TABLES.filter(({ isComplete }) => isComplete);
  t.ok(complete.length > 0);
  t.same(tableFaults(modules, complete), []);
});

t.test('the pages are what the tables render to', async (t) => {
  for (const each of ERROR_TABLES) t.ok(isFresh(process.cwd(), each), `${each.page}: run errors`);
});

t.test('a code without a line and a line without a code are found', async (t) => {
  const module = parseModule('engine/x.ts', `throw new Fault('disk.on_fire', 'text');`);
  t.match(tableFaults([module], [table({})]), [/engine\/x\.ts: .*'disk\.on_fire'/]);
  t.same(tableFaults([module], [table({ 'disk.on_fire': 'It burns.' })]), []);
  t.match(tableFaults([module], [table({ 'disk.on_fire': 'a', 'disk.gone': 'b' })]), [/gone/]);
});

t.test('file names, imports and object keys are no codes', async (t) => {
  const text = `
    import x from 'a.b';
    const options = { 'grpc.keepalive': 1, code: 'area.reason' };
    read('index.html');`;
  t.same([...codesIn(parseModule('engine/x.ts', text))], ['area.reason']);
});

t.test('a page lists its codes in order', async (t) => {
  const page = renderTable(table({ 'b.two': 'Second.', 'a.one': 'First.' }));
  t.match(page, /`a\.one` \| First\. \|\n\| `b\.two` \| Second\./);
});
