/** pdfkit's own `table()`, which repeats no header. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { colors, columns, fonts, page, readTable } from '../document.mjs';
import { numberPages } from './pdfkit-text.mjs';

const PDFDocument = createRequire(new URL('../../package.json', import.meta.url))('pdfkit');

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  const margins = { top: page.margin.top, bottom: page.margin.top, left: page.margin.side, right: page.margin.side };
  const document = new PDFDocument({
    size: 'A4',
    margins,
    bufferPages: true,
    font: fonts.regular,
    info: { Title: 'Orders' },
  });
  const written = once(document.pipe(createWriteStream(out)), 'finish');
  document.fontSize(18).text('Orders');
  document.fontSize(page.fontSize).fillColor(colors.ink);
  document.table({
    columnStyles: columns.map(({ width, align }) => ({ width, align: { x: align, y: 'center' } })),
    rowStyles: (index) => ({
      border: false,
      minHeight: page.rowHeight,
      backgroundColor: index % 2 === 1 ? colors.zebra : undefined,
    }),
    data: [columns.map((column) => column.header), ...rows, totals],
  });
  // A footer stands in the bottom margin, where pdfkit would begin a page.
  for (let index = 0; index < document.bufferedPageRange().count; index += 1) {
    document.switchToPage(index);
    document.page.margins.bottom = 0;
  }
  numberPages(document, fonts.regular);
  document.end();
  await written;
}
