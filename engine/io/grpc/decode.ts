// Bytes to messages by readers that are made once a schema, where the package looks up each field.

import {
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  fromBinary,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { isPlain } from './encode.js';
import { WORD_LETTERS, Words } from './words.js';

/** Messages within messages, at most; as the package has it. */
const DEPTH_MAX = 100;

/** A message that is being filled. */
type Filled = Record<string, unknown>;

/** Reads what comes of one field into its message. */
type ReadField = (message: Filled, source: Source, wire: WireType, depth: number) => void;

/** Reads one value without its tag. */
type ReadValue = (source: Source) => unknown;

/** How the messages of one schema are read. */
interface Plan {
  readonly name: string;
  /** A message of which nothing has come. */
  empty: () => Filled;
  /** By number. */
  readonly fields: ReadField[];
}

/** The package's reader, which checks what it reads, beside a quicker one of plain texts. */
class Source extends BinaryReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  /**
   * A field's number times eight and its wire type, as they came: mostly in one byte, of which
   * no pair is made. Errors: the package's.
   */
  // hot
  field(): number {
    const first = this.#bytes[this.pos]!;
    if (first >= 8 && first < 0x80 && (first & 7) <= WireType.Bit32 && this.pos < this.len) {
      this.pos++;
      return first;
    }
    const [number, wire] = this.tag();
    return number * 8 + wire;
  }

  /**
   * Goes past a field of a newer sender, of which nothing is kept: each would be an object, and a
   * message may hold millions, of two bytes each. Errors: the package's.
   */
  pass(wire: WireType, number: number, depthMax: number): void {
    const isShort =
      wire === WireType.Varint && this.pos < this.len && this.#bytes[this.pos]! < 0x80;
    if (isShort) this.pos++;
    else this.skip(wire, number, depthMax);
  }

  /** A text: most are of ASCII, which need no decoder, and short ones have often come before. */
  text(): string {
    const start = this.pos;
    const length = this.uint32();
    const from = this.pos;
    const end = from + length;
    if (length <= WORD_LETTERS && end <= this.len) {
      const known = words.at(this.#bytes, from, end);
      if (known !== undefined) {
        this.pos = end;
        return known;
      }
    } else if (end <= this.len && isAscii(this.#bytes, from, end)) {
      this.pos = end;
      return this.#bytes.toString('latin1', from, end);
    }
    this.pos = start;
    // Of proto3, in which a text that is no UTF-8 is an error.
    return this.string(true);
  }
}

/** Short texts of all messages. */
const words = new Words();

const SCALARS: ReadonlyMap<ScalarType, ReadValue> = new Map<ScalarType, ReadValue>([
  [ScalarType.STRING, (source) => source.text()],
  [ScalarType.BYTES, (source) => source.bytes()],
  [ScalarType.BOOL, (source) => source.bool()],
  [ScalarType.DOUBLE, (source) => source.double()],
  [ScalarType.INT32, (source) => source.int32()],
  [ScalarType.UINT32, (source) => source.uint32()],
  [ScalarType.INT64, (source) => source.int64()],
  [ScalarType.UINT64, (source) => source.uint64()],
]);

/** As `pass` has it. */
const READING = { readUnknownFields: false } as const;

/** The plans of all schemas so far. */
const plans = new Map<DescMessage, Plan>();

/**
 * The decoder of a schema: the message of `fromBinary`, several times as fast, without fields that
 * the schema does not name. Schemas that the encoder leaves to the package go through it here too.
 * Errors: the package's, of bytes that are no such message.
 */
export function decoderOf<Schema extends DescMessage>(
  schema: Schema,
): (bytes: Buffer) => MessageShape<Schema> {
  if (!isPlain(schema)) return (bytes) => fromBinary(schema, bytes, READING);
  const plan = planOf(schema);
  return (bytes) => {
    const message = readAll(plan, plan.empty(), new Source(bytes), bytes.length, 1);
    // It has the properties that its schema names.
    return message as unknown as MessageShape<Schema>;
  };
}

// hot
function isAscii(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at]! > 127) return false;
  return true;
}

/** The readers of a message's fields; known before they are all made. */
function planOf(schema: DescMessage): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan: Plan = { name: schema.typeName, empty: emptyOf(schema), fields: [] };
  plans.set(schema, plan);
  for (const field of schema.fields) plan.fields[field.number] = fieldOf(field);
  return plan;
}

/** Copies of the package's empty message, each with lists, maps and oneofs of its own. */
function emptyOf(schema: DescMessage): () => Filled {
  // It has the properties that its schema names.
  const template = create(schema) as unknown as Filled;
  const lists = schema.fields.filter(({ fieldKind }) => fieldKind === 'list');
  const maps = schema.fields.filter(({ fieldKind }) => fieldKind === 'map');
  return () => {
    const message = { ...template };
    for (const { localName } of lists) message[localName] = [];
    for (const { localName } of maps) message[localName] = {};
    for (const { localName } of schema.oneofs) message[localName] = { case: undefined };
    return message;
  };
}

/** Reads fields up to `end`. */
function readAll(plan: Plan, message: Filled, source: Source, end: number, depth: number): Filled {
  if (depth > DEPTH_MAX) {
    throw new Error(`expected at most ${DEPTH_MAX} messages within each other, in ${plan.name}`);
  }
  while (source.pos < end) {
    const field = source.field();
    const number = field >>> 3;
    // The package's reader checks it.
    const wire: WireType = field & 7;
    const read = plan.fields[number];
    if (read === undefined) source.pass(wire, number, DEPTH_MAX - depth);
    else read(message, source, wire, depth);
  }
  return message;
}

function fieldOf(field: DescField): ReadField {
  if (field.fieldKind === 'list') return listOf(field);
  return field.fieldKind === 'map' ? mapOf(field) : singleOf(field);
}

function singleOf(field: DescField): ReadField {
  const { localName: name, oneof } = field;
  if (field.message !== undefined) {
    const inner = planOf(field.message);
    if (oneof !== undefined) return oneofMessage(oneof, name, inner);
    return (message, source, _wire, depth) => {
      // One that comes in two parts is joined.
      const before = message[name] as Filled | undefined;
      message[name] = readInner(inner, source, depth, before);
    };
  }
  const read = readerOf(field);
  if (oneof !== undefined) {
    const { localName } = oneof;
    return (message, source) => {
      message[localName] = { case: name, value: read(source) };
    };
  }
  return (message, source) => {
    message[name] = read(source);
  };
}

function oneofMessage({ localName }: DescOneof, name: string, inner: Plan): ReadField {
  return (message, source, _wire, depth) => {
    // What a oneof is for a message of the package.
    const chosen = message[localName] as { readonly case?: string; readonly value?: Filled };
    const before = chosen.case === name ? chosen.value : undefined;
    message[localName] = { case: name, value: readInner(inner, source, depth, before) };
  };
}

function readInner(plan: Plan, source: Source, depth: number, before?: Filled): Filled {
  const length = source.uint32();
  return readAll(plan, before ?? plan.empty(), source, source.pos + length, depth + 1);
}

function listOf(field: DescField & { readonly fieldKind: 'list' }): ReadField {
  const { localName: name } = field;
  // The descriptor says that it is a list.
  const listIn = (message: Filled): unknown[] => message[name] as unknown[];
  if (field.message !== undefined) {
    const inner = planOf(field.message);
    return (message, source, _wire, depth) => {
      listIn(message).push(readInner(inner, source, depth));
    };
  }
  const read = readerOf(field);
  const isBlock = field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
  return (message, source, wire) => {
    const list = listIn(message);
    if (isBlock || wire !== WireType.LengthDelimited) {
      list.push(read(source));
      return;
    }
    const length = source.uint32();
    for (const end = source.pos + length; source.pos < end; ) list.push(read(source));
  };
}

function mapOf(field: DescField & { readonly fieldKind: 'map' }): ReadField {
  const { localName: name } = field;
  const readKey = SCALARS.get(field.mapKey)!;
  const zeroKey = ZEROS.get(field.mapKey);
  const inner = field.message === undefined ? undefined : planOf(field.message);
  const readValue =
    inner === undefined
      ? readerOf(field)
      : (source: Source, depth: number): Filled => readInner(inner, source, depth);
  const zeroOf = (): unknown => inner?.empty() ?? ZEROS.get(field.scalar ?? ScalarType.INT32);
  return (message, source, _wire, depth) => {
    const length = source.uint32();
    const end = source.pos + length;
    let key: unknown = zeroKey;
    let value: unknown;
    while (source.pos < end) {
      // An entry has no other fields: bytes that say so are no entry, and the package reads on too.
      const number = source.field() >>> 3;
      if (number === 1) key = readKey(source);
      if (number === 2) value = readValue(source, depth);
    }
    // The descriptor says that it is a map, whose keys are texts in an object.
    (message[name] as Filled)[String(key)] = value ?? zeroOf();
  };
}

/** What stands in a map's entry that lacks its key or value. */
const ZEROS: ReadonlyMap<ScalarType, unknown> = new Map<ScalarType, unknown>([
  [ScalarType.STRING, ''],
  [ScalarType.BYTES, new Uint8Array(0)],
  [ScalarType.BOOL, false],
  [ScalarType.DOUBLE, 0],
  [ScalarType.INT32, 0],
  [ScalarType.UINT32, 0],
  [ScalarType.INT64, 0n],
  [ScalarType.UINT64, 0n],
]);

/** How one value of a field that is no message is read: an enum's number or a scalar. */
function readerOf({ scalar }: DescField): ReadValue {
  return SCALARS.get(scalar ?? ScalarType.INT32)!;
}
