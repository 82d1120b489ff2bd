// A webhook's receiver that is away, late, full or says no: which alerts it gets, and how often.

import { createServer } from 'node:http';
import { create } from '@bufbuild/protobuf';
import t, { type Test } from 'tap';
import { type Alert, AlertSchema } from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { Webhook } from './webhook.js';

const alertOf = (id: string): Alert => create(AlertSchema, { id });

/** A receiver whose answer to each offer is what `answerOf` says of its key and count. */
function startReceiver(t: Test, answerOf: (key: string, offers: number) => Promise<number>) {
  const keys: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const key = String(request.headers['idempotency-key']);
    keys.push(key);
    const offers = keys.filter((one) => one === key).length;
    void answerOf(key, offers).then((status) => response.writeHead(status).end());
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise<{ readonly url: string; readonly keys: string[] }>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      // It listens on TCP, so it has an address with a port.
      const { port } = server.address() as { port: number };
      resolve({ url: `http://127.0.0.1:${port}/`, keys });
    });
  });
}

function webhookTo(url: string, waitingMax?: number) {
  const taken: string[] = [];
  const waitsMs: number[] = [];
  const webhook = new Webhook({
    url,
    onTaken: async (id) => void taken.push(id),
    isStopped: () => false,
    pause: async (ms) => void waitsMs.push(ms),
    ...(waitingMax !== undefined && { waitingMax }),
  });
  return { webhook, taken, waitsMs };
}

t.test('a receiver that is away for long loses no alert, and gets them in order', async (t) => {
  const { url, keys } = await startReceiver(t, async (_key, offers) => (offers < 40 ? 503 : 204));
  const { webhook, taken, waitsMs } = webhookTo(url);
  webhook.offer(alertOf('a'));
  webhook.offer(alertOf('b'));
  await webhook.deliver();
  t.same(taken, ['a', 'b']);
  t.equal(keys.length, 80);
  t.equal(Math.max(...waitsMs), 30_000);
  t.same([webhook.waiting, webhook.givenUp], [0, 0]);
});

t.test('an alert that is refused gives way to the next, and is counted', async (t) => {
  const { url, keys } = await startReceiver(t, async (key) => (key === 'a' ? 422 : 200));
  const { webhook, taken } = webhookTo(url);
  webhook.offer(alertOf('a'));
  webhook.offer(alertOf('b'));
  await webhook.deliver();
  t.same(taken, ['b']);
  t.equal(keys.filter((key) => key === 'a').length, 10);
  t.equal(webhook.givenUp, 1);
});

t.test('what does not fit is given up, never what is on the wire or behind it', async (t) => {
  let answer = (_status: number): void => {};
  let met = (): void => {};
  const isMet = new Promise<void>((resolve) => {
    met = resolve;
  });
  const { url, keys } = await startReceiver(t, (key) => {
    if (key !== 'a') return Promise.resolve(200);
    met();
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const { webhook, taken } = webhookTo(url, 2);
  webhook.offer(alertOf('a'));
  const delivered = webhook.deliver();
  await isMet;
  for (const id of ['b', 'c', 'd']) webhook.offer(alertOf(id));
  answer(200);
  await delivered;
  t.same(taken, ['a', 'd']);
  t.same(keys, ['a', 'd']);
  t.equal(webhook.givenUp, 2, 'b and c, which nobody was offered');
});

t.test('a redirect is no receiver: the alert waits for one', async (t) => {
  const { url } = await startReceiver(t, async (_key, offers) => (offers === 1 ? 302 : 200));
  const { webhook, taken } = webhookTo(url);
  webhook.offer(alertOf('a'));
  await webhook.deliver();
  t.same(taken, ['a']);
});
