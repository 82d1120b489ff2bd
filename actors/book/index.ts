// The door of the book module: order books and what they say of a market.

export { BestCheck, type BestDifference } from './best-check.js';
export { Book, LEVELS_MAX } from './book.js';
export { DepthBook, type DepthCounters } from './depth-book.js';
export { ASK, BID, Ladder, type Side } from './ladder.js';
export {
  isWhole,
  ORDERS_MAX,
  OrderBook,
  type OrderFaults,
  type OrderOutcome,
} from './order-book.js';
