// Whether the ports of a run can be listened on, found out before anything heavy is done.

import { createServer } from 'node:net';
import { Fault } from '../../engine/index.js';
import type { ServeOptions } from '../services/serve.js';

/**
 * Tries the ports that a run will listen on once it is warm; a port 0 is any free one.
 * Errors: `websocket.port_busy`, `grpc.port_busy`.
 */
export async function tryPorts({ host, httpPort, grpcPort }: ServeOptions): Promise<void> {
  for (const [code, flag, port] of [
    ['websocket.port_busy', '--port', httpPort],
    ['grpc.port_busy', '--grpc-port', grpcPort],
  ] as const) {
    const trouble = await portTrouble(host, port);
    if (trouble === undefined) continue;
    const text = `expected ${host}:${port} to be free, but it ${trouble}`;
    throw new Fault(code, `${text}; stop the other program or choose another ${flag}`);
  }
}

/** What keeps a port from being listened on, behind `it`; undefined where nothing does. */
export function portTrouble(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE';
      resolve(
        isBusy
          ? 'is in use: another sluice may be running'
          : `can't be listened on: ${error.message}`,
      );
    });
    server.listen(port, host, () => {
      server.close(() => resolve(undefined));
    });
  });
}
