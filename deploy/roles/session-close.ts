// What a shard tells its owner at a session's close: changes of stage explained, and survivors.

import { changeReason, STAGE_NAMES } from '../../actors/funnel/index.js';
import type { OpenPoint } from './point-steps.js';
import type { ShardMarket } from './shard-market.js';
import type { ExplainedChange, FromShard } from './shard-messages.js';

/** Closes the session of a shard's rows and posts what came of it. */
export function closeRows(
  market: ShardMarket,
  { index, date, dayIndex }: OpenPoint,
  post: (message: FromShard) => void,
): void {
  const { plane, columns, funnel, state } = market;
  const copyRow = (row: number): Float64Array => {
    const values = new Float64Array(columns.names.length);
    columns.readRow(row, values);
    return values;
  };
  const { stages } = market.recordOf(index);
  const survivors = Array.from(plane.rows)
    .filter((row) => stages[row] === STAGE_NAMES.length)
    .map((row) => ({ row, values: copyRow(row) }));
  const changes: ExplainedChange[] = [];
  plane.closeSession((row, fromStage, toStage) => {
    const view = { values: copyRow(row), state, stateBase: plane.funnelStateAt(row) };
    const why = changeReason(funnel, fromStage, toStage, view);
    changes.push({ row, fromStage, toStage, why });
  });
  post({ kind: 'changes', date, changes });
  post({ kind: 'survivors', date, dayIndex, rows: survivors });
}
