// How messages between threads go, as operators see it.

import { create } from '@bufbuild/protobuf';
import type { LinkCounters } from '../../../engine/index.js';
import {
  type LinkInfo,
  LinkInfoSchema,
  RoutesInfoSchema,
  ThreadInfoSchema,
  type ThreadsResponse,
  ThreadsResponseSchema,
} from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Shards } from '../shards/shards.js';

/** What all threads and the routes between them have counted. */
export async function readThreads(shards: Shards, residentsMax: number): Promise<ThreadsResponse> {
  const numbers = Array.from({ length: shards.count }, (_, shard) => shard);
  const memory = await Promise.all(numbers.map((shard) => shards.asks.residents(shard)));
  const { pool, routes } = shards.traffic();
  const { asked, undelivered, lost, late, endsTold } = routes.counters;
  return create(ThreadsResponseSchema, {
    threads: numbers.map((shard) => {
      const { residents = 0, passivated = 0, revived = 0, unopened = 0 } = memory[shard] ?? {};
      const { toShard, toOwner } = pool.links(shard);
      const { isReplaying, restarts, frames } = shards.look(shard);
      return create(ThreadInfoSchema, {
        shard,
        restarts,
        frames,
        state: isReplaying ? 'recovering' : 'running',
        toShard: linkInfo(toShard),
        fromShard: linkInfo(toOwner),
        residents,
        residentsMax,
        unopened,
        passivated: BigInt(passivated),
        revived: BigInt(revived),
      });
    }),
    routes: create(RoutesInfoSchema, {
      asked: BigInt(asked),
      underWay: routes.underWay,
      undelivered: BigInt(undelivered),
      lost: BigInt(lost),
      late: BigInt(late),
      watches: routes.watches,
      endsTold: BigInt(endsTold),
    }),
    unheard: BigInt(pool.unheard),
    strayErrors: BigInt(pool.strayErrors),
  });
}

function linkInfo({ ringed, unfit, overflowed, refused, ...now }: LinkCounters): LinkInfo {
  return create(LinkInfoSchema, {
    ...now,
    ringed: BigInt(ringed),
    unfit: BigInt(unfit),
    overflowed: BigInt(overflowed),
    refused: BigInt(refused),
  });
}
