import type { Output } from './command.ts';

interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
}

/** Writes for a person, or one JSON document for a program. */
export function createOutput(
  { json }: { readonly json: boolean },
  { stdout, stderr }: Streams = process,
): Output & { end(): void } {
  const live = stderr.isTTY === true;
  let hasProgress = false;
  const clear = () => {
    if (hasProgress) stderr.write('\r\u001b[K');
    hasProgress = false;
  };
  return {
    json,
    live,
    line(text = '') {
      clear();
      // With --json, stdout is for the document alone.
      (json ? stderr : stdout).write(`${text}\n`);
    },
    document(value) {
      clear();
      stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress(text) {
      if (!live) return;
      stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      hasProgress = true;
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    end: clear,
  };
}
