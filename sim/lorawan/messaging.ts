/** Topics of MQTT within one process, with the delay of a network. */
import { type Clock, US_PER_MS } from '#protocols/clock.ts';

export interface Messaging {
  subscribe(topics: string, onMessage: (topic: string, body: Uint8Array) => void): void;
  publish(topic: string, body: string): void;
}

export class MemoryMessaging implements Messaging {
  readonly #clock: Clock;
  readonly #delayUs: number;
  readonly #ears: { pattern: RegExp; onMessage: (topic: string, body: Uint8Array) => void }[] = [];

  constructor(clock: Clock, delayMs = 50) {
    this.#clock = clock;
    this.#delayUs = delayMs * US_PER_MS;
  }

  subscribe(topics: string, onMessage: (topic: string, body: Uint8Array) => void): void {
    const pattern = new RegExp(`^${topics.replaceAll('+', '[^/]+')}$`);
    this.#ears.push({ pattern, onMessage });
  }

  publish(topic: string, body: string): void {
    this.#clock.schedule(this.#clock.monotonic() + this.#delayUs, () => {
      for (const { pattern, onMessage } of this.#ears) {
        if (pattern.test(topic)) onMessage(topic, Buffer.from(body));
      }
    });
  }
}
