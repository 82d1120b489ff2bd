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

const at = (id: string, target: number, what: string): Pick<Goal, 'id' | 'target' | 'what'> => ({
  id,
  target,
  what,
});

const PRINT_COST =
  'the shard: the features and patterns of a print, none of which takes more than a few per cent, ' +
  'and the 20 KB of state that each print brings into the cache';
const POINT_COST =
  'the points: at few ticks a bar the cross-section, portfolios and 504 scenarios of 450 points ' +
  'weigh as much as the prints';
const LINK_COST =
  'the message written as bytes and read again on the other thread, and the turn between';
const SOCKET_COST =
  'the close of a session, 7 ms once a second here, and its points, 1 ms each, during which the ' +
  'shard publishes no row; a look for changed rows once a millisecond';

/** The goals, in the order of the table. */
export const GOALS: readonly Goal[] = [
  {
    ...at('run.bars-8.rate', 500_000, 'whole run, 8 ticks a bar: 500,000 ticks/s'),
    better: 'higher',
    bounds: POINT_COST,
  },
  {
    ...at('run.bars-100.rate', 500_000, 'whole run, 100 ticks a bar: 500,000 ticks/s'),
    better: 'higher',
    bounds: PRINT_COST,
  },
  {
    ...at('run.portfolios-1000.rate', 1_000_000, 'whole run, 1,000 portfolios: 1 M ticks/s'),
    better: 'higher',
    bounds: `${PRINT_COST}; then 1,000 books marked at every point`,
  },
  {
    ...at('run.bars-8.rss', 700, 'memory of a run: under 700 MB'),
    better: 'lower',
    bounds: 'history and symbol state, held once in shared memory; the heap of two threads',
  },
  {
    ...at('socket.20k.p99', 5, 'tick to WebSocket at 20,000 ticks/s, p99: 5 ms'),
    better: 'lower',
    bounds: SOCKET_COST,
  },
  {
    ...at('socket.100k.p99', 2, 'tick to WebSocket at 100,000 ticks/s, p99: 2 ms'),
    better: 'lower',
    bounds: `${SOCKET_COST}; three busy threads on two cores`,
  },
  {
    ...at('start.funnel.seconds', 10, 'npm start to first funnel: 10 s'),
    better: 'lower',
    bounds: 'reading the Parquet file and warming 504 symbols on five years',
  },
  {
    ...at('install.build.seconds', 120, 'install and build: 120 s'),
    better: 'lower',
    bounds: 'the network, and the compilation of one native package',
  },
  {
    ...at('state.hashes.hashes', 1, 'one final state for 1 and 2 shards, paced, one killed'),
    better: 'lower',
    bounds: 'nothing: it is equal or it is a bug',
  },
  {
    ...at('risk.pretrade.p99', 20, 'pre-trade check in process, p99: 20 us'),
    better: 'lower',
    bounds: 'two tails of 504 scenarios, a product of 504 returns between them, a finding a rule',
  },
  {
    ...at('book.updates.rate', 2_000_000, 'order book, level changes on one core: 2 M/s'),
    better: 'higher',
    bounds: 'moving the levels between a change and the best; one in ten is far from it',
  },
  {
    ...at('book.updates.p99', 2, 'the same, one change, p99: 2 us'),
    better: 'lower',
    bounds: 'the blocks of levels that a far change moves, and the clock that times it',
  },
  {
    ...at('tell.sluice.rate', 6_000_000, 'tell, one thread, 500 actors that keep up: 6 M/s'),
    better: 'higher',
    peers: [
      { id: 'tell.nact.rate', name: 'nact', times: 7 },
      { id: 'tell.erlang.rate', name: 'Erlang', times: 4 },
      { id: 'tell.bare.rate', name: 'bare loop' },
    ],
    bounds:
      'the turn: envelope, lane policy and cell looked up a message, and their garbage, a fifth',
  },
  {
    ...at('tell-deep.sluice.rate', 6_000_000, 'the same with mailboxes 1,000 deep: 6 M/s'),
    better: 'higher',
    peers: [
      { id: 'tell-deep.nact.rate', name: 'nact', times: 7 },
      { id: 'tell-deep.erlang.rate', name: 'Erlang', times: 4 },
      { id: 'tell-deep.bare.rate', name: 'bare loop' },
    ],
    bounds: 'memory: half a million waiting messages leave the caches and the young generation',
  },
  {
    ...at('across.sluice.rate', 3_000_000, 'tell across threads: 3 M/s'),
    better: 'higher',
    peers: [{ id: 'across.postMessage.rate', name: 'postMessage' }],
    bounds: LINK_COST,
  },
  {
    ...at('rows.five.rate', 3_000_000, 'rows through a symbol, 5 features: 3 M rows/s'),
    better: 'higher',
    bounds: 'the copy into the shared columns and the conditions of the funnel, on every print',
  },
  {
    ...at('rows.all.rate', 1_000_000, 'rows through a symbol, whole catalogue: 1 M rows/s'),
    better: 'higher',
    bounds: PRINT_COST,
  },
  {
    ...at('ask-hot.sluice.p50', 5, 'ask across threads, hot, p50: 5 us'),
    better: 'lower',
    peers: [
      { id: 'ask-hot.postMessage.p50', name: 'postMessage' },
      { id: 'ask-hot.erlang.p50', name: 'Erlang' },
    ],
    bounds: LINK_COST,
  },
  {
    ...at('ask-hot.sluice.p99', 30, 'ask across threads, hot, p99: 30 us'),
    better: 'lower',
    peers: [
      { id: 'ask-hot.postMessage.p99', name: 'postMessage' },
      { id: 'ask-hot.erlang.p99', name: 'Erlang' },
    ],
    bounds: LINK_COST,
  },
  {
    ...at('ask-parked.sluice.p50', 80, 'ask across threads, parked, p50: 80 us'),
    better: 'lower',
    peers: [{ id: 'ask-parked.postMessage.p50', name: 'postMessage' }],
    bounds: 'two wake-ups by the kernel, there and back',
  },
  {
    ...at('ask-parked.sluice.p99', 200, 'ask across threads, parked, p99: 200 us'),
    better: 'lower',
    peers: [{ id: 'ask-parked.postMessage.p99', name: 'postMessage' }],
    bounds: 'two wake-ups by the kernel, there and back',
  },
  {
    ...at('idle.cpu.cpu', 2, 'idle: under 2 % of a core'),
    better: 'lower',
    bounds: 'a parked shard wakes every 50 ms to see its timers',
  },
  {
    ...at('durable.sluice.rate', 50_000, 'durable commands, 64 in flight: 50,000/s'),
    better: 'higher',
    peers: [{ id: 'durable.lmdb.rate', name: 'LMDB' }],
    bounds: 'the flush of a commit, which the 64 share, and hash and JSON of each event',
  },
  {
    ...at('durable.sluice.p99', 5, 'durable commands, p99: 5 ms'),
    better: 'lower',
    peers: [{ id: 'durable.lmdb.p99', name: 'LMDB' }],
    bounds: 'the flush of a commit',
  },
  {
    ...at('recovery.shard.ms', 300, 'shard with 504 symbols and 1,000 portfolios back: 300 ms'),
    better: 'lower',
    bounds: 'the end of the old thread, portfolios decoded, the frames since the snapshot replayed',
  },
  {
    ...at('recovery.host.seconds', 3, 'host with 1 M events back: 3 s'),
    better: 'lower',
    bounds:
      'each event is read, checked and parsed by one thread, cloned, and folded by another: no state of the books outlives the process',
  },
  {
    ...at('memory.portfolios-10000.rss', 1_000, '10,000 portfolios of 50 positions: under 1 GB'),
    better: 'lower',
    bounds: 'per portfolio 504 scenario profits, positions as objects and as a checkpoint',
  },
  {
    ...at('soak.ten-minutes.growth', 3, 'flat over ten minutes at 100,000 ticks/s: under 3 %'),
    better: 'lower',
    bounds: 'what is kept is bounded everywhere; the heap moves with its collections',
  },
];
