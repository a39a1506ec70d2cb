/** Where things are: distances, walls in the way, and an index of places on the plan. */
import type { Point } from '#protocols/air.ts';

export function distanceM(a: Point, b: Point): number {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const z = a.z - b.z;
  return Math.sqrt(x * x + y * y + z * z);
}

export interface Wall {
  readonly from: Point;
  readonly to: Point;
  readonly lossDb: number;
}

/** What the walls between two points take away. A wall stands on its line of the plan, full height. */
export function wallLossDb(walls: readonly Wall[], a: Point, b: Point): number {
  let lossDb = 0;
  for (const wall of walls) {
    if (crosses(a, b, wall.from, wall.to)) lossDb += wall.lossDb;
  }
  return lossDb;
}

/** A path that only touches a wall's end does not cross it. */
function crosses(a: Point, b: Point, from: Point, to: Point): boolean {
  return side(a, b, from) * side(a, b, to) < 0 && side(from, to, a) * side(from, to, b) < 0;
}

function side(from: Point, to: Point, point: Point): number {
  return Math.sign((to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x));
}

/** Finds what lies near a point of the plan without looking at everything. */
export class Grid {
  readonly #cellM: number;
  readonly #cells = new Map<number, number[]>();

  constructor(cellM: number) {
    this.#cellM = cellM;
  }

  insert(item: number, at: Point): void {
    const key = cellKey(this.#column(at.x), this.#column(at.y));
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [item]);
    else cell.push(item);
  }

  remove(item: number, at: Point): void {
    const cell = this.#cells.get(cellKey(this.#column(at.x), this.#column(at.y)));
    const place = cell?.indexOf(item) ?? -1;
    if (place >= 0) cell?.splice(place, 1);
  }

  /** Everything within `reachM` of the point on the plan, and some of what lies just beyond. */
  visit(at: Point, reachM: number, onItem: (item: number) => void): void {
    const lastColumn = this.#column(at.x + reachM);
    const lastRow = this.#column(at.y + reachM);
    const firstColumn = this.#column(at.x - reachM);
    const firstRow = this.#column(at.y - reachM);
    if ((lastColumn - firstColumn + 1) * (lastRow - firstRow + 1) > this.#cells.size) {
      for (const cell of this.#cells.values()) cell.forEach(onItem);
      return;
    }
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      for (let row = firstRow; row <= lastRow; row += 1) {
        this.#cells.get(cellKey(column, row))?.forEach(onItem);
      }
    }
  }

  #column(metres: number): number {
    return Math.floor(metres / this.#cellM);
  }
}

/** Distinct for columns and rows within ±2^25 cells of the origin. */
function cellKey(column: number, row: number): number {
  return column * 0x400_0000 + row;
}
