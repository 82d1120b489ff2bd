// Scenario profits in AssemblyScript, two scenarios an instruction; compiled to WebAssembly, not by
// tsc. Its oracle is `createPlainKernel` beside it, which it equals to the last bit: every scenario
// is summed over the rows in the same order, and products are rounded before they are added.
//
// A thread's staging is a block whose address the functions are given; all that is in it is aligned
// to 8 bytes:
//
//   u32 returns   address of the first row's returns
//   u32 slots     days of a row's ring
//   u32 scenarios days of the window
//   u32 capacity  rows that may be staged
//   f64 profits[scenarios]   f64 worst[scenarios]   f64 changes[capacity]   u32 rows[capacity]

/** Bytes from a row's returns to those of the next row. */
let rowBytes: usize = 0;

/** Bytes of a staging before its profits. */
const HEAD: usize = 16;

/**
 * Adds to the staged profits the staged changes times their rows' returns, over the window that
 * enters each row's ring of days at `firstSlot`; where it is told to begin, to nothing. Rows are
 * taken four at a time: up to three more are staged, whose change is 0.
 */
export function accumulate(staging: usize, count: i32, firstSlot: usize, begins: bool): void {
  const returns = <usize>load<u32>(staging);
  const slots = <usize>load<u32>(staging, 4);
  const scenarios = <usize>load<u32>(staging, 8);
  const profits = staging + HEAD;
  const changes = profits + (scenarios << 4);
  const rows = changes + ((<usize>load<u32>(staging, 12)) << 3);
  rowBytes = slots << 3;
  if (begins) memory.fill(profits, 0, scenarios << 3);
  // The window may wrap round the end of the ring: then it is two spans.
  const beforeWrap = min(scenarios, slots - firstSlot);
  const rest = profits + (beforeWrap << 3);
  for (let from: usize = 0; from < <usize>count; from += 4) {
    const four = rows + (from << 2);
    const by = changes + (from << 3);
    addFour(profits, four, by, returns + (firstSlot << 3), beforeWrap << 3);
    addFour(rest, four, by, returns, (scenarios - beforeWrap) << 3);
  }
}

/**
 * Puts the staged profits that are no higher than `bound` in order, ascending, into the staged
 * worst, and counts them; 0 where they are more than `most`. Those after them, up to `most`, are
 * infinite.
 */
export function takeWorst(staging: usize, bound: f64, most: i32): i32 {
  const bytes = (<usize>load<u32>(staging, 8)) << 3;
  const profits = staging + HEAD;
  const end = profits + bytes;
  const worst = end;
  const bounds = f64x2.splat(bound);
  let count: i32 = 0;
  let from = profits;
  // Few of four are among them, so four are asked for at once.
  for (; from + 32 <= end; from += 32) {
    const low = f64x2.le(v128.load(from), bounds);
    const high = f64x2.le(v128.load(from, 16), bounds);
    if (!v128.any_true(v128.or(low, high))) continue;
    for (let at = from; at < from + 32; at += 8) {
      const profit = load<f64>(at);
      if (!(profit <= bound)) continue;
      if (count === most) return 0;
      insert(worst, count++, profit);
    }
  }
  for (; from < end; from += 8) {
    const profit = load<f64>(from);
    if (!(profit <= bound)) continue;
    if (count === most) return 0;
    insert(worst, count++, profit);
  }
  for (let at = count; at < most; at++) store<f64>(worst + ((<usize>at) << 3), Infinity);
  return count;
}

/** Puts a profit in its place among `count` that are ascending. */
function insert(worst: usize, count: i32, profit: f64): void {
  let at = worst + ((<usize>count) << 3);
  for (; at > worst && load<f64>(at - 8) > profit; at -= 8) store<f64>(at, load<f64>(at - 8));
  store<f64>(at, profit);
}

/** Adds four rows to a span of so many bytes of profits. */
function addFour(profits: usize, rows: usize, changes: usize, returns: usize, bytes: usize): void {
  const a = returns + <usize>load<u32>(rows) * rowBytes;
  const b = returns + <usize>load<u32>(rows, 4) * rowBytes;
  const c = returns + <usize>load<u32>(rows, 8) * rowBytes;
  const d = returns + <usize>load<u32>(rows, 12) * rowBytes;
  const byA = v128.load64_splat(changes);
  const byB = v128.load64_splat(changes, 8);
  const byC = v128.load64_splat(changes, 16);
  const byD = v128.load64_splat(changes, 24);
  let at: usize = 0;
  // Four scenarios a turn: an address is worked out once for two loads of a row.
  for (; at + 32 <= bytes; at += 32) {
    const from = profits + at;
    const atA = a + at;
    const atB = b + at;
    const atC = c + at;
    const atD = d + at;
    let profit = v128.load(from);
    let next = v128.load(from, 16);
    profit = f64x2.add(profit, f64x2.mul(byA, v128.load(atA)));
    next = f64x2.add(next, f64x2.mul(byA, v128.load(atA, 16)));
    profit = f64x2.add(profit, f64x2.mul(byB, v128.load(atB)));
    next = f64x2.add(next, f64x2.mul(byB, v128.load(atB, 16)));
    profit = f64x2.add(profit, f64x2.mul(byC, v128.load(atC)));
    next = f64x2.add(next, f64x2.mul(byC, v128.load(atC, 16)));
    profit = f64x2.add(profit, f64x2.mul(byD, v128.load(atD)));
    next = f64x2.add(next, f64x2.mul(byD, v128.load(atD, 16)));
    v128.store(from, profit);
    v128.store(from, next, 16);
  }
  for (; at + 16 <= bytes; at += 16) {
    let profit = v128.load(profits + at);
    profit = f64x2.add(profit, f64x2.mul(byA, v128.load(a + at)));
    profit = f64x2.add(profit, f64x2.mul(byB, v128.load(b + at)));
    profit = f64x2.add(profit, f64x2.mul(byC, v128.load(c + at)));
    profit = f64x2.add(profit, f64x2.mul(byD, v128.load(d + at)));
    v128.store(profits + at, profit);
  }
  if (at < bytes) {
    let profit = load<f64>(profits + at);
    profit += load<f64>(changes) * load<f64>(a + at);
    profit += load<f64>(changes, 8) * load<f64>(b + at);
    profit += load<f64>(changes, 16) * load<f64>(c + at);
    profit += load<f64>(changes, 24) * load<f64>(d + at);
    store<f64>(profits + at, profit);
  }
}
