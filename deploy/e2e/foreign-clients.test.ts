// Clients that share no code with the system: Python over gRPC, nngcat over SP sockets.

import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { inRepository } from '../app/paths.js';
import {
  freePort,
  openSystem,
  packFrame,
  packPrints,
  SYMBOLS,
  temporaryFolder,
  until,
} from '../services/test-system.js';

/** Debian's, which has the packages; another python3 may stand before it on the path. */
const PYTHON = '/usr/bin/python3';

/** The session after the small system's replay. */
const { openUs } = sessionOf(20210121);

const run = promisify(execFile);

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const withoutPython = succeeds(PYTHON, ['-c', 'import grpc, google.protobuf'])
  ? false
  : `no ${PYTHON} with grpc and protobuf: apt-get install python3-grpcio python3-protobuf`;
const withoutNngcat = succeeds('nngcat', ['--version'])
  ? false
  : 'no nngcat: apt-get install nng-utils';

t.test('a Python client finds its way by reflection', { skip: withoutPython }, async (t) => {
  const { grpc } = await openSystem(t);
  const script = inRepository('deploy', 'e2e', 'clients', 'grpc_client.py');
  const { stdout } = await run(PYTHON, [script, grpc, String(openUs)], { timeout: 240_000 });
  const seen = JSON.parse(stdout);
  const names = 'Bars Books Funnel MarketData Portfolio Quality Risk Supervision'.split(' ');
  t.same(
    seen.services.filter((name: string) => name.startsWith('sluice.')).map(lastPart),
    names,
    'reflection lists the services',
  );
  t.same(new Set(Object.values(seen.health)), new Set([1]), 'all are serving');

  const { market } = seen;
  t.match(market.quotes, {
    derived: false,
    quotes: [
      { symbol: 'AAPL', last: 130 },
      { symbol: 'KO', last: 50.5 },
    ],
  });
  t.match(market.watched[0].quotes, [{ symbol: 'KO' }], 'a snapshot');
  t.match(market.watched[1].quotes, [{ symbol: 'KO' }], 'then a change');
  t.ok(market.watched[1].stamp > market.watched[0].stamp);
  // Whole numbers of 64 bits are texts in the JSON of protobuf.
  const reasons = {
    not_a_number: '1',
    price_not_positive: '1',
    unknown_symbol: '1',
    out_of_order: '1',
  };
  t.match(market.ingest, { accepted: '3', rejected: '4', gaps: '2', rejectedByReason: reasons });
  t.match(market.feed, { gaps: '2', rejectedByReason: reasons }, 'the feed status counts them too');
  t.match(market.unknown, { code: 'NOT_FOUND', details: /^market.unknown_symbol: expected/ });

  t.match(seen.funnel.shown, { universe: SYMBOLS.length });
  t.equal(seen.funnel.shown.stages.length, 6);
  t.match(seen.funnel.explained, { symbol: 'KO' });
  t.ok(seen.funnel.explained.stages[0].leaves[0].detail.length > 0);
  t.ok(seen.funnel.diff.date > seen.funnel.diff.previousDate);

  const { commands, held, risk } = seen.portfolio;
  t.match(commands, [
    { accepted: true, repeatedCommand: false },
    { accepted: true, repeatedCommand: true },
  ]);
  const exxon = held.positions.find(({ symbol }: { symbol: string }) => symbol === 'XOM');
  t.equal(exxon.quantity, '3', 'the command sent twice was applied once');
  t.equal(risk.scenarioPnl.length, 504);
  t.ok(risk.summary.cvar99 >= risk.summary.var99);
  t.equal(seen.tree.total, SYMBOLS.length);
});

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

for (const [kind, flag] of [
  ['nngPull', '--push'],
  ['nngSub', '--pub'],
] as const) {
  t.test(`nngcat ${flag} delivers packed frames`, { skip: withoutNngcat }, async (t) => {
    const url = `tcp://127.0.0.1:${await freePort()}`;
    const { market, system, services } = await openSystem(t, { [kind]: url });
    t.same(services.warnings, []);
    const folder = temporaryFolder(t, 'nngcat');
    const send = async (name: string, bytes: Uint8Array): Promise<void> => {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      // The delay lets the connection stand before the one message is sent.
      await run('nngcat', [flag, '--connect', url, '--delay', '1', '--file', file]);
    };
    const prints = market.sequencer.prints;
    await Promise.all([
      send('other', Buffer.from('this is somebody else, saying hello')),
      send('short', Buffer.from('hello')),
    ]);
    await send(
      'one',
      packFrame(
        1,
        packPrints([
          [0, openUs + 1, 130],
          [0, openUs + 2, 131],
        ]),
      ),
    );
    t.ok(await until(() => market.sequencer.prints === prints + 2), 'its prints are counted');
    await send('five', packFrame(5, packPrints([[0, openUs + 3, -1]])));
    t.ok(await until(() => system.market.feed().gaps === 3n), 'frames 2 to 4 are missing');
    t.match(system.market.feed().rejectedByReason, {
      frame_wrong_magic: 1n,
      frame_short_head: 1n,
      price_not_positive: 1n,
    });
  });
}
