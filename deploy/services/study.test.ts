// The risk study of what a portfolio holds, through every door of a running system.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { GetRiskRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem } from './test-system.js';

const { grpc, http } = await openSystem(t);
const risk = createGrpcClient(Risk, grpc, 30_000);
t.teardown(() => risk.close());
const wanted = create(GetRiskRequestSchema, { portfolio: 'megacaps' });

t.test('the study agrees with live risk, and its parts with each other', async (t) => {
  const [study, live] = [await risk.call('study', wanted), await risk.call('get', wanted)];
  const { holdings, correlated, correlations, fan, backtests, dates } = study;
  // Live risk may be older by a move of the exposure that is not yet worth a refresh.
  t.ok(Math.abs((study.var99 * study.equity) / live.summary!.var99 - 1) < 0.02);
  const parts = holdings.reduce((sum, { component }) => sum + component, 0);
  t.ok(Math.abs(parts - study.shortfall95) < 1e-9);
  t.equal(correlations.length, correlated.length ** 2);
  t.equal(study.asOf, dates.at(-1));
  t.ok(study.returns.length === dates.length && study.drawdowns.length === dates.length);
  t.ok(study.outcomes.some(({ kind, profit }) => kind === 'episode' && profit < 0));
  t.equal(fan.length, 21);
  for (const { quantiles, worst } of fan) {
    const ascending = [worst, ...quantiles];
    t.same(
      ascending,
      ascending.toSorted((a, b) => a - b),
    );
  }
  const drawn = backtests.filter(({ forecasts }) => forecasts.length > 0);
  t.same([...new Set(drawn.map(({ method }) => method))], ['historical', 'filtered-ewma']);
  for (const { forecasts, exceptionCount } of drawn) {
    const beyond = study.returns.filter((value, at) => value < -forecasts[at]!);
    t.equal(beyond.length, exceptionCount, 'exceptions can be counted on the chart');
  }
});

t.test('a study that still holds is given again, also to many at once', async (t) => {
  const url = `${http}/api/v1/risk/megacaps/study`;
  const texts = await Promise.all(
    Array.from({ length: 20 }, async () => (await fetch(url)).text()),
  );
  t.equal(new Set(texts).size, 1);
});

t.test('the command line tells it', async (t) => {
  const address = grpc.replace(/^.*\/\//, '');
  const told = await runCommand(['risk', 'study', 'megacaps', '--address', address]);
  t.match(told, { code: 0, out: /VaR .*of the tail.*AAPL.*Fourth quarter of 2018/s });
});

t.test('the report is a page of what is held', async (t) => {
  const answer = await fetch(`${http}/api/v1/risk/megacaps/report`);
  t.equal(answer.status, 200);
  t.match(answer.headers.get('content-type'), 'text/html');
  t.match(await answer.text(), /what the portfolio holds now/);
});

t.test('a put takes off risk by its delta, and the study says that it stands so', async (t) => {
  const portfolio = createGrpcClient(Portfolio, grpc, 30_000);
  t.teardown(() => portfolio.close());
  const before = await risk.call('study', wanted);
  const trade = { side: 'buy', symbol: 'AAPL210618P00130000', quantity: '100', price: '9.5' };
  const booked = await portfolio.call(
    'command',
    create(CommandRequestSchema, {
      portfolio: 'megacaps',
      commandId: 'study-1',
      command: { case: 'trade', value: trade },
    }),
  );
  t.ok(booked.accepted, booked.text);
  const after = await risk.call('study', wanted);
  t.same([before.optionsByDelta, after.optionsByDelta], [0, 1]);
  t.ok(after.net < before.net && after.var99 < before.var99);
});

t.test('whoever is unknown is refused with a code', async (t) => {
  const study = async (id: string) => (await fetch(`${http}/api/v1/risk/${id}/study`)).json();
  t.match(await study('nobody'), { code: 'portfolio.unknown' });
  await t.rejects(risk.call('study', create(GetRiskRequestSchema)), { code: 'grpc.refused' });
});
