/**
 * Which interferers have been told: one event each, whoever hears it first, the classifier or the
 * detector of what fills a channel, until neither hears it any more.
 */
type Teller = 'classes' | 'findings';

export class Told {
  readonly #heard = new Map<string, Set<Teller>>();

  /** True where it is news. */
  note(radio: string, what: string, by: Teller): boolean {
    const key = `${radio}/${what}`;
    const heard = this.#heard.get(key);
    if (heard === undefined) {
      this.#heard.set(key, new Set([by]));
      return true;
    }
    heard.add(by);
    return false;
  }

  gone(radio: string, what: string, by: Teller): void {
    const key = `${radio}/${what}`;
    const heard = this.#heard.get(key);
    heard?.delete(by);
    if (heard?.size === 0) this.#heard.delete(key);
  }
}
