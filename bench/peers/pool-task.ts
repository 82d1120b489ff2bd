// The task of the pool benchmark: as little work as a task can be.

let sum = 0;

/** Adds to a sum of its thread and returns it. */
export default function add(amount: number): number {
  sum += amount;
  return sum;
}
