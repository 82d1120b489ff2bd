// Sockets with bounded queues: a client that falls behind is given no more, then cut off.

import type uws from 'uwebsockets';
import type { SocketClient, SocketHandler, WebCounters, WebServerOptions } from './options.js';
import { isOurHost, isSameOrigin, printBug, writeError } from './responses.js';

/** Longest frame a client may send; a longer one closes its socket. */
const FRAME_BYTES_MAX = 64 * 1024;

/** How the server's own reason for that begins; a client's reason is no match for it by chance. */
const TOO_LONG = 'Received too big message';

/** Bytes that may wait for one client before it is given no more. */
const QUEUE_BYTES_LOW = 256 * 1024;

/** Bytes that may wait at all; more and the client is cut off. */
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** How long a client may stay above the low mark. Units: milliseconds. */
const SLOW_MS_MAX = 10_000;

/** Silence after which a client is taken for gone; it is pinged before. Units: seconds. */
const IDLE_SECONDS = 120;

/** Sockets open at once: at 8 MiB each the worst that slow clients can do stays bounded. */
const SOCKETS_MAX = 2_000;

/** Close code of a client that is cut off for its slowness. Source: RFC 6455 registry, 1013. */
const TRY_AGAIN_LATER = 1013;

/** Result of a send that was beyond the bound. Source: uWebSockets.js, WebSocket.send. */
const DROPPED = 2;

interface SocketData {
  client: SocketClient | undefined;
  slowSinceMs: number;
  isGone: boolean;
}

type Socket = uws.WebSocket<SocketData>;

/** The behaviour of one path's sockets. */
export function socketBehaviour(
  options: WebServerOptions,
  counters: WebCounters,
): uws.WebSocketBehavior<SocketData> {
  const handler = guarded(options);
  return {
    maxPayloadLength: FRAME_BYTES_MAX,
    maxBackpressure: QUEUE_BYTES_MAX,
    closeOnBackpressureLimit: 1,
    idleTimeout: IDLE_SECONDS,
    sendPingsAutomatically: true,
    upgrade: (response, request, context) => {
      upgrade(options, counters, response, request, context);
    },
    open(socket) {
      counters.sockets++;
      const client = clientOf(socket, handler, counters, options.slowMsMax ?? SLOW_MS_MAX);
      socket.getUserData().client = client;
      handler.opened(client);
    },
    message(socket, data, isBinary) {
      // The buffer is the server's and dies with this call: what is kept is a copy.
      const bytes = Buffer.from(data.slice(0));
      handler.received(clientIn(socket), isBinary ? bytes : bytes.toString('utf8'));
    },
    drain(socket) {
      if (socket.getBufferedAmount() > QUEUE_BYTES_LOW) return;
      socket.getUserData().slowSinceMs = 0;
      handler.drained(clientIn(socket));
    },
    close(socket, _code, reason) {
      counters.sockets--;
      socket.getUserData().isGone = true;
      if (Buffer.from(reason).toString('latin1').startsWith(TOO_LONG)) {
        handler.tooLong(clientIn(socket));
      }
      handler.closed(clientIn(socket));
    },
  };
}

/** Set when the socket opened, before anything else can happen on it. */
function clientIn(socket: Socket): SocketClient {
  return socket.getUserData().client!;
}

/** What throws here would end the process from inside the server's loop. */
function guarded({ sockets, onBug = printBug }: WebServerOptions): SocketHandler {
  const guard =
    <Rest extends unknown[]>(name: keyof SocketHandler, run: (...rest: Rest) => void) =>
    (...rest: Rest): void => {
      try {
        run(...rest);
      } catch (error) {
        onBug(`socket ${name}`, error);
      }
    };
  return {
    opened: guard('opened', (client: SocketClient) => sockets.opened(client)),
    received: guard('received', (client: SocketClient, data: string | Uint8Array) =>
      sockets.received(client, data),
    ),
    drained: guard('drained', (client: SocketClient) => sockets.drained(client)),
    closed: guard('closed', (client: SocketClient) => sockets.closed(client)),
    tooLong: guard('tooLong', (client: SocketClient) => sockets.tooLong(client)),
    shed: guard('shed', (client: SocketClient) => sockets.shed(client)),
  };
}

function upgrade(
  { host }: WebServerOptions,
  counters: WebCounters,
  response: uws.HttpResponse,
  request: uws.HttpRequest,
  context: uws.us_socket_context_t,
): void {
  if (!isSameOrigin(request) || !isOurHost(host, request)) {
    counters.refused++;
    writeError(response, 403, 'http.other_origin', 'expected a page of this very server');
    return;
  }
  if (counters.sockets >= SOCKETS_MAX) {
    counters.refused++;
    const text = `expected at most ${SOCKETS_MAX} sockets; close one or try again later`;
    writeError(response, 503, 'http.too_many_sockets', text);
    return;
  }
  response.upgrade<SocketData>(
    { client: undefined, slowSinceMs: 0, isGone: false },
    request.getHeader('sec-websocket-key'),
    request.getHeader('sec-websocket-protocol'),
    request.getHeader('sec-websocket-extensions'),
    context,
  );
}

function clientOf(
  socket: Socket,
  handler: SocketHandler,
  counters: WebCounters,
  slowMsMax: number,
): SocketClient {
  const state = socket.getUserData();
  const shed = (): void => {
    counters.shed++;
    handler.shed(client);
  };
  const client: SocketClient = {
    hasRoom() {
      if (state.isGone) return false;
      if (socket.getBufferedAmount() <= QUEUE_BYTES_LOW) {
        state.slowSinceMs = 0;
        return true;
      }
      const now = performance.now();
      if (state.slowSinceMs === 0) state.slowSinceMs = now;
      if (now - state.slowSinceMs >= slowMsMax) {
        shed();
        // A client that reads again finds the reason behind what waits for it; one that does not
        // is dropped by the server's own short timeout for sockets being closed.
        socket.end(TRY_AGAIN_LATER, 'read too slowly');
      }
      return false;
    },
    send(data) {
      if (state.isGone) return false;
      if (socket.send(data, typeof data !== 'string') !== DROPPED) return true;
      // The server cuts the socket off by itself and tells so in `close`.
      shed();
      return false;
    },
    end(code, reason) {
      if (!state.isGone) socket.end(code, reason);
    },
  };
  return client;
}
