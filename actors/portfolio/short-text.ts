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

/** Shortens JSON; lines of it stay lines. */
export function shortened(json: string): string {
  return FRAGMENTS.reduce((short, [mark, part]) => short.replaceAll(part, mark), json);
}

/** The inverse of `shortened`; JSON that was not shortened stays as it is. */
export function lengthened(text: string): string {
  return FRAGMENTS.reduceRight((long, [mark, part]) => long.replaceAll(mark, part), text);
}
