// The flags of `run`, checked before anything else is done.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { inRepository } from '../app/paths.js';
import type { RunFlags } from '../app/run-flags.js';
import { dateFlag, invalid, wholeFlag } from '../app/settings.js';
import type { ServeOptions } from '../services/serve.js';

/** Addresses of scalability-protocol sockets; a peer's own behind `connect:`. */
const SP_ADDRESS = /^(connect:)?(tcp:\/\/[\w.*:[\]-]+:\d{1,5}|ipc:\/\/\S+|inproc:\/\/\S+)$/;

/** Flags of `run`. */
export interface RunOptions extends RunFlags {
  readonly once?: boolean;
  readonly report?: string;
  readonly feed?: string;
  readonly bookPace?: string;
  readonly bookSymbols?: string;
  readonly host?: string;
  readonly port?: string;
  readonly grpcPort?: string;
  readonly nngSub?: string;
  readonly nngPull?: string;
  readonly source?: string;
  readonly backupSource?: string;
  readonly recordRaw?: string;
  readonly killShard?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where to listen, checked before anything else is done. Errors: `flag.invalid`. */
export function doorsOf(options: RunOptions): ServeOptions {
  const { host = '127.0.0.1' } = options;
  if (isIP(host) === 0 && host !== 'localhost') {
    throw invalid('--host', 'an IP address such as 127.0.0.1, or localhost', host);
  }
  for (const [name, url] of [
    ['--nng-sub', options.nngSub],
    ['--nng-pull', options.nngPull],
  ] as const) {
    if (url !== undefined && !SP_ADDRESS.test(url)) {
      throw invalid(name, 'an address such as tcp://127.0.0.1:5555', url);
    }
  }
  const httpPort = wholeFlag('--port', options.port ?? '8080', 0, 65_535);
  const grpcPort = wholeFlag('--grpc-port', options.grpcPort ?? '50051', 0, 65_535);
  if (httpPort === grpcPort && httpPort !== 0) {
    throw invalid('--grpc-port', 'another port than that of --port', String(grpcPort));
  }
  return {
    host,
    httpPort,
    grpcPort,
    nngSub: options.nngSub,
    nngPull: options.nngPull,
    webRoot: inRepository('dist', 'web'),
  };
}

/** Where somebody here reaches what listens at a host; everywhere is also on loopback. */
export function placeOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (isIP(host) !== 6) return host;
  return host === '::' ? '[::1]' : `[${host}]`;
}

/** Finds out before the run that its report can't be written. Errors: `flag.invalid`. */
export function checkReport(file: string): void {
  const folder = dirname(resolve(file));
  try {
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
    if (!statSync(folder).isDirectory() || (existsSync(file) && statSync(file).isDirectory())) {
      throw new Error('not a file in a folder');
    }
  } catch {
    throw invalid('--report', 'a file that can be written', file);
  }
}

/** The thread to kill in a drill, and after which session. Errors: `flag.invalid`. */
export function killFlag(
  text: string | undefined,
  shardCount: number,
): { shard: number; date: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,2})@(\d{4}-?\d{2}-?\d{2})$/.exec(text);
  const shard = Number(match?.[1]);
  if (match === null || shard >= shardCount) {
    const expected = `SHARD@DATE such as 0@2021-02-16, shards being 0 to ${shardCount - 1}`;
    throw invalid('--kill-shard', expected, text);
  }
  return { shard, date: dateFlag('--kill-shard', match[2] ?? '') };
}
