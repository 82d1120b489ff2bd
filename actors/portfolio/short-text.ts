// Text of entries and ids, shortened: thousands of portfolios keep theirs in memory.

/**
 * What is written again and again, each with the character that stands for it: one that JSON never
 * holds, and that is no line end. It makes an entry a third as long. The marks are part of the form
 * of version 6: others may be added, none changed.
 */
const FRAGMENTS = [
  ['\u0001', '{"kind":"traded","eventId":"'],
  ['\u0002', ',"currency":"USD","symbol":"'],
  ['\u0003', '","quantity":"#'],
  ['\u0004', '","price":"#'],
  ['\u0005', '","fee":"#0"}'],
  ['\u0006', '{"kind":"cash_moved","eventId":"'],
  ['\u0007', ',"currency":"USD","amount":"#'],
  ['\u0008', '","day":'],
  ['\u000b', '"USD",'],
  ['\u000c', '","opening-'],
  ['\u000e', 'opening-'],
  ['\u000f', '","'],
] as const;

const MARK_OF = new Map(FRAGMENTS.map(([mark, part]) => [part as string, mark as string]));
const PART_OF = new Map<string, string>(FRAGMENTS);

/** Any fragment: of those that overlap the one that begins first, or stands above the other. */
const PARTS = new RegExp(
  [...MARK_OF.keys()].map((part) => part.replace(/[{}[\]()|.*+?^$\\]/g, '\\$&')).join('|'),
  'g',
);
const MARKS = new RegExp(`[${[...PART_OF.keys()].join('')}]`, 'g');

/**
 * Shortens JSON; lines of it stay lines. In one pass: a text that is replaced part by part stays a
 * tree of its parts, hundreds of objects that a collector walks, and holds on to what it was.
 */
export function shortened(json: string): string {
  // Only fragments match.
  return json.replace(PARTS, (part) => MARK_OF.get(part)!);
}

/** The inverse of `shortened`; JSON that was not shortened stays as it is. */
export function lengthened(text: string): string {
  // As above.
  return text.replace(MARKS, (mark) => PART_OF.get(mark)!);
}
