// Scalability-protocol sockets (SUB and PULL): frames in, nothing else.

import { createRequire } from 'node:module';
import { Fault } from '../../core/fault.js';

/** Ways to receive: SUB may lose under load, PULL holds the sender up. */
export type SocketKind = 'sub' | 'pull';

/** A bound socket. */
export interface FrameSocket {
  close(): void;
}

interface RawSocket {
  bind(url: string): number;
  on(event: 'data', listener: (frame: Buffer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  close(): void;
  rcvmaxsize(bytes: number): void;
}

/**
 * Binds a socket and hands over each frame it receives.
 * Errors: `nng.unavailable` where the native part was not built, `nng.cannot_bind`.
 */
export function bindSocket(
  kind: SocketKind,
  url: string,
  frameBytesMax: number,
  onFrame: (frame: Buffer) => void,
): FrameSocket {
  let socket: RawSocket;
  try {
    // A CommonJS package with a native part: loaded here so that its absence is a fault, not
    // a crash.
    const nanomsg = createRequire(import.meta.url)('nanomsg') as {
      socket(kind: SocketKind, options?: object): RawSocket;
    };
    socket = nanomsg.socket(kind);
  } catch (error) {
    const text =
      'expected the nanomsg addon, it was not built; install a C++ compiler and python3, then npm rebuild nanomsg';
    throw new Fault('nng.unavailable', text, { cause: error });
  }
  let failure: Error | undefined;
  // Binding reports its failure here; later, frames above the limit, which the sequence shows.
  socket.on('error', (error) => {
    failure = error;
  });
  socket.rcvmaxsize(frameBytesMax);
  socket.bind(url);
  if (failure !== undefined) {
    socket.close();
    throw new Fault('nng.cannot_bind', `expected to bind ${url}: ${failure.message}`, {
      cause: failure,
    });
  }
  socket.on('data', onFrame);
  return { close: () => socket.close() };
}
