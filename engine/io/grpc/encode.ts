// Messages to bytes by writers that are made once a schema, where the package walks it each time.

import {
  type DescField,
  type DescMessage,
  type DescOneof,
  type MessageShape,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { LENGTH, SCALARS, scratch, type WriteValue } from './scalars.js';

/** Fields whose zero is as if they were not set, and such as must be. Source: descriptor.proto. */
const IMPLICIT_PRESENCE = 2;
const LEGACY_REQUIRED = 3;

/** A message as its descriptor names it. */
type Named = Readonly<Record<string, unknown>>;

/** Writes what a message has of one field. */
type WriteField = (message: Named) => void;

/** The writers of each schema's fields. */
const plans = new Map<DescMessage, WriteField[]>();

/**
 * The encoder of a schema: the bytes of `toBinary`, some ten times as fast, without fields that the
 * schema does not name, of which no decoder here keeps any. Schemas with what our own files never
 * use (groups, required fields, 32-bit floats, well-known types) go through it.
 * Errors: a `TypeError` for a value that its field does not hold, a bug of whoever made the message.
 */
export function encoderOf<Schema extends DescMessage>(
  schema: Schema,
): (message: MessageShape<Schema>) => Buffer {
  if (!isPlain(schema)) return (message) => general(schema, message);
  const plan = planOf(schema);
  return (message) => {
    scratch.begin();
    // A message has the properties that its schema names.
    writeAll(plan, message as unknown as Named);
    return scratch.finish();
  };
}

function general<Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
): Buffer {
  const bytes = toBinary(schema, message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether all that a message may hold is written here, and read by its decoder. */
export function isPlain(schema: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(schema)) return true;
  seen.add(schema);
  if (schema.typeName.startsWith('google.protobuf.') || schema.proto.options !== undefined) {
    return false;
  }
  return schema.fields.every((field) => {
    const isGroup = 'delimitedEncoding' in field && field.delimitedEncoding;
    if (field.presence === LEGACY_REQUIRED) return false;
    const scalar = field.scalar === undefined || SCALARS.has(field.scalar);
    const isKnown = scalar && (field.fieldKind !== 'map' || SCALARS.has(field.mapKey));
    return isKnown && !isGroup && (field.message === undefined || isPlain(field.message, seen));
  });
}

/** The writers of a message's fields, by ascending number; known before they are all made. */
function planOf(schema: DescMessage): readonly WriteField[] {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan: WriteField[] = [];
  plans.set(schema, plan);
  const fields = schema.fields.toSorted((a, b) => a.number - b.number);
  plan.push(...fields.map((field) => fieldOf(field)));
  return plan;
}

// hot
function writeAll(plan: readonly WriteField[], message: Named): void {
  for (let index = 0; index < plan.length; index++) plan[index]!(message);
}

function fieldOf(field: DescField): WriteField {
  if (field.fieldKind === 'list') return listOf(field);
  return field.fieldKind === 'map' ? mapOf(field) : singleOf(field, writerOf(field));
}

function singleOf(field: DescField, value: WriteValue): WriteField {
  const { localName: name } = field;
  const tag = tagOf(field.number, value);
  const { write } = value;
  const put = (one: unknown): void => {
    scratch.varint(tag);
    write(one);
  };
  if (field.oneof !== undefined) return oneofOf(field.oneof, name, put);
  if (field.presence !== IMPLICIT_PRESENCE) {
    return (message) => {
      const one = message[name];
      if (one !== undefined && Object.hasOwn(message, name)) put(one);
    };
  }
  const zero = field.fieldKind === 'enum' ? field.enum.values[0]?.number : undefined;
  if (zero !== undefined) {
    return (message) => {
      if (message[name] !== zero) put(message[name]);
    };
  }
  return (message) => {
    if (!isZero(message[name])) put(message[name]);
  };
}

function oneofOf({ localName }: DescOneof, name: string, put: (one: unknown) => void): WriteField {
  return (message) => {
    // What a oneof is for a message of the package.
    const chosen = message[localName] as { readonly case?: string; readonly value?: unknown };
    if (chosen.case === name) put(chosen.value);
  };
}

// hot
function isZero(value: unknown): boolean {
  return (
    // Minus nothing is not nothing.
    Object.is(value, 0) ||
    value === '' ||
    value === false ||
    value === 0n ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

function listOf(field: DescField & { readonly fieldKind: 'list' }): WriteField {
  const { localName: name, number } = field;
  const value = writerOf(field);
  const { write } = value;
  const tag = field.packed ? number * 8 + LENGTH : tagOf(number, value);
  return (message) => {
    // The descriptor says that it is a list.
    const list = message[name] as readonly unknown[];
    if (list.length === 0) return;
    if (!field.packed) {
      for (let index = 0; index < list.length; index++) {
        scratch.varint(tag);
        write(list[index]);
      }
      return;
    }
    scratch.varint(tag);
    const mark = scratch.open();
    for (let index = 0; index < list.length; index++) write(list[index]);
    scratch.close(mark);
  };
}

function mapOf(field: DescField & { readonly fieldKind: 'map' }): WriteField {
  const { localName: name, mapKey } = field;
  const tag = field.number * 8 + LENGTH;
  const key = SCALARS.get(mapKey)!;
  const value = writerOf(field);
  const [keyTag, valueTag] = [tagOf(1, key), tagOf(2, value)];
  return (message) => {
    // The descriptor says that it is a map, whose keys are texts in an object.
    for (const [text, one] of Object.entries(message[name] as Named)) {
      scratch.varint(tag);
      const mark = scratch.open();
      scratch.varint(keyTag);
      key.write(keyOf(mapKey, text));
      scratch.varint(valueTag);
      value.write(one);
      scratch.close(mark);
    }
  };
}

function keyOf(type: ScalarType, text: string): unknown {
  if (type === ScalarType.STRING) return text;
  if (type === ScalarType.BOOL) return text === 'true';
  return type === ScalarType.INT64 || type === ScalarType.UINT64 ? BigInt(text) : Number(text);
}

function tagOf(number: number, { wire }: WriteValue): number {
  return number * 8 + wire;
}

/** How one value of a field is written: a message, an enum's number or a scalar. */
function writerOf(field: DescField): WriteValue {
  if (field.message === undefined) return SCALARS.get(field.scalar ?? ScalarType.INT32)!;
  const plan = planOf(field.message);
  return {
    wire: LENGTH,
    write(message) {
      const mark = scratch.open();
      writeAll(plan, message as Named);
      scratch.close(mark);
    },
  };
}
