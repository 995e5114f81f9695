import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { TypedBatch } from '../model/element';
import type { Value } from '../model/value';

/** Where a batch stands in the file, in bytes. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** Typed rows in a temporary file, which has no name any more and so is gone with the process, however that ends. */
export class Spool {
  private end = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open(directory = tmpdir()): Promise<Spool> {
    const folder = await mkdtemp(join(directory, 'pressroom-spool-'));
    try {
      return new Spool(await open(join(folder, 'rows'), 'wx+', 0o600));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async write({ rows, places, marked }: TypedBatch): Promise<Segment> {
    const bytes = serialize({ rows: rows.map((row) => row.map(toPlain)), places, marked });
    const segment = { offset: this.end, length: bytes.length };
    // All of them, after what was written before; reading says its own position.
    await this.file.writeFile(bytes);
    this.end += bytes.length;
    return segment;
  }

  async *read(segments: readonly Segment[]): AsyncGenerator<TypedBatch> {
    for (const { offset, length } of segments) {
      const bytes = Buffer.alloc(length);
      await this.file.read(bytes, 0, length, offset);
      const { rows, places, marked } = deserialize(bytes) as Omit<TypedBatch, 'rows'> & { rows: Plain[][] };
      yield { rows: rows.map((row) => row.map(fromPlain)), places, ...(marked && { marked }) };
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** What can be serialized: classes would lose theirs. */
type Plain = Exclude<Value, Decimal | CalendarDate> | readonly [bigint, number] | readonly [string];

function toPlain(value: Value): Plain {
  if (value instanceof Decimal) return [value.coefficient, value.scale];
  return value instanceof CalendarDate ? [value.iso] : value;
}

function fromPlain(value: Plain): Value {
  if (!Array.isArray(value)) return value as Value;
  const parts = value as readonly [bigint, number] | readonly [string];
  return parts.length === 1 ? CalendarDate.parse(parts[0])! : new Decimal(...parts);
}
