/** Bytes that grow at the end; one buffer serves page after page. */
export class ByteBuffer {
  private bytes = new Uint8Array(16 * 1024);
  private length = 0;

  clear(): void {
    this.length = 0;
  }

  /** What was written since `clear`, valid until the next. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow();
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** Characters up to U+00FF, each as one byte. */
  text(latin1: string): void {
    for (let index = 0; index < latin1.length; index += 1) this.byte(latin1.charCodeAt(index));
  }

  integer(value: number): void {
    if (value < 0) {
      this.byte(MINUS);
      this.integer(-value);
      return;
    }
    if (value >= 10) this.integer(Math.floor(value / 10));
    this.byte(ZERO + (value % 10));
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
