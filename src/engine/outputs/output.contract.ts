/** What every output must hold, exercised by the spec of each. */
import { Warnings } from '../model/faults';
import type { DocumentInfo, Output } from '../model/output';
import type { Page, PageItem, TextStyle } from '../model/page';
import { lateLine } from '../text/late-line';

export const info: DocumentInfo = {
  title: () => 'A & B <c>',
  language: 'en-GB',
  createdAt: new Date('2026-11-23T12:00:00Z'),
  producer: 'Pressroom 0',
  provenance: () => ({
    engineVersion: '0',
    template: { name: 'a-template', version: 3 },
    definitionHash: 'd'.repeat(64),
    parametersHash: 'e'.repeat(64),
    locale: 'en-GB',
    timeZone: 'UTC',
    asOf: '2026-11-23T12:00:00.500Z',
    data: { rows: { rows: 12, hash: 'f'.repeat(64) }, 'a<b>&"c"': { rows: 0, hash: '0'.repeat(64) } },
  }),
};

export const style: TextStyle = { weight: 400, size: 10, color: '#334155', tabular: false };

export const pageOf = (number: number, ...items: PageItem[]): Page => ({ number, width: 300, height: 200, items });

export async function paintAll(
  output: Output,
  pages: Iterable<Page>,
  warnings = new Warnings(),
  about = info,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const stream = (async function* () {
    await Promise.resolve();
    yield* pages;
  })();
  for await (const chunk of output.paint(stream, about, warnings)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function fulfilsOutputContract(output: Output): void {
  describe('as an output', () => {
    const pages = [1, 2, 3].map((number) =>
      pageOf(
        number,
        { kind: 'outline', y: 10, level: 1, title: [`Page ${number}`] },
        { kind: 'text', x: 10, y: 20, text: `text ${number}`, style },
        { kind: 'path', fill: '#ff0000', rectangles: [{ x: 1, y: 2, width: 3, height: 4 }] },
        lateLine(['of ', { late: 'page.total' }], { x: 10, y: 90, width: 100, align: 'end', style }),
      ),
    );

    it('gives the same bytes for the same pages', async () => {
      expect((await paintAll(output, pages)).equals(await paintAll(output, pages))).toBe(true);
      expect((await paintAll(output, pages)).equals(await paintAll(output, pages.slice(1)))).toBe(false);
    });

    it('yields what is painted long before the last page', async () => {
      let asked = 0;
      const stream = (async function* () {
        for (asked = 1; asked <= 1000; asked += 1) {
          yield pages[asked % pages.length]!;
          await Promise.resolve();
        }
      })();
      for await (const chunk of output.paint(stream, info, new Warnings())) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(asked).toBeLessThan(200);
    });
  });
}
