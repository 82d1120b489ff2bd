// Goals of runs as a whole and of what comes in: ticks, sockets, files, recordings, starts.

import { type Goal, higher, lower } from './goal.js';

/** What bounds whatever prints go through. */
export const PRINT_COST =
  'the shard: the features and patterns of a print, none of which takes more than a few per cent, ' +
  'and the 3 KB of state that each print brings into the cache, of 1.5 MB for all symbols';

const POINT_COST =
  'the shard: of a session its prints take two fifths, its six points (portfolios and their groups ' +
  'over 504 scenarios, cross-section, stages) a third, its close a sixth; nothing waits';
const SOCKET_COST =
  'points, six a second here and 1 ms each, during which the shard publishes no row; collections ' +
  'of either thread; before shards polled under load and prints rested at night, wake-ups and closes';

/** They, in the order of the table. */
export const RUN_GOALS: readonly Goal[] = [
  higher('run.bars-8.rate', 500_000, 'whole run, 8 ticks a bar: 500,000 ticks/s', POINT_COST),
  higher('run.bars-100.rate', 500_000, 'whole run, 100 ticks a bar: 500,000 ticks/s', PRINT_COST),
  higher(
    'run.portfolios-1000.rate',
    1_000_000,
    'whole run, 1,000 portfolios: 1 M ticks/s',
    `${PRINT_COST}; as much again for 1,000 portfolios: 450 turns of each, 6 us, half of it risk; ` +
      'dividends that open books; snapshots of all ' +
      '([profile](profiles/run.portfolios-1000.md))',
  ),
  lower(
    'run.bars-8.rss',
    700,
    'memory of a run: under 700 MB',
    'history and symbol state, held once in shared memory; the heap of two threads',
  ),
  lower('socket.20k.p99', 5, 'tick to WebSocket at 20,000 ticks/s, p99: 5 ms', SOCKET_COST),
  lower(
    'socket.100k.p99',
    2,
    'tick to WebSocket at 100,000 ticks/s, p99: 2 ms',
    `${SOCKET_COST}; three busy threads on two cores`,
  ),
  lower(
    'ingest.100k.p99',
    5,
    'ingest to subscriber at 100,000 prints/s, p99: 5 ms',
    'the flush of the journal before a batch is taken: alone, one of 30 KB takes 0.9 ms, and one in ' +
      'a hundred 4 to 9; collections of the main thread',
  ),
  higher(
    'file.sluice.rate',
    2_000_000,
    'ticks from a Parquet file: 2 M/s',
    'a record an object: made, checked and handed on',
  ),
  higher(
    'grpc.sluice.rate',
    1_000_000,
    'ticks from gRPC packed batches: 1 M/s',
    'a record an object; the bytes copied by HTTP/2 and by protobuf',
  ),
  higher(
    'nanomsg.sluice.rate',
    1_000_000,
    'ticks from nanomsg PUSH/PULL: 1 M/s',
    'a record an object: made, checked and handed on',
  ),
  lower(
    'nanomsg.sluice.lost',
    1,
    'the same without a loss',
    'nothing: what is lost is a bug, for PULL holds its senders up',
  ),
  higher(
    'record.sluice.rate',
    500_000,
    'recording: 500,000 ticks/s without drops',
    'the flush of the disk, which all batches that wait share; then the tables',
  ),
  higher(
    'record.sluice.tables',
    500_000,
    'the same until all of it is in tables: 500,000 ticks/s',
    'one thread that fills columns and has them packed, 1.3 us a print',
  ),
  lower(
    'warm.daily.seconds',
    3,
    '800,000 daily rows to warm actors: 3 s',
    'both cores: 1 s for the Parquet file while threads load their program, then the rehearsal, while the owner steps the features of each symbol, 1.6 us a row',
  ),
  lower(
    'year.sluice.p50',
    50,
    "a year of one symbol's minutes: 50 ms",
    'opening the file and decoding six columns of 98,280 rows',
  ),
  lower(
    'start.funnel.seconds',
    10,
    'npm start to first funnel: 10 s',
    'reading the Parquet file and warming 504 symbols on five years, which the second start finds done',
  ),
  lower(
    'install.build.seconds',
    120,
    'install and build: 120 s',
    'the network, and the compilation of one native package',
  ),
  lower(
    'state.hashes.hashes',
    1,
    'one final state for 1 and 2 shards, paced, one killed',
    'nothing: it is equal or it is a bug',
  ),
];
