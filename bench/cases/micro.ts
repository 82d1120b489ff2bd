// Benchmarks of one part on one thread, beside telling.

import { casesOf, low, rate, TRIP } from './figures.js';

const DURABLE = [rate('writes/s'), low('p50', 'ms'), low('p99', 'ms')];

/** The cases, ours first in each subject. */
export const MICRO = casesOf('micro', [
  {
    name: 'features.all',
    title: 'feature engine, a print through the whole catalogue',
    figures: [rate('rows/s'), { name: 'commits', unit: 'bars/s', better: 'higher' }],
    isShort: true,
    load: () => import('../micro/features.js'),
  },
  {
    name: 'rows.five',
    title: 'symbol behaviour, a print with 5 features, funnel judged, row published',
    figures: [rate('rows/s')],
    isShort: false,
    load: () => import('../micro/symbol-rows-five.js'),
  },
  {
    name: 'rows.all',
    title: 'symbol behaviour, a print with the whole catalogue',
    figures: [rate('rows/s')],
    isShort: true,
    load: () => import('../micro/symbol-rows-all.js'),
  },
  {
    name: 'risk.update',
    title: 'value at risk after one price, 504 scenarios',
    figures: [rate('updates/s'), ...TRIP],
    isShort: true,
    load: () => import('../micro/risk.js'),
  },
  {
    name: 'revalue.sluice',
    title: 'full revaluation, 500 symbols x 504 scenarios, value at risk and tail mean',
    figures: [rate('portfolios/s')],
    isShort: false,
    load: () => import('../micro/revaluation.js'),
  },
  {
    name: 'revalue.numpy',
    title: 'the same as one product of matrices in numpy, one thread',
    figures: [rate('portfolios/s')],
    isShort: false,
    isPeer: true,
    load: () => import('../peers/revaluation-numpy.js'),
  },
  {
    name: 'simulation.sluice',
    title: "Monte Carlo, 100,000 paths of 50 names, one thread; and with Student's copula",
    figures: [low('seconds', 's'), low('student', 's')],
    isShort: false,
    load: () => import('../micro/monte-carlo.js'),
  },
  {
    name: 'risk.pretrade',
    title: 'pre-trade check, every rule, 50 positions, 504 scenarios',
    figures: [rate('checks/s'), ...TRIP],
    isShort: true,
    load: () => import('../micro/pretrade.js'),
  },
  {
    name: 'book.updates',
    title: 'order book, level changes of a real capture',
    figures: [rate('updates/s'), low('p99', 'us')],
    isShort: true,
    load: () => import('../micro/book.js'),
  },
  {
    name: 'encode.protobuf',
    title: 'quotes built and encoded as protobuf, 256 a batch',
    figures: [rate('quotes/s')],
    isShort: true,
    load: () => import('../micro/encode.js'),
  },
  {
    name: 'encode.prebuilt',
    title: 'the same batch built before, encoded alone',
    figures: [rate('quotes/s')],
    isShort: false,
    load: () => import('../micro/encode-prebuilt.js'),
  },
  {
    name: 'durable.sluice',
    title: 'durable events, 64 in flight, acknowledged once on disk',
    figures: DURABLE,
    isShort: true,
    load: () => import('../micro/journal.js'),
  },
  {
    name: 'durable.lmdb',
    title: 'the limit: 200 bytes straight into LMDB',
    figures: DURABLE,
    isShort: false,
    isPeer: true,
    load: () => import('../peers/journal-lmdb.js'),
  },
  {
    name: 'record.sluice',
    title: 'prints recorded, 64 batches in flight, acknowledged on disk; and once they are tables',
    figures: [rate('prints/s'), { name: 'tables', unit: 'prints/s', better: 'higher' }],
    isShort: false,
    load: () => import('../micro/recording.js'),
  },
  {
    name: 'nanomsg.sluice',
    title: 'packed frames of a nanomsg peer read and checked, one thread for both ends',
    figures: [rate('prints/s'), low('lost', 'prints')],
    isShort: false,
    load: () => import('../micro/ingest-nanomsg.js'),
  },
  {
    name: 'grpc.sluice',
    title: 'packed batches of a gRPC client read and checked, one thread for both ends',
    figures: [rate('prints/s'), low('lost', 'prints')],
    isShort: false,
    load: () => import('../micro/ingest-grpc.js'),
  },
  {
    name: 'file.sluice',
    title: 'trades of a Parquet file, and of an Arrow file, as checked records',
    figures: [rate('ticks/s'), { name: 'arrow', unit: 'ticks/s', better: 'higher' }],
    isShort: false,
    load: () => import('../micro/file-ticks.js'),
  },
  {
    name: 'year.sluice',
    title: "a year of one symbol's minutes out of history",
    figures: [low('p50', 'ms'), low('worst', 'ms')],
    isShort: false,
    load: () => import('../micro/year-of-minutes.js'),
  },
]);
