// The gRPC services over the port of a running system.

import { create } from '@bufbuild/protobuf';
import { type BoundService, bind } from '../../engine/index.js';
import { Bars } from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import { Books } from '../../proto/gen/sluice/book/v1/book_pb.js';
import { Funnel } from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import { MarketData } from '../../proto/gen/sluice/market/v1/market_pb.js';
import { Portfolio } from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { Quality } from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Lever, SluicePort } from '../app/port.js';
import { measureMessage, sizeMessage, stressMessage } from './figure-messages.js';
import { watch } from './grpc-watch.js';
import { takeStream } from './ingest-stream.js';
import { refused, unwrap } from './refusals.js';
import { studyMessage } from './study-message.js';

/** Symbols or ids a request may name. */
const KEYS_MAX = 10_000;

/** All services of the product. */
export function grpcServices(port: SluicePort): BoundService[] {
  return [
    marketData(port),
    bars(port),
    books(port),
    funnel(port),
    portfolio(port),
    risk(port),
    supervision(port),
    quality(port),
  ];
}

function marketData(port: SluicePort): BoundService {
  return bind(MarketData, {
    get: ({ symbols }) => unwrap(port.market.changed(0, limited(symbols))).message(),
    getSymbol: ({ symbol, bars }) => unwrap(port.market.symbol(symbol, bars)),
    watch: ({ symbols, intervalMs }, outlet) =>
      watch(port, outlet, {
        topic: 'quotes',
        intervalMs: intervalMs || 100,
        read: (stamp) => {
          const news = unwrap(port.market.changed(Math.max(0, stamp), limited(symbols)));
          return { message: news.message(), stamp: news.stamp, isEmpty: news.count === 0 };
        },
      }),
    ingest: (requests) => takeStream(requests, (batch) => port.market.ingest(batch)),
    history: async (request) => unwrap(await port.market.history(request)),
    getFeed: () => port.market.feed(),
  });
}

function bars(port: SluicePort): BoundService {
  return bind(Bars, {
    list: () => port.bars.list(),
    get: (request) => unwrap(port.bars.get(request)),
    watch: ({ keys, intervalMs }, outlet) =>
      watch(port, outlet, {
        topic: 'bars',
        intervalMs: intervalMs || 100,
        read: (stamp) => {
          const message = unwrap(port.bars.changed(Math.max(0, stamp), limited(keys)));
          return { message, stamp: message.stamp, isEmpty: message.tables.length === 0 };
        },
      }),
  });
}

function books(port: SluicePort): BoundService {
  return bind(Books, {
    list: () => unwrap(port.books.changed(0)),
    get: async ({ symbol }) => unwrap(await port.books.get(symbol)),
    watch: ({ symbols, intervalMs, where }, outlet) => {
      const test = where === '' ? undefined : unwrap(port.books.compile(where));
      return watch(port, outlet, {
        topic: 'books',
        intervalMs: intervalMs || 100,
        read: (stamp) => {
          const message = unwrap(port.books.changed(Math.max(0, stamp), limited(symbols), test));
          const isEmpty = message.books.length === 0 && message.left.length === 0;
          return { message, stamp: message.stamp, isEmpty };
        },
      });
    },
    features: () => port.books.features(),
  });
}

function quality(port: SluicePort): BoundService {
  return bind(Quality, {
    get: () => port.quality.report(),
    rejects: (request) => port.quality.rejects(request),
  });
}

function funnel(port: SluicePort): BoundService {
  return bind(Funnel, {
    get: () => port.funnel.snapshot(),
    watch: ({ intervalMs }, outlet) =>
      watch(port, outlet, {
        topic: 'funnel',
        intervalMs: intervalMs || 200,
        read: (stamp) => {
          const message = port.funnel.snapshot();
          return { message, stamp: message.stamp, isEmpty: message.stamp === stamp };
        },
      }),
    explain: ({ symbol }) => unwrap(port.funnel.explain(symbol)),
    diff: ({ date }) => unwrap(port.funnel.diff(date)),
  });
}

function portfolio(port: SluicePort): BoundService {
  return bind(Portfolio, {
    get: async ({ id }) => unwrap(await port.portfolios.get(id)),
    list: (request) => port.portfolios.list(request),
    watch: ({ ids, intervalMs }, outlet) =>
      watch(port, outlet, {
        topic: 'portfolios',
        intervalMs: intervalMs || 200,
        read: (stamp) => {
          const message = unwrap(port.portfolios.changed(Math.max(0, stamp), limited(ids)));
          return { message, stamp: message.stamp, isEmpty: message.portfolios.length === 0 };
        },
      }),
    command: (request) => port.portfolios.command(request),
    lots: async (request) => unwrap(await port.portfolios.lots(request)),
    transactions: async (request) => unwrap(await port.portfolios.transactions(request)),
    proposeRebalance: async (request) => unwrap(await port.portfolios.proposeRebalance(request)),
    reconcile: async (request) => unwrap(await port.portfolios.reconcile(request)),
    returns: async (request) => unwrap(await port.portfolios.returns(request)),
    tax: async (request) => unwrap(await port.portfolios.tax(request)),
  });
}

function risk(port: SluicePort): BoundService {
  return bind(Risk, {
    get: async ({ portfolio: id }) => unwrap(await port.risk.get(id)),
    checkOrder: async (request) => unwrap(await port.risk.checkOrder(request)),
    limits: (request) => unwrap(port.risk.limits(request)),
    alerts: (request) => port.risk.alertPage(request),
    alertRules: () => port.risk.alertRules(),
    watchAlerts: (_request, outlet) =>
      watch(port, outlet, {
        topic: 'alerts',
        intervalMs: 1,
        read: (stamp) => {
          const message = port.risk.alerts(Math.max(0, stamp));
          return { message, stamp: message.stamp, isEmpty: message.alerts.length === 0 };
        },
      }),
    requestOverride: (request) => port.risk.requestOverride(request, 'grpc'),
    approveOverride: (request) => port.risk.approveOverride(request, 'grpc'),
    revokeOverride: (request) => port.risk.revokeOverride(request, 'grpc'),
    setKillSwitch: (request) => port.risk.setKillSwitch(request, 'grpc'),
    study: async ({ portfolio: id }) => studyMessage(unwrap(await port.risk.study(id))),
    measure: async (request) =>
      measureMessage(request.portfolio, unwrap(await port.risk.measure(request))),
    stress: async (request) =>
      stressMessage(request.portfolio, unwrap(await port.risk.stress(request))),
    size: (request) => sizeMessage(request.symbol, unwrap(port.risk.size(request))),
    proposeFlatten: async ({ portfolio: id }) => unwrap(await port.risk.proposeFlatten(id)),
    watch: ({ portfolios, intervalMs }, outlet) =>
      watch(port, outlet, {
        topic: 'risk',
        intervalMs: intervalMs || 200,
        read: (stamp) => {
          const message = unwrap(port.risk.changed(Math.max(0, stamp), limited(portfolios)));
          return { message, stamp: message.stamp, isEmpty: message.risks.length === 0 };
        },
      }),
  });
}

function supervision(port: SluicePort): BoundService {
  const pull = (lever: Lever, { by, reason }: { readonly by: string; readonly reason: string }) =>
    port.actors.pull(lever, { by, reason, door: 'grpc' });
  return bind(Supervision, {
    tree: async (request) => {
      await port.actors.looked();
      return unwrap(port.actors.tree(request));
    },
    watch: ({ tree, intervalMs }, outlet) => {
      const request = tree ?? create(TreeRequestSchema);
      return watch(port, outlet, {
        topic: 'actors',
        intervalMs: intervalMs || 1_000,
        read: (stamp) => {
          const message = unwrap(port.actors.tree(request));
          return { message, stamp: message.stamp, isEmpty: message.stamp === stamp };
        },
      });
    },
    restart: (request) => pull({ kind: 'restart', address: request.address }, request),
    stop: (request) => pull({ kind: 'stop', address: request.address }, request),
    suspend: (request) => pull({ kind: 'suspend', address: request.address }, request),
    resume: (request) => pull({ kind: 'resume', address: request.address }, request),
    passivate: (request) => pull({ kind: 'passivate', address: request.address }, request),
    move: (request) => {
      const { address, shard } = request;
      return pull({ kind: 'move', address, shard }, request);
    },
    drain: (request) => pull({ kind: 'drain', shard: request.shard }, request),
    setLogLevel: (request) => {
      const { target, area, level } = request;
      return pull({ kind: 'log_level', target, area, level }, request);
    },
    logLevels: () => port.actors.logLevels(),
    threads: () => port.actors.threads(),
    deadLetters: (request) => port.actors.deadLetters(request),
    quarantine: (request) => port.actors.quarantine(request),
    replay: (request) => pull({ kind: 'replay', message: request.id }, request),
    discard: (request) => pull({ kind: 'discard', message: request.id }, request),
    profile: (request) => {
      const { shard, seconds } = request;
      return pull({ kind: 'profile', shard, seconds }, request);
    },
    audit: (request) => port.actors.audit(request),
  });
}

function limited(keys: readonly string[]): readonly string[] {
  if (keys.length <= KEYS_MAX) return keys;
  const text = `expected at most ${KEYS_MAX} names, was ${keys.length}`;
  // Not `too_many`: asking again later would not help.
  throw refused({ code: 'request.names_beyond_bound', text });
}
