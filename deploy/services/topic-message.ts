// Server messages in the client's form; what is the same for many clients is encoded once.

import { create, toJsonString } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { encoderOf } from '../../engine/index.js';
import {
  ErrorSchema,
  PongSchema,
  type ServerMessage,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import type { RoundMemory } from './round-memory.js';
import type { Reading } from './topic-reading.js';

/** The field of a server's message that encoded payloads go into. */
const QUOTES_FIELD = ServerMessageSchema.field.quotes.number;

const toBytes = encoderOf(ServerMessageSchema);

/** JSON text or binary protobuf, as the client's latest message was. */
export type Form = 'json' | 'binary';

/** What differs between clients that are told the same. */
export interface Stamped {
  readonly topic: string;
  readonly sequence: number;
}

/** The message that is being sent: quotes fill tens of megabytes a second, as garbage a burden. */
let outgoing = Buffer.allocUnsafe(64 * 1024);

/** A payload that is encoded once for each form, however many clients it goes to. */
export class SharedPayload {
  readonly #reading: Reading;
  readonly #memory: RoundMemory;
  #json: string | undefined;
  /** The encoded payload: its field's head, where that stands apart, and what the field holds. */
  #parts: readonly Uint8Array[] | undefined;

  /** It is for one round of the memory, which it is encoded into. */
  constructor(reading: Reading, memory: RoundMemory) {
    this.#reading = reading;
    this.#memory = memory;
  }

  /** The whole message of one client. Bytes are to be sent or copied before the next message. */
  message(form: Form, stamped: Stamped): string | Uint8Array {
    return form === 'json' ? this.#jsonFor(stamped) : this.#bytesFor(stamped);
  }

  #jsonFor({ topic, sequence }: Stamped): string {
    this.#json ??= toJsonString(ServerMessageSchema, this.#message());
    const snapshot = sequence === 1 ? '"snapshot":true,' : '';
    // Topics are our own plain words. The payload's JSON is `{"its name":...}`, never empty.
    return `{"topic":"${topic}","sequence":${sequence},${snapshot}${this.#json.slice(1)}`;
  }

  #bytesFor({ topic, sequence }: Stamped): Uint8Array {
    // Encoded fields may stand in any order and in pieces: parts joined are the message.
    this.#parts ??= this.#encoded();
    const snapshot = sequence === 1;
    const head = create(ServerMessageSchema, { topic, sequence, snapshot });
    return joined([toBytes(head), ...this.#parts]);
  }

  #message(): ServerMessage {
    return create(ServerMessageSchema, { payload: this.#reading.payload() });
  }

  #encoded(): Uint8Array[] {
    const bytes = this.#reading.bytes?.((length) => this.#memory.take(length));
    if (bytes === undefined) return [toBytes(this.#message())];
    const head = new BinaryWriter().tag(QUOTES_FIELD, WireType.LengthDelimited);
    return [head.uint32(bytes.length).finish(), bytes];
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > outgoing.length) outgoing = Buffer.allocUnsafe(2 * length);
  let at = 0;
  for (const part of parts) {
    outgoing.set(part, at);
    at += part.length;
  }
  return outgoing.subarray(0, length);
}

/** An error in the client's form; `topic` where it concerns one. */
export function errorMessage(
  form: Form,
  topic: string,
  code: string,
  text: string,
): string | Uint8Array {
  return encode(form, topic, { case: 'error', value: create(ErrorSchema, { code, text }) });
}

/** The answer to a ping. Units: microseconds, the client's own. */
export function pongMessage(form: Form, sentUs: number): string | Uint8Array {
  return encode(form, '', { case: 'pong', value: create(PongSchema, { sentUs }) });
}

function encode(form: Form, topic: string, payload: ServerMessage['payload']): string | Uint8Array {
  const message = create(ServerMessageSchema, { topic, payload });
  return form === 'json' ? toJsonString(ServerMessageSchema, message) : toBytes(message);
}
