// What a caller is told when an answer does not come: nobody there, too late, or cut off.

import { create } from '@bufbuild/protobuf';
import t, { type Test } from 'tap';
import { createGrpcClient, Fault, startGrpcServer } from '../../engine/index.js';
import {
  CommandRequestSchema,
  CommandResponseSchema,
  ListPortfoliosRequestSchema,
  Portfolio,
  PortfolioBatchSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { Bridge } from '../e2e/dashboard-system.js';
import { runCommand } from '../e2e/sluice-command.js';

/** Nobody listens there. */
const NOBODY = '127.0.0.1:1';

// Read when the module is.
process.env['SLUICE_ADDRESS'] = NOBODY;
const { askOrLastRun, askSystem } = await import('./ask.js');

/** A system that takes what it is asked and says nothing before the test is over. */
async function startSilent(t: Test, onTaken: (commandId: string) => void = () => {}) {
  let end = (): void => {};
  const silence = new Promise<void>((resolve) => {
    end = resolve;
  });
  const handlers = {
    command: async ({ commandId }: { readonly commandId: string }) => {
      onTaken(commandId);
      await silence;
      return create(CommandResponseSchema, { accepted: true });
    },
    list: async () => {
      await silence;
      return create(PortfolioBatchSchema);
    },
  };
  const options = { host: '127.0.0.1', port: 0 };
  const server = await startGrpcServer([{ service: Portfolio, handlers }], options);
  t.teardown(async () => {
    end();
    await server.close(0);
  });
  return server.port;
}

const request = create(CommandRequestSchema, { portfolio: 'travel', commandId: 'once' });

t.test('an answer that is late is no system that is not there', async (t) => {
  const address = `127.0.0.1:${await startSilent(t)}`;
  const ask = (deadlineMs: number): Promise<unknown> =>
    askSystem(Portfolio, { address }, (client) => client.call('command', request), deadlineMs);
  let late: unknown;
  // A busy machine may take longer than the first of them to connect at all.
  for (const deadlineMs of [300, 3_000, 30_000]) {
    late = await ask(deadlineMs).catch((error: unknown) => error);
    if (!(late instanceof Fault) || late.code !== 'grpc.unavailable') break;
  }
  t.match(late, { code: 'grpc.timed_out', message: /may have been done/ });
  const nobody = askSystem(Portfolio, { address: NOBODY }, (client) =>
    client.call('command', request),
  );
  await t.rejects(nobody, { code: 'grpc.unavailable' });
});

t.test('a connection that breaks off leaves open what was done', async (t) => {
  const bridge = new Bridge(await startSilent(t, () => void bridge.cut()));
  const client = createGrpcClient(Portfolio, `127.0.0.1:${await bridge.open()}`);
  t.teardown(() => client.close());
  await t.rejects(client.call('command', request), { code: 'grpc.connection_lost' });
});

t.test('a busy system is not shown as its last run', async (t) => {
  const address = `127.0.0.1:${await startSilent(t)}`;
  const view = { schema: PortfolioBatchSchema, name: 'portfolios' };
  const dataDir = t.testdir();
  const list = (to: string) =>
    askOrLastRun(
      Portfolio,
      { dataDir },
      () =>
        askSystem(
          Portfolio,
          { address: to },
          (client) => client.call('list', create(ListPortfoliosRequestSchema)),
          300,
        ),
      view,
    );
  await t.rejects(list(address), { code: 'grpc.timed_out' });
  await t.rejects(list(NOBODY), { code: 'run.none' });
});

t.test('a command tells its id before it is sent, and again when nobody answers', async (t) => {
  const taken: string[] = [];
  const bridge = new Bridge(
    await startSilent(t, (commandId) => {
      taken.push(commandId);
      void bridge.cut();
    }),
  );
  const address = `127.0.0.1:${await bridge.open()}`;
  const trade = ['portfolio', 'trade', 'travel', 'buy', 'KO', '1', '--address', address];
  const { code, err } = await runCommand(trade);
  const id = taken[0] ?? 'none';
  t.equal(code, 4, 'it is not known whether it was done');
  t.match(err.split('\n')[0], `as command ${id}`);
  t.match(err, `grpc.connection_lost: `);
  t.match(err, `send it again with --id ${id}`);
});
