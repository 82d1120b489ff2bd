// Ingest over SP sockets: packed frames decoded, malformed ones counted by reason and kept.

import { type FrameSocket, openFrameSocket, type SocketKind } from '../../engine/index.js';
import { PACKED_FRAME, PACKED_PRINT } from '../../proto/frames/market.js';
import type { IngestBatch, SluicePort } from '../app/port.js';

/** Malformed frames whose heads are kept. */
const KEPT_MAX = 100;

/** Frames that may wait for the market before new ones are dropped and counted. */
const WAITING_MAX = 1_000;

/** What became of frames. */
export interface NngCounters {
  frames: number;
  prints: number;
  gaps: number;
  dropped: number;
  readonly malformed: Record<string, number>;
  readonly kept: { readonly reason: string; readonly head: string }[];
}

/** Binds a socket and feeds its frames to the market. Errors: `nng.*`. */
export function startNngIngest(
  port: SluicePort,
  kind: SocketKind,
  url: string,
): { readonly counters: NngCounters; readonly socket: FrameSocket } {
  const counters: NngCounters = {
    frames: 0,
    prints: 0,
    gaps: 0,
    dropped: 0,
    malformed: {},
    kept: [],
  };
  let waiting = 0;
  const refuse = (reason: string, frame: Buffer): void => {
    note(counters, reason, frame);
    port.market.refuseFrame(reason);
  };
  const onFrame = (frame: Buffer): void => {
    counters.frames++;
    const batch = decodeFrame(frame, `nng-${kind}`);
    if (typeof batch === 'string') {
      refuse(batch, frame);
      return;
    }
    if (waiting >= WAITING_MAX) {
      counters.dropped++;
      port.market.refuseFrame('dropped');
      return;
    }
    waiting++;
    void port.market
      .ingest(batch)
      .then(
        (outcome) => {
          // The reason behind the area: `repeated` of `ingest.repeated`.
          if (!outcome.ok) refuse(outcome.refusal.code.replace(/^.*\./, ''), frame);
          else {
            counters.prints += outcome.value.accepted;
            counters.gaps += outcome.value.gaps;
          }
        },
        () => refuse('not_recorded', frame),
      )
      .finally(() => {
        waiting--;
      });
  };
  const socket = openFrameSocket({ kind, url, frameBytesMax: PACKED_FRAME.bytesMax, onFrame });
  return { counters, socket };
}

/** A frame as a batch, or the reason why it is not one. */
export function decodeFrame(frame: Buffer, source: string): IngestBatch | string {
  const { headBytes, magic, count, sequenceLow, sequenceHigh, symbolsBytes } = PACKED_FRAME;
  if (frame.length < headBytes) return 'short_head';
  if (frame.readUInt32LE(0) !== magic) return 'wrong_magic';
  const names = frame.readUInt32LE(symbolsBytes);
  const prints = frame.readUInt32LE(count) * PACKED_PRINT.bytes;
  if (names % 8 !== 0) return 'unaligned_symbols';
  if (frame.length !== headBytes + names + prints) return 'wrong_length';
  const symbols = frame
    .toString('utf8', headBytes, headBytes + names)
    .replace(/\0+$/, '')
    .split(',');
  const sequence =
    (BigInt(frame.readUInt32LE(sequenceHigh)) << 32n) | BigInt(frame.readUInt32LE(sequenceLow));
  return { source, sequence, symbols, prints: frame.subarray(headBytes + names) };
}

function note(counters: NngCounters, reason: string, frame: Buffer): void {
  counters.malformed[reason] = (counters.malformed[reason] ?? 0) + 1;
  counters.kept.push({ reason, head: frame.toString('hex', 0, 32) });
  if (counters.kept.length > KEPT_MAX) counters.kept.shift();
}
