// A stream of batches: taken in order, several under way, ended by the first that is not taken.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { IngestRequestSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import { no } from '../app/answers.js';
import type { Answer, IngestOutcome } from '../app/port.js';
import { type TakeBatch, takeStream, UNDER_WAY_MAX } from './ingest-stream.js';

const TAKEN: Answer<IngestOutcome> = {
  ok: true,
  value: { accepted: 1, rejectedByReason: {}, gaps: 0 },
};

function* requests(count: number) {
  for (let number = 1; number <= count; number++) {
    yield create(IngestRequestSchema, { source: 's', sequence: BigInt(number), symbols: ['A'] });
  }
}

async function* streamed(count: number) {
  yield* requests(count);
}

/** A market whose disk flushes when it is told to; what `decide` answers at once is not written. */
function market(decide: (number: number) => Answer<IngestOutcome> | undefined = () => undefined) {
  const begun: number[] = [];
  const waiting: {
    resolve: (answer: Answer<IngestOutcome>) => void;
    reject: (e: Error) => void;
  }[] = [];
  const take: TakeBatch = (batch) => {
    begun.push(Number(batch.sequence));
    const answer = decide(Number(batch.sequence));
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  return { begun, waiting, take };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

t.test('batches of a stream share a flush, up to a bound, in their order', async (t) => {
  const { begun, waiting, take } = market();
  const answer = takeStream(streamed(40), take);
  await turns(100);
  t.equal(begun.length, UNDER_WAY_MAX, 'it waits for the disk then');
  while (begun.length < 40 || waiting.length > 0) {
    for (const { resolve } of waiting.splice(0)) resolve(TAKEN);
    await turns(40);
  }
  t.same(
    begun,
    Array.from({ length: 40 }, (_, at) => at + 1),
  );
  t.match(await answer, { accepted: 40n, rejected: 0n });
});

t.test(
  'nothing behind a refused batch is taken, and what is before it is waited for',
  async (t) => {
    const refused = no('ingest.broken_records', 'expected whole records');
    const { begun, waiting, take } = market((number) => (number === 4 ? refused : undefined));
    const answer = takeStream(streamed(40), take);
    answer.catch(() => {});
    await turns(50);
    t.same(begun, [1, 2, 3, 4]);
    for (const { resolve } of waiting) resolve(TAKEN);
    await t.rejects(answer, { message: /broken_records|whole records/ });
  },
);

t.test('nothing follows a batch that the disk did not take', async (t) => {
  const { begun, waiting, take } = market();
  const answer = takeStream(streamed(40), take);
  answer.catch(() => {});
  await turns(50);
  waiting.shift()!.resolve(TAKEN);
  for (const { reject } of waiting.splice(0)) reject(new Error('the disk is full'));
  await turns(50);
  t.equal(begun.length <= UNDER_WAY_MAX + 1, true, `${begun.length} were begun`);
  for (const { resolve } of waiting) resolve(TAKEN);
  await t.rejects(answer, { message: 'the disk is full' });
});
