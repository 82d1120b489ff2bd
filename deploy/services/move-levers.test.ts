// Moves, drains, log levels and dead letters through the doors: gRPC, HTTP, and the record of them.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  ActorRequestSchema,
  AuditRequestSchema,
  DeadLettersRequestSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  LogLevelsRequestSchema,
  MoveRequestSchema,
  Supervision,
  ThreadsRequestSchema,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem, until } from './test-system.js';

const PORTFOLIO = 'portfolio/megacaps';
const BY = { by: 'olga', reason: 'maintenance' };

t.test('moves, drains, logs and dead letters', async (t) => {
  const { market, grpc, http } = await openSystem(t, { shards: '2' });
  const client = createGrpcClient(Supervision, grpc, 30_000);
  const portfolios = createGrpcClient(Portfolio, grpc);
  t.teardown(() => {
    client.close();
    portfolios.close();
  });
  const post = (path: string, body: object) =>
    fetch(`${http}/api/v1/actors/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  await t.test('an actor moves, a shard is drained, and the tree shows it', async (t) => {
    const hash = await market.hash();
    const home = market.shardOf(PORTFOLIO);
    const there = create(MoveRequestSchema, { address: PORTFOLIO, shard: 1 - home, ...BY });
    t.match(await client.call('move', there), { accepted: true, text: /is on shard/ });
    t.match(await client.call('move', there), { code: 'supervision.cannot_now' });
    const isShown = async (): Promise<boolean> => {
      const found = await client.call('tree', create(TreeRequestSchema, { match: PORTFOLIO }));
      return found.actors[0]?.shard === 1 - home && found.actors[0].state === 'running';
    };
    t.ok(await until(isShown));
    const drained = await client.call('drain', create(DrainRequestSchema, { shard: 1, ...BY }));
    t.match(drained, { accepted: true, text: /actors of shard 1 are on the others now/ });
    const isEmpty = async (): Promise<boolean> => {
      const below = create(TreeRequestSchema, { below: 'shard/1' });
      return (await client.call('tree', below)).total === 1;
    };
    t.ok(await until(isEmpty), 'only the shard itself is left');
    t.equal(await market.hash(), hash);
    t.equal((await post('drain', { shard: 1, by: 'ivan' })).status, 409);
    t.equal((await post('move', { address: 'symbol/AAPL', shard: 1, by: 'ivan' })).status, 200);
    t.equal((await post('move', { address: 'symbol/NONE', shard: 1 })).status, 404);
    t.equal((await post('move', { address: `${PORTFOLIO}/x`, shard: 1 })).status, 404);
    const funnel = `funnel/${market.options.funnel.name}`;
    t.match(await (await post('move', { address: funnel, shard: 1 })).json(), {
      code: 'supervision.cannot_move',
    });
  });

  await t.test('a message for a stopped actor is a dead letter, found by what it is', async (t) => {
    const stop = create(ActorRequestSchema, { address: PORTFOLIO, ...BY });
    t.match(await client.call('stop', stop), { accepted: true });
    for (const commandId of ['lost-1', 'lost-2', 'lost-3']) {
      const command = { case: 'cash', value: { amount: '10', direction: 'deposit' } } as const;
      const request = create(CommandRequestSchema, { portfolio: 'megacaps', commandId, command });
      t.match(await portfolios.call('command', request), { code: 'actor.stopped' });
    }
    const find = (wish: object) =>
      client.call('deadLetters', create(DeadLettersRequestSchema, wish));
    const all = await find({});
    t.match(all.counts, [{ code: 'actor.stopped', kind: 'cash', count: 3n }]);
    t.match(all.letters[0], { address: PORTFOLIO, kind: 'cash', message: /lost-/, shard: 0 });
    t.equal((await find({ address: PORTFOLIO, code: 'actor.stopped' })).total, 3);
    t.equal((await find({ address: 'portfolio/none' })).total, 0);
    t.equal((await find({ code: 'actor.unknown_message' })).total, 0);
    const { timeUs } = all.letters[0]!;
    t.equal((await find({ fromUs: timeUs, toUs: timeUs })).total, 3);
    t.equal((await find({ fromUs: timeUs + 1 })).total, 0);
    t.equal((await find({ limit: 1, offset: 1 })).letters.length, 1);
    const answer = await fetch(`${http}/api/v1/actors/letters?address=${PORTFOLIO}`);
    t.match(await answer.json(), { total: 3, counts: [{ count: '3' }] });
    t.match(await client.call('restart', stop), { accepted: true });
  });

  await t.test('a log is as loud as it is told, by area, and stays so', async (t) => {
    const set = (target: string, area: string, level: string) =>
      client.call('setLogLevel', create(LogLevelRequestSchema, { target, area, level, ...BY }));
    t.match(await set('shard/1', 'market', 'debug'), { accepted: true });
    t.match(await set('shard/7', '', 'debug'), { code: 'supervision.unknown' });
    t.match(await set('all', '', 'loud'), { code: 'supervision.unknown_level' });
    t.match(await set('process', 'letters', 'info'), { code: 'supervision.unknown_area' });
    t.match(await set('process', '', 'info'), { accepted: true });
    const { levels } = await client.call('logLevels', create(LogLevelsRequestSchema));
    t.same(
      levels.filter(({ level }) => level !== 'warn').map((one) => `${one.target} ${one.area}`),
      ['process levers', 'process market', 'shard/1 market'],
    );
    t.equal((await post('log_level', { target: 'all', level: 'off' })).status, 200);
  });

  await t.test('messages between threads are counted where operators look', async (t) => {
    const told = await client.call('threads', create(ThreadsRequestSchema));
    t.match(told.threads, [
      { shard: 0, state: 'running', toShard: { refused: 0n } },
      { shard: 1, state: 'running', fromShard: { refused: 0n } },
    ]);
    t.ok(told.threads.every(({ toShard }) => Number(toShard?.ringed) > 0));
    t.match(told.routes, { underWay: 0, lost: 0n, watches: 0 });
    const answer = await fetch(`${http}/api/v1/actors/threads`);
    t.match(await answer.json(), { threads: [{ state: 'running' }, { shard: 1 }], routes: {} });
  });

  await t.test('the command line does the same', async (t) => {
    const sluice = (...args: readonly string[]) =>
      runCommand(['actors', ...args, '--address', grpc]);
    t.match(await sluice('move', 'symbol/KO', '--to', '1'), { code: 0, out: /is on shard 1 now/ });
    t.match(await sluice('move', 'symbol/KO', '--to', '9'), {
      code: 1,
      err: /supervision.unknown/,
    });
    t.match(await sluice('move', 'symbol/KO'), { code: 2, err: /--to/ });
    const drained = await sluice('drain', 'shard/0', '--reason', 'a new kernel', '--json');
    t.match(JSON.parse(drained.out), { accepted: true, text: /the funnel stays/ });
    t.match(await sluice('log', 'debug', '--target', 'shard/0', '--area', 'letters'), { code: 0 });
    t.match(await sluice('threads'), { code: 0, out: /1 +running +from.*0 lost, 0 answers/s });
    t.match(await sluice('log'), { code: 0, out: /shard\/0 +letters +debug/ });
    t.match(await sluice('dead-letters', PORTFOLIO, '--code', 'actor.stopped'), {
      code: 0,
      out: /actor.stopped/,
    });
    t.match(await sluice('dead-letters', '--from', 'soon'), { code: 2, err: /--from: expected/ });
  });

  await t.test('all of it is in the record', async (t) => {
    const { entries } = await client.call('audit', create(AuditRequestSchema, { limit: 1_000 }));
    const pulled = entries.map(({ lever, target, outcome }) => `${lever} ${target} ${outcome}`);
    for (const line of [
      'drain shard/1 accepted',
      'move symbol/AAPL to shard/1 accepted',
      'log_level shard/1 market debug accepted',
      'log_level all every area loud refused',
    ]) {
      t.ok(pulled.includes(line), line);
    }
  });
});
