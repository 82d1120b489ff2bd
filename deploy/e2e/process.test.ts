// The real process: ends gracefully, refuses a place it can't use, keeps its word when killed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient, Journal } from '../../engine/index.js';
import {
  CashMovementSchema,
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { sluiceCommand, startProcess } from './sluice-process.js';

const MARKET = '--symbols KO,PEP --warmup 30 --to 2021-01-15 --pace 4 --shards 1'.split(' ');

/** A graceful end that takes longer hangs. Units: milliseconds. */
const STOP_MS = 60_000;

function folder(t: { teardown(run: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-process-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function start(t: { teardown(run: () => void): void }, command: readonly string[]) {
  const sluice = startProcess(command);
  t.teardown(() => sluice.kill('SIGKILL'));
  return sluice;
}

function clientOf(t: { teardown(run: () => void): void }, port: number | undefined) {
  const client = createGrpcClient(Portfolio, `127.0.0.1:${port}`, 20_000);
  t.teardown(() => client.close());
  return client;
}

function deposit(commandId: string) {
  const value = create(CashMovementSchema, { amount: '1', direction: 'deposit' });
  const command = { case: 'cash', value } as const;
  return create(CommandRequestSchema, { portfolio: 'travel', commandId, command });
}

/** Resolves to whether a process has ended before the time is over. */
async function endsInTime(ended: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), STOP_MS);
  });
  const inTime = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

t.test('one directory has one process; a killed one gives way and has kept its word', async (t) => {
  const dataDir = folder(t);
  const first = start(t, sluiceCommand(dataDir, MARKET));
  const port = await first.listening;
  t.ok(port, first.said());
  const client = clientOf(t, port);
  t.match(await client.call('command', deposit('one')), {
    accepted: true,
    repeatedCommand: false,
  });

  const second = start(t, sluiceCommand(dataDir, MARKET));
  t.same(await second.ended, { code: 1, signal: null });
  t.match(
    second.said(),
    /journal\.locked: .*process \d+ writes already; stop it or choose another/,
  );

  first.kill('SIGKILL');
  await first.ended;
  const third = start(t, sluiceCommand(dataDir, [...MARKET, '--resume']));
  const again = clientOf(t, await third.listening);
  t.match(await again.call('command', deposit('one')), { accepted: true, repeatedCommand: true });
  t.match(await again.call('command', deposit('two')), { accepted: true, repeatedCommand: false });
  const shown = await again.call('get', create(GetPortfolioRequestSchema, { id: 'travel' }));
  t.ok(shown.summary);
  third.kill('SIGTERM');
  t.ok(await endsInTime(third.ended), 'SIGTERM ends it within five seconds');
  t.same(await third.ended, { code: 0, signal: null });
  const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
  t.equal(journal.events('portfolio/travel').length, 2);
  const verdict = journal.verify();
  // Behind the two stand the alerts of limits, as many as the replay has come to.
  t.ok('records' in verdict && verdict.records >= 2);
  await journal.close();
});

for (const [how, signal] of [
  ['Ctrl-C', 'SIGINT'],
  ['a terminal that is closed', 'SIGHUP'],
] as const) {
  t.test(`${how} ends it within five seconds`, async (t) => {
    const sluice = start(t, sluiceCommand(folder(t), MARKET));
    t.ok(await sluice.listening, sluice.said());
    sluice.kill(signal);
    t.ok(await endsInTime(sluice.ended));
    t.same(await sluice.ended, { code: 0, signal: null });
    t.match(sluice.said(), /stopping/);
  });
}

t.test('a data directory that can not be made or written is told, with what to do', async (t) => {
  const file = join(folder(t), 'file');
  writeFileSync(file, '');
  const sluice = start(t, sluiceCommand(join(file, 'below'), MARKET));
  t.same(await sluice.ended, { code: 1, signal: null });
  t.match(sluice.said(), /journal\.unwritable: .*check the path, its permissions and free space/);
});

t.test('a full disk refuses commands, and what was acknowledged is there later', async (t) => {
  const dataDir = folder(t);
  const filled = Journal.open(join(dataDir, 'store'));
  await filled.appendInput(Buffer.alloc(2_500_000));
  await filled.close();
  // A limit on the size of files is met at the same place as a full disk, and needs no mount. The
  // test runner's loader would end the process at the limit's signal, so the shell forgets it.
  const limited = `unset NODE_OPTIONS; trap '' XFSZ; ulimit -f 5000; exec "$0" "$@"`;
  const sluice = start(t, ['bash', '-c', limited, ...sluiceCommand(dataDir, MARKET)]);
  const port = await sluice.listening;
  t.ok(port, sluice.said());
  const client = clientOf(t, port);
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  const send = async (id: string): Promise<void> => {
    const answer = await client.call('command', deposit(id));
    if (answer.accepted) acknowledged.push(id);
    else codes.add(answer.code);
  };
  await send('before');
  // Many at once need room for one large commit.
  for (let burst = 1; burst <= 100 && codes.size === 0; burst++) {
    await Promise.all(Array.from({ length: 200 }, (_, number) => send(`${burst}-${number}`)));
  }
  t.ok(codes.has('journal.disk_full'), [...codes].join(' '));
  codes.delete('journal.disk_full');
  codes.delete('actor.rebuilt');
  codes.delete('journal.out_of_sequence');
  t.same([...codes], [], 'nothing else went wrong');
  const shown = await client.call('get', create(GetPortfolioRequestSchema, { id: 'travel' }));
  t.ok(shown.summary, 'it goes on answering');
  sluice.kill('SIGTERM');
  t.ok(await endsInTime(sluice.ended));
  t.notMatch(sluice.said(), /stopping.*stay up/s);
  const roomy = start(t, sluiceCommand(dataDir, MARKET));
  const again = clientOf(t, await roomy.listening);
  const answers = await Promise.all(
    acknowledged.slice(-200).map((id) => again.call('command', deposit(id))),
  );
  t.ok(answers.every(({ accepted, repeatedCommand }) => accepted && repeatedCommand));
  t.match(await again.call('command', deposit('new')), { accepted: true, repeatedCommand: false });
  const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
  t.equal(journal.events('portfolio/travel').length, acknowledged.length + 1);
  await journal.close();
});
