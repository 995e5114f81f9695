import { readFileSync, writeFileSync } from 'node:fs';
import { jsPDF } from 'jspdf';
import { autoTable } from 'jspdf-autotable';
import { colors, columns, fonts, page, readTable } from '../document.mjs';

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  const document = new jsPDF({ unit: 'pt', format: 'a4', compress: true });
  for (const [style, file] of [
    ['normal', fonts.regular],
    ['bold', fonts.bold],
  ]) {
    document.addFileToVFS(`${style}.ttf`, readFileSync(file).toString('base64'));
    document.addFont(`${style}.ttf`, 'Inter', style);
  }
  document.setFont('Inter', 'bold').setFontSize(18).text('Orders', page.margin.side, page.margin.top);
  autoTable(document, {
    head: [columns.map((column) => column.header)],
    body: rows,
    foot: [totals],
    showFoot: 'lastPage',
    startY: page.margin.top + 20,
    margin: { top: page.margin.top, bottom: page.margin.top, left: page.margin.side, right: page.margin.side },
    styles: {
      font: 'Inter',
      fontSize: page.fontSize,
      textColor: colors.ink,
      cellPadding: { horizontal: 5, vertical: 3 },
    },
    headStyles: { fillColor: colors.head, fontStyle: 'bold' },
    footStyles: { fillColor: colors.head, fontStyle: 'bold' },
    alternateRowStyles: { fillColor: colors.zebra },
    columnStyles: Object.fromEntries(
      columns.map(({ width, align }, index) => [index, { cellWidth: width, halign: align }]),
    ),
  });
  const count = document.getNumberOfPages();
  document.setFont('Inter', 'normal').setFontSize(page.fontSize);
  for (let number = 1; number <= count; number += 1) {
    document.setPage(number);
    document.text(`Page ${number} of ${count}`, page.width - page.margin.side, page.height - 24, { align: 'right' });
  }
  writeFileSync(out, Buffer.from(document.output('arraybuffer')));
}
