// Records as packed prints: the batches of ingest and the frames of nanomsg sockets.

import { PACKED_FRAME, PACKED_PRINT } from '../../../proto/frames/market.js';
import type { TradeRecord } from './record.js';

/** A trade with the quote beside it; 0 where a side is not known. */
export interface Print {
  readonly trade: TradeRecord;
  readonly bid: number;
  readonly ask: number;
}

/** Prints as bytes, and the names that their indexes stand for. */
export interface PackedBatch {
  readonly symbols: readonly string[];
  readonly prints: Buffer<ArrayBuffer>;
}

/** Packs prints, in their order. */
export function packPrints(prints: readonly Print[]): PackedBatch {
  const indexes = new Map<string, number>();
  const bytes = Buffer.alloc(prints.length * PACKED_PRINT.bytes);
  prints.forEach(({ trade, bid, ask }, row) => {
    const at = row * PACKED_PRINT.bytes;
    let index = indexes.get(trade.symbol);
    if (index === undefined) {
      index = indexes.size;
      indexes.set(trade.symbol, index);
    }
    bytes.writeUInt32LE(index, at + PACKED_PRINT.symbolIndex);
    bytes.writeDoubleLE(trade.timeUs, at + PACKED_PRINT.timeUs);
    bytes.writeDoubleLE(trade.price, at + PACKED_PRINT.price);
    bytes.writeDoubleLE(trade.size, at + PACKED_PRINT.size);
    bytes.writeDoubleLE(bid, at + PACKED_PRINT.bid);
    bytes.writeDoubleLE(ask, at + PACKED_PRINT.ask);
  });
  return { symbols: [...indexes.keys()], prints: bytes };
}

/** A batch as a numbered frame of a nanomsg socket. */
export function packFrame({ symbols, prints }: PackedBatch, sequence: bigint): Buffer<ArrayBuffer> {
  const names = Buffer.from(symbols.join(','));
  const nameBytes = Math.ceil(names.length / 8) * 8;
  const frame = Buffer.alloc(PACKED_FRAME.headBytes + nameBytes + prints.length);
  frame.writeUInt32LE(PACKED_FRAME.magic, 0);
  frame.writeUInt32LE(prints.length / PACKED_PRINT.bytes, PACKED_FRAME.count);
  frame.writeUInt32LE(Number(sequence & 0xffff_ffffn), PACKED_FRAME.sequenceLow);
  frame.writeUInt32LE(Number(sequence >> 32n), PACKED_FRAME.sequenceHigh);
  frame.writeUInt32LE(nameBytes, PACKED_FRAME.symbolsBytes);
  names.copy(frame, PACKED_FRAME.headBytes);
  prints.copy(frame, PACKED_FRAME.headBytes + nameBytes);
  return frame;
}
