// The funnel of a running system: where each symbol stands now, and why.

import { create } from '@bufbuild/protobuf';
import { createFunnelEvaluator, type FunnelEvaluator } from '../../../actors/funnel/index.js';
import { HEADER_SLOTS, STAGE_COLUMN } from '../../../actors/market/index.js';
import {
  type Explanation,
  ExplanationSchema,
  type FunnelSnapshot,
  FunnelSnapshotSchema,
  LeafSchema,
  MemberSchema,
  StageCountsSchema,
  StageExplanationSchema,
  StageInfoSchema,
} from '../../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import { unknownSymbol } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import type { FunnelView } from './funnel-view.js';

/** Reads stages from shared memory, and what the shards have told from the view. */
export class FunnelPart {
  readonly #market: Market;
  readonly #funnelView: FunnelView;
  readonly #evaluator: FunnelEvaluator;

  constructor(market: Market, view: FunnelView) {
    this.#market = market;
    this.#funnelView = view;
    this.#evaluator = createFunnelEvaluator(market.options.funnel, market.columns.layout);
  }

  /** Stages, members, days and survivors. */
  snapshot(): FunnelSnapshot {
    const market = this.#market;
    const { columns, file, options } = market;
    const stages = columns.column(STAGE_COLUMN);
    const closes = columns.column('close');
    const changes = columns.column('ret_1');
    const members = file.bars.symbols
      .map((symbol, row) =>
        create(MemberSchema, {
          symbol,
          stage: stages[row]! || 0,
          last: closes[row]!,
          change: changes[row]!,
        }),
      )
      .filter((member) => member.stage > 0)
      .sort((a, b) => b.stage - a.stage || (a.symbol < b.symbol ? -1 : 1));
    const counts = options.funnel.stages.map(
      (_stage, index) => members.filter((member) => member.stage > index).length,
    );
    const named = Object.fromEntries(
      options.funnel.stages.map((stage, index) => [stage.name, counts[index]!]),
    );
    return create(FunnelSnapshotSchema, {
      date: market.sequencer.date,
      universe: file.bars.symbols.length,
      counts: create(StageCountsSchema, named),
      stages: options.funnel.stages.map(({ name, title, meaning }) =>
        create(StageInfoSchema, { name, title, meaning }),
      ),
      members,
      days: [...this.#funnelView.days],
      survivors: [...this.#funnelView.survivors()],
      stamp: this.#funnelView.stamp,
      outsideTicks: BigInt(market.sequencer.outsidePrints),
    });
  }

  /** Every condition of every stage for one symbol. Errors: `market.unknown_symbol`. */
  explain(symbol: string): Answer<Explanation> {
    const market = this.#market;
    const row = market.rowOf.get(symbol.toUpperCase());
    if (row === undefined) return unknownSymbol(symbol);
    const values = new Float64Array(market.columns.names.length);
    market.columns.readRow(row, values);
    const featureSlots = market.stride - this.#evaluator.stateLength - HEADER_SLOTS;
    const view = {
      values,
      state: new Float64Array(market.memory.state),
      stateBase: row * market.stride + HEADER_SLOTS + featureSlots,
    };
    const stage = values[market.columns.indexOf(STAGE_COLUMN)]! || 0;
    const name = market.file.bars.symbols[row]!;
    const narrative = this.#funnelView.narrative(name);
    return {
      ok: true,
      value: create(ExplanationSchema, {
        symbol: name,
        stage,
        stages: market.options.funnel.stages.map((config, index) =>
          create(StageExplanationSchema, {
            stage: config.name,
            passed: index < stage,
            leaves: this.#evaluator.explain(index, view).map((leaf) => create(LeafSchema, leaf)),
          }),
        ),
        ...(narrative === undefined ? {} : { narrative }),
      }),
    };
  }
}
