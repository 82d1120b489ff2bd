// Alert rules of a running system: the same for any threads, told once, also by the next run.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import { AlertRulesRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  type Life,
  openSystem,
  startLife,
  type Teardown,
  temporaryFolder,
  until,
} from './test-system.js';

/** Who pulls levers here. */
const TESTER = { by: 'test', door: 'grpc', reason: '' } as const;

/** Rules over each kind of scope, some of which look back. */
const RULES = `rules:
  - id: losing
    for: portfolios
    when: { feature: day_pnl, op: '<', than: equity, than_times: -0.002 }
    release: { feature: day_pnl, op: '>', value: 0 }
    text: It loses today
  - id: risky
    for: groups
    when: { feature: var_99, op: '>', than: equity, than_times: 0.005 }
  - id: riskier-than-before
    for: portfolios
    only: [megacaps, travel]
    when: { feature: var_99, op: '>', than: { feature: var_99, ago: 2 } }
  - id: firm-off-its-high
    for: groups
    when: { feature: equity, op: '<', than: { max: equity, bars: 3, ago: 1, times: 0.995 } }
    release: { feature: equity, op: '>', than: { max: equity, bars: 3, ago: 1 } }
  - id: below-five-days-ago
    for: symbols
    only: [AAPL, KO, TSLA]
    severity: notice
    when: { feature: close, op: '<', than: { min: close, bars: 5, ago: 1 } }
    release: { feature: close, op: '>', than: { mean: close, bars: 5, ago: 1 } }
`;

function rulesFile(t: Teardown): string {
  const file = join(temporaryFolder(t, 'rules'), 'alerts.yaml');
  writeFileSync(file, RULES);
  return file;
}

/** Alerts of rules, without those of limits: id and text. */
function raised({ system }: Life): string[] {
  return system.risk
    .alerts(0)
    .alerts.filter(({ kind }) => kind.startsWith('alert_'))
    .map(({ id, text }) => `${id}: ${text}`)
    .sort();
}

t.test('threads, a lost one and a run that begins anew tell the same, once', async (t) => {
  const alerts = rulesFile(t);
  const dataDir = temporaryFolder(t, 'rules-run');
  const flags = { alerts, dataDir, pace: 'max', warmup: '60' };
  const one = await startLife({ ...flags, shards: '1' });
  await one.market.stream();
  await one.market.close(2_000);
  const told = raised(one);
  const rules = ['losing', 'risky', 'riskier-than-before', 'firm-off-its-high'];
  for (const rule of [...rules, 'below-five-days-ago']) {
    t.ok(
      told.some((text) => text.includes(` ${rule} `)),
      `${rule} was raised`,
    );
  }
  const symbols = told.filter((text) => text.startsWith('symbol/'));
  t.ok(symbols.every((text) => /^symbol\/(AAPL|KO|TSLA) /.test(text)));

  const again = await startLife({ ...flags, shards: '1' });
  await again.market.stream();
  await again.market.close(2_000);
  t.same(raised(again), told, 'the next run of the directory repeats none');

  const fresh = { ...flags, shards: '2', dataDir: temporaryFolder(t, 'rules-two') };
  const two = await startLife(fresh, ({ market }, done) => {
    if (done === 4 || done === 8) market.shards.kill(done / 4 - 1);
  });
  await two.market.stream();
  await two.market.close(2_000);
  t.equal(two.market.shards.restarts(), 2);
  t.same(raised(two), told, 'two threads, each of them lost once');
});

t.test('what happened to a portfolio that was stopped is told once it is known', async (t) => {
  // Tight enough for the first weeks to break and mend its limits.
  const portfolios = join(temporaryFolder(t, 'limits'), 'portfolios.yaml');
  const sample = readFileSync('deploy/config/portfolios.yaml', 'utf8');
  const tight = sample.replace('drawdown: { soft: 0.05,', 'drawdown: { soft: 0.01,');
  writeFileSync(portfolios, tight);
  const rules = rulesFile(t);
  const flags = { alerts: rules, portfolios, pace: 'max', warmup: '60', shards: '1' };
  const [present, away] = await Promise.all(
    [false, true].map(async (isStopped) => {
      const life = await startLife({ ...flags, dataDir: temporaryFolder(t, 'rules-away') });
      const pull = (kind: 'stop' | 'restart') =>
        life.system.actors.pull({ kind, address: 'portfolio/megacaps' }, TESTER);
      if (isStopped) t.match(await pull('stop'), { accepted: true });
      await life.market.stream();
      if (isStopped) t.match(await pull('restart'), { accepted: true });
      await life.system.portfolios.get('megacaps');
      await life.market.close(2_000);
      const { alerts } = life.system.risk.alerts(0);
      return alerts.filter(({ scope }) => scope === 'portfolio/megacaps').map(({ id }) => id);
    }),
  );
  for (const kind of ['alert_raised', 'limit_breached', 'limit_cleared']) {
    t.ok(
      present!.some((id) => id.includes(` ${kind} `)),
      `${kind} was told`,
    );
  }
  away!.sort();
  present!.sort();
  t.same(away, present);
});

t.test('rules are asked for over gRPC, with those they are raised for', async (t) => {
  const { grpc, system } = await openSystem(t);
  const risk = createGrpcClient(Risk, grpc);
  t.teardown(() => risk.close());
  const { rules } = await risk.call('alertRules', create(AlertRulesRequestSchema));
  t.same(
    rules.map(({ id }) => id),
    ['losing-with-high-risk', 'heavy-tail', 'bad-day', 'near-hard-limit', 'shock'],
  );
  const now = rules.flatMap(({ id, raisedFor }) => raisedFor.map((scope) => `${id} ${scope}`));
  t.ok(now.length > 0);
  const isTold = () => JSON.stringify(openAlerts(system)) === JSON.stringify(now.toSorted());
  t.ok(await until(isTold), 'what was told agrees once all of it is on disk');
});

/** Rules that were raised and not released, as the alerts tell it. */
function openAlerts(system: Life['system']): string[] {
  const open = new Set<string>();
  for (const { kind, measure, scope } of system.risk.alerts(0).alerts) {
    if (kind === 'alert_raised') open.add(`${measure} ${scope}`);
    else open.delete(`${measure} ${scope}`);
  }
  return [...open].sort();
}
