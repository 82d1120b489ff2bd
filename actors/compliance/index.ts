// The door of the compliance module: wash sales and day trading.

export {
  countDayTrades,
  type DayOfTrades,
  FINRA_PATTERN_RULE,
  type PatternDayTrader,
  type PatternRule,
  type PatternRuleStatus,
  patternDayTrader,
  patternRuleStatus,
} from './day-trading.js';
export { verifyComplianceCase } from './verify.js';
export {
  type ReplacedLot,
  type WashedSale,
  type WashSaleConventions,
  type WashSales,
  type WashTrade,
  washSales,
} from './wash-sale.js';
