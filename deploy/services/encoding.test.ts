// Encoder and decoder do what the package's own do, for each of our messages and any values.

import { isDeepStrictEqual } from 'node:util';
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, StructSchema } from '@bufbuild/protobuf/wkt';
import fc, { type Arbitrary } from 'fast-check';
import t from 'tap';
import { decoderOf, encoderOf } from '../../engine/index.js';
import { file_sluice_book_v1_book } from '../../proto/gen/sluice/book/v1/book_pb.js';
import { file_sluice_funnel_v1_funnel } from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import { file_sluice_gateway_v1_gateway } from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import {
  type FeedStatus,
  FeedStatusSchema,
  file_sluice_market_v1_market,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import { file_sluice_portfolio_v1_portfolio } from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { file_sluice_quality_v1_quality } from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import {
  AlertSchema,
  CheckOrderRequestSchema,
  file_sluice_risk_v1_risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { file_sluice_supervision_v1_supervision } from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';

const FILES = [
  file_sluice_book_v1_book,
  file_sluice_funnel_v1_funnel,
  file_sluice_gateway_v1_gateway,
  file_sluice_market_v1_market,
  file_sluice_portfolio_v1_portfolio,
  file_sluice_quality_v1_quality,
  file_sluice_risk_v1_risk,
  file_sluice_supervision_v1_supervision,
];

/** Of fields that a schema does not name nothing is kept. */
const KNOWN = { readUnknownFields: false } as const;

/** Messages within messages, at most. */
const DEPTH_MAX = 3;

/** Texts of one length byte and of two, of ASCII and of all characters. */
const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.string({ maxLength: 4, unit: 'binary' }),
  fc.constant('x'.repeat(20_000)),
);

const SCALARS: ReadonlyMap<ScalarType | undefined, Arbitrary<unknown>> = new Map<
  ScalarType | undefined,
  Arbitrary<unknown>
>([
  [ScalarType.STRING, texts],
  [ScalarType.BYTES, fc.uint8Array({ maxLength: 300 })],
  [ScalarType.BOOL, fc.boolean()],
  [ScalarType.DOUBLE, fc.double()],
  [ScalarType.INT32, fc.integer()],
  [ScalarType.UINT32, fc.nat(2 ** 32 - 1)],
  [ScalarType.INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [ScalarType.UINT64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
]);

function anyOf(field: DescField, depth: number): Arbitrary<unknown> {
  if (field.message !== undefined) return messageOf(field.message, depth + 1);
  if (field.enum !== undefined) return fc.integer({ min: -1, max: 5 });
  return SCALARS.get(field.scalar)!;
}

function fieldOf(field: DescField, depth: number): Arbitrary<unknown> {
  const value = anyOf(field, depth);
  if (field.fieldKind === 'list') return fc.array(value, { maxLength: 3 });
  if (field.fieldKind === 'map') return fc.dictionary(fc.string(), value, { maxKeys: 3 });
  return value;
}

/** Any message of a schema: each field set or not, of a oneof one or none. */
function messageOf(schema: DescMessage, depth = 0): Arbitrary<Message> {
  const isDeep = depth >= DEPTH_MAX;
  const fields = schema.fields.filter(
    ({ oneof, message }) => oneof === undefined && !(isDeep && message !== undefined),
  );
  const record = fc.record(
    Object.fromEntries(fields.map((field) => [field.localName, fieldOf(field, depth)])),
    { requiredKeys: [] },
  );
  const oneofs = schema.oneofs.map(({ localName, fields: cases }) => {
    const chosen = cases.filter(({ message }) => !(isDeep && message !== undefined));
    const ways = chosen.map((one) =>
      anyOf(one, depth).map((value) => ({ case: one.localName, value })),
    );
    return fc.option(fc.oneof(fc.constant(undefined), ...ways)).map((one) => [localName, one]);
  });
  return fc.tuple(record, fc.tuple(...oneofs)).map(([init, chosen]) => {
    const ones = chosen.filter(([, one]) => one !== null && one !== undefined);
    return create(schema, { ...init, ...Object.fromEntries(ones) });
  });
}

for (const file of FILES) {
  t.test(`all messages of ${file.name}`, async (t) => {
    for (const schema of file.messages) {
      const encode = encoderOf(schema);
      const decode = decoderOf(schema);
      fc.assert(
        fc.property(messageOf(schema), (message) => {
          const bytes = Buffer.from(toBinary(schema, message));
          return (
            encode(message).equals(bytes) &&
            isDeepStrictEqual(decode(bytes), fromBinary(schema, bytes, KNOWN))
          );
        }),
        { numRuns: 15, seed: 20210104 },
      );
      t.pass(schema.name);
    }
  });
}

t.test('any bytes are the same message, or refused alike', async (t) => {
  const outcomeOf = (act: () => Message): unknown => {
    try {
      return act();
    } catch (error) {
      return error instanceof Error;
    }
  };
  for (const schema of FILES.flatMap(({ messages }) => messages)) {
    const decode = decoderOf(schema);
    const anything = fc.tuple(messageOf(schema), fc.uint8Array({ maxLength: 12 }), fc.nat());
    fc.assert(
      fc.property(anything, ([message, noise, at]) => {
        // A whole message twice, which joins its parts, and noise somewhere in it.
        const whole = toBinary(schema, message);
        const bytes = Buffer.concat([whole, whole]);
        bytes.set(noise.subarray(0, bytes.length), at % Math.max(1, bytes.length - noise.length));
        return isDeepStrictEqual(
          outcomeOf(() => decode(bytes)),
          outcomeOf(() => fromBinary(schema, bytes, KNOWN)),
        );
      }),
      { numRuns: 30, seed: 20210104 },
    );
  }
  t.pass('for all schemas');
});

t.test('of fields of a newer sender nothing is kept, however many they are', async (t) => {
  const newer = create(AlertSchema, { id: 'a', text: 'b' });
  // An order has no field of the number of `text`.
  const bytes = Buffer.from(toBinary(AlertSchema, newer));
  t.equal(decoderOf(CheckOrderRequestSchema)(bytes).$unknown, undefined);
  // The number 15 is of no field, and 1 its value: each of a million was an object.
  const many = decoderOf(CheckOrderRequestSchema)(Buffer.from('7801'.repeat(1_000_000), 'hex'));
  t.ok(many.$unknown === undefined, 'no list of a million to compare');
  t.equal(decoderOf(StructSchema)(Buffer.from('7801', 'hex')).$unknown, undefined);
});

t.test('what our files never use goes through the package', async (t) => {
  const struct = create(StructSchema, {
    fields: { a: { kind: { case: 'numberValue', value: 1 } } },
  });
  t.ok(encoderOf(StructSchema)(struct).equals(toBinary(StructSchema, struct)));
  const { proto } = file_sluice_risk_v1_risk;
  const bytes = encoderOf(FileDescriptorProtoSchema)(proto);
  t.ok(bytes.equals(toBinary(FileDescriptorProtoSchema, proto)));
});

t.test('what a field does not hold is a bug, and the next message is whole', async (t) => {
  const encode = encoderOf(CheckOrderRequestSchema);
  const order = create(CheckOrderRequestSchema);
  // What the types do not let pass.
  t.throws(() => encode(Object.assign(order, { symbol: 3 })), /expected a text/);
  const feed = encoderOf(FeedStatusSchema);
  for (const wrong of [
    { gaps: 2n ** 64n },
    { gaps: -1n },
    { shards: 2 ** 32 },
    { shards: 0.5 },
    { shards: Number.NaN },
    { ticksPerSecond: 'fast' },
    { state: null },
  ]) {
    const status = Object.assign(create(FeedStatusSchema), wrong) as FeedStatus;
    t.throws(() => feed(status), /in a message, was/);
  }
  const right = create(CheckOrderRequestSchema, { symbol: 'KO' });
  t.ok(encode(right).equals(toBinary(CheckOrderRequestSchema, right)));
});
