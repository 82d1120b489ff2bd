// The HTTP door: answers in JSON, refusals with their status, bodies that are wrong or endless.

import { connect } from 'node:net';
import t from 'tap';
import { NO_SOCKETS, startWebServer } from '../../engine/index.js';
import { openSystem } from './test-system.js';

const READS: readonly string[] = [
  'ready',
  'funnel',
  'funnel/explain/KO',
  'funnel/diff',
  'portfolios',
  'portfolios/megacaps',
  'risk',
  'risk/megacaps',
  'feed',
  'quotes',
  'actors?match=shard&limit=2',
];

/** Posts a body that goes on until the server answers; resolves with the answer's status line. */
function postWithoutEnd(port: number, bytesMax: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    let answer = '';
    const pump = (): void => {
      while (answer === '' && sent < bytesMax) {
        sent += chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      resolve(answer.slice(0, answer.indexOf('\r\n')));
      socket.destroy();
    });
    // A server that answers and hangs up at once may be seen as an error after its answer.
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined));
    socket.on('drain', pump);
    socket.write(
      `POST /api/v1/actors/restart HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${bytesMax}\r\n\r\n`,
    );
    pump();
  });
}

t.test('the HTTP door', async (t) => {
  const { http, services, market } = await openSystem(t);
  const get = async (path: string) => {
    const response = await fetch(`${http}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (path: string, body: string, type = 'application/json') =>
    fetch(`${http}${path}`, { method: 'POST', body, headers: { 'content-type': type } });

  await t.test('every view is read as JSON', async (t) => {
    t.match(await get('/api/v1/health'), { status: 200 });
    t.match(await get('/api/v1/symbols/AAPL?bars=5'), { body: { name: /Apple/ } });
    for (const path of READS) t.match(await get(`/api/v1/${path}`), { status: 200 }, path);
  });

  await t.test('a page may run and ask this server alone', async (t) => {
    for (const path of ['api/v1/health', 'nothing']) {
      const { headers } = await fetch(`${http}/${path}`);
      t.match(headers.get('content-security-policy'), /default-src 'none'; script-src 'self';/);
      t.match(headers.get('x-frame-options'), 'DENY');
    }
  });

  await t.test('what is not there is told by code and status', async (t) => {
    t.match(await get('/api/v1/symbols/ZZZ'), {
      status: 404,
      body: { code: 'market.unknown_symbol' },
    });
    t.match(await get('/api/v1/funnel/diff?date=19990101'), { status: 404 });
    t.match(await get('/api/v1/nothing'), { status: 404, body: { code: 'http.not_found' } });
    for (const beyond of ['quotes/KO', 'feed/x', 'limits/x', 'health/x', 'risk/megacaps/study/x']) {
      t.match(await get(`/api/v1/${beyond}`), { status: 404 }, beyond);
    }
    t.match(await get('/api/v1/symbols/%E0%A4%A'), { status: 404 });
    t.match(await get('/api/v1/portfolios/%00'), { status: 404 });
    t.equal((await fetch(`${http}/../../etc/passwd`)).status, 404);
    t.equal((await fetch(`${http}/x`, { method: 'PUT' })).status, 405);
  });

  await t.test(
    'a number that can not be read is refused by its name, not taken for 0',
    async (t) => {
      for (const [path, name] of [
        ['funnel/diff?date=2021-01-15', 'date'],
        ['portfolios/megacaps/transactions?offset=1e3x', 'offset'],
        ['portfolios/megacaps/transactions?limit=-1', 'limit'],
        ['symbols/AAPL?bars=', 'bars'],
        ['actors?limit=99999999999', 'limit'],
      ] as const) {
        const body = {
          code: 'http.malformed',
          text: new RegExp(`^expected ${name} to be a whole`),
        };
        t.match(await get(`/api/v1/${path}`), { status: 400, body }, path);
      }
      t.match(await get('/api/v1/funnel/diff?date=20210115'), { body: { date: 20_210_115 } });
    },
  );

  await t.test('a parameter that a path does not take is refused by its name', async (t) => {
    for (const [path, text] of [
      ['actors?math=shard', /parameters among below, .*state, was "math"$/],
      ['portfolios/megacaps/transactions?symbl=KO', /limit, offset, symbol, was "symbl"$/],
      ['quotes?symbols=KO', /^expected no parameter, was "symbols"$/],
      ['actors?limit=1&limit=2', /^expected limit once/],
      ['actors?reverse=yes', /^expected reverse to be true or false, was "yes"$/],
    ] as const) {
      const body = { code: 'http.malformed', text };
      t.match(await get(`/api/v1/${path}`), { status: 400, body }, path);
    }
    t.equal((await post('/api/v1/portfolios/megacaps/commands?dry=true', '{}')).status, 400);
    t.match(await get('/api/v1/nothing?at=all'), { status: 404 });
  });

  await t.test('it is ready while it streams and after, not before and at its end', async (t) => {
    const { state } = market;
    t.teardown(() => {
      market.state = state;
    });
    for (const [now, status] of [
      ['warming', 503],
      ['resuming', 503],
      ['streaming', 200],
      ['finished', 200],
      ['stopped', 503],
    ] as const) {
      market.state = now;
      t.match(await get('/api/v1/ready'), { status, body: { state: now } });
      t.match(await get('/api/v1/health'), { status: 200 }, 'it lives all the while');
    }
  });

  await t.test('a command is taken, a wrong body refused', async (t) => {
    const path = '/api/v1/portfolios/megacaps/commands';
    for (const [body, status] of [
      ['{', 400],
      ['[]', 400],
      ['{"unknown":1}', 400],
      ['{"trade":{"quantity":7}}', 400],
      ['{}', 400],
      ['{"commandId":"x","cash":{"amount":"1e9"}}', 400],
      ['{"commandId":"x","cash":{"amount":"99999999","direction":"withdraw"}}', 409],
    ] as const) {
      t.equal((await post(path, body)).status, status, body);
    }
    t.equal((await post(path.replace('megacaps', 'nobody'), '{}')).status, 404);
    t.equal((await post(path, '{}', 'text/plain')).status, 415);
    t.equal((await post('/api/v1/actors/restart', '{"address":"nobody"}')).status, 404);
    const cash = { commandId: 'cash-1', cash: { amount: '5', direction: 'deposit' } };
    t.match(await (await post(path, JSON.stringify(cash))).json(), { accepted: true });
  });

  await t.test('a body beyond the bound is cut short, one of 100 MB too', async (t) => {
    t.equal((await post('/api/v1/actors/restart', 'x'.repeat(100_000))).status, 413);
    const rssMb = process.memoryUsage.rss() / 1e6;
    t.match(await postWithoutEnd(services.httpPort, 100_000_000), /413/);
    t.ok(process.memoryUsage.rss() / 1e6 - rssMb < 64, 'it was not gathered in memory');
    t.equal((await get('/api/v1/health')).status, 200);
  });

  await t.test('what is not HTTP is hung up on', async (t) => {
    const socket = connect(services.httpPort, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', () => resolve(true)));
    socket.on('error', () => {});
    socket.resume();
    socket.write('\u0000\u0001 this is no request\r\n\r\n');
    t.ok(await closed);
    t.equal((await get('/api/v1/health')).status, 200);
  });

  await t.test('a busy port is told with what to do', async (t) => {
    const options = {
      host: '127.0.0.1',
      port: services.httpPort,
      socketPath: '/ws',
      sockets: NO_SOCKETS,
      apiPrefix: '/api/',
      api: async () => ({ status: 200, json: '{}' }),
      files: undefined,
    };
    await t.rejects(startWebServer(options), { code: 'websocket.port_busy', message: /--port/ });
  });
});
