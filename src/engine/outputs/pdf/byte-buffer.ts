import { MAX_DIGITS, writeDigits } from '../../model/write-digits';

/** Bytes that grow at the end; one buffer serves page after page. */
export class ByteBuffer {
  private bytes = new Uint8Array(16 * 1024);
  private end = 0;

  clear(): void {
    this.end = 0;
  }

  get length(): number {
    return this.end;
  }

  /** What was written since `clear`, valid until the next. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  append(bytes: Uint8Array): void {
    while (this.end + bytes.length > this.bytes.length) this.grow();
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  byte(value: number): void {
    if (this.end === this.bytes.length) this.grow();
    this.bytes[this.end] = value;
    this.end += 1;
  }

  /** Characters up to U+00FF, each as one byte. */
  text(latin1: string): void {
    for (let index = 0; index < latin1.length; index += 1) this.byte(latin1.charCodeAt(index));
  }

  /** A whole number of 31 bits at most. */
  integer(value: number): void {
    if (value < 0) this.byte(MINUS);
    if (this.end + MAX_DIGITS > this.bytes.length) this.grow();
    this.end = writeDigits(this.bytes, this.end, value < 0 ? -value : value);
  }

  /** A whole number of hundredths, as the shortest decimal number. */
  hundredths(value: number): void {
    if (value < 0) {
      this.byte(MINUS);
      this.hundredths(-value);
      return;
    }
    const fraction = value % 100;
    this.integer((value - fraction) / 100);
    if (fraction === 0) return;
    this.byte(POINT);
    this.byte(ZERO + Math.floor(fraction / 10));
    if (fraction % 10 !== 0) this.byte(ZERO + (fraction % 10));
  }

  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
