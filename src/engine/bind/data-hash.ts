import { createHash } from 'node:crypto';
import { codeUnitAt } from '../model/code-unit';
import { MAX_DIGITS, writeDigits } from '../model/write-digits';

/**
 * SHA-256 of the rows of a dataset: of the values of their declared fields, row by row in the order of the declaration, each
 * as UTF-8 text and then the byte FF, which UTF-8 never has. The text is the value's own: as it stands in a CSV file or in a
 * JSON string, and of JSON numbers and booleans as JSON writes them (RFC 8785), so that the same rows have the same hash
 * in whatever form they come. Nothing (null) is the byte FE.
 */
export class DataHash {
  private readonly hash = createHash('sha256');
  private readonly bytes = new Uint8Array(SIZE);
  private length = 0;

  /** The next value; what is no text, number or boolean counts as nothing. */
  add(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.write(value);
        break;
      case 'number':
        if (value >= 0 && value <= MAX_BY_HAND && Number.isInteger(value)) this.writeInteger(value);
        else this.write(String(value));
        break;
      case 'boolean':
        this.write(String(value));
        break;
      default:
        if (this.length + 2 > SIZE) this.flush();
        this.bytes[this.length] = NOTHING;
        this.bytes[this.length + 1] = END;
        this.length += 2;
    }
  }

  /** In hex; to be asked for once, at the end. */
  digest(): string {
    this.flush();
    return this.hash.digest('hex');
  }

  /** By hand, for most texts are short, and encoding them by the runtime takes three times as long. */
  private write(text: string): void {
    const { length } = text;
    if (this.length + length * 3 + 1 > SIZE) this.flush();
    if (length * 3 + 1 > SIZE) {
      this.hash.update(text);
      this.bytes[this.length++] = END;
      return;
    }
    const { bytes } = this;
    let end = this.length;
    for (let index = 0; index < length; index += 1) {
      const unit = codeUnitAt(text, index);
      if (unit < 0x80) bytes[end++] = unit;
      else if (unit < 0x800) {
        bytes[end++] = 0xc0 | (unit >> 6);
        bytes[end++] = 0x80 | (unit & 0x3f);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        bytes[end++] = 0xe0 | (unit >> 12);
        bytes[end++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[end++] = 0x80 | (unit & 0x3f);
      } else {
        end = this.length + utf8.encodeInto(text, bytes.subarray(this.length)).written;
        break;
      }
    }
    bytes[end] = END;
    this.length = end + 1;
  }

  private writeInteger(value: number): void {
    if (this.length + MAX_DIGITS + 1 > SIZE) this.flush();
    const end = writeDigits(this.bytes, this.length, value);
    this.bytes[end] = END;
    this.length = end + 1;
  }

  private flush(): void {
    this.hash.update(this.bytes.subarray(0, this.length));
    this.length = 0;
  }
}

const SIZE = 64 * 1024;
const NOTHING = 0xfe;

/** Of 31 bits. */
const MAX_BY_HAND = 0x7fffffff;
const END = 0xff;
const utf8 = new TextEncoder();
