// Allocates the memory that the shards of a market share.

import {
  type AlertRule,
  compileAlertRules,
  createAlertMemory,
} from '../../../actors/alerts/index.js';
import { createBreakers } from '../../../actors/breakers/index.js';
import { type Condition, featuresOf } from '../../../actors/conditions/index.js';
import { createFunnelEvaluator, type FunnelConfig } from '../../../actors/funnel/index.js';
import { type BoardConfig, createBoard } from '../../../actors/groups/index.js';
import {
  CATALOGUE,
  CROSS_FEATURES,
  createFeatureEngine,
  indicatorsAmong,
} from '../../../actors/indicators/index.js';
import {
  createPointRecords,
  marketColumnNames,
  rowFeaturesWith,
  stateLayout,
} from '../../../actors/market/index.js';
import { bookColumnsAmong, HAS_BOOK_COLUMN } from '../../../actors/microstructure/index.js';
import { createPatternEngine, patternsAmong } from '../../../actors/patterns/index.js';
import { createScenarioMatrix } from '../../../actors/risk/index.js';
import { Columns, createColumns, createGate } from '../../../engine/index.js';
import { createRowsWish } from '../../roles/row-news.js';
import { createSaves } from '../../roles/row-slices.js';
import type { SharedMarket } from '../../roles/shard-config.js';
import { ALERT_SPAN, watchedNames } from '../../roles/watched-names.js';
import { scenarioKernel } from './kernels.js';

/** Memory of a market, with the views of it that its owner reads through. */
export interface MarketMemory {
  readonly shared: SharedMarket;
  readonly columns: Columns;
  /** Float64 slots of one row's state. */
  readonly stride: number;
}

/** What memory is made for. */
export interface MemoryFor {
  readonly symbols: readonly string[];
  readonly shardCount: number;
  readonly funnel: FunnelConfig;
  readonly board: BoardConfig;
  readonly alerts: readonly AlertRule[];
  /** Days of returns that are kept; as many as risk needs where it is left out. */
  readonly returnSlots?: number | undefined;
}

/** Allocates; the past values of the funnel and of alert rules lie in the rows' state. */
export function createMarketMemory({
  symbols,
  shardCount,
  funnel,
  board,
  alerts,
  returnSlots,
}: MemoryFor): MarketMemory {
  const rowCount = symbols.length;
  const asked = conditionsOverRows(funnel, alerts).flatMap(featuresOf);
  const patterns = patternsAmong(asked);
  const indicators = indicatorsAmong(asked);
  const names = marketColumnNames(
    rowFeaturesWith(indicators).map((feature) => feature.name),
    CROSS_FEATURES.map((feature) => feature.name),
    [...bookColumnsAmong(asked), ...patterns],
  );
  const handle = createColumns(names, rowCount);
  const columns = new Columns(handle);
  const hasBook = columns.layout.get(HAS_BOOK_COLUMN);
  for (let row = 0; hasBook !== undefined && row < rowCount; row++) {
    columns.values[row * columns.stride + hasBook] = 0;
  }
  const evaluator = createFunnelEvaluator(funnel, columns.layout);
  const sets = compileAlertRules(alerts, columns.layout);
  const { stride } = stateLayout(
    createFeatureEngine([...CATALOGUE, ...indicators]),
    createPatternEngine({ asked: patterns }),
    evaluator,
    sets.symbol,
  );
  const shared: SharedMarket = {
    columns: handle,
    state: new SharedArrayBuffer(rowCount * stride * 8),
    saves: createSaves(rowCount, stride, columns.stride),
    records: touched(createPointRecords(rowCount)),
    matrix: createScenarioMatrix(rowCount, shardCount, scenarioKernel(), returnSlots),
    gate: createGate(shardCount),
    board: createBoard(board, rowCount),
    breakers: createBreakers(rowCount),
    alerts: createAlertMemory(sets, watchedNames(board, symbols), ALERT_SPAN),
    rowsWish: createRowsWish(),
  };
  return { shared, columns, stride };
}

/** Conditions that read rows: of the funnel, and of rules over symbols. */
function conditionsOverRows(funnel: FunnelConfig, alerts: readonly AlertRule[]): Condition[] {
  const stages = funnel.stages.map(({ condition }) => condition);
  const rules = alerts.filter(({ scope }) => scope === 'symbol');
  return [...stages, ...rules.flatMap(({ when, release }) => [when, release])];
}

/** Bytes of a page of memory. */
const PAGE_BYTES = 4096;

/**
 * Memory that is there: without it the first points of a run would each wait for some thirty pages,
 * a few microseconds a page.
 */
function touched(memory: SharedArrayBuffer): SharedArrayBuffer {
  const bytes = new Uint8Array(memory);
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 0;
  return memory;
}
