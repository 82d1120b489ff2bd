// Limits through the doors of a running system: groups, four eyes, the kill switch, a restart.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { historicalRisk } from '../../actors/risk/index.js';
import { createGrpcClient, Journal } from '../../engine/index.js';
import {
  CommandRequestSchema,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  ApproveRequestSchema,
  GetRiskRequestSchema,
  KillRequestSchema,
  LimitsRequestSchema,
  OverrideRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { AuditRequestSchema } from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem, startSmallMarket, until } from './test-system.js';

t.test('limits of portfolios and groups', async (t) => {
  const { grpc, http, system } = await openSystem(t, { shards: '2' });
  const risk = createGrpcClient(Risk, grpc);
  t.teardown(() => risk.close());
  const read = (...scopes: string[]) =>
    risk.call('limits', create(LimitsRequestSchema, { scopes }));

  await t.test('a group is measured by its summed scenarios', async (t) => {
    const sum = new Float64Array(504);
    for (const portfolio of ['pair-coke-pepsi', 'pair-home-depot-lowes']) {
      const { scenarioPnl } = await risk.call('get', create(GetRiskRequestSchema, { portfolio }));
      scenarioPnl.forEach((profit, at) => {
        sum[at]! += profit;
      });
    }
    const { valueAtRisk } = historicalRisk(sum.sort(), 0.99);
    const pairsOf = async () => (await read()).scopes.find(({ scope }) => scope === 'group/pairs')!;
    // What is shown of groups follows the last point a moment later.
    t.ok(await until(async () => (await pairsOf()).var99 === valueAtRisk));
    const { scopes } = await read();
    t.equal(scopes.length, 5 + 25, 'groups and portfolios');
    t.match(await pairsOf(), { level: 'strategy', members: 2, behind: 0, standing: 'alert' });
    t.match(scopes.find(({ scope }) => scope === 'group/firm')?.limits.at(-1), {
      name: 'var99',
      severity: 'hard',
      action: 'block',
    });
    await t.rejects(read('group/nobody'), { message: /limits\.unknown_scope/ });
    t.match(await (await fetch(`${http}/api/v1/limits?scope=group/firm`)).json(), {
      scopes: [{ scope: 'group/firm', members: 25 }],
    });
  });

  await t.test('an override needs another person, and is recorded', async (t) => {
    const asked = {
      scope: 'portfolio/megacaps',
      measure: 'var99',
      severity: 'hard',
      minutes: 30,
      by: 'ann',
      reason: 'hedge arrives tomorrow',
    };
    const ask = (changes: object) =>
      risk.call('requestOverride', create(OverrideRequestSchema, { ...asked, ...changes }));
    for (const [wrong, code] of [
      [{ scope: 'portfolio/nobody' }, 'limits.unknown_scope'],
      [{ measure: 'beta' }, 'limits.unknown_limit'],
      [{ minutes: 0 }, 'limits.bad_minutes'],
      [{ by: ' ' }, 'limits.bad_name'],
      [{ reason: '' }, 'limits.bad_name'],
    ] as const) {
      t.match(await ask(wrong), { accepted: false, code });
    }
    const { id, accepted } = await ask({});
    t.ok(accepted);
    const approve = (by: string, which = id) =>
      risk.call('approveOverride', create(ApproveRequestSchema, { id: which, by }));
    t.match(await approve('ANN '), { accepted: false, code: 'limits.same_person' });
    t.match(await approve('bob', 999), { accepted: false, code: 'limits.unknown_override' });
    t.match((await read()).overrides, [{ id, state: 'requested', approvedBy: '' }]);
    t.match(await approve('bob'), { accepted: true });
    const { overrides, scopes } = await read('portfolio/megacaps');
    t.match(overrides, [{ state: 'in_force', requestedBy: 'ann', approvedBy: 'bob' }]);
    t.ok(scopes[0]!.limits.find(({ action }) => action !== 'alert')!.overriddenUntilUs > 0);
    const { entries } = system.actors.audit(create(AuditRequestSchema));
    t.match(entries[0], { lever: 'approve', by: 'bob', outcome: 'accepted' });
  });

  await t.test('the command line shows limits, decides, and proposes to flatten', async (t) => {
    const sluice = (...args: readonly string[]) => runCommand(['risk', ...args, '--address', grpc]);
    const [limits, flatten, approved] = await Promise.all([
      sluice('limits', 'group/firm'),
      sluice('flatten', 'megacaps'),
      sluice('override', 'approve', '999', '--by', 'bob'),
    ]);
    t.match(limits.out, /override 1: .*in_force \(until 20[^)]*Z\), asked by ann, approved by bob/);
    t.match(limits.out, /group\/firm +var99 +hard +[\d.]+ % +8\.00 % +\d+ % +block/);
    t.match(flatten.out, /sell +[\d,]+ +AAPL/);
    t.equal(approved.code, 1);
    t.match(approved.err, /limits\.unknown_override: expected the id/);
    t.match((await sluice('override', 'revoke', '1', '--by', 'carl')).out, /1 is revoked/);
    const body = JSON.stringify({ id: 1, by: 'dora' });
    const headers = { 'content-type': 'application/json' };
    const again = await fetch(`${http}/api/v1/limits/revoke`, { method: 'POST', headers, body });
    t.match(await again.json(), { code: 'limits.revoked', text: /carl has revoked 1/ });
    t.match((await read('portfolio/megacaps')).overrides, [
      { state: 'revoked', revokedBy: 'carl' },
    ]);
  });
});

t.test('the kill switch stops every trade, at once and in the next process', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-kill-'));
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }));
  const trade = (commandId: string) =>
    create(CommandRequestSchema, {
      portfolio: 'megacaps',
      commandId,
      command: {
        case: 'trade',
        value: create(TradeSchema, { symbol: 'KO', side: 'buy', quantity: '1', price: '50' }),
      },
    });
  const kill = (on: boolean) => create(KillRequestSchema, { on, by: 'ann', reason: 'drill' });
  const first = await startSmallMarket(dataDir);
  t.match(await first.system.portfolios.command(trade('t1')), { accepted: true });
  t.match(await first.system.risk.setKillSwitch(kill(true), 'http'), { accepted: true });
  t.match(await first.system.portfolios.command(trade('t2')), {
    accepted: false,
    code: 'pretrade.killed',
    text: /the kill switch is on \(ann at 20.*Z: drill\)/,
  });
  await first.market.close(2_000);

  const second = await startSmallMarket(dataDir);
  const { system } = second;
  const told = system.risk.limits(create(LimitsRequestSchema));
  t.match(told, {
    value: { killed: true, killedWhy: /^ann at 20\d\d-\d\d-\d\dT\d\d:\d\dZ: drill$/ },
  });
  t.match(await system.portfolios.command(trade('t3')), { code: 'pretrade.killed' });
  t.match(await system.risk.setKillSwitch(kill(false), 'http'), { accepted: true });
  t.match(await system.portfolios.command(trade('t4')), { accepted: true });
  await second.market.close(2_000);
  const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
  t.equal(journal.events('risk/controls').length, 2);
  await journal.close();
});
