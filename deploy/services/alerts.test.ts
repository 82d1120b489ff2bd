// Alerts of a running system: told once each, posted until taken, the same after a restart.

import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import { AlertsRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { openSocket } from './test-socket.js';
import {
  openDoors,
  startSmallMarket,
  type Teardown,
  temporaryFolder,
  until,
} from './test-system.js';

/** A webhook that takes an alert once it was offered so often; keys in the order of offers. */
function startWebhook(t: Teardown, offersMin: number) {
  const keys: string[] = [];
  const bodies: string[] = [];
  const read = async (request: IncomingMessage): Promise<string> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return text;
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const key = String(request.headers['idempotency-key']);
      keys.push(key);
      bodies.push(body);
      const offers = keys.filter((one) => one === key).length;
      response.writeHead(offers < offersMin ? 500 : 204).end();
    });
  });
  t.teardown(() => void server.close());
  return new Promise<{ readonly url: string; readonly keys: string[]; readonly bodies: string[] }>(
    (resolve) => {
      server.listen(0, '127.0.0.1', () => {
        // It listens on TCP, so it has an address with a port.
        const { port } = server.address() as { port: number };
        resolve({ url: `http://127.0.0.1:${port}/hook`, keys, bodies });
      });
    },
  );
}

/** One portfolio all in one name, whose limit is broken from the first point on; and no rules. */
function filesOf(folder: string, webhook: string) {
  const portfolios = join(folder, 'p.yaml');
  const alerts = join(folder, 'a.yaml');
  writeFileSync(alerts, 'rules: []');
  const lines = [
    'limits: { single_name: { hard: 0.5 } }',
    'groups: [{ id: firm, level: firm, limits: { single_name: { soft: 0.4 } } }]',
    `alerts: { webhook: "${webhook}" }`,
    'portfolios: [{ id: one, cash: "1000000", long: { symbols: [AAPL] }, long_share: 0.9 }]',
  ];
  writeFileSync(portfolios, lines.join('\n'));
  return { portfolios, alerts };
}

t.test('a broken limit is told once on every channel, in whatever run', async (t) => {
  const folder = temporaryFolder(t, 'alerts');
  const dataDir = join(folder, 'data');
  const hook = await startWebhook(t, 2);
  const files = filesOf(folder, hook.url);
  const first = await startSmallMarket(dataDir, files);
  const services = await openDoors(first.system, folder);
  const alerts = () => first.system.risk.alerts(0).alerts;
  t.ok(await until(() => alerts().length === 2));
  const ids = alerts().map(({ id }) => id);
  t.equal(new Set(ids).size, 2);
  t.match(
    alerts()
      .map(({ scope, kind }) => `${kind} ${scope}`)
      .sort(),
    ['limit_breached group/firm', 'limit_breached portfolio/one'],
  );

  t.ok(await until(() => first.system.risk.alerts(0).undelivered === 0), 'all were taken');
  t.same(hook.keys.toSorted(), [...ids, ...ids].sort(), 'each twice, as the first was refused');
  t.match(JSON.parse(hook.bodies[0]!), { id: hook.keys[0], kind: 'limit_breached' });

  const socket = openSocket(services.httpPort);
  await socket.opened;
  socket.send('{"subscribe":{"topic":"alerts"}}');
  const told = JSON.parse(await socket.next());
  t.same(
    told.alerts.alerts.map(({ id }: { id: string }) => id),
    ids,
  );
  socket.socket.destroy();
  const risk = createGrpcClient(Risk, `127.0.0.1:${services.grpcPort}`);
  t.equal((await risk.call('alerts', create(AlertsRequestSchema))).alerts.length, 2);
  risk.close();
  const page = async (query: string) => {
    const answer = await fetch(`http://127.0.0.1:${services.httpPort}/api/v1/alerts${query}`);
    // Its shape is what is matched.
    return (await answer.json()) as Record<string, unknown>;
  };
  const newest = await page('?limit=1');
  t.match(newest, { alerts: [{ id: ids[1] }], stamp: 2, kept: 2, hasWebhook: true });
  t.match(await page('?limit=1&before=2'), { alerts: [{ id: ids[0] }] });
  t.match(await page('?before=1'), { alerts: undefined, kept: 2 });
  t.match(await page('?limit=some'), { code: 'http.malformed', text: /limit to be a whole/ });
  t.match(await page('/rules'), { rules: undefined }, 'of which there are none');
  t.match(await page('/other'), { code: 'http.not_found' });
  await services.close(1_000);
  await first.market.close(2_000);

  const offers = hook.keys.length;
  const second = await startSmallMarket(dataDir, files);
  await second.market.stream();
  t.same(
    second.system.risk.alerts(0).alerts.map(({ id }) => id),
    ids,
    'a new run meets the same transitions, and tells none of them again',
  );
  t.equal(hook.keys.length, offers);
  await second.market.close(2_000);
});

t.test('what the webhook has not taken is offered again by the next process', async (t) => {
  const folder = temporaryFolder(t, 'alerts');
  const dataDir = join(folder, 'data');
  const deaf = await startWebhook(t, Number.POSITIVE_INFINITY);
  const first = await startSmallMarket(dataDir, filesOf(folder, deaf.url));
  const undelivered = () => first.system.risk.alerts(0);
  t.ok(await until(() => deaf.keys.length > 0 && undelivered().trouble !== ''));
  t.match(undelivered(), { undelivered: 2, hasWebhook: true, trouble: /status 5\d\d/ });
  await first.market.close(2_000);
  const hook = await startWebhook(t, 1);
  const second = await startSmallMarket(dataDir, filesOf(folder, hook.url));
  t.ok(await until(() => second.system.risk.alerts(0).undelivered === 0));
  t.same(new Set(hook.keys), new Set(second.system.risk.alerts(0).alerts.map(({ id }) => id)));
  t.ok(hook.keys.includes(deaf.keys[0]!), 'under the same key');
  await second.market.close(2_000);
});
