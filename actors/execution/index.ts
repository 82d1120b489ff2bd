// The door of the execution module: schedules, costs and measures of liquidity.

export { almgrenChriss, type LiquidationTerms, type Trajectory } from './almgren-chriss.js';
export {
  amihudIlliquidity,
  type Impact,
  type ImpactTerms,
  type KyleLambda,
  kyleLambda,
  type RollSpread,
  rollSpread,
  squareRootImpact,
} from './impact.js';
export { type TwapSchedule, twapSchedule, type VwapSchedule, vwapSchedule } from './schedule.js';
export {
  type ExecutedOrder,
  type ImplementationShortfall,
  implementationShortfall,
} from './shortfall.js';
export { type BarColumns, verifyExecutionCase } from './verify.js';
export { type Bucket, type SidedTrade, volumeBuckets, vpin } from './vpin.js';
