/** A terminal taken over for a while: another screen, keys one by one; given back however it ends. */

export type Key = 'quit' | 'pause' | 'reset' | 'left' | 'right' | 'follow';

const ESCAPE = '\u001b';
/** Ctrl-C. */
const INTERRUPT = '\u0003';

const keys: Readonly<Record<string, Key>> = {
  q: 'quit',
  Q: 'quit',
  ' ': 'pause',
  p: 'reset',
  f: 'follow',
  [`${ESCAPE}[D`]: 'left',
  [`${ESCAPE}[C`]: 'right',
};

interface TerminalHandlers {
  onKey(key: Key): void;
  onResize(): void;
  /** By Ctrl-C, which comes as a letter while keys come one by one. */
  onInterrupt(): void;
}

/** Returns what draws a frame and what gives the terminal back. */
export function takeTerminal({ onKey, onResize, onInterrupt }: TerminalHandlers) {
  const { stdin, stdout } = process;
  const onData = (text: string) => {
    if (text.includes(INTERRUPT)) return onInterrupt();
    for (let at = 0; at < text.length; ) {
      const length = text.startsWith(`${ESCAPE}[`, at) ? 3 : 1;
      const key = keys[text.slice(at, at + length)];
      if (key !== undefined) onKey(key);
      at += length;
    }
  };
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.on('data', onData);
    stdin.resume();
  }
  stdout.on('resize', onResize);
  stdout.write(`${ESCAPE}[?1049h${ESCAPE}[?25l${ESCAPE}[2J`);
  return {
    draw(lines: readonly string[]): void {
      // Every line is written over the last one and cleared to its end, so nothing flickers.
      stdout.write(`${ESCAPE}[H${lines.join(`${ESCAPE}[K\r\n`)}${ESCAPE}[K${ESCAPE}[J`);
    },
    giveBack(): void {
      stdout.off('resize', onResize);
      if (stdin.isTTY) {
        stdin.off('data', onData);
        stdin.setRawMode(false);
        stdin.pause();
      }
      stdout.write(`${ESCAPE}[0m${ESCAPE}[?25h${ESCAPE}[?1049l`);
    },
  };
}
