// A WebSocket client of raw TCP: for Node 20 has none of its own, and this one can misbehave.

import { connect, type Socket } from 'node:net';

/** Source: RFC 6455, 5.2. */
export const OPCODE = { text: 1, binary: 2, close: 8 } as const;

/** One client. */
export interface RawSocket {
  readonly socket: Socket;
  /** The HTTP status that the upgrade was answered with. */
  readonly opened: Promise<string>;
  /** The close frame's code, or 0 where the connection ended without one. */
  readonly closed: Promise<number>;
  /** The payload of the next frame; `closed` once there is none. */
  next(): Promise<string>;
  /** The next frame's payload as bytes. */
  nextBytes(): Promise<Buffer>;
  /** Sends one masked frame: text or binary by what is given. */
  send(data: string | Uint8Array): void;
}

/** A frame's head of a client, masked with zeros. */
export function frameHead(opcode: number, payloadBytes: number): Buffer {
  const head = Buffer.alloc(payloadBytes < 126 ? 6 : payloadBytes < 65_536 ? 8 : 14);
  head[0] = 0x80 | opcode;
  if (payloadBytes < 126) head[1] = 0x80 | payloadBytes;
  else if (payloadBytes < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(payloadBytes, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  return head;
}

/** Takes whole frames of a server off the front of a buffer; returns what is left. */
function takeFrames(buffered: Buffer, onFrame: (opcode: number, payload: Buffer) => void): Buffer {
  for (let rest = buffered; ; ) {
    if (rest.length < 2) return rest;
    const short = rest[1]! & 127;
    const at = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (rest.length < at) return rest;
    const size =
      short === 127
        ? Number(rest.readBigUInt64BE(2))
        : short === 126
          ? rest.readUInt16BE(2)
          : short;
    if (rest.length < at + size) return rest;
    onFrame(rest[0]! & 15, rest.subarray(at, at + size));
    rest = rest.subarray(at + size);
  }
}

/** Connects and asks for the upgrade. */
export function openSocket(port: number, path = '/ws', origin = ''): RawSocket {
  const socket = connect(port, '127.0.0.1');
  const frames: Buffer[] = [];
  const waiting: ((frame: Buffer) => void)[] = [];
  let buffered = Buffer.alloc(0);
  let isOpen = false;
  let isClosed = false;
  let closeCode = 0;
  // An error is followed by a close, which is what a test looks at.
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => {
    socket.on('close', () => {
      isClosed = true;
      for (const wake of waiting.splice(0)) wake(Buffer.from('closed'));
      resolve(closeCode);
    });
  });
  const onFrame = (opcode: number, payload: Buffer): void => {
    if (opcode === OPCODE.close) {
      closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 0;
      return;
    }
    const wake = waiting.shift();
    if (wake === undefined) frames.push(payload);
    else wake(payload);
  };
  const opened = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      if (!isOpen) {
        const end = buffered.indexOf('\r\n\r\n');
        if (end < 0) return;
        isOpen = true;
        resolve(buffered.toString('latin1', 9, 12));
        buffered = buffered.subarray(end + 4);
      }
      buffered = Buffer.from(takeFrames(buffered, onFrame));
    });
  });
  const origins = origin === '' ? '' : `Origin: ${origin}\r\n`;
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${origins}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const nextBytes = (): Promise<Buffer> => {
    const frame = frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (isClosed) return Promise.resolve(Buffer.from('closed'));
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  return {
    socket,
    opened,
    closed,
    nextBytes,
    next: async () => String(await nextBytes()),
    send(data) {
      const payload = typeof data === 'string' ? Buffer.from(data) : data;
      const opcode = typeof data === 'string' ? OPCODE.text : OPCODE.binary;
      socket.write(Buffer.concat([frameHead(opcode, payload.length), payload]));
    },
  };
}
