/** What every element must hold, exercised by the spec of each. */
import { Ajv2020 } from 'ajv/dist/2020';
import { Warnings } from '../model/faults';
import type { Element, PlaceContext, Region } from '../model/element';
import type { LateMarks, PageItem, Path, PlacedMark, TextRun, TextStyle } from '../model/page';
import { widthOf } from '../text/break-lines';

export const placeContext = (warnings = new Warnings()): PlaceContext => {
  const built = new Map<object, unknown>();
  return {
    warn: (code, detail) => warnings.add(code, detail),
    theme: { accent: '#0b4f8a' },
    pageNumber: 1,
    shared<T>(owner: object, build: () => T): T {
      if (!built.has(owner)) built.set(owner, build());
      return built.get(owner) as T;
    },
  };
};

/** Places content into fresh regions of these heights, the last one again and again, until nothing is left. */
export function placeAll<Content>(
  element: Element<unknown, unknown, Content>,
  content: Content,
  heights: readonly number[],
  width = 300,
): { items: readonly PageItem[]; region: Region; height: number }[] {
  const context = placeContext();
  const placed: { items: readonly PageItem[]; region: Region; height: number }[] = [];
  let rest: Content | undefined = content;
  while (rest !== undefined) {
    if (placed.length > 1000) throw new Error('the element does not come to an end');
    const height = heights[Math.min(placed.length, heights.length - 1)]!;
    const region: Region = { x: 48, y: 56, width, height, isFresh: true };
    const placement: ReturnType<typeof element.place> = element.place(rest, region, context);
    placed.push({ items: placement.items, region, height: placement.height });
    rest = placement.rest;
  }
  return placed;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where an item leaves marks; of text, from the height of its capitals to its baseline. */
export function boxesOf(item: PageItem, dx = 0, dy = 0, pages = 1, bookmarks: readonly PlacedMark[] = []): Box[] {
  switch (item.kind) {
    case 'text':
      return [textBox(item.x + dx, item.y + dy, widthOf(item.text, item.style), item.style)];
    case 'late':
      return lateItemsOf(item.marks, pages, bookmarks).flatMap((inner) => boxesOf(inner, item.x + dx, item.y + dy));
    case 'path':
      return item.rectangles.map(({ x, y, width, height }) => {
        return { left: x + dx, top: y + dy, right: x + dx + width, bottom: y + dy + height };
      });
    case 'group':
      return item.marks.items.flatMap((inner) => boxesOf(inner, item.x + dx, item.y + dy));
    case 'outline':
      return [];
  }
}

/** What late marks show in a document of that many pages, with these bookmarks. */
export const lateItemsOf = (marks: LateMarks, pages = 1, bookmarks: readonly PlacedMark[] = []): (TextRun | Path)[] =>
  marks.resolve({ pages, marks: bookmarks })!.filter((item) => item.kind !== 'link');

const textBox = (x: number, y: number, width: number, style: TextStyle): Box => {
  return { left: x, top: y - style.size * 0.73, right: x + width, bottom: y };
};

export interface ElementCase<Content> {
  element: Element<unknown, unknown, Content>;
  /** Members beside `type` that the schema takes. */
  spec: object;
  /** Too much for one region of 200 points, with this text. */
  content: Content;
  texts: readonly string[];
  /** Of the document, where the element has to do with them. */
  bookmarks?: readonly PlacedMark[];
}

export function fulfilsElementContract<Content>({
  element,
  spec,
  content,
  texts,
  bookmarks,
}: ElementCase<Content>): void {
  describe('as an element', () => {
    const validate = new Ajv2020({ strict: false }).compile({
      type: 'object',
      additionalProperties: false,
      required: ['type', ...(element.schema.required ?? [])],
      properties: { type: { const: element.type }, ...element.schema.properties },
      $defs: { format: {} },
    });

    it('takes its own members and refuses junk', () => {
      expect(validate({ type: element.type, ...spec })).toBe(true);
      expect(validate({ type: element.type, ...spec, junk: true })).toBe(false);
      for (const name of Object.keys(spec))
        expect(validate({ type: element.type, ...spec, [name]: { junk: true } })).toBe(false);
    });

    it.each([[[200]], [[60, 200]], [[144, 75, 300]]])(
      'places parts that add up to the whole in regions of %j',
      (heights) => {
        const shown = placeAll(element, content, heights)
          .flatMap(({ items }) => items)
          .flatMap((item) => (item.kind === 'late' ? lateItemsOf(item.marks, 1, bookmarks) : [item]))
          .flatMap((item) => (item.kind === 'text' ? [item.text] : []));
        expect(shown.join('')).toBe(texts.join(''));
      },
    );

    it('marks nothing outside of its region', () => {
      for (const { items, region, height } of placeAll(element, content, [200])) {
        expect(height).toBeLessThanOrEqual(region.height + 1e-6);
        for (const box of items.flatMap((item) => boxesOf(item, 0, 0, 1, bookmarks))) {
          expect(box.left).toBeGreaterThanOrEqual(region.x - 1e-6);
          expect(box.right).toBeLessThanOrEqual(region.x + region.width + 1e-6);
          expect(box.top).toBeGreaterThanOrEqual(region.y - 1e-6);
          expect(box.bottom).toBeLessThanOrEqual(region.y + region.height + 1e-6);
        }
      }
    });

    it('takes nothing of a region without room, unless it is fresh', () => {
      const region: Region = { x: 0, y: 0, width: 300, height: 5, isFresh: false };
      expect(element.place(content, region, placeContext())).toMatchObject({ items: [], rest: content });
    });
  });
}
