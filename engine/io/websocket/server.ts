// HTTP and WebSocket on one port: routes, files, and sockets with bounded queues.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import uws from 'uwebsockets';
import { Fault } from '../../core/fault.js';

/** Longest body of a request. */
const BODY_BYTES_MAX = 64 * 1024;

/** Longest frame a client may send; a longer one closes its socket. */
const FRAME_BYTES_MAX = 64 * 1024;

/** Bytes that may wait for one client before it is given no more. */
const QUEUE_BYTES_LOW = 256 * 1024;

/** Bytes that may wait at all; more and the client is cut off. */
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** How long a client may stay above the low mark. Units: milliseconds. */
const SLOW_MS_MAX = 10_000;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.map': 'application/json; charset=utf-8',
};

/** Ask for a port of one's own. Source: uSockets libusockets.h, LIBUS_LISTEN_EXCLUSIVE_PORT. */
const EXCLUSIVE_PORT = 1;

type ListenExclusive = (
  host: string,
  port: number,
  options: number,
  done: (listening: uws.us_listen_socket | false) => void,
) => void;

/** Sent with every response. */
const SAFETY: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
];

/** A request as a route sees it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What a route answers: JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly json: string;
}

/** One connected client. */
export interface SocketClient {
  /** Whether the client keeps up: false while too much waits for it. */
  hasRoom(): boolean;
  /** Sends a frame; false once the socket has gone. */
  send(data: string | Uint8Array): boolean;
  /** Ends the connection with a reason. */
  end(code: number, reason: string): void;
}

/** What happens on sockets. */
export interface SocketHandler {
  opened(client: SocketClient): void;
  received(client: SocketClient, data: string | Uint8Array): void;
  /** The client has room again. */
  drained(client: SocketClient): void;
  closed(client: SocketClient): void;
  /** The client was cut off for reading too slowly. */
  shed(client: SocketClient): void;
}

/** How a server is set up. */
export interface WebServerOptions {
  readonly host: string;
  readonly port: number;
  /** Path that upgrades to WebSocket. */
  readonly socketPath: string;
  readonly sockets: SocketHandler;
  /** Answers paths below `apiPrefix`. */
  readonly apiPrefix: string;
  readonly api: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Folder of static files; absent when there is none. */
  readonly files: string | undefined;
}

/** A running server. */
export interface WebServer {
  readonly port: number;
  close(): void;
}

interface SocketData {
  client: SocketClient | undefined;
  slowSinceMs: number;
  isGone: boolean;
}

/** Starts a server. Errors: `websocket.port_busy`. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const app = uws.App();
  app.ws<SocketData>(options.socketPath, socketBehaviour(options.sockets));
  app.any('/*', (response, request) => {
    const path = request.getUrl();
    if (path.startsWith(options.apiPrefix)) handleApi(options, response, request);
    else if (request.getMethod() === 'get') serveFile(options.files, response, request);
    else write(response, 405, 'text/plain', 'expected GET');
  });
  const token = await new Promise<unknown>((resolve, reject) => {
    // The package's types lack this overload; its runtime has it, and without the exclusive flag
    // two servers would share the port in silence.
    const listen = app.listen.bind(app) as unknown as ListenExclusive;
    listen(options.host, options.port, EXCLUSIVE_PORT, (listening) => {
      if (listening !== false) resolve(listening);
      else {
        const text = `expected ${options.host}:${options.port} to be free for the dashboard; stop the other program or choose another --port`;
        reject(new Fault('websocket.port_busy', text));
      }
    });
  });
  return {
    port: uws.us_socket_local_port(token as uws.us_listen_socket),
    close: () => {
      app.close();
    },
  };
}

function socketBehaviour(handler: SocketHandler): uws.WebSocketBehavior<SocketData> {
  return {
    maxPayloadLength: FRAME_BYTES_MAX,
    maxBackpressure: QUEUE_BYTES_MAX,
    closeOnBackpressureLimit: 1,
    idleTimeout: 120,
    sendPingsAutomatically: true,
    upgrade(response, request, context) {
      if (!isSameOrigin(request)) {
        write(response, 403, 'text/plain', 'expected the same origin');
        return;
      }
      response.upgrade(
        { client: undefined, slowSinceMs: 0, isGone: false },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open(socket) {
      const client = clientOf(socket, handler);
      socket.getUserData().client = client;
      handler.opened(client);
    },
    message(socket, data, isBinary) {
      const { client } = socket.getUserData();
      // The buffer is the server's and dies with this call: what is kept is a copy.
      const bytes = new Uint8Array(data.slice(0));
      handler.received(client!, isBinary ? bytes : Buffer.from(bytes).toString('utf8'));
    },
    drain(socket) {
      if (socket.getBufferedAmount() > QUEUE_BYTES_LOW) return;
      socket.getUserData().slowSinceMs = 0;
      handler.drained(socket.getUserData().client!);
    },
    close(socket) {
      const state = socket.getUserData();
      state.isGone = true;
      handler.closed(state.client!);
    },
  };
}

function clientOf(socket: uws.WebSocket<SocketData>, handler: SocketHandler): SocketClient {
  const state = socket.getUserData();
  const client: SocketClient = {
    hasRoom() {
      if (state.isGone) return false;
      if (socket.getBufferedAmount() <= QUEUE_BYTES_LOW) {
        state.slowSinceMs = 0;
        return true;
      }
      const now = Date.now();
      if (state.slowSinceMs === 0) state.slowSinceMs = now;
      else if (now - state.slowSinceMs > SLOW_MS_MAX) {
        handler.shed(client);
        // A client that does not read would never see a closing frame.
        socket.close();
      }
      return false;
    },
    send(data) {
      if (state.isGone) return false;
      return typeof data === 'string'
        ? socket.send(data, false) !== 2
        : socket.send(data, true) !== 2;
    },
    end(code, reason) {
      if (!state.isGone) socket.end(code, reason);
    },
  };
  return client;
}

function handleApi(
  options: WebServerOptions,
  response: uws.HttpResponse,
  request: uws.HttpRequest,
): void {
  const method = request.getMethod().toUpperCase();
  const path = request.getUrl();
  const query = new URLSearchParams(request.getQuery());
  const isJson = request.getHeader('content-type').startsWith('application/json');
  const sameOrigin = isSameOrigin(request);
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  const reply = ({ status, json }: HttpAnswer): void => {
    if (aborted) return;
    response.cork(() => write(response, status, TYPES['.json']!, json));
  };
  const run = (body: string): void => {
    options.api({ method, path, query, body }).then(reply, () => {
      reply({ status: 500, json: '{"code":"internal","text":"the request failed"}' });
    });
  };
  if (method === 'GET') {
    run('');
    return;
  }
  if (method !== 'POST' || !isJson || !sameOrigin) {
    const text = 'expected GET, or POST of application/json from the same origin';
    reply({ status: 400, json: JSON.stringify({ code: 'http.bad_request', text }) });
    return;
  }
  readBody(response, (body) => {
    if (body === undefined) {
      const text = `expected a body of at most ${BODY_BYTES_MAX} bytes`;
      reply({ status: 413, json: JSON.stringify({ code: 'http.too_large', text }) });
    } else run(body);
  });
}

function readBody(response: uws.HttpResponse, done: (body: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  response.onData((chunk, isLast) => {
    size += chunk.byteLength;
    if (size <= BODY_BYTES_MAX) parts.push(Buffer.from(chunk.slice(0)));
    if (!isLast) return;
    done(size > BODY_BYTES_MAX ? undefined : Buffer.concat(parts).toString('utf8'));
  });
}

function serveFile(
  folder: string | undefined,
  response: uws.HttpResponse,
  request: uws.HttpRequest,
): void {
  const wanted = normalize(decode(request.getUrl()));
  const path = folder === undefined ? '' : join(folder, wanted === '/' ? 'index.html' : wanted);
  const isInside = folder !== undefined && path.startsWith(folder);
  if (!isInside || !existsSync(path) || !statSync(path).isFile()) {
    write(response, 404, 'text/plain', 'not found');
    return;
  }
  const bytes = readFileSync(path);
  const tag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  if (request.getHeader('if-none-match') === tag) {
    response.writeStatus('304').endWithoutBody();
    return;
  }
  write(response, 200, TYPES[extname(path)] ?? 'application/octet-stream', bytes, tag);
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '/';
  }
}

function write(
  response: uws.HttpResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  tag?: string,
): void {
  response.writeStatus(String(status));
  response.writeHeader('Content-Type', type);
  for (const [name, value] of SAFETY) response.writeHeader(name, value);
  if (tag !== undefined) response.writeHeader('ETag', tag);
  response.writeHeader('Cache-Control', 'no-cache');
  response.end(body);
}

/** True without an Origin header (not a browser), or when it names this very host. */
function isSameOrigin(request: uws.HttpRequest): boolean {
  const origin = request.getHeader('origin');
  if (origin === '') return true;
  return origin.replace(/^https?:\/\//, '') === request.getHeader('host');
}
