/** pdfkit as most use it: a `text()` for each cell, pages kept until their number is known. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { colors, columns, fonts, page, readTable } from '../document.mjs';

const PDFDocument = createRequire(new URL('../../package.json', import.meta.url))('pdfkit');

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    info: { Title: 'Orders' },
  });
  const written = once(document.pipe(createWriteStream(out)), 'finish');
  document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
  const bottom = page.height - page.margin.top;
  let y = bottom;

  const line = (cells, font, fill) => {
    let x = page.margin.side;
    if (fill) document.rect(x, y, page.width - 2 * x, page.rowHeight).fill(fill);
    document.font(font).fontSize(page.fontSize).fillColor(colors.ink);
    for (const [index, { width, align }] of columns.entries()) {
      if (cells[index] !== '')
        document.text(cells[index], x + 5, y + 3.5, { width: width - 10, align, lineBreak: false });
      x += width;
    }
    y += page.rowHeight;
  };
  const header = columns.map((column) => column.header);
  for (const [index, cells] of [...rows, totals].entries()) {
    if (y + page.rowHeight > bottom) {
      document.addPage();
      y = page.margin.top;
      if (index === 0) {
        document.font('bold').fontSize(18).text('Orders', page.margin.side, y);
        y += 30;
      }
      line(header, 'bold', colors.head);
    }
    line(cells, index === rows.length ? 'bold' : 'regular', index % 2 === 1 ? colors.zebra : undefined);
  }
  numberPages(document, 'regular');
  document.end();
  await written;
}

export function numberPages(document, font) {
  const { count } = document.bufferedPageRange();
  for (let number = 1; number <= count; number += 1) {
    document.switchToPage(number - 1);
    document.font(font).fontSize(page.fontSize).fillColor(colors.ink);
    const box = { width: page.width - 2 * page.margin.side, align: 'right', lineBreak: false };
    document.text(`Page ${number} of ${count}`, page.margin.side, page.height - 30, box);
  }
}
