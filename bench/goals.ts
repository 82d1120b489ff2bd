// What was asked of the speed, figure by figure, and what bounds each: the words of the table.

import type { Better } from './lib/statistics.js';

/** A goal of speed against another figure of the same run. */
export interface PeerGoal {
  readonly id: string;
  readonly name: string;
  /** How many times as good ours is to be. */
  readonly times?: number;
}

/** A goal. */
export interface Goal {
  /** What is asked for, with the bound as a person would write it. */
  readonly what: string;
  /** Figure it is about. */
  readonly id: string;
  readonly target: number;
  readonly better: Better;
  readonly peers?: readonly PeerGoal[];
  /** What keeps the figure from being better: shown whether the goal is met or not. */
  readonly bounds: string;
}

/** Goals of figures that are the better the higher, or the lower they are. */
function goal(better: Better) {
  return (
    id: string,
    target: number,
    what: string,
    bounds: string,
    ...peers: readonly PeerGoal[]
  ): Goal => ({ what, id, target, better, bounds, ...(peers.length === 0 ? {} : { peers }) });
}

const higher = goal('higher');
const lower = goal('lower');

function peer(id: string, name: string, times?: number): PeerGoal {
  return { id, name, ...(times === undefined ? {} : { times }) };
}

/** What telling is compared with. */
function tellPeers(subject: 'tell' | 'tell-deep'): readonly PeerGoal[] {
  return [
    peer(`${subject}.nact.rate`, 'nact', 7),
    peer(`${subject}.erlang.rate`, 'Erlang', 4),
    peer(`${subject}.bare.rate`, 'bare loop'),
  ];
}

const PRINT_COST =
  'the shard: the features and patterns of a print, none of which takes more than a few per cent, ' +
  'and the 3 KB of state that each print brings into the cache, of 1.5 MB for all symbols';
const POINT_COST =
  'the shard: of a session its prints take two fifths, its six points (portfolios and their groups ' +
  'over 504 scenarios, cross-section, stages) a third, its close a sixth; nothing waits';
const LINK_COST =
  'the message written as bytes and read again on the other thread, and the turn between';
const SOCKET_COST =
  'the close of a session, 4 ms once a second here, and its points, 1 ms each, during which the ' +
  'shard publishes no row; collections of either thread';

/** The goals, in the order of the table. */
export const GOALS: readonly Goal[] = [
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
    'reading the Parquet file and warming 504 symbols on five years',
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
  lower(
    'risk.update.p50',
    3,
    'value at risk after one price change, 504 scenarios: 3 us',
    'a pass over 504 profits to move them, and one to find the worst, both in WebAssembly',
  ),
  lower(
    'risk.update.p99',
    10,
    'the same, p99: 10 us',
    'a sort of all 504, now and then, when the worst have left those that were kept',
  ),
  higher(
    'revalue.sluice.rate',
    20_000,
    'full revaluation, dense 500 x 504, one thread: 20,000 portfolios/s',
    'each portfolio reads all 2 MB of returns; numpy reads them once for many',
    peer('revalue.numpy.rate', 'numpy'),
  ),
  lower(
    'risk-age.sluice.p99',
    100,
    'risk of 10,000 portfolios, every price moving, both cores, p99: 100 ms old',
    'two rounds of 5,000 turns a thread, 7.5 us each alone and 8.5 beside the other: 3 us of it 50 ' +
      'rows of 504 returns out of the second and third cache; a collection of some 15 to 25 ms now ' +
      'and then',
  ),
  lower(
    'simulation.sluice.seconds',
    0.5,
    'Monte Carlo, 100,000 paths of 50 names: 0.5 s',
    'five million normal draws; one thread is enough',
  ),
  lower(
    'simulation.sluice.student',
    0.5,
    "the same with Student's copula: 0.5 s",
    'a triangular product and 50 margins a path, on one thread',
  ),
  lower(
    'breach.alert.p99',
    10,
    'breach to alert at a WebSocket client, p99: 10 ms',
    'the flush of the alert to disk before it is told, 1.2 ms and one in fifty 4 to 9; at a close ' +
      'shard, compiler and writer on two cores, where one that is woken waits up to 4 ms for its turn',
  ),
  lower(
    'fill.profit.p99',
    1,
    'profit after a fill, p99: 1 ms',
    'an owner that sleeps until the answer comes: one in a hundred waits 1 to 4 ms for a core, for ' +
      'the compiler and the journal want one too; collections, as long, on either thread',
  ),
  lower(
    'pretrade.grpc.ratio',
    1.3,
    'pre-trade check over gRPC: 1.3 times a bare unary call',
    'an ask of a thread that has to be woken, and answers an owner that has to be too: 160 us on the ' +
      'way, 50 of the check; then its findings, written and read, 50',
  ),
  lower(
    'risk.pretrade.p99',
    20,
    'pre-trade check in process, p99: 20 us',
    'two tails of 504 scenarios, a product of 504 returns between them, a finding a rule',
  ),
  higher(
    'book.updates.rate',
    2_000_000,
    'order book, level changes on one core: 2 M/s',
    'moving the levels between a change and the best; one in ten is far from it',
  ),
  lower(
    'book.updates.p99',
    2,
    'the same, one change, p99: 2 us',
    'the blocks of levels that a far change moves, and the clock that times it',
  ),
  higher(
    'tell.sluice.rate',
    6_000_000,
    'tell, one thread, 500 actors that keep up: 6 M/s',
    'the turn, and the dozen cache lines of its actor, mailbox and lane that a message touches',
    ...tellPeers('tell'),
  ),
  higher(
    'tell-deep.sluice.rate',
    6_000_000,
    'the same with mailboxes 1,000 deep: 6 M/s',
    'memory: half a million waiting messages leave the caches; the first look at each is half its turn',
    ...tellPeers('tell-deep'),
  ),
  higher(
    'across.sluice.rate',
    3_000_000,
    'tell across threads: 3 M/s',
    LINK_COST,
    peer('across.postMessage.rate', 'postMessage'),
  ),
  higher(
    'rows.five.rate',
    3_000_000,
    'rows through a symbol, 5 features: 3 M rows/s',
    'the copy into the shared columns and the conditions of the funnel, on every print',
  ),
  higher(
    'rows.all.rate',
    1_000_000,
    'rows through a symbol, whole catalogue: 1 M rows/s',
    PRINT_COST,
  ),
  lower(
    'ask-hot.sluice.p50',
    5,
    'ask across threads, hot, p50: 5 us',
    LINK_COST,
    peer('ask-hot.postMessage.p50', 'postMessage'),
    peer('ask-hot.erlang.p50', 'Erlang'),
  ),
  lower(
    'ask-hot.sluice.p99',
    30,
    'ask across threads, hot, p99: 30 us',
    LINK_COST,
    peer('ask-hot.postMessage.p99', 'postMessage'),
    peer('ask-hot.erlang.p99', 'Erlang'),
  ),
  lower(
    'ask-parked.sluice.p50',
    80,
    'ask across threads, parked, p50: 80 us',
    'two wake-ups by the kernel, there and back',
    peer('ask-parked.postMessage.p50', 'postMessage'),
  ),
  lower(
    'ask-parked.sluice.p99',
    200,
    'ask across threads, parked, p99: 200 us',
    'two wake-ups by the kernel, each of up to 190 us at p99; an owner that spins meanwhile only ' +
      'holds the core that the shard is woken on',
    peer('ask-parked.postMessage.p99', 'postMessage'),
  ),
  lower(
    'idle.cpu.cpu',
    2,
    'idle: under 2 % of a core',
    'what the process looks at while nothing happens: a parked shard wakes once a second',
  ),
  higher(
    'durable.sluice.rate',
    50_000,
    'durable commands, 64 in flight: 50,000/s',
    'the flush of the pages that the 64 share, and two hops between threads; JSON and hash take a third of the time',
    peer('durable.lmdb.rate', 'LMDB'),
  ),
  lower(
    'durable.sluice.p99',
    5,
    'durable commands, p99: 5 ms',
    'the flush of a commit',
    peer('durable.lmdb.p99', 'LMDB'),
  ),
  lower(
    'recovery.shard.ms',
    300,
    'shard with 504 symbols and 1,000 portfolios back: 300 ms',
    'the session since the last snapshot replayed, 100 to 200 ms where a spare thread has had the cores to rehearse; the end of the dead thread, 45 ms; portfolios decoded, 75 ms',
  ),
  lower(
    'recovery.host.seconds',
    3,
    'host with 1 M events back: 3 s',
    'warming on history, beside which the states of the books are read; a first start after a million events folds them all: read, checked and parsed by one thread, cloned, folded by another',
  ),
  lower(
    'memory.portfolios-10000.rss',
    1_000,
    '10,000 portfolios of 50 positions: under 1 GB',
    'a portfolio at rest, 12 kB of heap; the books that a dividend has opened, 40 kB each, a third of ' +
      'all after two sessions; its mark for its groups, 12 kB; garbage between collections, half of ' +
      'what lives',
  ),
  lower(
    'soak.ten-minutes.growth',
    3,
    'flat over ten minutes at 100,000 ticks/s: under 3 %',
    'what is kept is bounded everywhere; the heap moves with its collections',
  ),
];
