// Goals of actors: telling and asking, on disk, brought back, at rest.

import { type Goal, higher, lower, type PeerGoal, peer } from './goal.js';
import { PRINT_COST } from './run-goals.js';

/** What telling is compared with. */
function tellPeers(subject: 'tell' | 'tell-deep'): readonly PeerGoal[] {
  return [
    peer(`${subject}.nact.rate`, 'nact', 7),
    peer(`${subject}.erlang.rate`, 'Erlang', 4),
    peer(`${subject}.bare.rate`, 'bare loop'),
  ];
}

const LINK_COST =
  'the message written as bytes and read again on the other thread, and the turn between';

/** They, in the order of the table. */
export const ACTOR_GOALS: readonly Goal[] = [
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
    'the program loaded by each thread, then the rehearsal, beside which the states of the books are read, history being kept on disk; a first start after a million events folds them all: read, checked and parsed by one thread, cloned, folded by another',
  ),
  lower(
    'memory.portfolios-10000.rss',
    1_000,
    '10,000 portfolios of 50 positions: under 1 GB',
    'of each portfolio some 11 kB of heap, 3 of them the text of its books, and the books of 1,024 ' +
      'that a dividend has opened, 40 kB each; two snapshots in turn, some 6 kB each; what its ' +
      'group reads, 5 kB; garbage between collections, more than half of what lives',
  ),
  lower(
    'soak.ten-minutes.growth',
    3,
    'flat over ten minutes at 100,000 ticks/s: under 3 %',
    'what is kept is bounded everywhere; the heap moves with its collections',
  ),
];
