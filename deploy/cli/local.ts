// Commands on the machine: the doctor.

import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { DuckDb, Fault, startWebServer } from '../../engine/index.js';
import { readSettings } from '../app/settings.js';
import { EXIT, print, table } from './output.js';

/** Flags of commands on a data directory. */
export interface LocalOptions {
  readonly dataDir: string;
  readonly json?: boolean;
}

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly text: string;
}

/** `doctor`: says what would keep a run from starting. */
export async function doctor({ dataDir, json }: LocalOptions): Promise<void> {
  const findings = [
    await look('node', async () => process.version),
    await look('configuration and sample', async () => {
      const settings = readSettings({ dataDir });
      if (!existsSync(settings.dataFile)) {
        throw new Fault('data.missing_file', `expected ${settings.dataFile}`);
      }
      return `${settings.portfolios.portfolios.length} portfolios, ${settings.shardCount} shards`;
    }),
    await look('data directory', async () => {
      const folder = resolve(dataDir);
      accessSync(existsSync(folder) ? folder : resolve(folder, '..'), constants.W_OK);
      return `${folder} can be written`;
    }),
    await look('duckdb', async () => {
      const db = await DuckDb.open();
      const [row] = await db.rows('SELECT version() AS version');
      db.close();
      return String(row?.['version']);
    }),
    await look('websocket server', async () => {
      const nobody = { opened() {}, received() {}, drained() {}, closed() {}, shed() {} };
      const server = await startWebServer({
        host: '127.0.0.1',
        port: 0,
        socketPath: '/ws',
        sockets: nobody,
        apiPrefix: '/api/',
        api: async () => ({ status: 404, json: '{}' }),
        files: undefined,
      });
      server.close();
      return 'starts';
    }),
    await look('port 8080', () => portIsFree(8080)),
    await look('port 50051', () => portIsFree(50_051)),
  ];
  print(findings, json === true, () =>
    table(findings.map(({ what, ok, text }) => [ok ? 'ok' : 'bad', what, text])),
  );
  if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
}

async function look(what: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, text: await check() };
  } catch (error) {
    return { what, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function portIsFree(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => reject(new Error('is in use: another sluice may be running')));
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolve('is free'));
    });
  });
}
