// A WebSocket client: messages in and out, one end told once; a bound on what a message may be.

import { wsPackage } from './ws-package.js';

/** Longest wait for the handshake. Units: milliseconds. */
const HANDSHAKE_MS = 10_000;

/** Bytes that may wait to be sent before the connection is taken for dead. */
const BACKLOG_BYTES_MAX = 4 * 1024 * 1024;

/** Why a socket ended whose other side sent a longer message than it may. Source: ws, errors. */
export const MESSAGE_TOO_LONG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** How a socket is opened, and who is told. */
export interface WebSocketOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer message ends the connection. */
  readonly bytesMax: number;
  readonly onOpen: () => void;
  readonly onMessage: (message: string | Buffer) => void;
  /** A ping or pong of the other side: it lives, though it says nothing. */
  readonly onAlive?: () => void;
  /** Told once, whoever ended it and whether or not it ever opened. */
  readonly onClosed: (reason: string) => void;
}

/** An open socket, or one that is being opened. */
export interface OpenWebSocket {
  /** Sends a message; false where the connection can't take it. */
  send(message: string): boolean;
  /**
   * Reads nothing until `resume`: what the other side sends fills the buffers of both, then stalls
   * it. Its pings, its end too, are read later. Nothing happens before the socket is open.
   */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Ends the connection at once. */
  close(): void;
}

/** Opens a socket. What goes wrong is told by `onClosed`, without the address: it may be secret. */
export function openWebSocket(options: WebSocketOptions): OpenWebSocket {
  const { WebSocket } = wsPackage();
  const socket = new WebSocket(options.url, {
    headers: { ...options.headers },
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: options.bytesMax,
    followRedirects: false,
  });
  let reason = '';
  let isClosed = false;
  const closed = (why: string): void => {
    if (isClosed) return;
    isClosed = true;
    options.onClosed(why);
  };
  socket.on('open', options.onOpen);
  socket.on('message', (data, isBinary) => {
    if (isClosed) return;
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat([data].flat().map(asBuffer));
    options.onMessage(isBinary ? bytes : bytes.toString('utf8'));
  });
  socket.on('ping', () => options.onAlive?.());
  socket.on('pong', () => options.onAlive?.());
  socket.on('error', (error: Error & { readonly code?: string }) => {
    reason = error.code ?? 'error';
  });
  socket.on('close', (code) => closed(reason === '' ? `closed with ${code}` : reason));
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      if (socket.bufferedAmount > BACKLOG_BYTES_MAX) {
        socket.terminate();
        return false;
      }
      socket.send(message);
      return true;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      socket.terminate();
    },
  };
}

function asBuffer(part: ArrayBuffer | Buffer): Buffer {
  return Buffer.isBuffer(part) ? part : Buffer.from(part);
}
