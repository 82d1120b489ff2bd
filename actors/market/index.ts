// The door of the market module.

export {
  type DailyBar,
  derivePrice,
  deriveSize,
  halfSpread,
  PRINTS_PER_BAR_MAX,
  PRINTS_PER_BAR_MIN,
} from './derived-path.js';
export {
  COLUMN,
  HISTORY_LOADED_COLUMN,
  marketColumnNames,
  PRINT_COLUMNS,
  ROW_FEATURES,
  rowFeaturesWith,
  STAGE_COLUMN,
} from './layout.js';
export {
  attachPointRecords,
  createPointRecords,
  POINTS_KEPT,
  POINTS_PER_SESSION,
  type PointRecord,
} from './point-record.js';
export {
  OUT_OF_ORDER,
  PRINT_REASONS,
  type PrintReason,
  PrintRules,
} from './print-rules.js';
export { SymbolPlane } from './symbol-plane.js';
export { HEADER_SLOTS, type RowPast, SLOT, stateLayout } from './symbol-state.js';
