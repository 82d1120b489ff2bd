// The gRPC services over the port of a running system.

import { create } from '@bufbuild/protobuf';
import {
  type BoundService,
  bind,
  CallRefused,
  type CallStatus,
  type Outlet,
} from '../../engine/index.js';
import { Funnel } from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  type IngestRequest,
  type IngestResponse,
  IngestResponseSchema,
  MarketData,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import { Portfolio } from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Answer, SluicePort, Topic } from '../app/port.js';

/** Longest interval a watcher may ask for. Units: milliseconds. */
const INTERVAL_MS_MAX = 60_000;

/** Symbols or ids a request may name. */
const KEYS_MAX = 10_000;

/** All services of the product. */
export function grpcServices(port: SluicePort): BoundService[] {
  return [marketData(port), funnel(port), portfolio(port), risk(port), supervision(port)];
}

function marketData(port: SluicePort): BoundService {
  return bind(MarketData, {
    get: ({ symbols }) => unwrap(port.market.changed(0, limited(symbols))),
    getSymbol: ({ symbol, bars }) => unwrap(port.market.symbol(symbol, bars)),
    watch: ({ symbols, intervalMs }, outlet) =>
      watch(port, 'quotes', outlet, intervalMs || 100, (stamp) => {
        const batch = unwrap(port.market.changed(stamp, limited(symbols)));
        return { message: batch, stamp: batch.stamp, isEmpty: batch.quotes.length === 0 };
      }),
    ingest: (requests) => ingest(port, requests),
    getFeed: () => port.market.feed(),
  });
}

async function ingest(
  port: SluicePort,
  requests: AsyncIterable<IngestRequest>,
): Promise<IngestResponse> {
  const total = { accepted: 0n, rejected: 0n, gaps: 0n };
  const reasons: Record<string, bigint> = {};
  for await (const request of requests) {
    const outcome = unwrap(await port.market.ingest(request));
    total.accepted += BigInt(outcome.accepted);
    total.gaps += BigInt(outcome.gaps);
    for (const [reason, count] of Object.entries(outcome.rejectedByReason)) {
      reasons[reason] = (reasons[reason] ?? 0n) + BigInt(count);
      total.rejected += BigInt(count);
    }
  }
  return create(IngestResponseSchema, { ...total, rejectedByReason: reasons });
}

function funnel(port: SluicePort): BoundService {
  return bind(Funnel, {
    get: () => port.funnel.snapshot(),
    watch: ({ intervalMs }, outlet) =>
      watch(port, 'funnel', outlet, intervalMs || 200, () => {
        const message = port.funnel.snapshot();
        return { message, stamp: message.stamp, isEmpty: false };
      }),
    explain: ({ symbol }) => unwrap(port.funnel.explain(symbol)),
    diff: ({ date }) => unwrap(port.funnel.diff(date)),
  });
}

function portfolio(port: SluicePort): BoundService {
  return bind(Portfolio, {
    get: async ({ id }) => unwrap(await port.portfolios.get(id)),
    list: () => unwrap(port.portfolios.changed(0)),
    watch: ({ ids, intervalMs }, outlet) =>
      watch(port, 'portfolios', outlet, intervalMs || 200, (stamp) => {
        const batch = unwrap(port.portfolios.changed(stamp, limited(ids)));
        return { message: batch, stamp: batch.stamp, isEmpty: batch.portfolios.length === 0 };
      }),
    command: (request) => port.portfolios.command(request),
  });
}

function risk(port: SluicePort): BoundService {
  return bind(Risk, {
    get: async ({ portfolio: id }) => unwrap(await port.risk.get(id)),
    watch: ({ portfolios, intervalMs }, outlet) =>
      watch(port, 'risk', outlet, intervalMs || 200, (stamp) => {
        const batch = unwrap(port.risk.changed(stamp, limited(portfolios)));
        return { message: batch, stamp: batch.stamp, isEmpty: batch.risks.length === 0 };
      }),
  });
}

function supervision(port: SluicePort): BoundService {
  return bind(Supervision, {
    tree: (request) => port.actors.tree(request),
    watch: async ({ tree, intervalMs }, outlet) => {
      const request = tree ?? create(TreeRequestSchema);
      let stamp = -1;
      while (!outlet.isClosed()) {
        if (port.actors.stamp() !== stamp) {
          stamp = port.actors.stamp();
          if (!(await outlet.send(port.actors.tree(request)))) return;
        }
        await pause(outlet, clamp(intervalMs || 1_000));
      }
    },
    restart: ({ address }) => port.actors.restart(address),
    stop: ({ address }) => port.actors.stop(address),
  });
}

/**
 * A snapshot, then what has changed, no faster than the interval and than the client reads. What
 * changes meanwhile is conflated: the next message holds the latest values only.
 */
async function watch<Out>(
  port: SluicePort,
  topic: Topic,
  outlet: Outlet<Out>,
  intervalMs: number,
  read: (stamp: number) => { message: Out; stamp: number; isEmpty: boolean },
): Promise<void> {
  let wake: (() => void) | undefined;
  let isDirty = true;
  const unsubscribe = port.onChange(topic, () => {
    isDirty = true;
    wake?.();
  });
  outlet.onClosed(() => wake?.());
  port.clients.opened();
  try {
    for (let stamp = 0; !outlet.isClosed(); ) {
      if (!isDirty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      isDirty = false;
      const { message, stamp: next, isEmpty } = read(stamp);
      const isFirst = stamp === 0;
      stamp = next;
      if (!isEmpty || isFirst) await outlet.send(message);
      await pause(outlet, clamp(intervalMs));
    }
  } finally {
    unsubscribe();
    port.clients.closed();
  }
}

function clamp(intervalMs: number): number {
  return Math.min(INTERVAL_MS_MAX, intervalMs);
}

/** Waits, but no longer than the client stays. */
function pause(outlet: Outlet<never>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    outlet.onClosed(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function limited(keys: readonly string[]): readonly string[] {
  if (keys.length <= KEYS_MAX) return keys;
  throw new CallRefused(
    'INVALID_ARGUMENT',
    'request.too_many_keys',
    `expected at most ${KEYS_MAX}`,
  );
}

/** The value of an answer, or its refusal as a status. */
function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { code, text } = answer.refusal;
  throw new CallRefused(statusFor(code), code, text);
}

function statusFor(code: string): CallStatus {
  if (/unknown|no_such/.test(code)) return 'NOT_FOUND';
  if (/timed_out|restarting|full|too_many/.test(code)) return 'RESOURCE_EXHAUSTED';
  if (/repeated/.test(code)) return 'FAILED_PRECONDITION';
  return 'INVALID_ARGUMENT';
}
