// The product and a way to it that can be cut, for tests in a browser.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));

/** A running product. */
export interface System {
  readonly port: number;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** Starts the product; resolves once it serves the dashboard. */
export async function startSystem(options: readonly string[]): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const ports = ['--port', '0', '--grpc-port', '0'];
  const child = spawn(
    process.execPath,
    [CLI, 'run', '--quiet', '--data-dir', folder, ...ports, ...options],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const found = /dashboard http:\S+:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A local port that leads to another one, until it is cut. */
export class Bridge {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(target: number) {
    this.#target = target;
  }

  /** Opens the bridge, at the same port each time; answers the port. */
  async open(): Promise<number> {
    const server = createServer((near) => {
      const far = connect(this.#target, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        // A broken socket closes, and its other end with it; there is nothing else to do about it.
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    // An address in words is that of a pipe only.
    this.#port = (server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Refuses new connections and breaks those there are. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
