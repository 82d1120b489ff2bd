// Where parts stand in the state of what is made of them.

/** Parts end to end, first what prints read of them, then their pasts. Units: Float64 slots. */
export interface Layout {
  readonly starts: readonly number[];
  readonly pastStarts: readonly number[];
  readonly length: number;
  readonly pastLength: number;
}

/** Lays parts end to end, in their order. */
export function layOut(parts: readonly Pick<Layout, 'length' | 'pastLength'>[]): Layout {
  const starts: number[] = [];
  const pastStarts: number[] = [];
  let length = 0;
  let pastLength = 0;
  for (const part of parts) {
    starts.push(length);
    pastStarts.push(pastLength);
    length += part.length;
    pastLength += part.pastLength;
  }
  return { starts, pastStarts, length, pastLength };
}
