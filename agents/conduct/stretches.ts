/** Stretches of time outside a rule, as they open and close. */
import type { Broken } from '../regulation/judge.ts';
import type { Breach } from './rules/conduct-rule.ts';

export interface Stretch extends Breach {
  readonly rule: string;
  readonly clause: string;
}

interface Named {
  readonly id: string;
  readonly source: string;
}

interface Open {
  readonly rule: Named;
  readonly who: string;
  readonly fromUs: number;
  readonly what: string;
}

export class Stretches {
  readonly #closed: Stretch[] = [];
  readonly #open = new Map<string, Open>();
  /** Rules of the law that are open, by radio. */
  readonly #broken = new Map<string, Set<string>>();

  add({ id, source }: Named, breach: Breach): void {
    this.#closed.push({ rule: id, clause: source, ...breach });
  }

  /** One rule of one radio, as it is from now on. */
  set(rule: Named, who: string, atUs: number, held: true | string): void {
    const key = `${who} ${rule.id}`;
    const open = this.#open.get(key);
    if (held === true) {
      if (open === undefined) return;
      this.#open.delete(key);
      this.add(open.rule, { fromUs: open.fromUs, toUs: atUs, who, what: open.what });
    } else if (open === undefined) {
      this.#open.set(key, { rule, who, fromUs: atUs, what: held });
    }
  }

  /** Every rule of the law at once: those that are not among the broken hold. */
  setAll(who: string, atUs: number, broken: readonly Broken[]): void {
    const before = this.#broken.get(who);
    if (before === undefined && broken.length === 0) return;
    const now = new Set(broken.map(({ rule }) => rule.id));
    for (const id of before ?? []) {
      if (!now.has(id)) this.set({ id, source: '' }, who, atUs, true);
    }
    for (const { rule, reason } of broken) this.set(rule, who, atUs, reason);
    this.#broken.set(who, now);
  }

  /** By the time they began, then by rule; those still open have no end. */
  all(): Stretch[] {
    const open = [...this.#open.values()].map(({ rule, who, fromUs, what }) => ({
      rule: rule.id,
      clause: rule.source,
      fromUs,
      toUs: null,
      who,
      what,
    }));
    return [...this.#closed, ...open].sort(
      (a, b) => a.fromUs - b.fromUs || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
    );
  }
}
