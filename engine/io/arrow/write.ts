// Columns of numbers and texts as Arrow IPC, for tools that read Arrow.

/** Loaded where a table is written: worker threads, which write none, start without it. */
const loadArrow = () => import('apache-arrow');

/** Columns of one length. */
export interface ArrowColumns {
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
}

/** Columns as bytes of Arrow IPC, a stream unless a file is wanted; texts are stored once each. */
export async function arrowBytes(
  { numbers, texts }: ArrowColumns,
  format: 'file' | 'stream' = 'stream',
): Promise<Uint8Array> {
  const { Dictionary, Int32, Table, tableToIPC, Utf8, vectorFromArray } = await loadArrow();
  const columns = [
    ...Object.entries(texts).map(
      ([name, values]) =>
        [name, vectorFromArray(values, new Dictionary(new Utf8(), new Int32()))] as const,
    ),
    ...Object.entries(numbers).map(([name, values]) => [name, vectorFromArray(values)] as const),
  ];
  return tableToIPC(new Table(Object.fromEntries(columns)), format);
}
