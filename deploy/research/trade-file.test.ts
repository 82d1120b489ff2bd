// Files of trades: every way of telling the time, and what is wrong in a file is told and counted.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import type { Trade } from '../../actors/bars/index.js';
import { Fault } from '../../engine/index.js';
import { readTrades, type TradeFileCounts } from './trade-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-trades-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

async function read(
  text: string,
  symbol?: string,
): Promise<{ readonly trades: Trade[]; readonly counts: TradeFileCounts }> {
  const path = join(folder, 'trades.csv');
  writeFileSync(path, text);
  const trades: Trade[] = [];
  const wanted = symbol === undefined ? {} : { symbol };
  const counts = await readTrades({ path, ...wanted }, (trade) => trades.push(trade));
  return { trades, counts };
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'none';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

const TIME_US = Date.UTC(2021, 0, 4, 15) * 1000;

t.test(
  'the time is read from microseconds, a timestamp or the wall clock of New York',
  async (t) => {
    const timeUs = Date.UTC(2021, 6, 1, 13, 30, 0, 250) * 1000;
    const trade = { timeUs, price: 10.5, size: 100, setsPrice: true, setsRange: true };
    t.same((await read(`time_us,price,size\n${timeUs},10.5,100\n`)).trades, [trade]);
    const stamp = '2021-07-01 13:30:00.25';
    t.same((await read(`timestamp,price,quantity\n${stamp},10.5,100\n`)).trades, [trade]);
    const wall = `date,ts_ms,price,size,sets_price\n2021-07-01,34200250,10.5,100,false\n`;
    t.same((await read(wall)).trades, [{ ...trade, setsPrice: false, setsRange: false }]);
  },
);

t.test('times in another unit than they should be are no times', async (t) => {
  for (const time of [TIME_US / 1e6, TIME_US / 1000, `${TIME_US}000`, -TIME_US]) {
    const { counts } = await read(`time_us,price,size\n${time},10,5\n${TIME_US},10,5\n`);
    t.same(counts, { trades: 1, rejectedByReason: { no_time: 1 } }, String(time));
  }
});

t.test('rows without a usable time, price or size are counted by reason', async (t) => {
  const rows = ['10,5', '0,5', '-1,5', ',5', '10,0', '10,'].map((row) => `${TIME_US},${row}`);
  const { trades, counts } = await read(`time_us,price,size\n${rows.join('\n')}\n,10,5\n`);
  t.equal(trades.length, 1);
  t.same(counts, { trades: 1, rejectedByReason: { no_time: 1, bad_price: 3, bad_size: 2 } });
});

t.test(
  'sale conditions say what a trade may update, by the tapes or as LEAN reads them',
  async (t) => {
    const header = 'time_us,price,size,sale_condition';
    const rows = ['10,5,1', '11,5,20000020', '12,5,200', '13,5,1000000', '14,5,xyz'];
    const text = `${header}\n${rows.map((row) => `${TIME_US},${row}\n`).join('')}`;
    const { trades, counts } = await read(text);
    const sets = (list: readonly Trade[]) =>
      list.map(({ setsPrice, setsRange }) => `${setsPrice} ${setsRange}`);
    t.same(sets(trades), ['true true', 'true true', 'false true']);
    t.same(counts.rejectedByReason, { told_again: 1, bad_condition: 1 });
    const lean: Trade[] = [];
    const path = join(folder, 'trades.csv');
    await readTrades({ path, rules: 'lean' }, (trade) => lean.push(trade));
    t.same(sets(lean), ['true true', 'false false', 'false false']);
  },
);

t.test('what is no number or no time is counted, or its column refused', async (t) => {
  const words = await read(
    `time_us,price,size\nnever,10,1\n${TIME_US},abc,1\n${TIME_US},10,abc\n${TIME_US},10,1\n`,
  );
  t.equal(words.trades.length, 1);
  t.same(words.counts.rejectedByReason, { no_time: 1, bad_price: 1, bad_size: 1 });
  const untimed = await read('time,price,size\nnever,10,1\n2021-07-01 13:30:00,10,1\n');
  t.same(untimed.counts.rejectedByReason, { no_time: 1 });
  t.equal(await codeOf(read('time,price,size\n1,10,1\n')), 'data.wrong_columns');
});

t.test('a symbol is asked for where there are several, and must exist', async (t) => {
  const text = `time_us,symbol,price,size\n${TIME_US},A,10,5\n${TIME_US},B,11,5\n`;
  t.same(
    (await read(text, 'b')).trades.map(({ price }) => price),
    [11],
  );
  t.equal(await codeOf(read(text)), 'flag.invalid');
  t.equal(await codeOf(read(text, 'C')), 'data.unknown_symbol');
});

t.test('a file that is missing, unreadable or without the columns is told apart', async (t) => {
  t.equal(await codeOf(readTrades({ path: join(folder, 'none') }, () => {})), 'data.missing_file');
  t.equal(await codeOf(read('time_us,price\n1,2\n')), 'data.wrong_columns');
  const parquet = join(folder, 'not.parquet');
  writeFileSync(parquet, 'not parquet');
  await t.rejects(
    readTrades({ path: parquet }, () => {}),
    {
      code: 'data.unreadable',
      message: /^expected \S*not\.parquet to be CSV or sound Parquet, was refused by its reader \(/,
    },
  );
});

t.test(
  'a file that is no table says why: empty, of endless lines, in another encoding',
  async (t) => {
    const refusal = (content: string | Buffer, message: RegExp, code = 'data.unreadable') => {
      const path = join(folder, 'bad.csv');
      writeFileSync(path, content);
      return t.rejects(
        readTrades({ path }, () => {}),
        { code, message },
      );
    };
    const header = 'time_us,symbol,price,size\n';
    await refusal('', /bad\.csv to be CSV or Parquet, was empty/);
    // Of a packed file the database would take such a quote for a part of the name.
    const unclosed = `${header}${TIME_US},"A,10,5\n${TIME_US},A,11,5\n`;
    await refusal(unclosed, /a quote on line 2 is not closed/);
    await refusal(gzipSync(unclosed), /no form of CSV fits its rows: is a quote not closed/);
    await refusal(header, /expected trades in \S*bad\.csv, there are none/, 'data.no_ticks');
    const line = Buffer.alloc(2 * 1024 * 1024 + 1, '9');
    await refusal(
      Buffer.concat([Buffer.from(header), line]),
      /line 2 is longer than 2097152 bytes/,
    );
    await refusal(
      Buffer.concat([Buffer.from(header), line, Buffer.from('\n')]),
      /line 2 is longer/,
    );
    await refusal(Buffer.from(`${header}1,A\xff\xfe,10,5\n`, 'latin1'), /not utf-8/i);
    const loop = join(folder, 'loop.csv');
    symlinkSync(loop, loop);
    await t.rejects(
      readTrades({ path: loop }, () => {}),
      { code: 'data.missing_file', message: /ELOOP/ },
    );
  },
);
