import type { Path, Rectangle, TextRun, TextStyle } from '../../model/page';
import type { ByteBuffer } from './byte-buffer';
import type { EmbeddedFace, EmbeddedFonts } from './embedded-fonts';

/**
 * The operators of one content stream. Texts of one line and look are shown by one TJ, which moves from one to the next in
 * thousandths of their size; lines are reached by relative moves in hundredths of a point. Both repeat from row to row, and
 * what is rounded off is carried along, so that nothing drifts.
 */
export class Content {
  private isInText = false;
  private isInLine = false;
  private style: TextStyle | undefined;
  private face: EmbeddedFace | undefined;
  private fill = '';
  /** Start of the current line, in hundredths of a point. */
  private x = 0;
  private y = 0;
  /** From the line's start to the end of what is shown, in thousandths of the font's size. */
  private pen = 0;

  constructor(
    private readonly fonts: EmbeddedFonts,
    private readonly buffer: ByteBuffer,
    /** Of the page or form: its y grows upwards from the bottom. */
    private readonly height: number,
  ) {
    buffer.clear();
  }

  text(run: TextRun): void {
    if (run.text === '') return;
    if (!this.isInText) this.beginText();
    if (run.style !== this.style) this.applyStyle(run.style);
    else if (run.style.color !== this.fill) this.applyFill(run.style.color);
    const x = Math.round(run.x * 100);
    const y = Math.round((this.height - run.y) * 100);
    if (this.isInLine && y === this.y) this.moveInLine(run);
    else this.beginLine(x, y);
    this.pen += this.face!.show(run.text, this.buffer);
  }

  path(path: Path): void {
    this.endText();
    this.applyFill(path.fill);
    for (const rectangle of path.rectangles) this.rectangle(rectangle);
    this.buffer.text('f\n');
  }

  /** Draws a form with its origin at the top left corner x, y. */
  form(name: string, x: number, y: number, formHeight: number): void {
    this.endText();
    this.buffer.text('q 1 0 0 1 ');
    this.number(x);
    this.number(this.height - y - formHeight);
    this.buffer.text(`cm /${name} Do Q\n`);
  }

  /** Draws a form that has the page's own coordinates. */
  layer(name: string): void {
    this.endText();
    this.buffer.text(`/${name} Do\n`);
  }

  /** Valid until the buffer is used again. */
  finish(): Uint8Array {
    this.endText();
    return this.buffer.written;
  }

  private beginText(): void {
    this.buffer.text('BT\n');
    this.isInText = true;
    this.x = 0;
    this.y = 0;
  }

  private beginLine(x: number, y: number): void {
    this.endLine();
    this.buffer.hundredths(x - this.x);
    this.buffer.byte(SPACE);
    this.buffer.hundredths(y - this.y);
    this.buffer.text(' Td[(');
    this.isInLine = true;
    this.x = x;
    this.y = y;
    this.pen = 0;
  }

  private moveInLine(run: TextRun): void {
    const move = Math.round(((run.x - this.x / 100) * 1000) / run.style.size - this.pen);
    if (move === 0) return;
    this.buffer.byte(CLOSE);
    this.buffer.integer(-move);
    this.buffer.byte(OPEN);
    this.pen += move;
  }

  private applyStyle(style: TextStyle): void {
    const face = this.fonts.of(style);
    if (face.fontName !== this.face?.fontName || style.size !== this.style?.size) {
      this.endLine();
      this.buffer.text(`/${face.fontName} `);
      this.number(style.size);
      this.buffer.text('Tf\n');
    }
    this.applyFill(style.color);
    this.face = face;
    this.style = style;
  }

  private applyFill(color: string): void {
    if (color === this.fill) return;
    this.endLine();
    this.buffer.text(fillOperator(color));
    this.fill = color;
  }

  private endLine(): void {
    if (this.isInLine) this.buffer.text(')]TJ\n');
    this.isInLine = false;
  }

  private endText(): void {
    this.endLine();
    if (this.isInText) this.buffer.text('ET\n');
    this.isInText = false;
  }

  private rectangle({ x, y, width, height }: Rectangle): void {
    this.number(x);
    this.number(this.height - y - height);
    this.number(width);
    this.number(height);
    this.buffer.text('re\n');
  }

  private number(value: number): void {
    this.buffer.hundredths(Math.round(value * 100));
    this.buffer.byte(SPACE);
  }
}

const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;

const fills = new Map<string, string>();

/** Remembered for the few colours of a report. */
function fillOperator(color: string): string {
  let operator = fills.get(color);
  if (operator === undefined) {
    const channels = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16) / 255);
    operator = `${channels.map((channel) => String(Math.round(channel * 1000) / 1000)).join(' ')} rg\n`;
    if (fills.size > 1000) fills.clear();
    fills.set(color, operator);
  }
  return operator;
}
