import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { translating } from './failures.ts';
import type { Progress } from './generation-file.ts';
import { type Batch, encodeFrame, type Frame, readFrame } from './journal-frames.ts';

/** The journal of one epoch, read as it grows, and written by one process at a time. */
export class Journal {
  readonly path: string;
  readonly #reading: number;
  #writing: FileHandle | null = null;
  #end = 0;
  /** Length and time of the file when it was last read without finding a frame. */
  #looked = { size: -1, time: -1 };

  private constructor(path: string, reading: number) {
    this.path = path;
    this.#reading = reading;
  }

  static open(path: string): Journal {
    return new Journal(path, openSync(path, 'r'));
  }

  /** Bytes of frames that were read or written. */
  get bytes(): number {
    return this.#end;
  }

  /** More may have been written since it was last read. */
  get hasGrown(): boolean {
    const { size, mtimeMs } = fstatSync(this.#reading);
    return size > this.#end && (size !== this.#looked.size || mtimeMs !== this.#looked.time);
  }

  /** @throws HayrickError INDEX_DAMAGED */
  next(): Frame | null {
    const { size, mtimeMs } = fstatSync(this.#reading);
    const frame = readFrame(this.#reading, this.path, this.#end);
    if (frame === null) this.#looked = { size, time: mtimeMs };
    else this.#end = frame.end;
    return frame;
  }

  /**
   * Appends a batch; on disk when it returns. All frames before it must have been read: what stands behind them is a torn tail, and cut.
   * @throws HayrickError DISK_FULL, with the journal as it was
   */
  async append(batch: Batch, progress: Progress): Promise<void> {
    await translating(this.path, async () => {
      this.#writing ??= await open(this.path, 'r+');
      await this.#writing.truncate(this.#end);
      const frame = encodeFrame(batch, progress);
      try {
        await writeAll(this.#writing, frame, this.#end);
        await this.#writing.datasync();
      } catch (error) {
        ftruncateSync(this.#writing.fd, this.#end);
        throw error;
      }
      this.#end += frame.length;
    });
  }

  async close(): Promise<void> {
    closeSync(this.#reading);
    await this.#writing?.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}
