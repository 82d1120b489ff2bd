// Rebuilds a book from a Binance capture and holds it against the exchange's own best prices.

import { ASK, BestCheck, BID, DepthBook } from '../../../actors/book/index.js';
import { BINANCE_DECIMALS, createLevels, parseBinanceLine } from './binance-line.js';
import type { DepthRecord } from './book-record.js';
import { type BookCheck, Reasons } from './check-result.js';
import { linesOf } from './lines.js';

/** Feeds the levels of one depth message to a book; true when it has changed and is in sync. */
function applyDepth(depthBook: DepthBook, record: DepthRecord): boolean {
  const { isSnapshot, previousId, lastId, levels, levelCount } = record;
  depthBook.begin(isSnapshot, previousId, lastId);
  for (let at = 0; at < levelCount * 3; at += 3) {
    depthBook.level(levels[at] === BID ? BID : ASK, levels[at + 1]!, levels[at + 2]!);
  }
  return depthBook.end();
}

/**
 * Checks one capture: the best bid and ask, with their sizes, after every depth event in sync
 * against the `bookTicker` in force at its update id. Errors: those of `linesOf`.
 */
export async function checkBinance(path: string): Promise<BookCheck> {
  const depthBook = new DepthBook();
  const check = new BestCheck();
  const reasons = new Reasons();
  const levels = createLevels();
  let trades = 0;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      const record = parseBinanceLine(line, levels);
      switch (record.kind) {
        case 'depth':
          if (applyDepth(depthBook, record)) check.booked(depthBook.lastId, depthBook.book);
          break;
        case 'best':
          check.told(record.id, record.bid, record.bidSize, record.ask, record.askSize);
          break;
        case 'trade':
          trades++;
          break;
        case 'rejected':
          reasons.count(record.reason);
          break;
      }
    }
  }
  check.finish();
  const { updates, resyncs, ...counters } = depthBook.counters;
  const { book } = depthBook;
  return {
    file: path,
    format: 'binance',
    updates,
    comparisons: check.comparisons,
    mismatches: check.mismatches,
    resyncs,
    details: {
      ...counters,
      trades,
      exactIds: check.exact,
      unchecked: check.unchecked,
      staleBests: check.stale,
      bidLevels: book.bids.count,
      askLevels: book.asks.count,
      levelsDropped: book.bids.dropped + book.asks.dropped,
    },
    rejectedByReason: reasons.counts,
    samples: check.samples.map(
      ({ id, booked, told }) => `update ${id}: expected ${shown(told)}, was ${shown(booked)}`,
    ),
  };
}

function shown(best: readonly number[]): string {
  const [bid, bidSize, ask, askSize] = best.map((value) => value / 10 ** BINANCE_DECIMALS);
  return `${bidSize} at ${bid} / ${askSize} at ${ask}`;
}
