// The feature store as a user meets it: declared from a file, filled from files, joined as known.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import { temporaryFolder } from '../services/test-system.js';
import { type Ended, runCommand } from './sluice-command.js';

t.test('a set is declared, filled, shown and joined', async (t) => {
  const folder = temporaryFolder(t, 'features');
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const features = (...args: readonly string[]): Promise<Ended> =>
    runCommand(['features', ...args, '--dir', join(folder, 'store')]);
  const set = 'name: trend, version: 1, description: slow';
  const sets = written('sets.yaml', `sets:\n  - {${set}, features: {sma: mean, slope: change}}\n`);
  t.match(await features('declare', sets), { code: 0, out: 'trend@1 declared\n' });
  t.match(await features('declare', sets), { code: 0, out: 'trend@1 is as it was\n' });
  const turned = written(
    'turned.yaml',
    `sets:\n  - {${set}, features: {slope: change, sma: mean}}\n`,
  );
  t.match(await features('declare', turned), { code: 0 }, 'the order means nothing');
  const other = written('other.yaml', `sets:\n  - {${set}, features: {sma: median}}\n`);
  t.match(await features('declare', other), { code: 1, err: /features\.changed/ });
  const wrong = written('wrong.yaml', 'sets:\n  - {name: X, version: 1}\n');
  t.match(await features('declare', wrong), { code: 2, err: /wrong\.yaml:2:6 expected a name/ });
  const rows = written(
    'rows.csv',
    'symbol,time_us,known_us,sma,slope\nNA,10,12,7,\nNA,10,15,8,0.5\nMSFT,10,10,9,1e-3\n',
  );
  t.match(await features('add', 'trend@1', rows), { code: 0, out: /^3 rows added to trend@1/ });
  t.match(await features('add', 'trend@1', rows), {
    code: 0,
    out: /has these rows already; 3 rows/,
  });
  const bad = written(
    'bad.csv',
    'symbol,time_us,known_us,sma,slope\nNA,10,12,7,1\nNA,11,12,high,1\n',
  );
  t.match(await features('add', 'trend@1', bad), {
    code: 2,
    err: /bad\.csv, row 2, sma: expected a number or nothing, was high/,
  });
  const early = written('early.csv', 'symbol,time_us,known_us,sma,slope\nNA,10,9,7,1\n');
  t.match(await features('add', 'trend@1', early), { code: 1, err: /features\.bad_rows/ });
  t.match(await features('add', 'trend@2', rows), { code: 1, err: /features\.unknown/ });
  const shown = await features('show', 'trend@1', '--json');
  t.match(JSON.parse(shown.out), {
    set: { name: 'trend', features: { sma: 'mean' } },
    rows: 3,
    symbols: 2,
    times: { firstUs: 10, lastUs: 10, knownUs: 15 },
  });
  const moments = written('moments.csv', 'symbol,time_us\nNA,11\nNA,12\nMSFT,14\nNA,15\n');
  const joined = JSON.parse((await features('join', 'trend@1', moments, '--json')).out);
  t.same(joined, {
    columns: ['symbol', 'time_us', 'sma', 'slope'],
    rows: [
      ['NA', 11, null, null],
      ['NA', 12, 7, null],
      ['MSFT', 14, 9, 0.001],
      ['NA', 15, 8, 0.5],
    ],
  });
  const csv = join(folder, 'out.csv');
  t.match(await features('join', 'trend@1', moments, '--out', csv), { out: /out\.csv: 4 rows/ });
  t.equal(
    readFileSync(csv, 'utf8'),
    'symbol,time_us,sma,slope\nNA,11,,\nNA,12,7,\nMSFT,14,9,0.001\nNA,15,8,0.5\n',
  );
  const parquet = join(folder, 'out.parquet');
  t.equal((await features('join', 'trend@1', moments, '--out', parquet)).code, 0);
  const db = await DuckDb.open();
  t.same(await db.rows(`SELECT symbol, time_us, sma FROM '${parquet}' WHERE NOT isnan(slope)`), [
    { symbol: 'MSFT', time_us: 14, sma: 9 },
    { symbol: 'NA', time_us: 15, sma: 8 },
  ]);
  db.close();
  // What was written is read again, and joins to the same.
  const again = JSON.parse((await features('join', 'trend@1', parquet, '--json')).out);
  t.same(again, joined);
  const late = written('late.csv', 'symbol,time_us\nNA,soon\n');
  t.match(await features('join', 'trend@1', late), {
    code: 2,
    err: /row 1, time_us: expected microseconds since 1970 UTC, was soon/,
  });
});
