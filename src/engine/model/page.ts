/**
 * What layout produces and outputs paint: pages of items. The set is closed, so an output never hears of a new element.
 * All lengths are points (1/72 inch); the origin is the page's top left corner and y grows downwards.
 */
export interface Page {
  /** 1 for the first page. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly items: readonly PageItem[];
}

export type PageItem = TextRun | Late | Path | Group | OutlineMark;

/** `#rrggbb`. */
export type Color = string;

export type FontWeight = 400 | 500 | 600 | 700;

/** Items of one look share one style object, so that a painter can compare by identity. */
export interface TextStyle {
  readonly weight: FontWeight;
  /** Em size in points. */
  readonly size: number;
  readonly color: Color;
  /** Digits of equal width. */
  readonly tabular: boolean;
}

/** One line of text in one style. */
export interface TextRun {
  readonly kind: 'text';
  /** Left end of the baseline. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly style: TextStyle;
}

export type Alignment = 'start' | 'center' | 'end';

/** What a text can say of its page: the number is known when it takes its place, the total when the last page is finished. */
export type PageValue = 'page.number' | 'page.total';

export type TextPart = string | { readonly late: PageValue };

/** Marks that are known later than their place. */
interface Late {
  readonly kind: 'late';
  /** Top left corner of the marks' box. */
  readonly x: number;
  readonly y: number;
  readonly marks: LateMarks;
}

/** A box of fixed size that is filled later; it may stand on several pages. */
export interface LateMarks {
  readonly width: number;
  readonly height: number;
  /** Whether it takes the finished document to know them; else they are known after so many more rows. */
  readonly needsDocument: boolean;
  /** Whether links are among them, which a page has to announce before they are known. */
  readonly hasLinks?: boolean;
  /** The marks, relative to the box; `undefined` while they are not known, which is never so of a finished document. */
  resolve(document?: FinishedDocument): readonly (TextRun | Path | Link)[] | undefined;
}

/** What late marks can say of the document. */
export interface FinishedDocument {
  /** How many there are. */
  readonly pages: number;
  /** The bookmarks in order. */
  readonly marks: readonly PlacedMark[];
}

/** A bookmark on its page. */
export interface PlacedMark {
  readonly title: readonly TextPart[];
  readonly level: number;
  /** 1 for the first. */
  readonly page: number;
  /** From the page's top. */
  readonly y: number;
}

/** A rectangle that leads to a bookmark's place. */
export interface Link extends Rectangle {
  readonly kind: 'link';
  readonly to: PlacedMark;
}

/** Filled rectangles of one colour; rules and bars are thin rectangles. */
export interface Path {
  readonly kind: 'path';
  readonly rectangles: readonly Rectangle[];
  readonly fill: Color;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Marks that several pages may share: an output can write them once, since the same object means the same marks. */
interface Group {
  readonly kind: 'group';
  /** Where the marks' own origin comes to lie on the page. */
  readonly x: number;
  readonly y: number;
  readonly marks: Marks;
}

export interface Marks {
  readonly width: number;
  readonly height: number;
  readonly items: readonly (TextRun | Path)[];
}

/** Where a bookmark of the document leads to. */
interface OutlineMark {
  readonly kind: 'outline';
  readonly y: number;
  /** 1 is the outermost; headings have up to 3, the groups of tables those from 4 on. */
  readonly level: number;
  readonly title: readonly TextPart[];
}
