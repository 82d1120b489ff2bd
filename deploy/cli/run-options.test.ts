// The flags of `run`: what is wrong with one is told by its name, before anything else is done.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkReport, doorsOf, killFlag, placeOf, type RunOptions } from './run-options.js';

t.test('doors are on loopback unless told otherwise', async (t) => {
  t.match(doorsOf({}), { host: '127.0.0.1', httpPort: 8080, grpcPort: 50051 });
  t.match(doorsOf({ host: '::1', port: '0' }), { host: '::1', httpPort: 0 });
  for (const url of [
    'tcp://127.0.0.1:5555',
    'tcp://*:5555',
    'tcp://[::1]:5555',
    'connect:tcp://feed.example:5555',
    'ipc:///run/feed',
  ]) {
    t.equal(doorsOf({ nngSub: url }).nngSub, url);
  }
});

t.test('what is announced is where something listens', async (t) => {
  for (const [host, place] of [
    ['127.0.0.1', '127.0.0.1'],
    ['192.168.1.5', '192.168.1.5'],
    ['localhost', 'localhost'],
    ['0.0.0.0', '127.0.0.1'],
    ['::1', '[::1]'],
    ['::', '[::1]'],
  ] as const) {
    t.equal(placeOf(host), place);
  }
});

const wrong: readonly (readonly [string, RunOptions])[] = [
  ['--host', { host: 'my host' }],
  ['--host', { host: '999.1.1.1' }],
  ['--port', { port: '70000' }],
  ['--port', { port: '' }],
  ['--grpc-port', { grpcPort: '-1' }],
  ['--grpc-port', { grpcPort: '8080.5' }],
  ['--grpc-port', { port: '9000', grpcPort: '9000' }],
  ['--nng-sub', { nngSub: 'here' }],
  ['--nng-pull', { nngPull: 'tcp://127.0.0.1' }],
  ['--nng-pull', { nngPull: 'http://127.0.0.1:80' }],
];
for (const [name, options] of wrong) {
  t.test(`refuses ${JSON.stringify(options)} by name`, async (t) => {
    const message = new RegExp(`^${name}: expected .*, was "`);
    t.throws(() => doorsOf(options), { code: 'flag.invalid', message });
  });
}

t.test('a drill names a shard that there is and a date', async (t) => {
  t.equal(killFlag(undefined, 2), undefined);
  t.same(killFlag('1@2021-02-16', 2), { shard: 1, date: 20210216 });
  for (const text of ['2@2021-02-16', '1', '@', '1@yesterday', '1@2021-02-30']) {
    t.throws(() => killFlag(text, 2), { code: 'flag.invalid', message: /^--kill-shard: expected/ });
  }
});

t.test('a report goes to a file that can be written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-report-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  t.doesNotThrow(() => checkReport(join(folder, 'r.json')));
  for (const file of [folder, join(folder, 'no', 'r.json')]) {
    t.throws(() => checkReport(file), { code: 'flag.invalid', message: /^--report: expected/ });
  }
});
