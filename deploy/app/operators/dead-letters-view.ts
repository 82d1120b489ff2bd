// Messages that reached nobody, on all shards: searched, counted by reason, a page at a time.

import { create } from '@bufbuild/protobuf';
import {
  type DeadLetter,
  DeadLetterCountSchema,
  DeadLetterSchema,
  type DeadLettersRequest,
  type DeadLettersResponse,
  DeadLettersResponseSchema,
} from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { ShardAsks } from '../shards/shard-asks.js';

/** Letters of a page at most, and when the request does not say. */
const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 100;

/** A page of the letters, the newest first; a shard that is being replaced has none. */
export async function readDeadLetters(
  asks: ShardAsks,
  shardCount: number,
  request: DeadLettersRequest,
): Promise<DeadLettersResponse> {
  const found: DeadLetter[] = [];
  const counts = new Map<string, number>();
  for (let shard = 0; shard < shardCount; shard++) {
    const page = await asks.letters(shard);
    for (const [reason, count] of page?.counts ?? []) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    for (const letter of page?.letters ?? []) {
      if (isWanted(request, letter)) found.push(create(DeadLetterSchema, { ...letter, shard }));
    }
  }
  found.sort((a, b) => b.timeUs - a.timeUs);
  const limit = Math.min(PAGE_MAX, request.limit || PAGE_DEFAULT);
  return create(DeadLettersResponseSchema, {
    letters: found.slice(request.offset, request.offset + limit),
    total: found.length,
    counts: Array.from(counts, ([reason, count]) => {
      const [code = '', kind = ''] = reason.split(' ', 2);
      return create(DeadLetterCountSchema, { code, kind, count: BigInt(count) });
    }),
  });
}

function isWanted(
  { address, code, fromUs, toUs }: DeadLettersRequest,
  letter: { readonly address: string; readonly code: string; readonly timeUs: number },
): boolean {
  return (
    (address === '' || letter.address === address) &&
    (code === '' || letter.code === code) &&
    (fromUs === 0 || letter.timeUs >= fromUs) &&
    (toUs === 0 || letter.timeUs <= toUs)
  );
}
