// Portfolios beyond the budget leave memory, hear late what they missed, and lose nothing.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import {
  CashMovementSchema,
  CommandRequestSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { LimitsRequestSchema } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import {
  hashAtRest,
  type Life,
  openDoors,
  startSmallMarket,
  type Teardown,
  temporaryFolder,
  until,
} from './test-system.js';

/** A market that has streamed, with so many portfolios of each shard in memory. */
async function streamed(
  t: Teardown,
  options: {
    readonly residentsMax: string;
    readonly openedMax?: string;
    readonly shards?: string;
    readonly to?: string;
    readonly portfolios?: string;
    readonly lose?: boolean;
  },
): Promise<Life> {
  const { lose = false, ...flags } = options;
  const life = await startSmallMarket(temporaryFolder(t, 'residents'), {
    ...flags,
    onSession(market, done) {
      if (lose && done === 8) market.shards.kill(0);
    },
  });
  t.teardown(() => life.market.close(2_000));
  await life.market.stream();
  return life;
}

/** Transitions of portfolios' limits and rules so far, in one order. */
function toldOf({ system }: Life): string[] {
  const alerts = system.risk.alerts(0).alerts.filter(({ scope }) => scope.startsWith('portfolio/'));
  return alerts.map((one) => `${one.scope} ${one.kind} ${one.measure} ${one.asOfUs}`).sort();
}

t.test(
  'a budget of portfolios in memory changes no result, also where a thread is lost',
  async (t) => {
    const all = await streamed(t, { residentsMax: '10000' });
    const wanted = { hash: await hashAtRest(all.market), told: toldOf(all) };
    t.ok(wanted.told.length > 0, 'some limit was broken');
    t.match(await all.system.actors.threads(), { threads: [{ passivated: 0n }] });
    for (const options of [
      { residentsMax: '3' },
      { residentsMax: '1', shards: '2' },
      { residentsMax: '2', lose: true },
    ]) {
      const few = await streamed(t, options);
      t.equal(await hashAtRest(few.market), wanted.hash, JSON.stringify(options));
      t.ok(await until(() => toldOf(few).length === wanted.told.length));
      t.same(toldOf(few), wanted.told, 'those out of memory are told of as well');
      const batch = few.system.portfolios.changed(0);
      const portfolios = batch.ok ? batch.value.portfolios : [];
      t.equal(portfolios.length, few.market.options.portfolios.portfolios.length);
      const ages = new Set(portfolios.map(({ asOfUs }) => asOfUs));
      t.equal(ages.size, 1, 'the last close has brought all forward');
    }
  },
);

/** Portfolios that hedge each other: without one of them their group breaks its limits. */
const HEDGED = `
limits: {}
groups:
  - id: firm
    level: firm
    limits: { net_exposure: { hard: 0.3, actions: { hard: kill } } }
portfolios:
  - { id: long, cash: "1000000", long: { symbols: [KO] }, long_share: 0.9 }
  - { id: short, cash: "1000000", short: { symbols: [PEP] }, short_share: 0.9 }
`;

t.test('groups are not judged while they lack what a member holds', async (t) => {
  const folder = temporaryFolder(t, 'hedged');
  const portfolios = join(folder, 'portfolios.yaml');
  writeFileSync(portfolios, HEDGED);
  const firm = create(LimitsRequestSchema, { scopes: ['group/firm'] });
  const shown = async (options: Parameters<typeof streamed>[1]) => {
    const { market, system } = await streamed(t, { ...options, portfolios });
    await hashAtRest(market);
    const { alerts } = system.risk.alerts(0);
    t.same(
      alerts.filter(({ scope }) => scope === 'group/firm'),
      [],
      JSON.stringify(options),
    );
    const services = await openDoors(system, folder);
    t.teardown(() => services.close(1_000));
    const address = `127.0.0.1:${services.grpcPort}`;
    const { out } = await runCommand(['risk', 'limits', 'group/firm', '--address', address]);
    return { ...system.risk.limits(firm), out };
  };
  const whole = { killed: false, scopes: [{ unmarked: 0, limits: [{ breached: false }] }] };
  t.match(await shown({ residentsMax: '10' }), { value: whole });
  t.match(await shown({ residentsMax: '1' }), { value: whole });
  const second = await shown({ residentsMax: '1', to: '2021-01-05' });
  t.match(second, { value: whole }, 'from the first close on nobody is lacking');
  const lacking = await shown({ residentsMax: '1', openedMax: '1' });
  t.match(lacking, {
    out: /^group\/firm: not judged, as 1 of 2 members have told nothing/,
    value: {
      killed: false,
      scopes: [{ unmarked: 1, equity: Number.NaN, limits: [{ value: Number.NaN }] }],
    },
  });
});

t.test('portfolios that are not opened come to the same once they are addressed', async (t) => {
  const all = await streamed(t, { residentsMax: '10000' });
  const wanted = await hashAtRest(all.market);
  const detail = async ({ system }: Life, id: string) => {
    const shown = await system.portfolios.get(id);
    return shown.ok ? { ...shown.value.summary, equityHistory: [] } : shown;
  };
  for (const options of [
    { residentsMax: '2', openedMax: '3' },
    { residentsMax: '2', openedMax: '2', shards: '2', lose: true },
  ]) {
    const few = await streamed(t, options);
    const { system, market } = few;
    const ids = market.options.portfolios.portfolios.map(({ id }) => id);
    const page = system.portfolios.list({ limit: 0, offset: 0 });
    t.same(
      page.portfolios.map(({ id }) => id),
      ids,
      'all are listed',
    );
    const opened = page.portfolios.filter(({ unopened }) => !unopened).length;
    t.equal(opened, Number(options.openedMax) * Number(options.shards ?? '1'));
    const limits = system.risk.limits(create(LimitsRequestSchema));
    t.match(limits, { value: { unwatched: ids.length - opened } });
    const closed = page.portfolios.find(({ unopened }) => unopened)?.id;
    const asked = create(LimitsRequestSchema, { scopes: [`portfolio/${closed}`] });
    t.match(system.risk.limits(asked), { refusal: { code: 'limits.unwatched' } });
    const second = system.portfolios.list({ limit: 2, offset: 1 });
    t.match(second, { portfolios: [{ id: ids[1] }, { id: ids[2] }], total: ids.length });
    for (const id of [ids.at(-1)!, ids[0]!, ids.at(-2)!]) {
      t.same(await detail(few, id), await detail(all, id), id);
    }
    const threads = (await system.actors.threads()).threads;
    const unopened = threads.reduce((sum, thread) => sum + thread.unopened, 0);
    t.ok(unopened >= ids.length - opened - 3, `${unopened} are not opened`);
    t.equal(await hashAtRest(market), wanted, JSON.stringify(options));
    t.match(await system.portfolios.get('nobody'), { refusal: { code: 'portfolio.unknown' } });
  }
});

t.test('a portfolio that has left memory comes back with what it was paid', async (t) => {
  const life = await streamed(t, { residentsMax: '2' });
  const { system, market } = life;
  const ids = market.options.portfolios.portfolios.map(({ id }) => id);
  const value = create(CashMovementSchema, { amount: '12.34', direction: 'deposit' });
  const pay = (portfolio: string) =>
    create(CommandRequestSchema, {
      portfolio,
      commandId: 'paid',
      command: { case: 'cash', value },
    });
  const cashOf = async (id: string): Promise<number> => {
    const detail = await system.portfolios.get(id);
    return Number(detail.ok ? detail.value.summary?.cash : Number.NaN);
  };
  const before = new Map<string, number>();
  for (const id of ids) before.set(id, await cashOf(id));
  for (const id of ids) t.match(await system.portfolios.command(pay(id)), { accepted: true }, id);
  for (const id of ids) {
    t.equal((await cashOf(id)).toFixed(2), (before.get(id)! + 12.34).toFixed(2), id);
    t.match(await system.portfolios.command(pay(id)), { accepted: true, repeatedCommand: true });
  }
  const [thread] = (await system.actors.threads()).threads;
  t.match(thread, { residents: 2, residentsMax: 2 });
  t.ok(Number(thread?.revived) >= ids.length);
  const services = await openDoors(system, temporaryFolder(t, 'residents-doors'));
  t.teardown(() => services.close(1_000));
  const address = `127.0.0.1:${services.grpcPort}`;
  const { out } = await runCommand(['actors', 'threads', '--address', address]);
  t.match(out, /shard 0: 2 portfolios in memory, at most 2; \d+ times one has left it/);
});

t.test('what is not opened has its past in every process, and after every thread', async (t) => {
  const dataDir = temporaryFolder(t, 'residents');
  const budget = { residentsMax: '1', openedMax: '1' };
  const value = create(CashMovementSchema, { amount: '12.34', direction: 'deposit' });
  const command = { case: 'cash', value } as const;
  const cashOf = async ({ system }: Life, id: string): Promise<string> => {
    const detail = await system.portfolios.get(id);
    return detail.ok ? Number(detail.value.summary?.cash).toFixed(2) : detail.refusal.code;
  };
  const wanted = new Map<string, string>();
  for (let process = 1; process <= 3; process++) {
    const life = await startSmallMarket(dataDir, budget);
    const { market, system } = life;
    // A run that begins anew: what its portfolios were paid before counts from its start.
    await market.stream();
    const pay = (portfolio: string) =>
      system.portfolios.command(
        create(CommandRequestSchema, { portfolio, commandId: 'paid', command }),
      );
    if (process === 1) {
      for (const { id } of market.options.portfolios.portfolios.slice(0, 6)) {
        wanted.set(id, (Number(await cashOf(life, id)) + 12.34).toFixed(2));
        t.match(await pay(id), { accepted: true, repeatedCommand: false });
      }
    }
    // Each leaves for the next one, twice.
    for (const round of ['first', 'second']) {
      for (const [id, cash] of wanted) {
        t.equal(await cashOf(life, id), cash, `${id}, process ${process}, ${round}`);
        t.match(await pay(id), { repeatedCommand: true });
      }
    }
    await market.sequencer.snapshot();
    await market.shards.frames.snapshotsSaved();
    market.shards.kill(0);
    for (const [id, cash] of wanted) {
      t.ok(await until(async () => (await cashOf(life, id)) === cash), `${id}, thread lost`);
    }
    for (const [id, cash] of wanted) t.equal(await cashOf(life, id), cash, id);
    await market.close(2_000);
  }
});
