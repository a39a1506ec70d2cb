/** Lists of numbers that ascend. */

/** Puts a number into an ascending list that does not hold it. */
export function insert(list: number[], value: number): void {
  list.splice(placeOf(list, value), 0, value);
}

/** Takes a number out of an ascending list; nothing happens when it is not there. */
export function remove(list: number[], value: number): void {
  const at = placeOf(list, value);
  if (list[at] === value) list.splice(at, 1);
}

/** Where a value stands in an ascending list, or would. */
export function placeOf(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
