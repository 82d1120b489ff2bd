// Requests at once: bounded from their first line on, and given free however they end.

import { connect, type Socket } from 'node:net';
import t from 'tap';
import { NO_SOCKETS, startWebServer } from './server.js';

/** Requests that a server takes at once. */
const MOST = 256;

t.test('requests whose body is still read count against the bound', async (t) => {
  let running = 0;
  let most = 0;
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    apiPrefix: '/api',
    socketPath: '/ws',
    files: undefined,
    sockets: NO_SOCKETS,
    api: async ({ method }) => {
      running++;
      most = Math.max(most, running);
      if (method === 'POST') await released;
      running--;
      return { status: 200, json: '{}' };
    },
  });
  t.teardown(() => server.close());
  const get = async () => (await fetch(`http://127.0.0.1:${server.port}/api/x`)).status;
  const posts = Array.from({ length: MOST }, () => beginPost(server.port));
  await until(() => server.counters.requests === MOST);
  t.equal(await get(), 429, 'as many as may be have begun');
  for (const socket of posts.slice(0, 2)) socket.destroy();
  await until(async () => (await get()) === 200);
  for (const socket of posts.slice(2)) socket.write('{}');
  await until(() => running === MOST - 2);
  const more = [beginPost(server.port), beginPost(server.port)];
  await until(async () => (await get()) === 429);
  for (const socket of more) socket.write('{}');
  await until(() => running === MOST);
  t.equal(most, MOST);
  release();
  await until(() => running === 0);
  t.equal(await get(), 200);
  for (const socket of [...posts, ...more]) socket.destroy();
});

/** Sends the head of a request whose body of two bytes is still to come. */
function beginPost(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  // The server may be gone first at the end.
  socket.on('error', () => {});
  const lines = [
    'POST /api/x HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Content-Length: 2',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** Lets the event loop turn until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}
