/**
 * Orders to a radio, one at a time: the newest wins. The step under way is let finish, since it can
 * not be taken back; then the older order is told so and the newer one begins.
 */
import type { DriverError } from '#protocols/driver.ts';
import type { Step, Then } from './access-point.ts';

export type MakeOrder = (isNewest: () => boolean) => Step;

export class OrderLane {
  readonly #address: string;
  readonly #waiting: (() => void)[] = [];
  #newest = 0;
  #isBusy = false;

  constructor(address: string) {
    this.#address = address;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  take(make: MakeOrder, done: Then): void {
    this.#newest += 1;
    const number = this.#newest;
    const isNewest = () => number === this.#newest;
    const begin = () => {
      this.#isBusy = true;
      const finish: Then = (failed) => {
        this.#isBusy = false;
        done(isNewest() ? failed : this.#overtaken());
        if (!this.#isBusy) this.#waiting.shift()?.();
      };
      if (isNewest()) make(isNewest)(finish);
      else finish(undefined);
    };
    if (this.#isBusy) this.#waiting.push(begin);
    else begin();
  }

  #overtaken(): DriverError {
    return { code: 'busy', message: `${this.#address} was given a newer order meanwhile` };
  }
}

/** A step that is left out once a newer order has come. */
export function guarded(isNewest: () => boolean, step: Step): Step {
  return (then) => (isNewest() ? step(then) : then(undefined));
}
