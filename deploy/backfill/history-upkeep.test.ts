// Upkeep of history: whatever was written, however often the process ends, each row is there once.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { DuckDb, sqlText } from '../../engine/index.js';
import type { MarketRecord } from '../adapters/sources/record.js';
import { sqlTables } from '../recorder/tables.js';
import { temporaryFolder } from '../services/test-system.js';
import type { CoverageKey, Span } from './coverage.js';
import { writeHistory } from './history-files.js';
import { compactHistory, summariseHistory } from './history-upkeep.js';

const KEY: CoverageKey = { source: 'test', kind: 'trade', every: '1m', symbol: 'A/B' };

/** Trades at every tenth microsecond of a span, at one price. */
function trades([fromUs, toUs]: Span, price: number): MarketRecord[] {
  const records: MarketRecord[] = [];
  for (let timeUs = Math.ceil(fromUs / 10) * 10; timeUs < toUs; timeUs += 10) {
    const rest = { size: 1, id: '', sequence: Number.NaN, conditions: '' };
    records.push({ kind: 'trade', symbol: KEY.symbol, timeUs, price, ...rest });
  }
  return records;
}

/** Time and price of each row that questions find. */
async function found(dataDir: string): Promise<string[]> {
  const files = sqlTables(dataDir)['trades']?.files ?? [];
  if (files.length === 0) return [];
  const db = await DuckDb.open();
  try {
    const rows = await db.rows(`SELECT time_us, price
      FROM read_parquet([${files.map(sqlText).join(', ')}]) ORDER BY time_us, price`);
    return rows.map((row) => `${row['time_us']} ${row['price']}`);
  } finally {
    db.close();
  }
}

const ENDING = new Error('the process ends here');

/** Compacts, but the process ends after so many steps. */
async function compactUntil(dataDir: string, steps: number): Promise<void> {
  let left = steps;
  const onStep = (): void => {
    if (left-- === 0) throw ENDING;
  };
  await compactHistory(dataDir, { onStep }).catch((error: unknown) => {
    if (error !== ENDING) throw error;
  });
}

t.test(
  'small files become one in the order of time; a crash between steps loses none',
  async (t) => {
    for (let dies = 0; dies < 6; dies++) {
      const dataDir = temporaryFolder(t, 'history');
      for (const fromUs of [300, 0, 200, 100]) {
        const span: Span = [fromUs, fromUs + 100];
        await writeHistory(dataDir, KEY, span, trades(span, 1 + fromUs));
      }
      const before = await found(dataDir);
      t.equal(before.length, 40);
      await compactUntil(dataDir, dies);
      t.same(await found(dataDir), before, `after step ${dies}`);
      const kept = (await compactHistory(dataDir)).after;
      t.same([kept, await found(dataDir)], [1, before]);
      const folder = join(dataDir, 'history', 'trades', 'source=test', 'symbol=A%2FB');
      t.same(readdirSync(folder), ['0-400.merged.parquet']);
      t.match(summariseHistory(dataDir), [
        { kind: 'trades', source: 'test', symbols: 1, files: 1 },
      ]);
      t.match(await compactHistory(dataDir), { before: 1, after: 1, rows: 0 });
    }
  },
);

t.test(
  'whatever is written between compactions that end anywhere, each row is there once',
  async (t) => {
    const span = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 12 }));
    const write = span.map(([from, length]) => ({
      span: [from * 10, (from + length) * 10] as const,
    }));
    const step = fc.oneof(write, fc.record({ dies: fc.nat(12) }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const dataDir = temporaryFolder(t, 'history');
        const expected = new Map<number, number>();
        for (const [number, one] of steps.entries()) {
          if ('dies' in one) await compactUntil(dataDir, one.dies);
          else {
            const records = trades(one.span, number);
            await writeHistory(dataDir, KEY, one.span, records);
            for (const { timeUs } of records) expected.set(timeUs, number);
          }
          const rows = [...expected]
            .sort(([a], [b]) => a - b)
            .map(([at, price]) => `${at} ${price}`);
          t.same(await found(dataDir), rows);
        }
      }),
      { numRuns: 8, seed: 20_261_121 },
    );
  },
);
