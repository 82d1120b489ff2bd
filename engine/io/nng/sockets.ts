// Scalability-protocol sockets: frames in (SUB, PULL) with a brake, frames out (PUB, PUSH).

import { createRequire } from 'node:module';
import { Fault } from '../../core/fault.js';

/** Ways to receive: SUB loses what it cannot take, PULL holds the sender up. */
export type SocketKind = 'sub' | 'pull';

/** How a socket is opened. */
export interface FrameSocketOptions {
  readonly kind: SocketKind;
  /**
   * An address to listen at, such as `tcp://127.0.0.1:5555`; with `connect:` before it the address
   * of a peer that listens itself, which is joined and joined again whenever it comes back.
   */
  readonly url: string;
  /** A peer that sends a longer frame is disconnected. */
  readonly frameBytesMax: number;
  readonly onFrame: (frame: Buffer) => void;
  /** Told of failures of the open socket. */
  readonly onError?: (error: Error) => void;
}

/** An open socket. */
export interface FrameSocket {
  /** Takes no more frames; a PULL socket's senders then wait. */
  pause(): void;
  /** Takes frames again. */
  resume(): void;
  close(): void;
}

/** A socket that sends: PUSH waits for its peer, PUB loses what nobody takes. */
export interface FrameSender {
  send(frame: Buffer): void;
  close(): void;
}

/** Opens a sending socket that joins a peer's address. Errors: `nng.unavailable`. */
export function openFrameSender(kind: 'push' | 'pub', url: string): FrameSender {
  const socket = rawSocket(kind);
  socket.connect(url);
  return { send: (frame) => socket.send(frame), close: () => socket.close() };
}

interface RawSocket {
  send(frame: Buffer): void;
  bind(url: string): number | null;
  connect(url: string): number | null;
  on(event: 'data', listener: (frame: Buffer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  close(): void;
  rcvmaxsize(bytes: number): void;
  /** The package's own brake, which its REP sockets use; it has no public name. */
  _startPollReceive(): void;
  _stopPollReceive(): void;
}

const CONNECT = 'connect:';

/**
 * Opens a socket and hands over each frame it receives; a frame is the receiver's to keep.
 * Errors: `nng.unavailable` where the native part was not built, `nng.cannot_bind`.
 */
export function openFrameSocket(options: FrameSocketOptions): FrameSocket {
  const { kind, url, frameBytesMax, onFrame, onError } = options;
  const socket = rawSocket(kind);
  let latest: Error | undefined;
  let isOpen = false;
  let isPaused = false;
  let isClosed = false;
  socket.on('error', (error) => {
    latest = error;
    if (isOpen) onError?.(error);
  });
  socket.rcvmaxsize(frameBytesMax);
  if (url.startsWith(CONNECT)) socket.connect(url.slice(CONNECT.length));
  else socket.bind(url);
  if (latest !== undefined) {
    socket.close();
    const text = `expected to open a ${kind.toUpperCase()} socket at ${url}: ${latest.message}; stop the other program or choose another address`;
    throw new Fault('nng.cannot_bind', text, { cause: latest });
  }
  isOpen = true;
  socket.on('data', onFrame);
  return {
    pause() {
      if (isPaused || isClosed) return;
      isPaused = true;
      socket._stopPollReceive();
    },
    resume() {
      if (!isPaused || isClosed) return;
      isPaused = false;
      socket._startPollReceive();
    },
    close() {
      isClosed = true;
      socket.close();
    },
  };
}

function rawSocket(kind: SocketKind | 'push' | 'pub'): RawSocket {
  try {
    // A CommonJS package with a native part: loaded here so that its absence is a fault, not
    // a crash.
    const nanomsg = createRequire(import.meta.url)('nanomsg') as {
      socket(kind: SocketKind | 'push' | 'pub'): RawSocket;
    };
    return nanomsg.socket(kind);
  } catch (error) {
    const text =
      'expected the nanomsg addon, it was not built; install a C++ compiler and python3, then npm rebuild nanomsg';
    throw new Fault('nng.unavailable', text, { cause: error });
  }
}
