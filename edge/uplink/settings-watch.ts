/** How the chips of a node's radios listen, as they said last; asked anew each time it is told. */
import type { ChipSettings, Driver } from '#protocols/driver.ts';

export class SettingsWatch {
  readonly #drivers: ReadonlyMap<string, Driver>;
  readonly #said = new Map<string, ChipSettings>();

  constructor(drivers: ReadonlyMap<string, Driver>) {
    this.#drivers = drivers;
    for (const radio of drivers.keys()) this.#ask(radio);
  }

  take(radio: string): ChipSettings {
    this.#ask(radio);
    return this.#said.get(radio) ?? {};
  }

  #ask(radio: string): void {
    this.#drivers.get(radio)?.settings((said) => {
      if (said.ok) this.#said.set(radio, said.value);
      else this.#said.delete(radio);
    });
  }
}
