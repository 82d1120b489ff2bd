// Data quality and reference data as a user meets them: tables, JSON, files, exit codes.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { inRepository } from '../app/paths.js';
import { temporaryFolder } from '../services/test-system.js';
import { type Ended, runCommand } from './sluice-command.js';

function sluice(...args: readonly string[]): Promise<Ended> {
  return runCommand(args);
}

const VENDOR = inRepository('deploy', 'quality', 'fixtures', 'second-vendor.csv');

t.test('a file is checked, its refused rows put aside, its completeness drawn', async (t) => {
  const folder = temporaryFolder(t, 'data');
  const quarantine = join(folder, 'q.duckdb');
  const told = await sluice('data', 'check', VENDOR, '--quarantine', quarantine, '--last', '1');
  t.equal(told.code, 1, 'records are refused');
  t.match(told.out, /range_broken +1 +1 +refused/);
  t.match(told.out, /2 records of second-vendor.csv are refused/);
  const kept = await sluice('data', 'quarantine', quarantine, '--code', 'not_a_number', '--json');
  t.match(JSON.parse(kept.out), { records: 3, newest: [{ symbol: 'DHR' }] });
  const chart = join(folder, 'q.svg');
  const quality = await sluice('data', 'quality', VENDOR, '--chart', chart, '--json');
  t.equal(quality.code, 0, quality.err);
  t.equal(JSON.parse(quality.out).rows.length, 6);
  t.match(readFileSync(chart, 'utf8'), /^<svg [\s\S]*VRTX[\s\S]*<\/svg>\n$/);
  t.equal((await sluice('data', 'check', VENDOR, '--code', 'nonsense')).code, 2);
  t.equal((await sluice('data', 'check', join(folder, 'none.csv'))).code, 2);
  t.equal((await sluice('data', 'quality', '--data-dir', folder)).code, 3, 'nothing to ask');
});

t.test('a universe is chosen, explained and written; a name is told as of a date', async (t) => {
  const folder = temporaryFolder(t, 'data');
  const coarse = join(folder, 'coarse.csv');
  const header = 'date,symbol,close,volume,dollar_volume,has_fundamental';
  const rows = ['2014-03-24,A,20,1000000,20000000,true', '2014-03-24,B,1,1000000,1000000,true'];
  writeFileSync(coarse, `${[header, ...rows].join('\n')}\n`);
  const out = join(folder, 'master.csv');
  const told = await sluice(
    'universe',
    'select',
    '--coarse',
    coarse,
    '--explain',
    'b',
    '--out',
    out,
  );
  t.equal(told.code, 0, told.err);
  t.match(told.out, /B +out +0 +price_too_low/);
  t.match(readFileSync(out, 'utf8'), /^rank,symbol[^\n]*\n1,A,/);
  t.equal((await sluice('universe', 'select', '--coarse', coarse, '--explain', 'x')).code, 2);
  const maps = join(folder, 'maps');
  mkdirSync(maps);
  writeFileSync(join(maps, 'new.csv'), '20000103,old,Q\n20100630,old,Q\n20501231,new,Q\n');
  const show = (date: string) =>
    sluice('universe', 'show', 'old', '--maps', maps, '--as-of', date, '--json');
  t.match(JSON.parse((await show('2010-06-30')).out).entry, { status: 'listed', security: 'NEW' });
  t.match(JSON.parse((await show('2010-07-01')).out).entry, { status: 'renamed' });
  t.equal((await sluice('universe', 'show', 'old')).code, 2, 'without any source');
  t.ok(existsSync(out));
});
