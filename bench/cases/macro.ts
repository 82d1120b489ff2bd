// Benchmarks of the whole process.

import type { FigureSpec } from '../lib/case.js';
import { casesOf, low, rate } from './figures.js';

const WHOLE = [rate('ticks/s'), low('p50', 'ms'), low('p99', 'ms'), low('rss', 'MB')];
const SOCKET = [
  low('p50', 'ms'),
  low('p99', 'ms'),
  { name: 'ticks', unit: 'ticks/s', better: 'higher' },
  { name: 'quotes', unit: 'quotes/s', better: 'higher' },
  low('rss', 'MB'),
] as const satisfies readonly FigureSpec[];

/** The cases, ours first in each subject. */
export const MACRO = casesOf('macro', [
  {
    name: 'run.sessions-15',
    title: 'run --once --pace max, one shard, 15 sessions of 40 ticks a bar',
    figures: WHOLE,
    isShort: true,
    load: () => import('../macro/run-short.js'),
  },
  {
    name: 'run.bars-8',
    title: 'run --once --pace max, one shard, 75 sessions of 8 ticks a bar',
    figures: WHOLE,
    isShort: false,
    roundsMax: 5,
    load: () => import('../macro/run-8.js'),
  },
  {
    name: 'run.bars-100',
    title: 'the same with 100 ticks a bar',
    figures: WHOLE,
    isShort: false,
    roundsMax: 3,
    load: () => import('../macro/run-100.js'),
  },
  {
    name: 'run.portfolios-1000',
    title: 'the same with 100 ticks a bar and 1,000 portfolios of 50 positions',
    figures: WHOLE,
    isShort: false,
    roundsMax: 2,
    load: () => import('../macro/run-thousand.js'),
  },
  {
    name: 'socket.20k',
    title: 'tick to WebSocket client, 20,000 ticks/s',
    figures: SOCKET,
    isShort: true,
    roundsMax: 3,
    load: () => import('../macro/socket-20k.js'),
  },
  {
    name: 'socket.100k',
    title: 'tick to WebSocket client, 100,000 ticks/s',
    figures: SOCKET,
    isShort: false,
    roundsMax: 3,
    load: () => import('../macro/socket-100k.js'),
  },
  {
    name: 'start.funnel',
    title: 'npm start to first funnel, installed and built',
    figures: [low('seconds', 's')],
    isShort: true,
    roundsMax: 3,
    isFixed: true,
    load: () => import('../macro/first-funnel.js'),
  },
  {
    name: 'recovery.shard',
    title: 'shard killed to first answer, 504 symbols and 1,000 portfolios',
    figures: [low('ms', 'ms')],
    isShort: false,
    roundsMax: 3,
    load: () => import('../macro/shard-recovery.js'),
  },
  {
    name: 'recovery.host',
    title:
      'host with 1,000,000 events of 1,000 portfolios: start to first answer; first start; journal read alone',
    figures: [low('seconds', 's'), low('first', 's'), low('reading', 's')],
    isShort: false,
    roundsMax: 1,
    timeoutMs: 180_000,
    load: () => import('../macro/host-recovery.js'),
  },
  {
    name: 'idle.cpu',
    title: 'processor time when the replay is over, of one core',
    figures: [low('cpu', '%')],
    isShort: false,
    roundsMax: 3,
    load: () => import('../macro/idle.js'),
  },
  {
    name: 'memory.portfolios-10000',
    title: '504 symbols and 10,000 portfolios of 50 positions',
    figures: [low('rss', 'MB')],
    isShort: false,
    roundsMax: 1,
    timeoutMs: 180_000,
    load: () => import('../macro/memory.js'),
  },
  {
    name: 'state.hashes',
    title: 'different final states of runs that must agree',
    figures: [low('hashes', 'hashes')],
    isShort: false,
    roundsMax: 1,
    load: () => import('../macro/same-state.js'),
  },
  {
    name: 'install.build',
    title: 'install and build in a fresh clone',
    figures: [low('seconds', 's')],
    isShort: false,
    isOnDemand: true,
    roundsMax: 1,
    timeoutMs: 400_000,
    isFixed: true,
    load: () => import('../macro/install.js'),
  },
  {
    name: 'soak.ten-minutes',
    title: 'ten minutes at 100,000 ticks/s',
    figures: [low('rss', 'MB'), low('growth', '%')],
    isShort: false,
    isOnDemand: true,
    roundsMax: 1,
    timeoutMs: 700_000,
    load: () => import('../macro/soak.js'),
  },
]);
