/** A serial device file as a line of text, such as `/dev/ttyUSB0`. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, write } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { InputError } from '#protocols/errors.ts';
import type { OpenLine } from './at-dialog.ts';

/** 8 bits, no parity, one stop bit, as it comes, without echo. */
export function serialDevice(path: string, baud = 115_200): OpenLine {
  return (onText, onGone) => {
    const file = openTty(path);
    setMode(path, baud, () => closeSync(file));
    // Reading takes a descriptor of its own: the stream closes it. Its own raw mode would send two
    // carriage returns where one is meant.
    const input = new ReadStream(openTty(path));
    input.setEncoding('latin1');
    let isClosed = false;
    const end = (message: string) => {
      if (isClosed) return;
      close();
      onGone(message);
    };
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      input.destroy();
      closeSync(file);
    };
    input.on('data', (text) => onText(String(text)));
    input.on('error', ({ message }) => end(message));
    input.on('end', () => end('the device was unplugged'));
    return {
      write(text) {
        if (isClosed) return;
        write(file, text, (error) => {
          if (error !== null) end(error.message);
        });
      },
      close,
    };
  };
}

function openTty(path: string): number {
  let file: number;
  try {
    file = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = code === 'EACCES' ? '; add the user to the group of the device (dialout)' : '';
    throw new InputError(
      `expected a serial device that can be opened, ${code} came${hint}`,
      'usage',
      {
        cause: error,
      },
    );
  }
  if (isatty(file)) return file;
  closeSync(file);
  throw new InputError('expected a serial device, came a file of another kind');
}

function setMode(path: string, baud: number, onFault: () => void): void {
  const { status, stderr } = spawnSync('stty', ['-F', path, String(baud), 'raw', '-echo'], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  onFault();
  throw new InputError(`expected a serial device that takes ${baud} baud: ${stderr.trim()}`);
}
