// Server messages in the client's form; what is the same for many clients is encoded once.

import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import {
  ErrorSchema,
  PongSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import type { Payload } from './topic-reading.js';

/** JSON text or binary protobuf, as the client's latest message was. */
export type Form = 'json' | 'binary';

/** What differs between clients that are told the same. */
export interface Stamped {
  readonly topic: string;
  readonly sequence: number;
}

/** A payload that is encoded once for each form, however many clients it goes to. */
export class SharedPayload {
  readonly #payload: Payload;
  #json: string | undefined;
  #bytes: Uint8Array | undefined;

  constructor(payload: Payload) {
    this.#payload = payload;
  }

  /** The whole message of one client. */
  message(form: Form, stamped: Stamped): string | Uint8Array {
    return form === 'json' ? this.#jsonFor(stamped) : this.#bytesFor(stamped);
  }

  #jsonFor({ topic, sequence }: Stamped): string {
    const message = create(ServerMessageSchema, { payload: this.#payload });
    this.#json ??= toJsonString(ServerMessageSchema, message);
    const snapshot = sequence === 1 ? '"snapshot":true,' : '';
    // Topics are our own plain words. The payload's JSON is `{"its name":...}`, never empty.
    return `{"topic":"${topic}","sequence":${sequence},${snapshot}${this.#json.slice(1)}`;
  }

  #bytesFor({ topic, sequence }: Stamped): Uint8Array {
    // Encoded fields may stand in any order and in pieces: two halves joined are the message.
    this.#bytes ??= toBinary(
      ServerMessageSchema,
      create(ServerMessageSchema, { payload: this.#payload }),
    );
    const snapshot = sequence === 1;
    const head = create(ServerMessageSchema, { topic, sequence, snapshot });
    return Buffer.concat([toBinary(ServerMessageSchema, head), this.#bytes]);
  }
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

function encode(form: Form, topic: string, payload: Payload): string | Uint8Array {
  const message = create(ServerMessageSchema, { topic, payload });
  return form === 'json'
    ? toJsonString(ServerMessageSchema, message)
    : toBinary(ServerMessageSchema, message);
}
