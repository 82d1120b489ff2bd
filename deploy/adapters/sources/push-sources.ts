// Sources that listen: nanomsg sockets (SUB, PULL) and gRPC ingest, fed by peers.

import {
  type BoundService,
  bind,
  CallRefused,
  Fault,
  type GrpcServer,
  openFrameSocket,
  type SocketKind,
  startGrpcServer,
} from '../../../engine/index.js';
import { PACKED_FRAME } from '../../../proto/frames/market.js';
import {
  type IngestRequest,
  type IngestResponse,
  MarketData,
} from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { no } from '../../app/answers.js';
import { IngestTotal } from '../../services/ingest-total.js';
import { decodeFrame } from '../../services/nng-ingest.js';
import { PushSession } from './push-session.js';
import type { Capabilities, LiveSession, LiveSink, LiveState, MarketDataSource } from './source.js';

/** Longest wait for calls when a listener is closed. Units: milliseconds. */
const CLOSE_MS = 500;

const PUSHED: Capabilities = {
  history: [],
  bars: [],
  live: ['trade', 'quote'],
  // Batches are numbered: a loss is seen, but can't be asked for again.
  isNumbered: true,
  repair: [],
  timeStepUs: 1,
};

/** Frames of packed prints from a nanomsg socket. Errors of `live`: `nng.*`. */
export function nanomsgSource(kind: SocketKind, url: string): MarketDataSource {
  return {
    name: `nanomsg-${kind}`,
    capabilities: PUSHED,
    history: refuseHistory,
    live: (subscription, sink) => {
      const session = new PushSession(subscription, sink);
      const onFrame = (frame: Buffer): void => {
        const batch = decodeFrame(frame, 'peer');
        if (typeof batch === 'string') session.refuse();
        else session.take(batch);
      };
      const socket = openFrameSocket({
        kind,
        url,
        frameBytesMax: PACKED_FRAME.heardBytesMax,
        onFrame,
      });
      const open = sessionOf(session, sink, async () => socket.close());
      open.listening();
      return open;
    },
  };
}

/** Batches from `MarketData.Ingest`. Errors of `live`: told as the state `failed`. */
export function grpcSource(host: string, port: number): MarketDataSource & { port(): number } {
  let bound = port;
  return {
    name: 'grpc',
    capabilities: PUSHED,
    port: () => bound,
    history: refuseHistory,
    live: (subscription, sink) => {
      const session = new PushSession(subscription, sink);
      const server = startGrpcServer([ingestService(session)], {
        host,
        port,
        onTooLong: () => session.refuse(),
      });
      const open = sessionOf(session, sink, async () => {
        const started: GrpcServer | undefined = await server.catch(() => undefined);
        await started?.close(CLOSE_MS);
      });
      server.then(
        (started) => {
          bound = started.port;
          open.listening();
        },
        (error: unknown) => open.failed(error instanceof Fault ? error.code : 'failed'),
      );
      return open;
    },
  };
}

async function* refuseHistory() {
  yield no('source.unsupported', 'expected a source with a past: peers push only what is new');
}

/** A session that is live once its door is open, and has failed where that can't be opened. */
interface DoorSession extends LiveSession {
  listening(): void;
  failed(why: string): void;
}

function sessionOf(session: PushSession, sink: LiveSink, close: () => Promise<void>): DoorSession {
  let state: LiveState = 'connecting';
  const become = (next: LiveState, why: string): void => {
    if (state === 'closed') return;
    state = next;
    sink.onState?.(next, why);
  };
  return {
    counters: session.counters,
    state: () => state,
    listening: () => become('live', 'listening'),
    failed: (why) => become('failed', why),
    async close() {
      state = 'closed';
      await close();
      sink.onState?.('closed', 'closed');
    },
  };
}

/** The service with its one method that takes prints; the others belong to a running system. */
function ingestService(session: PushSession): BoundService {
  const refuse = (): never => {
    const text = 'expected Ingest: this is a source, not a running system';
    throw new CallRefused('FAILED_PRECONDITION', 'source.unsupported', text);
  };
  return bind(MarketData, {
    get: refuse,
    getSymbol: refuse,
    watch: refuse,
    getFeed: refuse,
    history: refuse,
    ingest: (requests) => take(session, requests),
  });
}

async function take(
  session: PushSession,
  requests: AsyncIterable<IngestRequest>,
): Promise<IngestResponse> {
  const total = new IngestTotal();
  for await (const request of requests) total.add(session.take(request));
  return total.message();
}
