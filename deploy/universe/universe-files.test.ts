// Reference files through their readers: what is taken, what is refused, and that factors agree.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { kindOf, selectUniverse } from '../../actors/universe/index.js';
import { inRepository } from '../app/paths.js';
import { readCandidates } from './candidates.js';
import { readEarnings, readFundamentals } from './company-files.js';
import { checkFactors } from './factor-check.js';
import {
  readClassifications,
  readFactorFiles,
  readListingFile,
  readMapFiles,
} from './reference-files.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-universe-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const NASDAQ =
  'Symbol,Company Name,Security Name,Market Category,Test Issue,Financial Status,Round Lot Size,ETF,NextShares';

t.test('a listing file is read as text, its footer left out, its date from its name', async (t) => {
  const path = written('nasdaq_listed_2026-08-01.csv', [
    NASDAQ,
    'NA,Nano,Nano Labs Ltd - American Depositary Shares,G,N,N,100,N,N',
    'ZAZZT,Tick,Tick Pilot Test Stock,G,Y,N,100,N,N',
    'QQQ,Invesco,"Invesco QQQ Trust, Series 1",G,N,N,10,Y,N',
    'File Creation Time: 0801202600:00,,,,,,,,',
  ]);
  const { listings, leftOut } = await readListingFile(path);
  t.equal(leftOut, 1);
  t.same(
    listings.map(({ from, value }) => [
      from,
      value.symbol,
      kindOf(value),
      value.lotSize,
      value.exchange,
    ]),
    [
      [20260801, 'NA', 'depositary', 100, 'Q'],
      [20260801, 'ZAZZT', 'test', 100, 'Q'],
      [20260801, 'QQQ', 'etf', 10, 'Q'],
    ],
  );
  await t.rejects(readListingFile(written('listed.csv', [NASDAQ])), { code: 'data.no_date' });
  await t.rejects(readListingFile(written('x-2026-08-01.csv', ['a', '1'])), {
    code: 'data.wrong_columns',
  });
  await t.rejects(readListingFile('/nowhere-2026-08-01.csv'), { code: 'data.missing_file' });
});

t.test('sectors are read with the dates of their snapshots', async (t) => {
  const path = written('history.csv', [
    'snapshot_date,symbol,name,sector,sub_industry',
    '2018-01-02,GOOGL,Alphabet,Information Technology,',
    '2020-05-10,GOOGL,Alphabet,Communication Services,Interactive Media',
  ]);
  const found = (await readClassifications(path)).get('GOOGL')!;
  t.same(
    found.map(({ from, value }) => [from, value.sector]),
    [
      [20180102, 'Information Technology'],
      [20200510, 'Communication Services'],
    ],
  );
});

t.test('candidates join prices with listings, and nothing after the date counts', async (t) => {
  const path = written('coarse.csv', [
    'date,symbol,close,volume,dollar_volume,has_fundamental',
    '2014-03-24,NA,20,1000000,20000000,true',
    '2014-03-25,NA,21,1000000,40000000,true',
    '2014-03-24,QQQ,90,1000000,90000000,false',
    '2014-03-25,QQQ,90,1000000,90000000,false',
    '2014-03-26,NA,1,1,1,true',
  ]);
  const listings = new Map([
    [
      'QQQ',
      {
        symbol: 'QQQ',
        name: 'Invesco',
        exchange: 'Q',
        isEtf: true,
        isTest: false,
        lotSize: 10,
        status: 'N',
      },
    ],
  ]);
  const found = await readCandidates(path, listings, 20140325);
  t.match(found, { first: 20140324, last: 20140325, days: 2, listed: 1 });
  t.match(found.candidates[0], { symbol: 'NA', close: 21, dollarVolume: 30_000_000, days: 2 });
  const [chosen, out] = selectUniverse(found.candidates);
  t.match([chosen!.reason, out!.reason], ['', 'not_a_share']);
  await t.rejects(readCandidates(path, listings, 20140101), { code: 'data.no_rows' });
});

t.test('fundamentals known before their period ended are refused', async (t) => {
  const path = written('fundamentals.csv', [
    'symbol,metric,period_end,value,known_on',
    'a,eps,2020-03-31,1.5,2020-05-01',
    'a,eps,2020-06-30,1.5,2020-05-01',
    'a,eps,2020-06-31,1.5,2020-08-01',
    'a,eps,2020-06-30,much,2020-08-01',
    ',eps,2020-06-30,1,2020-08-01',
  ]);
  const { taken, rejectedByReason } = await readFundamentals(path);
  t.same(taken, [
    { symbol: 'A', metric: 'eps', periodEnd: 20200331, value: 1.5, knownOn: 20200501 },
  ]);
  t.same(rejectedByReason, {
    known_before_its_period_ended: 1,
    bad_date: 1,
    not_a_number: 1,
    no_symbol: 1,
  });
  const earnings = written('earnings.csv', [
    'fiscal_year,fiscal_quarter,eps,release_date',
    '1999,2,0.15,1999-03-01T05:00:00-05:00',
    '1999,7,0.15,1999-03-01',
  ]);
  const read = await readEarnings(earnings, 'aapl');
  t.match(read.taken, [{ symbol: 'AAPL', releasedOn: 19990301, eps: 0.15 }]);
  t.same(read.rejectedByReason, { bad_period: 1 });
});

t.test(
  'adjusted series of the sample equal the vendor and a factor file made from it',
  async (t) => {
    const maps = join(folder, 'maps');
    mkdirSync(maps);
    writeFileSync(join(maps, 'a.csv'), '20000103,a\n20501231,a\n');
    t.match(readMapFiles(maps), [{ id: 'A', delisted: 20501231 }]);
    const factors = join(folder, 'factors');
    mkdirSync(factors);
    // Apple's four-for-one split of 2020-08-31, and its dividend of 2020-11-06 on 119.03.
    const row = (1 - 0.205 / 119.03).toFixed(7);
    writeFileSync(
      join(factors, 'aapl.csv'),
      `20200828,${row},0.25,499.23\n20201105,${row},1,119.03\n20501231,1,1,0\n`,
    );
    const sample = inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet');
    const { adjusted, lean } = await checkFactors(sample, readFactorFiles(factors));
    const total = (field: 'equal' | 'compared'): number =>
      adjusted.reduce((sum, one) => sum + one[field], 0);
    t.ok(total('compared') > 600_000);
    t.ok(total('compared') - total('equal') <= 1, `${total('equal')} of ${total('compared')}`);
    t.match(lean, [{ symbol: 'AAPL', actions: [] }]);
    t.equal(lean[0]!.equal, lean[0]!.compared);
    writeFileSync(join(factors, 'aapl.csv'), '20200828,1,x\n');
    t.throws(() => readFactorFiles(factors), { code: 'data.unreadable', message: /aapl.csv:1/ });
    t.throws(() => readMapFiles(join(folder, 'none')), { code: 'data.missing_file' });
  },
);
