// A server of HTTP and WebSocket at the loopback: the other side when a client is tried.

import { createServer, type IncomingMessage } from 'node:http';
import type { WebSocketServer } from 'ws';
import { wsPackage } from './ws-package.js';

/** Messages a client may send while nobody looks; more than any protocol's greeting. */
const CLIENT_BYTES_MAX = 1024 * 1024;

/** A request as the server's rules see it. */
export interface LoopbackRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
}

/** What is answered. */
export interface LoopbackAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connected client. */
export interface LoopbackClient {
  readonly path: string;
  send(message: string | Buffer): void;
  /** Cuts the connection without a goodbye. */
  cut(): void;
}

/** Rules of a server. */
export interface LoopbackRules {
  readonly answer: (request: LoopbackRequest) => LoopbackAnswer;
  readonly opened?: (client: LoopbackClient) => void;
  readonly received?: (client: LoopbackClient, message: string) => void;
  readonly closed?: (client: LoopbackClient) => void;
}

/** A running server. */
export interface Loopback {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export function startLoopback(rules: LoopbackRules): Promise<Loopback> {
  const server = createServer((request, response) => {
    const { status, body, headers } = rules.answer(requestOf(request));
    response.writeHead(status, { ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  const sockets: WebSocketServer = new (wsPackage().WebSocketServer)({
    server,
    maxPayload: CLIENT_BYTES_MAX,
  });
  sockets.on('connection', (socket, request) => {
    const client: LoopbackClient = {
      path: request.url ?? '/',
      send: (message) => socket.send(message),
      cut: () => socket.terminate(),
    };
    socket.on('message', (data) => rules.received?.(client, String(data)));
    socket.on('close', () => rules.closed?.(client));
    // Its close follows.
    socket.on('error', () => {});
    rules.opened?.(client);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      // It listens on TCP, so it has an address with a port.
      const { port } = server.address() as { readonly port: number };
      resolve({ port, close: () => closeAll(sockets, server) });
    });
  });
}

function closeAll(
  sockets: WebSocketServer,
  server: ReturnType<typeof createServer>,
): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function requestOf(request: IncomingMessage): LoopbackRequest {
  const url = new URL(request.url ?? '/', 'http://loopback');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    header: (name) => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}
