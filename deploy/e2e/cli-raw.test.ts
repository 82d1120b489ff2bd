// What vendors send, as a user keeps and reads it: run, stop, read again, question, drop.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { reached } from '../adapters/sources/conformance/checks.js';
import {
  LOOPBACK_KEY,
  LOOPBACK_SECRET,
  LoopbackVendor,
} from '../adapters/sources/conformance/loopback-vendor.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire } from '../adapters/sources/conformance/wires-stocks.js';
import { openFolder } from '../recorder/recording.js';
import { temporaryFolder } from '../services/test-system.js';
import { runCommand } from './sluice-command.js';
import { sluiceCommand, startProcess } from './sluice-process.js';

t.test('a run keeps what its vendor sends, which is read again and questioned', async (t) => {
  const folder = temporaryFolder(t, 'raw');
  const rec = join(folder, 'rec');
  const vendor = await LoopbackVendor.start(alpacaWire, tapeOf('AAPL'));
  t.teardown(() => vendor.close());
  const { baseUrl, streamUrl } = vendor.settings;
  Object.assign(process.env, {
    SLUICE_ALPACA_URL: baseUrl,
    SLUICE_ALPACA_STREAM_URL: streamUrl,
    SLUICE_ALPACA_KEY: LOOPBACK_KEY,
    SLUICE_ALPACA_SECRET: LOOPBACK_SECRET,
  });
  const flags = ['--symbols', 'AAPL,KO', '--to', '2021-01-05', '--pace', 'max', '--shards', '1'];
  const source = ['--source', 'alpaca', '--record', rec, '--record-raw', '1'];
  const running = startProcess(sluiceCommand(join(folder, 'data'), [...flags, ...source]));
  await running.listening;
  t.ok(await reached(() => vendor.subscribed > 0), running.said());
  for (const trade of vendor.tape.trades.slice(0, 7)) vendor.send(trade);
  const kept = (): number => {
    const texts = readdirSync(openFolder(rec)).map((name) =>
      readFileSync(join(openFolder(rec), name), 'latin1'),
    );
    return texts.join('').split('"T":"t"').length - 1;
  };
  t.ok(await reached(() => kept() === 7), `${kept()} of 7 are on disk`);
  running.kill('SIGTERM');
  t.equal((await running.ended).code, 0, running.said());

  const sluice = (...args: readonly string[]) => runCommand(args);
  const counts = JSON.parse((await sluice('recording', 'reread', rec, '--json')).out);
  t.match(counts, [{ source: 'alpaca', trade: 7, unreadable: 0 }]);
  const query = `SELECT count(*)::INT AS n, min(arrival_us) > 1e15 AS timed FROM raw
    WHERE source = 'alpaca' AND decode(message) LIKE '[{"T":"t"%'`;
  const asked = await sluice('sql', query, '--dir', rec, '--json');
  const alike = await sluice('sql', query, '--data-dir', rec, '--json');
  t.equal(alike.out, asked.out, 'the data directory is the folder where none is named');
  t.match(JSON.parse(asked.out).rows, [[7, true]], asked.err);
  t.match((await sluice('recording', 'show', rec)).out, /raw@alpaca +1/);
  const dropped = await sluice('recording', 'retain', rec, '--raw-days', '1', '--json');
  t.match(JSON.parse(dropped.out), { raw: { dropped: [] } });
  t.equal((await sluice('recording', 'retain', rec)).code, 2, 'nothing is named');

  const data = join(folder, 'history');
  const asks = ['--symbols', 'AAPL', '--from', '2021-01-01', '--data-dir', data, '--json'];
  const filled = await sluice('backfill', '--source', 'alpaca', ...asks, '--record-raw', '1');
  const [{ records }] = JSON.parse(filled.out).symbols;
  const reread = JSON.parse((await sluice('recording', 'reread', data, '--json')).out);
  t.match(reread, [{ source: 'alpaca', bar: records, unreadable: 0 }]);
  const compacted = await sluice('history', 'compact', '--data-dir', data, '--json');
  t.match(JSON.parse(compacted.out), { before: 1, after: 1 });
  t.match((await sluice('history', 'show', '--data-dir', data)).out, /bars_1d +alpaca +1 +1/);
});
