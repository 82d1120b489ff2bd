// Benchmarks of parts on several threads.

import { erlangOf } from './erlang.js';
import { casesOf, low, rate, TRIP } from './figures.js';

/** The cases, ours first in each subject. */
export const TOPOLOGY = casesOf('topology', [
  {
    name: 'hop.ring',
    title: 'frames through the ring to another thread',
    figures: [rate('frames/s')],
    isShort: true,
    load: () => import('../topology/hop.js'),
  },
  {
    name: 'across.sluice',
    title: 'tell across threads, typed messages to 500 actors',
    figures: [rate('messages/s')],
    isShort: true,
    load: () => import('../topology/tell-across.js'),
  },
  {
    name: 'across.postMessage',
    title: 'the same objects by postMessage, counted by the worker',
    figures: [rate('messages/s')],
    isShort: true,
    isPeer: true,
    load: () => import('../peers/tell-post-message.js'),
  },
  {
    name: 'ask-hot.sluice',
    title: 'ask across threads, hot',
    figures: TRIP,
    isShort: true,
    load: () => import('../topology/ask-hot.js'),
  },
  {
    name: 'ask-hot.postMessage',
    title: 'postMessage there and back, hot',
    figures: TRIP,
    isShort: true,
    isPeer: true,
    load: () => import('../peers/ask-hot-post-message.js'),
  },
  {
    name: 'ask-hot.erlang',
    title: 'ask between two schedulers of one Erlang/OTP, hot',
    figures: TRIP,
    isShort: false,
    isPeer: true,
    load: () => import('../peers/erlang.js').then(erlangOf('ask', 1)),
  },
  {
    name: 'ask-parked.sluice',
    title: 'ask across threads, the shard asleep',
    figures: TRIP,
    isShort: true,
    load: () => import('../topology/ask-parked.js'),
  },
  {
    name: 'ask-parked.postMessage',
    title: 'postMessage there and back, the worker asleep',
    figures: TRIP,
    isShort: false,
    isPeer: true,
    load: () => import('../peers/ask-parked-post-message.js'),
  },
  {
    name: 'risk-age.sluice',
    title: 'oldest that risk gets, 10,000 portfolios of 50 names, every price moving',
    figures: [low('p50', 'ms'), low('p99', 'ms')],
    isShort: false,
    roundsMax: 3,
    load: () => import('../topology/risk-age.js'),
  },
  {
    name: 'pool.sluice',
    title: 'asks through a pool of two shards, 64 in flight',
    figures: [rate('asks/s')],
    isShort: true,
    load: () => import('../topology/pool-asks.js'),
  },
  {
    name: 'pool.piscina',
    title: 'tasks through a Piscina pool of two threads, 64 in flight',
    figures: [rate('asks/s')],
    isShort: false,
    isPeer: true,
    load: () => import('../peers/pool-piscina.js'),
  },
]);
