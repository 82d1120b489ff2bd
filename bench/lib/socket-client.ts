// A small WebSocket client that stamps every frame's arrival before it looks inside.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { nowUs } from './clock.js';

/** A message and when its last byte came. */
export interface Received {
  readonly payload: Buffer;
  /** Units: microseconds of the machine's monotonic clock. */
  readonly atUs: number;
}

/** Cuts a stream of unmasked server frames into payloads. Source: RFC 6455, section 5.2. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Payloads of the frames that `chunk` completes. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const payloads: Buffer[] = [];
    for (;;) {
      const end = frameEnd(bytes);
      if (end === undefined || bytes.length < end.to) break;
      payloads.push(bytes.subarray(end.from, end.to));
      bytes = bytes.subarray(end.to);
    }
    this.#rest = bytes;
    return payloads;
  }
}

function frameEnd(bytes: Buffer): { readonly from: number; readonly to: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 127;
  const from = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < from) return undefined;
  if (short < 126) return { from, to: from + short };
  const size = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { from, to: from + size };
}

/** A connection. */
export class SocketClient {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Connects to a server on this machine. */
  static async open(
    port: number,
    path: string,
    onMessage: (received: Received) => void,
  ): Promise<SocketClient> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    let head = Buffer.alloc(0);
    const reader = new FrameReader();
    const take = (chunk: Buffer): void => {
      const atUs = nowUs();
      for (const payload of reader.push(chunk)) onMessage({ payload, atUs });
    };
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.on('close', () => reject(new Error('expected a WebSocket, the server closed')));
      const onHead = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onHead);
        const status = head.toString('latin1', 9, 12);
        if (status !== '101') reject(new Error(`expected 101, was ${status}`));
        socket.on('data', take);
        resolve();
        if (head.length > end + 4) take(head.subarray(end + 4));
      };
      socket.on('data', onHead);
    });
    return new SocketClient(socket);
  }

  /** Sends one binary message, masked as a client must. */
  send(payload: Uint8Array): void {
    const mask = randomBytes(4);
    const head =
      payload.length < 126
        ? Buffer.from([0x82, 0x80 | payload.length])
        : Buffer.from([0x82, 0xfe, payload.length >> 8, payload.length & 255]);
    const masked = Buffer.from(payload.map((byte, index) => byte ^ mask[index & 3]!));
    this.#socket.write(Buffer.concat([head, mask, masked]));
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy();
  }
}
