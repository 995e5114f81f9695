import type { FinishedDocument, Page, PageItem } from '../../model/page';
import type { Bookmark } from './outline';
import type { ReportDocument } from './report-document';

type Late = Extract<PageItem, { kind: 'late' }>;

/** The links of pages whose targets are known at the end: the object of a page's annotations waits until then. */
export class LateLinks {
  private readonly waiting: { readonly object: number; readonly pageHeight: number; readonly items: Late[] }[] = [];

  /** The number of the object that the page's links will be written to; `undefined` for a page that has none. */
  ofPage({ items, height: pageHeight }: Page, allocate: () => number): number | undefined {
    const late = items.filter((item) => item.kind === 'late').filter(({ marks }) => marks.hasLinks);
    if (late.length === 0) return undefined;
    const object = allocate();
    this.waiting.push({ object, pageHeight, items: late });
    return object;
  }

  write(file: ReportDocument, pages: number, bookmarks: readonly Bookmark[]): void {
    const document: FinishedDocument = { pages, marks: bookmarks };
    const destinations = new Map<object, string>(bookmarks.map((mark) => [mark, mark.destination]));
    for (const { object, pageHeight, items } of this.waiting) {
      const annotations = items.flatMap(({ x, y, marks }) =>
        marks.resolve(document)!.flatMap((mark) => {
          if (mark.kind !== 'link') return [];
          const [left, top] = [x + mark.x, pageHeight - y - mark.y];
          return [annotation([left, top - mark.height, left + mark.width, top], destinations.get(mark.to)!)];
        }),
      );
      file.write(object, `[${annotations.join('\n')}]`);
    }
  }
}

/** A link (ISO 32000-1, 12.5.6.5) without a border, which prints like all else. */
function annotation(box: readonly number[], destination: string): string {
  const rounded = box.map((value) => Math.round(value * 100) / 100).join(' ');
  return `<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[${rounded}]/Dest${destination}>>`;
}
