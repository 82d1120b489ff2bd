// The command line as a user meets it: one run looked at from all sides, and what is wrong told.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { freePort, SYMBOLS, temporaryFolder } from '../services/test-system.js';
import { CLI, type Ended, runCommand } from './sluice-command.js';

// Nothing listens at a port that was just free, whatever else runs on this machine.
process.env['SLUICE_ADDRESS'] = `127.0.0.1:${await freePort()}`;

function sluice(...args: readonly string[]): Promise<Ended> {
  return runCommand(args);
}

/** A copy of some of the sample with one row of each kind of trouble. */
async function writeDirtyFile(path: string): Promise<void> {
  const sample = inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet');
  const names = SYMBOLS.map((symbol) => `'${symbol}'`).join(', ');
  const row = (symbol: string, change: string): string =>
    `SELECT * REPLACE (${change}) FROM good WHERE symbol = '${symbol}' AND date = '2021-01-06'`;
  const db = await DuckDb.open();
  await db.run(
    `CREATE TABLE good AS SELECT * FROM read_parquet('${sample}') WHERE symbol IN (${names}) AND date < '2021-01-12' AND NOT (symbol IN ('FB', 'TSLA') AND date = '2021-01-06')`,
  );
  await db.run(
    `CREATE TABLE other AS SELECT * FROM read_parquet('${sample}') WHERE symbol IN ('FB', 'TSLA') AND date = '2021-01-06'`,
  );
  await db.run(
    "INSERT INTO good SELECT * REPLACE ('NaN'::DOUBLE AS close) FROM other WHERE symbol = 'FB'",
  );
  await db.run("INSERT INTO good SELECT * REPLACE (-1 AS open) FROM other WHERE symbol = 'TSLA'");
  await db.run(`INSERT INTO good ${row('KO', 'NULL AS symbol')}`);
  // It stands behind later dates, so it is unsorted as well as a duplicate.
  await db.run(`INSERT INTO good ${row('KO', 'close AS close')}`);
  await db.run(`COPY good TO '${path}' (FORMAT PARQUET)`);
  db.close();
}

t.test('a run of a dirty file, and what is shown of it when it has ended', async (t) => {
  const folder = temporaryFolder(t, 'cli');
  const [data, report, dataDir] = ['dirty.parquet', 'report.json', 'data'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeDirtyFile(data);
  const ran = await sluice(
    ...['run', '--once', '--pace', 'max', '--data', data, '--data-dir', dataDir],
    ...['--report', report, '--json', '--quiet'],
  );
  t.equal(ran.code, 0, ran.err);
  const found = JSON.parse(ran.out);
  t.match(found, {
    rejected: { bad_symbol: 1, duplicate: 1, not_a_number: 1, price_not_positive: 1 },
    restarts: 0,
    hash: /^[0-9a-f]{64}$/,
  });
  t.equal(found.days.length, 6);
  const compared = await sluice('funnel', 'compare', '--data', data, '--json');
  t.match(compared, { code: 0 }, compared.err);
  t.match(JSON.parse(compared.out), { differences: 0 }, 'history leaves out the same rows');

  const shown = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await sluice(...args, '--data-dir', dataDir);
    t.equal(code, 0, args.join(' '));
    t.match(err, /nothing is running at .*; this is the last run in .*, as of 2021-01-11/);
    return out;
  };
  t.match(JSON.parse(await shown('funnel', 'show', '--json')), { universe: SYMBOLS.length });
  t.match(await shown('funnel', 'explain', 'aapl'), /AAPL passes \d of 6 stages/);
  t.match(
    await shown('funnel', 'diff', '--date', '2021-01-07'),
    /^2021-01-07.* (?:out|hygiene|history|structural|energy) -> /s,
  );
  t.match(await shown('portfolio', 'list'), /megacaps/);
  t.match(await shown('portfolio', 'show', 'megacaps'), /AAPL +\d+/);
  t.match(
    await shown('risk', 'show', 'megacaps'),
    /simulation, as of 2021-01-\d\dT\d\d:\d\dZ\n[\s\S]*99 % +[\d,]+ +[\d,]+/,
  );
  const unknown = await sluice('funnel', 'explain', 'ZZZ', '--data-dir', dataDir);
  t.match(unknown, { code: 1, err: /market.unknown_symbol: expected .*"ZZZ"/ });
});

t.test('nothing to ask is exit code 3, and says how to get something', async (t) => {
  const none = join(temporaryFolder(t, 'cli'), 'none');
  const asked = await sluice('funnel', 'show', '--data-dir', none);
  t.match(asked, { code: 3, err: /run.none: expected a running system .* or a finished run/ });
  t.match(await sluice('actors', 'tree'), { code: 3, err: /grpc.unavailable: .*--address/ });
  t.match(await sluice('journal', 'verify', '--data-dir', none), { code: 3, err: /missing/ });
  t.match(await sluice('recording', 'show', none), { code: 3, err: /recording\.missing/ });
});

t.test('what is wrong with a command is exit code 2, and says what was expected', async (t) => {
  const folder = temporaryFolder(t, 'cli');
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const shipped = readFileSync(inRepository('deploy', 'config', 'funnel.yaml'), 'utf8');
  const funnel = write('funnel.yaml', shipped.replace('feature: close', 'feature: closing'));
  const portfolios = write('portfolios.yaml', 'portfolios:\n  - id: A B\n    cash: none\n');
  const broken = write('broken.parquet', 'PAR1 but nothing else');
  const wrong: [readonly string[], RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['portfolio', 'show'], /missing required argument 'id'/],
    [['run', '--pace', 'fast'], /--pace: expected sessions a second.*, was "fast"/],
    [['run', '--symbols', 'KO,ZZZZ'], /data.unknown_symbol: expected .* was ZZZZ/],
    [
      ['run', '--data', broken],
      /data.unreadable: expected .* to be a sound Parquet file, was .* anew/,
    ],
    [['run', '--funnel', funnel], /funnel\.yaml:\d+:\d+ expected the name of a feature/],
    [['run', '--portfolios', portfolios], /portfolios\.yaml:2:5 expected an id of.*\n.*:3:5/],
    [['funnel', 'diff', '--date', 'monday'], /--date: expected a date such as/],
    [['sql', ' '], /QUERY: expected one SELECT/],
    [['funnel', 'study', '--costs-bps', 'few'], /--costs-bps: expected basis points/],
    [['actors', 'tree', '--address', 'here'], /--address: expected host:port/],
    [['journal', 'inspect', '--until', 'noon'], /--until: expected a position, a date or a time/],
  ];
  const judge = async ([args, said]: (typeof wrong)[number], index: number): Promise<void> => {
    const isRun = args[0] === 'run';
    const once = isRun ? ['--once', '--data-dir', join(folder, `data-${index}`)] : [];
    const { code, err } = await sluice(...args, ...once);
    t.equal(code, 2, args.join(' '));
    t.match(err, said);
  };
  // Two at a time: each is a process of its own.
  for (let at = 0; at < wrong.length; at += 2) {
    await Promise.all(wrong.slice(at, at + 2).map((each, index) => judge(each, at + index)));
  }
});

/** Starts the product on ten symbols; resolves once it serves and the replay is over. */
function serve(folder: string): Promise<{
  readonly child: ChildProcess;
  readonly address: string;
  readonly httpPort: string;
}> {
  const symbols = SYMBOLS.join(',');
  const child = spawn(process.execPath, [
    ...[CLI, 'run', '--pace', 'max', '--quiet', '--symbols', symbols, '--to', '2021-01-08'],
    ...['--data-dir', folder, '--port', '0', '--grpc-port', '0'],
  ]);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const address = /grpc (\S+)/.exec(text)?.[1];
      const httpPort = /dashboard http:\S+:(\d+)/.exec(text)?.[1];
      const isOver = text.includes('the replay is over');
      if (isOver && address !== undefined && httpPort !== undefined) {
        resolve({ child, address, httpPort });
      }
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

t.test(
  'a running system answers, is restarted, stops on a signal, and is remembered',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const { child, address, httpPort } = await serve(folder);
    const asks = (...args: readonly string[]) => sluice(...args, '--address', address);
    t.match(await asks('funnel', 'show'), { code: 0, out: /2021-01-08, 10 symbols/, err: '' });
    t.match(await asks('actors', 'tree', '--match', 'symbol/'), { out: /10 of 10 actors/ });
    t.match(await asks('actors', 'restart', 'portfolio/megacaps'), { code: 0 });
    t.match(await asks('actors', 'restart', 'portfolio/nobody'), {
      code: 1,
      err: /supervision.unknown: /,
    });
    const response = await fetch(
      `http://127.0.0.1:${httpPort}/api/v1/portfolios/megacaps/commands`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          commandId: 'cli-1',
          trade: { symbol: 'XOM', side: 'buy', quantity: '12' },
        }),
      },
    );
    t.equal(response.status, 200);

    t.match(await asks('actors', 'suspend', 'portfolio/megacaps', '--reason', 'a look'), {
      code: 0,
      out: /is held/,
    });
    t.match(await asks('actors', 'suspend', 'portfolio/megacaps'), {
      code: 1,
      err: /supervision.cannot_now: /,
    });
    t.match(await asks('actors', 'resume', 'portfolio/megacaps'), { code: 0 });
    t.match(await asks('actors', 'quarantine'), { out: /0 of 0 messages put aside/ });
    t.match(await asks('actors', 'audit', '--limit', '2'), {
      out: /resume +portfolio\/megacaps +accepted[\s\S]*2 of 5 levers pulled/,
    });
    const copy = join(folder, 'copies', 'one.mdb');
    t.match(await sluice('backup', copy, '--data-dir', folder), { code: 0, out: /one\.mdb, \d+/ });
    t.match(await sluice('journal', 'verify', '--data-dir', folder), {
      code: 0,
      out: /every hash follows[\s\S]*pages are in order/,
    });
    const elsewhere = join(folder, 'elsewhere');
    t.match(await sluice('restore', copy, '--data-dir', elsewhere, '--until', '3'), {
      code: 0,
      out: /^3 events from .*one\.mdb\n\d+ later ones left out/,
    });
    t.match(await sluice('journal', 'inspect', '--data-dir', elsewhere, '--until', '2'), {
      out: /^2 events in/,
    });
    t.match(await sluice('restore', copy, '--data-dir', elsewhere), {
      code: 1,
      err: /journal.restore_exists: /,
    });

    const second = await sluice('run', '--data-dir', folder, '--port', '0', '--grpc-port', '0');
    t.match(second, { code: 1, err: /journal.locked: expected/ });

    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    t.equal(await ended, 0, 'a signal ends it as it should');
    t.match(await sluice('actors', 'audit', '--data-dir', folder), {
      code: 0,
      err: /nothing is running/,
      out: /a look/,
    });
    t.match(await sluice('portfolio', 'show', 'megacaps', '--data-dir', folder), {
      code: 0,
      out: /XOM +12 /,
    });
  },
);

t.test('a busy port ends a run with what to do', async (t) => {
  const folder = temporaryFolder(t, 'cli');
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => server.close());
  // It listens on TCP, so it has an address with a port.
  const { port } = server.address() as { port: number };
  const small = ['run', '--symbols', 'KO,PEP', '--to', '2021-01-05', '--pace', 'max'];
  const data = ['--data-dir', folder];
  t.match(await sluice(...small, ...data, '--port', String(port), '--grpc-port', '0'), {
    code: 1,
    err: /^sluice: websocket.port_busy: .*--port/,
  });
  t.match(await sluice(...small, ...data, '--port', '0', '--grpc-port', String(port)), {
    code: 1,
    err: /^sluice: grpc.port_busy: .*--grpc-port/,
  });
  t.notOk(existsSync(join(folder, 'store')), 'before anything is loaded or written');
});

t.test('what was mistyped is told with the help of its own command', async (t) => {
  for (const [args, err] of [
    [['run', '--frob'], /sluice: unknown option '--frob'.*usage: sluice run .*sluice run --help/s],
    [['run', '--pace', 'abc'], /flag.invalid: --pace: .*\(see sluice run --help\)/],
    [['funnel', 'explain'], /argument 'symbol'.*sluice funnel explain .options. <symbol>/s],
    [['portfolio', 'rebalance', 'x', 'AAPL'], /targets: expected SYMBOL=WEIGHT, .*was "AAPL"/],
    [['portfolio', 'shw'], /unknown command 'shw'.*show.*sluice portfolio --help/s],
    [['help', 'nope'], /unknown command 'nope' of sluice\n.*sluice --help/s],
    [['help', 'funnel', 'nope'], /unknown command 'nope' of sluice funnel\n.*funnel --help/s],
  ] as const) {
    t.match(await sluice(...args), { code: 2, out: '', err }, args.join(' '));
  }
  for (const words of [
    ['portfolio', 'trade', '--help'],
    ['help', 'portfolio', 'trade'],
  ]) {
    t.match(await sluice(...words), { code: 0, out: /^Usage: sluice portfolio trade / });
  }
  const help = await sluice('--help');
  t.equal(help.code, 0);
  t.match(help.out, /Run and watch:.*Portfolios and risk:.*Examples:.*Exit codes:/s);
  t.notMatch(help.out, '\u001b', 'no colours but on a terminal');
});

t.test(
  'a reader that has had enough ends nothing, a result that can not be kept is a failure',
  async (t) => {
    const measures = (stdout: 'pipe' | number): ChildProcess =>
      spawn(process.execPath, [CLI, 'alerts', 'measures', '--json'], {
        stdio: ['ignore', stdout, 'pipe'],
      });
    const ended = (child: ChildProcess): Promise<Ended> =>
      new Promise((resolve) => {
        let err = '';
        child.stderr?.on('data', (chunk) => {
          err += String(chunk);
        });
        child.on('close', (code) => resolve({ code: code ?? -1, out: '', err }));
      });
    const read = measures('pipe');
    read.stdout?.destroy();
    t.match(await ended(read), { code: 0, err: '' });
    if (!existsSync('/dev/full')) return;
    const full = openSync('/dev/full', 'w');
    t.teardown(() => closeSync(full));
    t.match(await ended(measures(full)), {
      code: 1,
      err: /^sluice: the result was not written: ENOSPC/,
    });
  },
);
