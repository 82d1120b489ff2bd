// The levers of operators over gRPC and HTTP: what each does, refuses and leaves in the record.

import { readFileSync } from 'node:fs';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  ActorRequestSchema,
  AuditRequestSchema,
  MessageRequestSchema,
  ProfileRequestSchema,
  QuarantineRequestSchema,
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { openSystem, SYMBOLS, until } from './test-system.js';

const PORTFOLIO = 'portfolio/megacaps';

t.test('levers, the tree, the quarantine and the record', async (t) => {
  const { market, grpc, http } = await openSystem(t);
  const client = createGrpcClient(Supervision, grpc, 30_000);
  const portfolios = createGrpcClient(Portfolio, grpc);
  t.teardown(() => {
    client.close();
    portfolios.close();
  });
  type Kind = 'restart' | 'stop' | 'suspend' | 'resume' | 'passivate';
  const pull = (kind: Kind, address = PORTFOLIO, reason = '') =>
    client.call(kind, create(ActorRequestSchema, { address, by: 'olga', reason }));
  const tree = (request: MessageInitShape<typeof TreeRequestSchema> = {}) =>
    client.call('tree', create(TreeRequestSchema, request));
  const isIn = (state: string) =>
    until(async () => (await tree({ match: PORTFOLIO })).actors[0]?.state === state);
  const deposit = (commandId: string) =>
    portfolios.call(
      'command',
      create(CommandRequestSchema, {
        portfolio: 'megacaps',
        commandId,
        command: { case: 'cash', value: { amount: '10', direction: 'deposit' } },
      }),
    );
  const figures = async () => {
    const request = create(GetPortfolioRequestSchema, { id: 'megacaps' });
    return (await portfolios.call('get', request)).summary?.equity;
  };

  await t.test('who asks for the tree for the first time has it as of now', async (t) => {
    const [row] = (await tree({ match: PORTFOLIO })).actors;
    t.ok(row!.turns > 1n, `${row!.turns} turns, after sessions of six points`);
  });

  await t.test('a held actor lets commands wait, and loses none', async (t) => {
    const hash = await market.hash();
    t.match(await pull('resume'), { accepted: false, code: 'supervision.cannot_now' });
    t.match(await pull('suspend', PORTFOLIO, 'a look'), { accepted: true });
    t.match(await pull('suspend'), { accepted: false, code: 'supervision.cannot_now' });
    t.ok(await isIn('suspended'));
    const answer = deposit('held-1');
    t.ok(
      await until(async () => (await tree({ match: PORTFOLIO })).actors[0]?.mailbox === 1),
      'the command waits',
    );
    t.ok(
      await until(async () => ((await tree({ sort: 'age' })).actors[0]?.mailboxAgeMs ?? 0) > 0),
      'and its age is told',
    );
    t.match(await pull('resume'), { accepted: true });
    t.match(await answer, { accepted: true });
    t.ok(await isIn('running'));
    t.not(await market.hash(), hash, 'the deposit has been made');
  });

  await t.test('one that has left memory comes back with its state', async (t) => {
    const equity = await figures();
    const hash = await market.hash();
    t.match(await pull('passivate'), { accepted: true });
    t.ok(await isIn('passive'));
    t.match(await pull('passivate'), { accepted: false, code: 'supervision.cannot_now' });
    t.equal(await figures(), equity, 'asking brings it back');
    t.ok(await isIn('running'));
    t.equal(await market.hash(), hash);
    await pull('passivate');
    t.match(await pull('restart'), { accepted: true });
    t.ok(await isIn('running'));
  });

  await t.test('a stopped actor refuses until it is restarted', async (t) => {
    t.match(await pull('stop'), { accepted: true });
    t.match(await pull('stop'), { accepted: false, code: 'supervision.cannot_now' });
    t.match(await deposit('stopped-1'), { accepted: false, code: 'actor.stopped' });
    t.match(await pull('restart'), { accepted: true });
    t.ok(await isIn('running'));
    t.match(await pull('suspend', 'shard/0'), { code: 'supervision.cannot_hold' });
    t.match(await pull('stop', 'symbol/AAPL'), { code: 'supervision.cannot_stop' });
    t.match(await pull('passivate', 'portfolio/none'), { code: 'supervision.unknown' });
    const { restarts } = (await tree({ below: 'shard/0', limit: 1 })).actors[0]!;
    for (const odd of ['shard/0/x', 'shard/00', 'symbol/AAPL/x', `${PORTFOLIO}/x`, 'shard', '']) {
      const text = `expected an actor, was "${odd}"`;
      t.match(await pull('restart', odd), { code: 'supervision.unknown', text }, odd);
    }
    t.match((await tree({ below: 'shard/0', limit: 1 })).actors, [{ restarts }]);
  });

  await t.test('the tree is searched, sorted and paged by the server', async (t) => {
    t.ok(await until(async () => (await tree({ match: 'AAPL' })).actors[0]?.turns !== 0n));
    const all = (await tree()).actors;
    t.match(all[0], { address: 'shard/0', depth: 0, state: 'running' });
    t.match(all.at(-1), { depth: 1, parent: 'shard/0' });
    const page = await tree({ sort: 'address', offset: 2, limit: 3, match: 'symbol/' });
    t.same(
      page.actors.map(({ address }) => address),
      SYMBOLS.slice(2, 5).map((symbol) => `symbol/${symbol}`),
    );
    t.equal(page.total, SYMBOLS.length);
    const turns = (await tree({ sort: 'turns', match: 'symbol/' })).actors.map((row) => row.turns);
    t.same(
      turns,
      [...turns].sort((a, b) => Number(b - a)),
      'the most first',
    );
    t.equal((await tree({ below: 'shard/0' })).total, all.length);
    t.equal((await tree({ below: PORTFOLIO })).total, 1);
    t.equal((await tree({ state: 'stopped' })).total, 0);
    const reversed = await tree({ sort: 'address', reverse: true, match: 'symbol/', limit: 1 });
    t.match(reversed.actors, [{ address: 'symbol/XOM' }]);
    await t.rejects(tree({ sort: 'colour' }), { message: /supervision.bad_sort.*tree, address/ });
    await t.rejects(tree({ state: 'held' }), {
      message: /supervision.bad_state.*passive, suspended/,
    });
    const response = await fetch(`${http}/api/v1/actors?sort=address&match=symbol/&limit=1`);
    t.match(await response.json(), { actors: [{ address: 'symbol/AAPL' }], total: SYMBOLS.length });
    t.equal((await fetch(`${http}/api/v1/actors?sort=colour`)).status, 400);
  });

  await t.test('a profile of a shard is written where it says', async (t) => {
    const profile = (shard: number, seconds: number) =>
      client.call('profile', create(ProfileRequestSchema, { shard, seconds, by: 'olga' }));
    const [first, second] = await Promise.all([profile(0, 1), profile(0, 1)]);
    t.match(first, { accepted: true, file: /profiles.shard-0-.*\.cpuprofile$/ });
    t.match(second, { accepted: false, code: 'supervision.cannot_now' });
    const { nodes, samples } = JSON.parse(readFileSync(first.file, 'utf8'));
    t.ok(nodes.length > 0 && samples.length > 0);
    t.match(await profile(0, 31), { code: 'supervision.bad_seconds' });
    t.match(await profile(9, 1), {
      code: 'supervision.unknown',
      text: 'expected a shard below 1, was 9',
    });
  });

  await t.test('the quarantine is empty, and says which message is not in it', async (t) => {
    const list = await client.call('quarantine', create(QuarantineRequestSchema));
    t.match(list, { total: 0, dropped: 0 });
    for (const id of ['0-1', '7-1', 'x', '']) {
      const gone = await client.call('replay', create(MessageRequestSchema, { id }));
      const text = `expected the id of a message put aside, was "${id}"`;
      t.match(gone, { accepted: false, code: 'supervision.unknown', text }, id);
    }
    t.match(await (await fetch(`${http}/api/v1/actors/quarantine`)).json(), {});
  });

  await t.test('every pull is in the record, with who, what and what became of it', async (t) => {
    const post = await fetch(`${http}/api/v1/actors/suspend`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address: 'funnel/none', by: 'ivan' }),
    });
    t.equal(post.status, 404);
    const audit = await client.call('audit', create(AuditRequestSchema, { limit: 3 }));
    t.equal(audit.entries.length, 3);
    t.match(audit.entries[0], {
      number: audit.total,
      by: 'ivan',
      door: 'http',
      lever: 'suspend',
      target: 'funnel/none',
      outcome: 'refused',
      code: 'supervision.unknown',
    });
    const all = await client.call('audit', create(AuditRequestSchema, { limit: 1_000 }));
    const held = all.entries.find(({ reason }) => reason === 'a look');
    t.match(held, { by: 'olga', door: 'grpc', outcome: 'accepted', target: PORTFOLIO });
    t.same(market.journal.verify().firstBad, undefined, 'it is part of the hash chain');
    const paged = await fetch(`${http}/api/v1/actors/audit?limit=1&offset=1`);
    t.match(await paged.json(), { entries: [{ number: audit.total - 1 }] });
  });
});
