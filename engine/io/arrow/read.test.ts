// Arrow in: the same values as the package that wrote them, and an error for whatever is no Arrow.

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  RecordBatchStreamWriter,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampSecond,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import t from 'tap';
import { Fault } from '../../core/fault.js';
import { type ArrowRows, readArrowBytes, readArrowFile } from './read.js';
import { arrowBytes } from './write.js';

const READING = { names: ['number'], texts: ['text'] };

/** All rows of bytes. */
async function rowsOf(bytes: Uint8Array, reading = READING) {
  const numbers = reading.names.map((): number[] => []);
  const texts = reading.texts.map((): string[] => []);
  for await (const batch of readArrowBytes(bytes, reading)) {
    for (const [index, column] of batch.numbers.entries()) numbers[index]!.push(...column);
    for (const [index, column] of batch.texts.entries()) texts[index]!.push(...column);
  }
  return { numbers, texts };
}

const NUMBERS: readonly (readonly [DataType, fc.Arbitrary<number | bigint>])[] = [
  [new Int8(), fc.integer({ min: -128, max: 127 })],
  [new Int16(), fc.integer({ min: -32_768, max: 32_767 })],
  [new Int32(), fc.integer()],
  [new Int64(), fc.bigInt(-(2n ** 53n), 2n ** 53n)],
  [new Uint8(), fc.nat(255)],
  [new Uint16(), fc.nat(65_535)],
  [new Uint32(), fc.nat()],
  [new Uint64(), fc.bigInt(0n, 2n ** 53n)],
  [new Float32(), fc.float({ noNaN: true }).map(Math.fround)],
  [new Float64(), fc.double({ noNaN: true })],
];

t.test(
  'numbers of any width, texts of any form and gaps are read as they were written',
  async (t) => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('A', 'KO'),
    );
    const columns = fc.nat(NUMBERS.length - 1).chain((index) => {
      const [type, value] = NUMBERS[index]!;
      return fc
        .array(fc.tuple(fc.option(value), fc.option(text)), { minLength: 1, maxLength: 40 })
        .map((rows) => ({ type, rows }));
    });
    const textTypes = [new Utf8(), new LargeUtf8(), new Dictionary(new Utf8(), new Int16())];
    const format = fc.constantFrom('file' as const, 'stream' as const);
    await fc.assert(
      fc.asyncProperty(columns, fc.nat(2), format, async ({ type, rows }, textIndex, as) => {
        const table = new Table({
          // Columns that nobody asks for lie between those that are read.
          nested: vectorFromArray(
            rows.map(([, text]) => (text === null ? null : [text.length, 1])),
            new List(new Field('item', new Int32())),
          ),
          number: vectorFromArray(
            rows.map(([value]) => value),
            type,
          ),
          flag: vectorFromArray(
            rows.map(([value]) => value === null),
            new Bool(),
          ),
          text: vectorFromArray(
            rows.map(([, text]) => text),
            textTypes[textIndex]!,
          ),
          pair: vectorFromArray(
            rows.map(() => ({ a: 1, b: 'x' })),
            new Struct([new Field('a', new Float64()), new Field('b', new Utf8())]),
          ),
        });
        const read = await rowsOf(tableToIPC(table, as));
        t.same(read.numbers, [
          rows.map(([value]) => (value === null ? Number.NaN : Number(value))),
        ]);
        t.same(read.texts, [rows.map(([, text]) => text ?? '')]);
      }),
      { numRuns: 60, seed: 4 },
    );
  },
);

t.test('batches follow each other, with what they add to a dictionary', async (t) => {
  const batchOf = (texts: readonly string[]) =>
    new Table({
      number: vectorFromArray(
        texts.map((_, row) => row),
        new Float64(),
      ),
      text: vectorFromArray([...texts], new Dictionary(new Utf8(), new Int32(), 7)),
    }).batches[0]!;
  const writer = RecordBatchStreamWriter.writeAll([batchOf(['A', 'B']), batchOf(['A', 'B', 'C'])]);
  const { texts } = await rowsOf(await writer.toUint8Array());
  t.same(texts, [['A', 'B', 'A', 'B', 'C']]);
});

t.test('timestamps of any unit are microseconds', async (t) => {
  const at = 1_609_770_600_000;
  const table = new Table({
    number: vectorFromArray([at], new TimestampSecond()),
    micros: vectorFromArray([at], new TimestampMicrosecond()),
    text: vectorFromArray(['A'], new Utf8()),
  });
  const reading = { names: ['number', 'micros'], texts: ['text'] };
  t.same((await rowsOf(tableToIPC(table), reading)).numbers, [[at * 1_000], [at * 1_000]]);
});

t.test('a column that is not there, or of another kind, is told by its name', async (t) => {
  const bytes = await arrowBytes({ numbers: { n: Float64Array.of(1) }, texts: { s: ['x'] } });
  const code = 'arrow.unreadable';
  await t.rejects(rowsOf(bytes, { names: ['m'], texts: [] }), { code, message: /column m/ });
  await t.rejects(rowsOf(bytes, { names: ['s'], texts: [] }), { code, message: /numbers.* in s/ });
  await t.rejects(rowsOf(bytes, { names: [], texts: ['n'] }), { code, message: /texts in n/ });
});

/** What comes of bytes: rows, or the code of the fault that they are; anything else is thrown. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    return JSON.stringify(await rowsOf(bytes));
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

t.test('bytes that are cut short anywhere are an error, in both formats', async (t) => {
  const table = new Table({
    number: vectorFromArray([1, 2, 3], new Float64()),
    text: vectorFromArray(['A', 'B', 'A'], new Dictionary(new Utf8(), new Int32())),
  });
  for (const format of ['file', 'stream'] as const) {
    const bytes = tableToIPC(table, format);
    for (let length = 0; length < bytes.length; length++) {
      t.equal(await outcome(bytes.subarray(0, length)), 'arrow.unreadable', `${format} ${length}`);
    }
  }
});

t.test(
  'every single number of a file made wrong is an error or other rows, and ends soon',
  async (t) => {
    const bytes = await arrowBytes({
      numbers: { number: Float64Array.of(1, 2, 3) },
      texts: { text: ['A', 'BC', 'A'] },
    });
    const view = (at: number, value: number): Uint8Array => {
      const wrong = Buffer.from(bytes);
      wrong.writeUInt32LE(value, at);
      return wrong;
    };
    let errors = 0;
    for (let at = 0; at + 4 <= bytes.length; at++) {
      for (const value of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
        if ((await outcome(view(at, value))) === 'arrow.unreadable') errors++;
      }
    }
    t.ok(errors > bytes.length / 4, `${errors} errors`);
  },
);

t.test('a file is read from the disk; a batch beyond its bound is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-arrow-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.arrow');
  const numbers = { number: Float64Array.from({ length: 500 }, (_, row) => row) };
  const bytes = await arrowBytes({ numbers, texts: { text: Array(500).fill('A') } });
  writeFileSync(path, bytes);
  const all = async (bytesMax: number): Promise<ArrowRows[]> => {
    const batches: ArrowRows[] = [];
    for await (const batch of readArrowFile(path, { ...READING, bytesMax })) batches.push(batch);
    return batches;
  };
  t.match(await all(10_000), [{ count: 500, numbers: [numbers.number] }]);
  await t.rejects(all(1_000), { code: 'arrow.too_large' });
  truncateSync(path, bytes.length - 600);
  await t.rejects(all(10_000), { code: 'arrow.unreadable' });
});
