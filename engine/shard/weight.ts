// About how much memory a copy of a message takes, so that those that wait can be bounded by it.

/** A number, a reference, a small object's own words. Units: bytes. */
const WORD_BYTES = 8;
const OBJECT_BYTES = 32;

/**
 * Weighs plain data, buffers, maps and sets; shared memory is not copied and weighs nothing. What
 * is there twice counts twice, and a ring of references counts up to `most`, where the walk ends.
 * Units: bytes.
 */
export function weightOf(message: unknown, most: number): number {
  let bytes = 0;
  const left: unknown[] = [message];
  while (left.length > 0 && bytes < most) {
    const value = left.pop();
    bytes += WORD_BYTES;
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (typeof value === 'object' && value !== null) bytes += weightOfObject(value, left);
  }
  return Math.min(bytes, most);
}

/** Weighs an object itself; what it holds is put on the pile. */
function weightOfObject(value: object, left: unknown[]): number {
  if (ArrayBuffer.isView(value))
    return value.buffer instanceof SharedArrayBuffer ? 0 : value.byteLength;
  if (value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof SharedArrayBuffer) return 0;
  if (value instanceof Map) for (const pair of value) left.push(pair[0], pair[1]);
  else if (value instanceof Set) for (const one of value) left.push(one);
  else for (const key of Object.keys(value)) left.push(value[key as keyof typeof value]);
  return OBJECT_BYTES;
}
