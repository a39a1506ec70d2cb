/**
 * The folder a recorder writes to. Every operation may fail at any time with the code of the system
 * (`ENOSPC`, `EROFS`, `EACCES`, `EIO`); none of them blocks the thread.
 */
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface RecorderDisk {
  /** The files there are, with their sizes; makes the folder where it is missing. */
  list(): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  /** Begins a file that does not exist yet; its name survives a loss of power. */
  create(name: string): Promise<SegmentWriter>;
  remove(name: string): Promise<void>;
}

export interface SegmentWriter {
  /** Adds to the end; after a failure any part of it may be there. */
  write(data: Uint8Array): Promise<void>;
  /** Returns once all that was written survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function folderDisk(folder: string): RecorderDisk {
  return {
    async list() {
      await mkdir(folder, { recursive: true });
      const files: { name: string; bytes: number }[] = [];
      for (const name of await readdir(folder)) {
        try {
          files.push({ name, bytes: (await stat(join(folder, name))).size });
        } catch (error) {
          // Somebody removed it in between.
          if (codeOf(error) !== 'ENOENT') throw error;
        }
      }
      return files;
    },
    async create(name) {
      const file = await open(join(folder, name), 'wx', 0o640);
      try {
        await syncFolder(folder);
      } catch (error) {
        await file.close();
        await unlink(join(folder, name)).catch(() => undefined);
        throw error;
      }
      return new FileWriter(file);
    },
    remove: (name) => unlink(join(folder, name)),
  };
}

/** What is forced to a file is lost with its name, which stands in the folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class FileWriter implements SegmentWriter {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(data: Uint8Array): Promise<void> {
    let at = 0;
    // On a disk that fills up, a write is cut short first, and only the next one fails.
    while (at < data.length) at += (await this.#file.write(data, at)).bytesWritten;
  }

  sync(): Promise<void> {
    return this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The system's code of a failure, or its text. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? String(error);
}
