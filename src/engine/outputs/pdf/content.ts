import type { Path, TextRun, TextStyle } from '../../model/page';
import type { EmbeddedFace, EmbeddedFonts } from './embedded-fonts';

/**
 * The operators of one content stream, as a string of bytes. Positions are kept in hundredths of a point, so that relative
 * moves, which are short and repeat, add up exactly.
 */
export class Content {
  private operators = '';
  private isInText = false;
  private style: TextStyle | undefined;
  private face: EmbeddedFace | undefined;
  private fill = '';
  private x = 0;
  private y = 0;

  constructor(
    private readonly fonts: EmbeddedFonts,
    /** Of the page or form: its y grows upwards from the bottom. */
    private readonly height: number,
  ) {}

  text(run: TextRun): void {
    if (run.text === '') return;
    if (!this.isInText) {
      this.operators += 'BT\n';
      this.isInText = true;
      this.x = 0;
      this.y = 0;
    }
    if (run.style !== this.style) this.applyStyle(run.style);
    else this.applyFill(run.style.color);
    const x = Math.round(run.x * 100);
    const y = Math.round((this.height - run.y) * 100);
    this.operators += `${hundredths(x - this.x)} ${hundredths(y - this.y)} Td${this.face!.show(run.text)}`;
    this.x = x;
    this.y = y;
  }

  path(path: Path): void {
    this.endText();
    this.applyFill(path.fill);
    for (const { x, y, width, height } of path.rectangles) {
      const bottom = this.height - y - height;
      this.operators += `${number(x)} ${number(bottom)} ${number(width)} ${number(height)} re\n`;
    }
    this.operators += 'f\n';
  }

  /** Draws a form with its origin at the top left corner x, y. */
  form(name: string, x: number, y: number, formHeight: number): void {
    this.endText();
    this.operators += `q 1 0 0 1 ${number(x)} ${number(this.height - y - formHeight)} cm /${name} Do Q\n`;
  }

  toBytes(): Uint8Array {
    this.endText();
    return Buffer.from(this.operators, 'latin1');
  }

  private applyStyle(style: TextStyle): void {
    const face = this.fonts.of(style);
    if (face.name !== this.face?.name || style.size !== this.style?.size) {
      this.operators += `/${face.name} ${number(style.size)} Tf\n`;
    }
    this.applyFill(style.color);
    this.face = face;
    this.style = style;
  }

  private applyFill(color: string): void {
    if (color === this.fill) return;
    this.operators += fillOperator(color);
    this.fill = color;
  }

  private endText(): void {
    if (this.isInText) this.operators += 'ET\n';
    this.isInText = false;
  }
}

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

const remembered: string[] = [];

/** Moves within a page repeat from row to row, and making a string of a number takes longer than finding it. */
function hundredths(value: number): string {
  if (value < 0) return `-${hundredths(-value)}`;
  if (value > 200_000) return String(value / 100);
  return (remembered[value] ??= String(value / 100));
}

const number = (value: number): string => {
  const rounded = Math.round(value * 100);
  return hundredths(rounded === 0 ? 0 : rounded);
};
