// The funnel's parts: stages, the backfill's budget, differences, the actor, the narrative.

import t from 'tap';
import { TurnRecorder } from '../../engine/index.js';
import { parseCondition } from '../conditions/index.js';
import { emptyBackfill, planSession } from './backfill.js';
import { createFunnelBehaviour, type FunnelMessage } from './behaviour.js';
import { type FunnelConfig, STAGE_NAMES } from './config.js';
import { countStages, diffOf } from './diff.js';
import { changeReason, createFunnelEvaluator } from './evaluator.js';
import { narrate } from './narrative.js';

const FEATURES = new Set(['a', 'b']);
const LAYOUT = new Map([
  ['a', 0],
  ['b', 1],
]);

const config: FunnelConfig = {
  name: 'test',
  backfill: { perSession: 2, sessionsDone: 3 },
  research: { stopAtrs: 2, positionDollars: 1e6, participation: 0.1 },
  stages: STAGE_NAMES.map((name, index) => ({
    name,
    title: name,
    meaning: name,
    condition: parseCondition(
      index === 5
        ? { feature: 'b', crosses: 'above', value: 0, label: 'b turns' }
        : { feature: 'a', op: '>', value: index, label: `a over ${index}` },
      FEATURES,
    ).condition!,
  })),
};

t.test(
  'a stage is passed only after all before it, and the past is kept at a commit',
  async (t) => {
    const funnel = createFunnelEvaluator(config, LAYOUT);
    const state = new Float64Array(funnel.stateLength);
    const stage = (a: number, b: number): number =>
      funnel.evaluate(Float64Array.of(a, b), 0, state, 0);
    t.equal(stage(0, 1), 0);
    t.equal(stage(2.5, 1), 3);
    t.equal(stage(Number.NaN, 1), 0, 'what is not warm passes nothing');
    t.equal(stage(9, 1), 5, 'no past to cross from');
    funnel.commit(Float64Array.of(9, -1), 0, state, 0);
    t.equal(stage(9, 1), 6);
    const row = { values: Float64Array.of(1.5, 1), state, stateBase: 0 };
    t.match(changeReason(funnel, 0, 2, row), /a over 1 \(a = 1\.5\)/);
    t.match(changeReason(funnel, 5, 2, row), /no longer a over 2/);
    t.equal(changeReason(funnel, 5, 0, row), 'no bar this session', 'its conditions still hold');
    const cold = { ...row, values: Float64Array.of(Number.NaN, 1) };
    t.match(changeReason(funnel, 5, 0, cold), /not known a over 0/);
  },
);

t.test(
  'the backfill loads the most liquid first, never over its budget, once a session',
  async (t) => {
    const plan = emptyBackfill(12);
    const liquidity = Float64Array.from({ length: 12 }, (_, row) =>
      row === 11 ? Number.NaN : row,
    );
    const loadedBy = (date: number): number =>
      planSession(plan, config.backfill, date, (row) => row !== 9, liquidity);
    t.equal(loadedBy(20210101), 6);
    t.same(
      [...plan.loaded],
      [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0].map((f, row) => (row === 4 ? 1 : f)),
    );
    t.equal(loadedBy(20210101), 0, 'a session told twice spends nothing');
    t.equal(loadedBy(20210104), 2);
    t.equal(loadedBy(20210105), 2);
    t.equal(loadedBy(20210106), 0, 'all that is wanted is loaded');
    t.equal(plan.loadedCount, 10);
  },
);

t.test('changes fall into four kinds', async (t) => {
  const change = (row: number, fromStage: number, toStage: number) => ({
    row,
    fromStage,
    toStage,
    why: '',
  });
  const diff = diffOf([change(0, 0, 2), change(1, 3, 0), change(2, 1, 4), change(3, 5, 2)]);
  t.same(
    [diff.entered, diff.left, diff.promoted, diff.demoted].map((kind) =>
      kind.map(({ row }) => row),
    ),
    [[0], [1], [2], [3]],
  );
  t.match(countStages(Uint8Array.of(0, 1, 6, 3)), { hygiene: 3, structural: 2, confirmed: 1 });
});

t.test('the actor counts each point once and plans only at a close', async (t) => {
  const behaviour = createFunnelBehaviour(config, 3);
  let state = behaviour.initial('us');
  const turn = new TurnRecorder();
  const send = (message: FunnelMessage) => {
    turn.begin(
      'funnel/us',
      0,
      'test',
      () => {},
      () => 0,
    );
    behaviour.receive(state, message, turn);
    return turn.effects;
  };
  t.match(send({ kind: 'show_funnel' }), [{ kind: 'refuse' }]);
  const point = (pointIndex: number, isClose: boolean): FunnelMessage => ({
    kind: 'point_summarised',
    pointIndex,
    isClose,
    date: 20210104,
    stages: Uint8Array.of(1, 6, 0),
    liquidity: Float64Array.of(1, 2, 3),
  });
  t.match(send(point(0, false)), [
    { event: { counts: { hygiene: 2, confirmed: 1 }, loadedCount: 0 } },
  ]);
  t.same(send(point(0, false)), []);
  t.match(send(point(1, true)), [{ event: { loadedCount: 2, isClose: true } }]);
  t.match(send({ kind: 'show_funnel' }), [{ kind: 'reply' }]);
  state = behaviour.decode(behaviour.encode(state), 1);
  t.equal(state.backfill.loadedCount, 2);
  t.same(send(point(1, true)), [], 'a copy remembers where it was');
  behaviour.evolve(state, undefined as never);
});

t.test('a narrative is written from the numbers of the row', async (t) => {
  const values: Readonly<Record<string, number>> = {
    close: 100,
    atr_14: 2,
    dollar_volume_20: 5e6,
    sma_20: 90,
    bb_bandwidth_pct_120: 0.1,
    relative_volume_20: 1.5,
    rsi_14: 60,
    adx_14: 25,
    realised_vol_20: 0.3,
    drawdown_252: -0.05,
    gap: 0.01,
    rs_63: -3,
    ret_1: 0.02,
    high_252_distance: -0.01,
    close_location: 0.9,
    macd_histogram: 0.5,
  };
  const held = [
    { symbol: 'X', correlation: 0.2 },
    { symbol: 'Y', correlation: -0.7 },
  ];
  const { text, figures } = narrate('ABC', (name) => values[name]!, held, config.research);
  t.match(text, /ABC closed at \$100\.00, 2\.0 % on the day and 3\.0 points behind/);
  t.match(text, /stretched: 5\.0 ATR/);
  t.match(text, /would take 2\.00 days/);
  t.match(figures.find(({ name }) => name === 'stop')?.value, /\$96\.00 \(4\.0 % below\)/);
  t.match(figures.find(({ name }) => name === 'correlation')?.value, /-0\.70 with Y/);
  const calm = narrate(
    'ABC',
    (name) => ({ ...values, sma_20: 99, rs_63: 1, dollar_volume_20: 9e9 })[name]!,
    [],
    config.research,
  );
  t.match(calm.text, /not stretched.*within a day.*nothing held/s);
});
