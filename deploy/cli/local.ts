// Commands on the machine: the doctor.

import { existsSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DuckDb, Fault, NO_SOCKETS, startWebServer } from '../../engine/index.js';
import { readSettings } from '../app/settings.js';
import { counted, EXIT, print, table } from './output.js';
import { portTrouble } from './ports.js';
import { doorsOf } from './run-options.js';

/** Room that a run of the sample needs for its journal, with some to spare. Units: megabytes. */
const FREE_MB_MIN = 100;

/** Flags of commands on a data directory. */
export interface LocalOptions {
  readonly dataDir: string;
  readonly json?: boolean;
}

/** Flags of the doctor: where a run would listen. */
export interface DoctorOptions extends LocalOptions {
  readonly host?: string;
  readonly port?: string;
  readonly grpcPort?: string;
}

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly text: string;
}

/** `doctor`: says what would keep a run from starting. Errors: `flag.invalid`. */
export async function doctor({ dataDir, json, ...doors }: DoctorOptions): Promise<void> {
  const { host, httpPort, grpcPort } = doorsOf(doors);
  const findings = [
    await look('node', async () => process.version),
    await look('configuration and sample', async () => {
      const settings = readSettings({ dataDir });
      if (!existsSync(settings.dataFile)) {
        throw new Fault('data.missing_file', `expected ${settings.dataFile}`);
      }
      const portfolios = counted(settings.portfolios.portfolios.length, 'portfolio');
      return `${portfolios}, ${counted(settings.shardCount, 'shard')}`;
    }),
    await look('data directory', async () => tryFolder(resolve(dataDir))),
    await look('duckdb', async () => {
      const db = await DuckDb.open();
      const [row] = await db.rows('SELECT version() AS version');
      db.close();
      return String(row?.['version']);
    }),
    await look('websocket server', async () => {
      const server = await startWebServer({
        host: '127.0.0.1',
        port: 0,
        socketPath: '/ws',
        sockets: NO_SOCKETS,
        apiPrefix: '/api/',
        api: async () => ({ status: 404, json: '{}' }),
        files: undefined,
      });
      server.close();
      return 'starts';
    }),
    await look(`port ${httpPort}`, () => portIsFree(host, httpPort)),
    await look(`port ${grpcPort}`, () => portIsFree(host, grpcPort)),
  ];
  print(findings, json === true, () =>
    table([
      ['', 'what', 'found'],
      ...findings.map(({ what, ok, text }) => [ok ? 'ok' : 'bad', what, text]),
    ]),
  );
  if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
}

/** Writes where a data directory is, or would be made. Errors: of the file system, in its words. */
function tryFolder(folder: string): string {
  let near = folder;
  while (!existsSync(near)) near = dirname(near);
  // What the rights of a folder say is not all: a disk may be full, or take no folders.
  rmdirSync(mkdtempSync(join(near, '.sluice-')));
  const { bavail, bsize } = statfsSync(near);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  const text = `${folder} can be written, ${freeMb.toLocaleString('en-US')} MB are free`;
  if (freeMb < FREE_MB_MIN) throw new Error(`expected at least ${FREE_MB_MIN} MB: ${text}`);
  return text;
}

async function look(what: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, text: await check() };
  } catch (error) {
    return { what, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

async function portIsFree(host: string, port: number): Promise<string> {
  const trouble = await portTrouble(host, port);
  if (trouble !== undefined) throw new Error(trouble);
  return 'is free';
}
