// The thread of a WebSocket client: it notes what comes, and looks inside of nothing.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { nowUs } from './clock.js';
import { type LogMemory, LogWriter } from './socket-log.js';

/** What the thread is told to do. */
export interface SocketTask {
  readonly port: number;
  readonly path: string;
  /** The one message that it sends. */
  readonly message: Uint8Array;
  readonly log: LogMemory;
}

/** Bytes of one read at most. */
const READ_BYTES = 64 * 1024;

// `SocketListener` alone starts this file.
const { port, path, message, log } = workerData as SocketTask;
const writer = new LogWriter(log);
let head: Buffer | undefined = Buffer.alloc(0);

/** Takes what was read, which stands in a buffer that the next read fills again. */
function take(length: number, read: Buffer): void {
  if (head === undefined) {
    writer.note(read, length, nowUs());
    return;
  }
  head = Buffer.concat([head, read.subarray(0, length)]);
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) return;
  const status = head.toString('latin1', 9, 12);
  if (status !== '101') throw new Error(`expected 101, was ${status}`);
  const rest = head.subarray(end + 4);
  head = undefined;
  writer.note(rest, rest.length, nowUs());
  socket.write(masked(message));
  parentPort?.postMessage('open');
}

/** One binary message, masked as a client must. Source: RFC 6455, section 5.2. */
function masked(payload: Uint8Array): Buffer {
  const mask = randomBytes(4);
  const start =
    payload.length < 126
      ? Buffer.from([0x82, 0x80 | payload.length])
      : Buffer.from([0x82, 0xfe, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([start, mask, payload.map((byte, index) => byte ^ mask[index & 3]!)]);
}

const socket: Socket = connect({
  ...{ port, host: '127.0.0.1', noDelay: true },
  onread: {
    buffer: Buffer.alloc(READ_BYTES),
    callback(length, read) {
      // The buffer that was given above.
      take(length, read as Buffer);
      return true;
    },
  },
});
const key = randomBytes(16).toString('base64');
socket.write(
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
    `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
);
let isEnding = false;
socket.on('close', () => {
  if (!isEnding) throw new Error('expected a WebSocket, the server closed');
});
parentPort?.once('message', () => {
  isEnding = true;
  socket.destroy();
});
