// Goals of what money is judged by: risk, alerts, fills, pre-trade checks, order books.

import { type Goal, higher, lower, peer } from './goal.js';

/** They, in the order of the table. */
export const RISK_GOALS: readonly Goal[] = [
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
];
