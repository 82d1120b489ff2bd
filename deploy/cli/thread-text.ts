// How messages between threads go, as cells and lines: for the command line and the console.

import type {
  LinkInfo,
  ThreadsResponse,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';

/** A row a direction of each thread, below its heads. */
export function threadCells({ threads }: ThreadsResponse): (string | number)[][] {
  const heads = ['shard', 'state', 'way', 'ring', 'port', 'port, ring full', 'refused', 'waiting'];
  const rows = threads.flatMap(({ shard, state, toShard, fromShard }) => [
    [shard, state, 'to', ...linkCells(toShard)],
    [shard, state, 'from', ...linkCells(fromShard)],
  ]);
  return [heads, ...rows];
}

function linkCells(link: LinkInfo | undefined): (string | number)[] {
  if (link === undefined) return [];
  const { ringed, unfit, overflowed, refused, waiting, waitingKib } = link;
  return [
    ...[ringed, unfit, overflowed, refused].map(Number),
    waiting === 0 ? 0 : `${waiting} of ${waitingKib} KiB`,
  ];
}

/** How many portfolios each thread has in memory, and how often some have left it and come back. */
export function memoryLines({ threads }: ThreadsResponse): string[] {
  return threads.map(({ shard, residents, residentsMax, passivated, revived, unopened }) => {
    const now = `shard ${shard}: ${residents} portfolios in memory, at most ${residentsMax}`;
    const others = unopened > 0 ? `; ${unopened} are not opened` : '';
    return `${now}; ${passivated} times one has left it, ${revived} times come back${others}`;
  });
}

/** What is said between actors of different threads, and what nobody hears. */
export function routeLines({ routes, unheard, strayErrors }: ThreadsResponse): string[] {
  if (routes === undefined) return [];
  const { asked, underWay, undelivered, lost, late, watches, endsTold } = routes;
  return [
    `between actors: ${asked} asks, ${underWay} under way, ${lost} lost, ${late} answers too late`,
    `${undelivered} messages undelivered; ${watches} watches, ${endsTold} ends told`,
    `${unheard} messages to threads that had ended, ${strayErrors} stray errors`,
  ];
}
