// Opens every door of a running system and closes them again.

import { existsSync } from 'node:fs';
import { Fault, startGrpcServer, startWebServer } from '../../engine/index.js';
import type { SluicePort } from '../app/port.js';
import { grpcServices } from './grpc-services.js';
import { API_PREFIX } from './http-answers.js';
import { httpApi } from './http-api.js';
import { startNngIngest } from './nng-ingest.js';
import { SocketTopics } from './socket-topics.js';

/** Where to listen. */
export interface ServeOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** SP addresses such as tcp://127.0.0.1:5555; absent for none. */
  readonly nngSub: string | undefined;
  readonly nngPull: string | undefined;
  /** Folder of the built dashboard. */
  readonly webRoot: string;
}

/** Open doors. */
export interface Services {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** What could not be opened and is not needed by the rest. */
  readonly warnings: readonly string[];
  close(deadlineMs: number): Promise<void>;
}

/** A bug behind a door: said on stderr, where a service's log is. */
function logBug(where: string, error: unknown): void {
  process.stderr.write(`${where}: ${error instanceof Error ? error.stack : String(error)}\n`);
}

/** Opens all doors, or none. Errors: `grpc.port_busy`, `websocket.port_busy`, `nng.cannot_bind`. */
export async function startServices(port: SluicePort, options: ServeOptions): Promise<Services> {
  const closers: ((deadlineMs: number) => Promise<void> | void)[] = [];
  const warnings: string[] = [];
  const closeAll = async (deadlineMs: number): Promise<void> => {
    await Promise.all(closers.map((close) => close(deadlineMs)));
  };
  try {
    const { host } = options;
    const grpc = await startGrpcServer(grpcServices(port), {
      host,
      port: options.grpcPort,
      onTooLong: () => port.market.refuseFrame({ reason: 'too_long', source: 'grpc' }),
    });
    closers.push((deadlineMs) => grpc.close(deadlineMs));
    const web = await startWebServer({
      host,
      port: options.httpPort,
      socketPath: '/ws',
      sockets: new SocketTopics(port, logBug),
      apiPrefix: API_PREFIX,
      api: httpApi(port),
      files: existsSync(options.webRoot) ? options.webRoot : undefined,
    });
    closers.push(() => web.close());
    for (const [kind, url] of [
      ['sub', options.nngSub],
      ['pull', options.nngPull],
    ] as const) {
      if (url === undefined) continue;
      try {
        const socket = startNngIngest(port, kind, url);
        closers.push(() => socket.close());
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'nng.unavailable') throw error;
        warnings.push(error.message);
      }
    }
    return { httpPort: web.port, grpcPort: grpc.port, warnings, close: closeAll };
  } catch (error) {
    await closeAll(500);
    throw error;
  }
}
