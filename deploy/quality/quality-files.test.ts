// Files through their own doors: known defects are found, put aside and told; bars are explained.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { arrowBytes, DuckDb, Fault } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { compareBars } from './bar-compare.js';
import { countCauses } from './bar-difference.js';
import { checkDailyFile } from './daily-check.js';
import { dailyQuality, fileQuality } from './file-quality.js';
import { plantRun } from './plant-run.js';
import { qualityChart } from './quality-chart.js';
import { Quarantine } from './quarantine.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-quality-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const VENDOR = inRepository('deploy', 'quality', 'fixtures', 'second-vendor.csv');

t.test('the known defects of a vendor are found, each where its notes have it', async (t) => {
  const quality = await fileQuality({ trades: VENDOR });
  t.equal(quality.kind, 'daily');
  const wanted = JSON.parse(
    readFileSync(inRepository('deploy', 'quality', 'fixtures', 'second-vendor.json'), 'utf8'),
  );
  const found = quality.findings
    .filter(({ code }) => code !== 'late_start' && code !== 'early_end')
    .map(({ code, symbol, raw }) => `${code} ${symbol} ${JSON.parse(raw).date}`);
  t.same(found.sort(), [...wanted.findings].sort());
  t.match(
    quality.rows.find(({ symbol }) => symbol === 'LNT'),
    { refused: 1 },
  );
});

/** The judgement of a file of daily bars: five sessions are expected, a row can be another one. */
async function judged(t: Test, rows: readonly string[], findingsMax?: number) {
  const path = written(`${rows.length}.csv`, [
    'symbol,date,open,high,low,close,volume',
    ...rows.map((row) => (row.includes(',') ? `A,${row}` : `A,${row},10,11,9,10,100`)),
  ]);
  const check = await checkDailyFile(path, findingsMax);
  const { rows: found } = dailyQuality(path, check);
  t.equal(found.length, 1);
  return { ...found[0]!, kept: check.findings.length };
}

const WEEK = [4, 5, 6, 7, 8].map((day) => `2021-01-0${day}`);

t.test('complete is what has a row that was taken, and every row refused is counted', async (t) => {
  t.match(await judged(t, WEEK), { expected: 5, seen: 5, refused: 0 });
  const weekend = await judged(t, [...WEEK, '2021-01-09', '2021-01-10']);
  t.match(weekend, { seen: 5, refused: 2 }, 'not 7 of 5');
  const broken = ['2021-01-04,10,9,9,10,100', ...WEEK.slice(1)];
  t.match(await judged(t, broken), { seen: 4, refused: 1, byCode: { range_broken: 1 } });
  const doubles = [...WEEK, '2021-01-08', '2021-01-08'];
  t.match(await judged(t, doubles), { seen: 5, refused: 2, byCode: { duplicate: 2 } });
  const dateless = [...WEEK, ',10,11,9,10,100', '2021-13-45', 'soon'];
  t.match(await judged(t, dateless), { seen: 5, refused: 3, byCode: { bad_date: 3 } });
});

t.test('findings beyond those that are kept are counted', async (t) => {
  const rows = [...WEEK, '2021-01-08', '2021-01-08', '2021-01-08', '2021-01-09'];
  const all = { refused: 4, seen: 5, byCode: { duplicate: 3, outside_session: 1 } };
  t.match(await judged(t, rows), { ...all, kept: 4 });
  t.match(await judged(t, rows, 1), { ...all, kept: 1 });
});

t.test('refused records lie in the quarantine as they came, also after a restart', async (t) => {
  const path = join(folder, 'quarantine.duckdb');
  const { findings } = await fileQuality({ trades: VENDOR });
  const refused = findings.filter(({ action }) => action === 'refuse');
  const quarantine = await Quarantine.open(path);
  await quarantine.put(refused);
  await quarantine.put([
    { source: "o'hara", symbol: 'X', timeUs: Number.NaN, code: 'not_a_number', raw: '{"it\'s":1}' },
  ]);
  quarantine.close();
  const again = await Quarantine.existing(path);
  t.equal(again.records, refused.length + 1);
  t.match(await again.newest(1), [{ source: "o'hara", timeUs: Number.NaN, raw: '{"it\'s":1}' }]);
  const [record] = await again.newest(1, 'range_broken');
  t.match(JSON.parse(record!.raw), { close: Number, low: Number });
  const counts = await again.counts(100);
  t.equal(
    counts.reduce((sum, { records }) => sum + records, 0),
    refused.length + 1,
  );
  again.close();
  await t.rejects(Quarantine.existing(join(folder, 'none')), { code: 'data.missing_file' });
});

t.test('only a quarantine is shown as one, and what is shown is left as it was', async (t) => {
  const text = join(folder, 'prices.csv');
  writeFileSync(text, 'symbol,price\nA,1\n');
  await t.rejects(Quarantine.existing(text), { code: 'data.unreadable', message: /another file/ });
  t.equal(readFileSync(text, 'utf8'), 'symbol,price\nA,1\n');
  const other = join(folder, 'other.duckdb');
  const db = await DuckDb.open({ path: other });
  await db.run('CREATE TABLE mine AS SELECT 1 AS one');
  db.close();
  const before = readFileSync(other);
  await t.rejects(Quarantine.existing(other), { code: 'data.unreadable' });
  t.ok(before.equals(readFileSync(other)), 'no table was made in it');
});

t.test('how many records left for newer ones is known after a restart', async (t) => {
  const path = join(folder, 'small.duckdb');
  const record = { source: 's', symbol: 'A', timeUs: 1e15, code: 'bad_print', raw: '{}' };
  const first = await Quarantine.open(path, 5);
  await first.put(Array.from({ length: 8 }, () => record));
  t.match(first, { records: 5, dropped: 3 });
  first.close();
  const second = await Quarantine.open(path, 5);
  t.match(second, { records: 5, dropped: 3 });
  await second.put([record, record]);
  t.match(second, { records: 5, dropped: 5 });
  second.close();
});

/** Ticks of one stock on one day, as LEAN has them: one a second, by a rule. */
function ticks(): string[] {
  const rows = ['symbol,date,ts_ms,price,size,sale_condition'];
  for (let second = 0; second < 23_400; second++) {
    const cents = 10_000 + Math.round(20 * Math.sin(second / 900));
    rows.push(`A,2013-10-08,${34_200_000 + second * 1000},${cents / 100},100,1`);
  }
  return rows;
}

/** Minutes of those ticks, by plain grouping. */
function minutes(change: (minute: number, bar: number[]) => number[]): string[] {
  const rows = ['symbol,date,ts_ms,open,high,low,close,volume'];
  const lines = ticks()
    .slice(1)
    .map((line) => line.split(',').map(Number));
  for (let minute = 0; minute < 390; minute++) {
    const prices = lines.slice(minute * 60, minute * 60 + 60).map((line) => line[3]!);
    const bar = [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, 6_000];
    rows.push(`A,2013-10-08,${34_200_000 + minute * 60_000},${change(minute, bar).join(',')}`);
  }
  return rows;
}

t.test(
  'minute bars agree with the vendor, and what does not is explained by its trades',
  async (t) => {
    const trades = [
      ...ticks(),
      // A sweep above the minute, an opening print, an average price, the close after the bell.
      'A,2013-10-08,34320500,101,100,20000020',
      'A,2013-10-08,34200500,100.5,5000,40',
      'A,2013-10-08,40000500,101.5,100,100000',
      'A,2013-10-08,57600700,100.2,70000,80',
      'A,2013-10-08,57600800,100.2,70000,1000000',
    ];
    const time = (line: string): number => Number(line.split(',')[2]);
    const path = written('ticks.csv', [
      trades[0]!,
      ...trades.slice(1).sort((a, b) => time(a) - time(b)),
    ]);
    const vendor = written(
      'minutes.csv',
      minutes((minute, [open, high, low, close, volume]) => {
        if (minute === 2) return [open!, high!, low!, close!, volume! + 100];
        if (minute === 0) return [100.5, 100.5, low!, close!, volume!];
        if (minute === 96) return [open!, 101.5, low!, close!, volume! + 100];
        if (minute === 389) return [open!, Math.max(high!, 100.2), low!, 100.2, volume! + 70_000];
        if (minute === 200) return [open!, high! + 1, low!, close!, volume!];
        return [open!, high!, low!, close!, volume!];
      }),
    );
    const lean = await compareBars({ ticks: path, minutes: vendor, rules: 'lean' });
    t.match(lean.rows, [{ symbol: 'A', date: 20131008, minutes: 390 }]);
    const causes = countCauses(lean.differences).map(
      ({ field, cause, minutes: count }) => `${field} ${cause} ${count}`,
    );
    t.ok(causes.includes('volume opening_auction 1'), String(causes));
    t.ok(causes.includes('volume closing_auction 1'), String(causes));
    t.ok(causes.includes('high average_price 1'), String(causes));
    t.ok(causes.includes('high unexplained 1'), String(causes));
    const [closing] = countCauses(lean.differences).filter(({ largest }) => largest === 70_000);
    t.match(closing, { field: 'volume', meaning: /comes after the bell/ });
    t.notOk(
      causes.some((cause) => cause.includes('intermarket_sweep')),
      'as the vendor reads them',
    );
    const tape = await compareBars({ ticks: path, minutes: vendor, rules: 'tape' });
    t.ok(tape.differences.some(({ cause }) => cause === 'intermarket_sweep'));
    const other = written(
      'other.csv',
      minutes((_, bar) => bar).map((line) => line.replace('A,', 'B,')),
    );
    await t.rejects(compareBars({ ticks: path, minutes: other, rules: 'lean' }), {
      code: 'data.nothing_in_common',
    });
    await t.rejects(compareBars({ ticks: path, minutes: path, rules: 'lean' }), {
      code: 'data.wrong_columns',
      message: /without volume, high, low, open, close$/,
    });
    const binary = join(folder, 'binary.parquet');
    writeFileSync(binary, 'no Parquet');
    await t.rejects(compareBars({ ticks: path, minutes: binary, rules: 'lean' }), {
      code: 'data.unreadable',
    });
  },
);

t.test('ticks are judged by symbol and day, with latency where arrivals are told', async (t) => {
  const rows = ticks().map((line, index) => {
    if (index === 0) return `${line},arrival_us`;
    const ms = Number(line.split(',')[2]);
    // New York is four hours behind in October.
    return `${line},${Date.UTC(2013, 9, 8) * 1000 + (ms + 4 * 3_600_000) * 1000 + 5_000}`;
  });
  rows.splice(100, 200);
  rows[500] = rows[500]!.replace(/,(\d+\.?\d*),100,1,/, ',-1,100,1,');
  const path = written('arrivals.csv', rows);
  const quality = await fileQuality({ trades: path });
  t.match(quality.rows, [
    { symbol: 'A', date: 20131008, expected: 390, seen: 388, refused: 1, latencyP50Us: 5_000 },
  ]);
  t.same(quality.byCode, { price_not_positive: 1, stale: 1 });
  t.match(qualityChart(quality).body.join(''), /0\.51 %, 1 refused/);
  const report = await plantRun({ files: { trades: path }, each: 20, seed: 1 });
  t.equal(report.tuned.scores.find(({ code }) => code === 'bad_print')?.found, 20);
});

t.test('a trade is no outlier because its symbol was not there on the day before', async (t) => {
  const [head = '', ...rows] = ticks();
  const next = rows.map((row) => row.replace('2013-10-08', '2013-10-09'));
  const later = rows.map((row) => row.replace('2013-10-08', '2013-10-10'));
  const other = (lines: readonly string[]) => lines.map((line) => line.replace(/^A,/, 'B,'));
  const lines = [head, ...rows, ...other(next), ...later];
  const quality = await fileQuality({ trades: written('changing.csv', lines) });
  t.match(
    quality.rows.filter(({ records }) => records > 0).map(({ symbol, date }) => [symbol, date]),
    [
      ['A', 20131008],
      ['B', 20131009],
      ['A', 20131010],
    ],
  );
  t.equal(quality.byCode['size_outlier'], undefined);
});

t.test('ticks whose times are in milliseconds are refused, not of January 1970', async (t) => {
  const trades = written('milliseconds.csv', ['time_us,price,size', '1609770600000,130,100']);
  t.same((await fileQuality({ trades })).byCode, { bad_date: 1 });
});

t.test('what names no day is refused as that, and judged by no other rule', async (t) => {
  const bad = ['A,never,34200000,100,100,0', 'A,,34200000,100,100,0', 'B,13/13/13,1,100,100,0'];
  const ticked = await fileQuality({ trades: written('undated.csv', [...ticks(), ...bad]) });
  t.same(ticked.byCode, { bad_date: 3 });
  t.match(
    ticked.rows.filter(({ date }) => date === 0),
    [
      { symbol: 'A', records: 2, refused: 2, expected: 0 },
      { symbol: 'B', records: 1, refused: 1, expected: 0 },
    ],
  );
  t.match(ticked.findings[0], { symbol: 'A', action: 'refuse', raw: /never 34200000/ });
});

t.test(
  'every quote is judged, refused for its date, or counted as one without trades',
  async (t) => {
    const quotes = written('quotes.csv', [
      'symbol,date,ts_ms,bid,ask',
      'A,2013-10-08,34200000,99.9,100.1',
      'A,2013-10-08,34201000,99.9,what',
      'A,2013-10-09,34200000,99.9,100.1',
      'B,2013-10-08,34200000,99.9,100.1',
      'A,some day,34200000,99.9,100.1',
    ]);
    const trades = written('beside.csv', ticks());
    const quality = await fileQuality({ trades, quotes });
    t.equal(quality.quotesAside, 2);
    const records = quality.rows.reduce((sum, row) => sum + row.records, 0);
    t.equal(records, ticks().length - 1 + 3);
    t.same(quality.byCode, { bad_date: 1, not_a_number: 1 });
    t.match(quality.findings.at(-1), { raw: /"time":"some day 34200000","bid":"99.9"/ });
    const utc = written('utc.csv', ['symbol,time_us,price,size', 'A,1381239000000000,100,100']);
    await t.rejects(fileQuality({ trades: utc, quotes }), {
      code: 'data.wrong_columns',
      message: /date and ts_ms/,
    });
    await t.rejects(fileQuality({ trades, quotes: trades }), { message: /and bid and ask/ });
  },
);

t.test('a file that is neither is refused with its reason', async (t) => {
  const path = written('neither.csv', ['a,b', '1,2']);
  await t.rejects(fileQuality({ trades: path }), { code: 'data.wrong_columns' });
  await t.rejects(fileQuality({ trades: '/nowhere.csv' }), Fault);
  const row = 'A,2021-01-04,1,2,1,2,5';
  const header = 'symbol,date,open,high,low,close,volume';
  for (const open of [`"${row}`, row.replace('A,', 'A,"'), `${row.slice(0, -1)}"5`]) {
    const quoted = written('open.csv', [header, row, open, row, '"B",2021-01-05,1,2,1,2,5']);
    await t.rejects(fileQuality({ trades: quoted }), {
      code: 'data.unreadable',
      message: /open\.csv to be CSV, a quote on line 3 is not closed$/,
    });
  }
  const arrow = join(folder, 'ticks.csv.arrow');
  writeFileSync(arrow, await arrowBytes({ numbers: { price: Float64Array.of(1) }, texts: {} }));
  await t.rejects(fileQuality({ trades: arrow }), {
    code: 'data.unreadable',
    message: /was Arrow: write it as Parquet/,
  });
  await t.rejects(fileQuality({ trades: folder }), { message: /was a folder/ });
});
