// Figures of risk that are asked for with terms, through every door of a running system.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type JsonValue, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import t from 'tap';
import { americanCurve, priceAt } from '../../actors/options/index.js';
import { createGrpcClient } from '../../engine/index.js';
import {
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  GetRiskRequestSchema,
  MeasureRequestSchema,
  MeasureResponseSchema,
  Risk,
  SizeRequestSchema,
  SizeResponseSchema,
  StressRequestSchema,
  StressResponseSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { runCommand } from '../e2e/sluice-command.js';
import { openSystem } from './test-system.js';

const { grpc, http } = await openSystem(t);
const address = grpc.replace(/^.*\/\//, '');
const risk = createGrpcClient(Risk, grpc, 60_000);
const portfolio = createGrpcClient(Portfolio, grpc, 30_000);
t.teardown(() => {
  risk.close();
  portfolio.close();
});

const measure = (terms: MessageInitShape<typeof MeasureRequestSchema>) =>
  risk.call('measure', create(MeasureRequestSchema, { portfolio: 'megacaps', ...terms }));
const stress = (scenarios: string, id = 'megacaps') =>
  risk.call('stress', create(StressRequestSchema, { portfolio: id, scenarios }));
const size = (terms: MessageInitShape<typeof SizeRequestSchema>) =>
  risk.call('size', create(SizeRequestSchema, { symbol: 'AAPL', equity: 1e6, ...terms }));

t.test('measures are those of the study, and of what is asked', async (t) => {
  const study = await risk.call('study', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
  const { measures, asOf } = await measure({});
  t.equal(asOf, study.asOf);
  t.equal(measures!.tails.length, 9);
  const historical = measures!.tails.find(({ method }) => method === 'historical')!;
  t.ok(Math.abs(historical.valueAtRisk - study.var99) < 1e-12);
  const asked = await measure({
    confidence: 0.95,
    window: 250,
    quantile: 'hazen',
    methods: ['historical'],
  });
  t.same([asked.measures!.days, asked.measures!.tails.length], [250, 1]);
  t.match(asked.measures!.tails[0]!.basis, /250 days, quantile hazen/);
});

t.test('sizes are those of the rules, and what gives none says why', async (t) => {
  const { rules, price } = await size({ share: 0.1, lot: 10 });
  const fixed = rules.find(({ rule }) => rule === 'fixed fraction')!;
  t.equal(fixed.quantity, Math.floor(1e5 / (10 * price)) * 10);
  t.equal(rules.length, 6);
});

t.test("one's own scenarios move what is held", async (t) => {
  const { outcomes } = await stress('scenarios: [{ id: half, all: -0.5 }]');
  const own = outcomes.filter(({ kind }) => kind === 'user');
  const study = await risk.call('study', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
  t.equal(own.length, 1);
  t.ok(Math.abs(own[0]!.profit + 0.5 * study.net) < 1e-12);
});

/** As it comes over a wire: of a zero below zero JSON tells no sign. */
const plain = (json: JsonValue): JsonValue => JSON.parse(JSON.stringify(json));

t.test('HTTP answers the same as gRPC', async (t) => {
  const post = async (path: string, body?: object) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const response = await fetch(`${http}/api/v1/risk/${path}`, init);
    return { status: response.status, json: (await response.json()) as JsonValue };
  };
  const terms = { confidence: 0.95, window: 250, methods: ['historical'] };
  t.same(await post('megacaps/measure', terms), {
    status: 200,
    json: plain(toJson(MeasureResponseSchema, await measure(terms))),
  });
  const scenarios = 'scenarios: [{ id: half, all: -0.5 }]';
  t.same(
    (await post('megacaps/stress', { scenarios })).json,
    plain(toJson(StressResponseSchema, await stress(scenarios))),
  );
  t.same(
    (await post('size', { symbol: 'AAPL', equity: 1e6 })).json,
    plain(toJson(SizeResponseSchema, await size({}))),
  );
  for (const [path, body, status, code] of [
    ['nobody/measure', undefined, 404, 'portfolio.unknown'],
    ['megacaps/measure', { confidence: 2 }, 400, 'risk.bad_request'],
    ['megacaps/measure', { confidence: 'high' }, 400, 'http.malformed'],
    ['megacaps/stress', { scenarios: 'x' }, 400, 'config.invalid'],
    ['size', { symbol: 'NOPE', equity: 1 }, 404, 'market.unknown_symbol'],
    ['megacaps/guess', {}, 404, 'http.not_found'],
  ] as const) {
    t.match(await post(path, body), { status, json: { code } }, path);
  }
});

t.test('terms out of range are refused with their code and numbers', async (t) => {
  const bad = (text: RegExp) => ({ code: 'grpc.refused', message: text });
  for (const confidence of [0, 1, Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    await t.rejects(measure({ confidence }), bad(/confidence from 0.5 to 0.9999, was/));
  }
  await t.rejects(measure({ window: 0 }), bad(/window from 30 to 2000, was 0/));
  await t.rejects(measure({ window: 1_999 }), bad(/no more than the \d+ returns there are/));
  await t.rejects(measure({ paths: 4_294_967_295 }), bad(/paths from 1000 to 1000000/));
  await t.rejects(measure({ quantile: 'best' }), bad(/quantile to be one of linear/));
  await t.rejects(measure({ methods: ['magic'] }), bad(/methods to be one of/));
  await t.rejects(measure({ methods: Array(99).fill('normal') }), bad(/at most 9 methods/));
  await t.rejects(measure({ portfolio: 'nobody' }), bad(/id of a portfolio/));
  for (const equity of [0, -1, Number.NaN, 1e300]) {
    await t.rejects(size({ equity }), bad(/equity from 1 to 1000000000000, was/));
  }
  await t.rejects(size({ lot: Number.NaN, kelly: 2 }), bad(/lot from .*; expected kelly from/));
  await t.rejects(size({ symbol: 'NOBODY' }), bad(/listed symbol/));
  await t.rejects(stress('scenarios: [{ id: x, all: .nan }]'), bad(/scenarios:1:\d+ expected a/));
  await t.rejects(stress('scenarios: 3'), bad(/expected a list/));
  await t.rejects(stress('{'), bad(/scenarios:1/));
  await t.rejects(stress(`# ${'x'.repeat(1_000_000)}`), bad(/at most 1000000 characters/));
  await t.rejects(stress('', 'nobody'), bad(/id of a portfolio/));
});

t.test('the command line asks the system where it is given its address', async (t) => {
  const file = join(t.testdir(), 'own.yaml');
  writeFileSync(file, 'scenarios: [{ id: half, name: All halves, all: -0.5 }]');
  const run = (...words: readonly string[]) => runCommand(['risk', ...words, '--address', address]);
  t.match(await run('measures', 'megacaps', '--method', 'normal'), {
    code: 0,
    out: /what it holds.*normal/s,
  });
  t.match(await run('stress', 'megacaps', '--scenarios', file), { code: 0, out: /All halves/ });
  t.match(await run('size', 'AAPL', '--equity', '1e6'), { code: 0, out: /ATR stop/ });
  t.match(await run('size', 'AAPL', '--equity', '1e6', '--to', '2021-01-05'), {
    code: 2,
    err: /--to: expected none beside --address/,
  });
});

t.test('options are valued anew in scenarios, with their own volatility', async (t) => {
  const symbol = 'AAPL210618P00130000';
  const trade = { side: 'buy', symbol, quantity: '100', price: '9.5' };
  const booked = await portfolio.call(
    'command',
    create(CommandRequestSchema, {
      portfolio: 'megacaps',
      commandId: 'figures-1',
      command: { case: 'trade', value: trade },
    }),
  );
  t.ok(booked.accepted, booked.text);
  const wanted = create(GetPortfolioRequestSchema, { id: 'megacaps' });
  const { summary, positions } = await portfolio.call('get', wanted);
  const option = positions.find((one) => one.symbol === symbol)!.option!;
  const text = 'scenarios: [{ id: crash, all: -0.4 }, { id: wild, all: -0.4, volatility: 2 }]';
  const own = (await stress(text)).outcomes.filter(({ kind }) => kind === 'user');
  const stocks = positions.reduce((sum, { weight, option: its }) => {
    return its === undefined ? sum + weight : sum;
  }, 0);
  const expiryUs = Date.UTC(2021, 5, 18, 20) * 1_000;
  const terms = {
    type: 'put',
    strike: 130,
    rate: 0,
    dividendYield: 0,
    volatility: option.volatility,
    timeYears: (expiryUs - summary!.asOfUs) / (365 * 86_400_000_000),
  } as const;
  [1, 2].forEach((times, at) => {
    const moved = americanCurve({ ...terms, volatility: times * option.volatility });
    const change = priceAt(moved, 0.6 * option.spot) - priceAt(americanCurve(terms), option.spot);
    const profit = -0.4 * stocks + (10_000 * change) / summary!.equity;
    t.ok(Math.abs(own[at]!.profit - profit) < 1e-9, `${own[at]!.profit} is ${profit}`);
  });
});
