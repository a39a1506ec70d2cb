/**
 * Talks AT commands over a serial line: one command at a time, each answered by lines of its own and a
 * status; what begins with `+EVT:` comes at any time.
 */
import { type Clock, type Timer, US_PER_MS } from '#protocols/clock.ts';
import type { Outcome } from '#protocols/errors.ts';

export interface SerialLine {
  write(text: string): void;
  close(): void;
}

/** Opens a line; what it says goes to `onText` in pieces of any size, its end to `onGone`. */
export type OpenLine = (
  onText: (text: string) => void,
  onGone: (message: string) => void,
) => SerialLine;

/** A status of the module other than `OK`, or null when it does not answer. */
export type AtFailure = string | null;
export type AtAnswer = Outcome<readonly string[], AtFailure>;

interface Command {
  readonly text: string;
  readonly done: (answer: AtAnswer) => void;
}

const ANSWER_MS = 3_000;
/** A module that says no line end for so long says nothing sensible. */
const LINE_MAX = 2_048;
const STATUS = /^(?:OK|AT_[A-Z_]+)$/;

export class AtDialog {
  readonly #clock: Clock;
  readonly #line: SerialLine;
  readonly #onEvent: (event: string) => void;
  readonly #waiting: Command[] = [];
  #asked: Command | undefined;
  #answer: string[] = [];
  #rest = '';
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    open: OpenLine,
    onEvent: (event: string) => void,
    onGone: (message: string) => void,
  ) {
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#line = open((text) => this.#hear(text), onGone);
  }

  /** Sends a command once those before it are answered. */
  ask(text: string, done: (answer: AtAnswer) => void): void {
    this.#waiting.push({ text, done });
    if (this.#asked === undefined) this.#next();
  }

  close(): void {
    this.#timer?.cancel();
    this.#asked = undefined;
    this.#waiting.length = 0;
    this.#line.close();
  }

  #next(): void {
    this.#asked = this.#waiting.shift();
    if (this.#asked === undefined) return;
    this.#answer = [];
    this.#timer = this.#clock.schedule(this.#clock.monotonic() + ANSWER_MS * US_PER_MS, () =>
      this.#end({ ok: false, error: null }),
    );
    this.#line.write(`${this.#asked.text}\r\n`);
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]+/);
    this.#rest = (lines.pop() ?? '').slice(-LINE_MAX);
    for (const line of lines) if (line !== '') this.#take(line.trim());
  }

  #take(line: string): void {
    if (line.startsWith('+EVT:')) {
      this.#onEvent(line.slice('+EVT:'.length));
      return;
    }
    // A module with its echo on repeats what it was asked.
    if (this.#asked === undefined || line === this.#asked.text) return;
    if (!STATUS.test(line)) this.#answer.push(line);
    else if (line === 'OK') this.#end({ ok: true, value: this.#answer });
    else this.#end({ ok: false, error: line });
  }

  #end(answer: AtAnswer): void {
    this.#timer?.cancel();
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.done(answer);
    if (this.#asked === undefined) this.#next();
  }
}
