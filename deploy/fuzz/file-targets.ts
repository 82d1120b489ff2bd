// Parsers of files and frames, with good input to begin with and what must hold.

import { fromBinary } from '@bufbuild/protobuf';
import { arrowBytes, readArrowBytes } from '../../engine/index.js';
import { IngestRequestSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import { createLevels, parseBinanceLine } from '../adapters/books/binance-line.js';
import { numberRow } from '../adapters/books/number-row.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { zipBytes } from '../adapters/sources/conformance/tape-files.js';
import { readRows, recordOf } from '../adapters/sources/files/lean.js';
import { unzip } from '../adapters/sources/files/zip.js';
import { packFrame, packPrints } from '../adapters/sources/packing.js';
import { PushSession } from '../adapters/sources/push-session.js';
import { blockBytes, scanSegment } from '../recorder/segment.js';
import { decodeFrame } from '../services/nng-ingest.js';
import { type FuzzTarget, orFault } from './fuzz.js';

/** What parsers of books write into. */
const LEVELS = createLevels();
const ROW = new Float64Array(8);

/** A body of a recorded block. */
const BODY = Buffer.from('a body');

/** A change of a book, a best price and a trade as Binance streams them, with their arrival. */
const BINANCE_LINES = [
  '1723161254036059768 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":50093239203,"u":50093239207,"b":[["55653.87000000","0.00000000"]],"a":[["61838.04000000","0.32332000"]]}}',
  '1723161254087891268 {"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}',
  '1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}',
];

/** The targets. */
export const FILE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'nanomsg-frame',
    samples: async () => {
      const { trades } = tapeOf('AAPL');
      const prints = trades.slice(0, 3).map((trade) => ({ trade, bid: 1, ask: 2 }));
      return [packFrame(packPrints(prints), 1n)];
    },
    read: (input) => {
      const batch = decodeFrame(input, 'peer');
      if (typeof batch === 'string') return;
      const session = new PushSession({ symbols: ['AAPL'], kinds: ['trade'] }, { onRecord() {} });
      session.take(batch);
    },
  },
  {
    name: 'grpc-ingest',
    samples: async () => [Buffer.from('0a016110011a044141504c2200', 'hex')],
    read: (input) => {
      let message: ReturnType<typeof fromBinary<typeof IngestRequestSchema>>;
      try {
        message = fromBinary(IngestRequestSchema, input);
      } catch {
        // The bridge answers a message that is none; what matters is that nothing else happens.
        return;
      }
      const session = new PushSession({ symbols: ['AAPL'], kinds: ['trade'] }, { onRecord() {} });
      session.take(message);
    },
  },
  {
    name: 'lean-zip',
    samples: async () => [zipBytes('a.csv', ['34200000,1300000,100,P,2000,0'])],
    read: (input) => {
      for (const { text } of unzip(input, 1_000_000) ?? []) {
        for (const _ of readRows(text, (row) =>
          recordOf(row, 1.6e15, { kind: 'trade', symbol: 'A' }),
        )) {
          // Read for what it may throw.
        }
      }
    },
  },
  ...(['file', 'stream'] as const).map(
    (format): FuzzTarget => ({
      name: `arrow-${format}`,
      samples: async () => [await arrowSample(format)],
      read: (input) => orFault(() => readArrow(input)),
    }),
  ),
  {
    name: 'recording-segment',
    samples: async () => {
      const blocks = ['{"batch":1}', '{"batch":2}'].map((head) => blockBytes({ head, body: BODY }));
      return [Buffer.concat(blocks)];
    },
    read: (input) => {
      const { blocks, wholeBytes } = scanSegment(input);
      const bytes = blocks.reduce((sum, { body }) => sum + body.length, 0);
      if (wholeBytes > input.length || bytes > wholeBytes) throw new Error('more than there is');
    },
  },
  {
    name: 'binance-line',
    samples: async () => BINANCE_LINES.map((line) => Buffer.from(line)),
    read: (input) => {
      const record = parseBinanceLine(input.toString('utf8'), LEVELS);
      if (record.kind !== 'depth') return;
      const used = LEVELS.subarray(0, record.levelCount * 3);
      if (!used.every(Number.isSafeInteger)) throw new Error('a level that is no whole number');
    },
  },
  {
    name: 'number-row',
    samples: async () => [Buffer.from('34200.004241176,1,16113575,18,5853300,1')],
    read: (input) => {
      const count = numberRow(input.toString('latin1'), ROW);
      if (!(count >= -1 && count <= ROW.length)) throw new Error('more numbers than there is room');
      if (!ROW.subarray(0, Math.max(0, count)).every(Number.isSafeInteger)) {
        throw new Error('a number that is not whole');
      }
    },
  },
];

/** A small table of Arrow. */
function arrowSample(format: 'file' | 'stream'): Promise<Buffer> {
  const columns = { numbers: { n: Float64Array.of(1, 2, 3) }, texts: { s: ['A', 'BC', 'A'] } };
  return arrowBytes(columns, format).then((bytes) => Buffer.from(bytes));
}

async function readArrow(input: Buffer): Promise<void> {
  let rows = 0;
  for await (const batch of readArrowBytes(input, { names: ['n'], texts: ['s'] })) {
    rows += batch.count;
    const isWhole = [...batch.numbers, ...batch.texts].every(
      ({ length }) => length === batch.count,
    );
    if (!isWhole || rows > input.length) throw new Error('rows that are not there');
  }
}
