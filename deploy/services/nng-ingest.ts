// Ingest over SP sockets: packed frames decoded, refused ones counted by reason and put aside.

import { type FrameSocket, openFrameSocket, type SocketKind } from '../../engine/index.js';
import { PACKED_FRAME, PACKED_PRINT } from '../../proto/frames/market.js';
import type { IngestBatch, SluicePort } from '../app/port.js';

/** Frames that may wait for the market: PULL's senders are held up then, SUB's are dropped. */
export const WAITING_MAX = 500;

/** Frames that wait when PULL's senders may go on. */
const WAITING_FEW = WAITING_MAX / 2;

/** Bytes of a refused frame that are kept. */
const KEPT_BYTES = 32;

/** Binds a socket and feeds its frames to the market. Errors: `nng.*`. */
export function startNngIngest(port: SluicePort, kind: SocketKind, url: string): FrameSocket {
  const name = `nng-${kind}`;
  let waiting = 0;
  const refuse = (reason: string, frame: Buffer, source = name): void => {
    port.market.refuseFrame({ reason, source, head: frame.toString('hex', 0, KEPT_BYTES) });
  };
  const onFrame = (frame: Buffer): void => {
    const batch = decodeFrame(frame, name);
    if (typeof batch === 'string') {
      refuse(batch, frame);
      return;
    }
    // What has come of PULL before its brake held has been sent, and is not lost.
    if (waiting >= WAITING_MAX && kind === 'sub') {
      refuse('dropped', frame, batch.source);
      return;
    }
    waiting++;
    if (waiting >= WAITING_MAX && kind === 'pull') socket.pause();
    void port.market
      .ingest(batch)
      .then(
        (outcome) => {
          // The reason behind the area: `repeated` of `ingest.repeated`.
          if (!outcome.ok) refuse(outcome.refusal.code.replace(/^.*\./, ''), frame, batch.source);
        },
        () => refuse('not_recorded', frame, batch.source),
      )
      .finally(() => {
        waiting--;
        if (waiting <= WAITING_FEW) socket.resume();
      });
  };
  const socket = openFrameSocket({
    kind,
    url,
    frameBytesMax: PACKED_FRAME.heardBytesMax,
    onFrame,
    onError: ({ message }) => refuse('socket_failed', Buffer.from(message)),
  });
  return socket;
}

/** A frame as a batch, its source told apart by publisher, or the reason why it is not one. */
export function decodeFrame(frame: Buffer, source: string): IngestBatch | string {
  const { headBytes, magic, count, symbolsBytes } = PACKED_FRAME;
  if (frame.length < headBytes) return 'short_head';
  if (frame.length > PACKED_FRAME.bytesMax) return 'too_long';
  if (frame.readUInt32LE(0) !== magic) return 'wrong_magic';
  const names = frame.readUInt32LE(symbolsBytes);
  const prints = frame.readUInt32LE(count) * PACKED_PRINT.bytes;
  if (names % 8 !== 0) return 'unaligned_symbols';
  if (frame.length !== headBytes + names + prints) return 'wrong_length';
  const symbols = frame
    .toString('utf8', headBytes, headBytes + names)
    .replace(/\0+$/, '')
    .split(',');
  const high = BigInt(frame.readUInt32LE(PACKED_FRAME.sequenceHigh));
  const sequence = (high << 32n) | BigInt(frame.readUInt32LE(PACKED_FRAME.sequenceLow));
  const publisher = frame.readUInt32LE(PACKED_FRAME.publisher);
  return {
    source: publisher === 0 ? source : `${source}-${publisher}`,
    sequence,
    symbols,
    prints: frame.subarray(headBytes + names),
  };
}
