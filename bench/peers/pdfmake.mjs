import { colors, columns, fonts, page, readTable } from '../document.mjs';
import pdfmake from 'pdfmake';

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  pdfmake.setFonts({ Inter: { normal: fonts.regular, bold: fonts.bold } });
  const line = (cells, bold) => cells.map((text, index) => ({ text, bold, alignment: columns[index].align }));
  const definition = {
    pageSize: 'A4',
    pageMargins: [page.margin.side, page.margin.top],
    info: { title: 'Orders' },
    defaultStyle: { font: 'Inter', fontSize: page.fontSize, color: colors.ink },
    footer: (current, count) => ({
      text: `Page ${current} of ${count}`,
      alignment: 'right',
      margin: [page.margin.side, 10],
    }),
    content: [
      { text: 'Orders', fontSize: 18, bold: true },
      {
        table: {
          headerRows: 1,
          widths: columns.map(({ width }) => width - 10),
          body: [
            line(
              columns.map((column) => column.header),
              true,
            ),
            ...rows.map((cells) => line(cells, false)),
            line(totals, true),
          ],
        },
        layout: {
          hLineWidth: () => 0,
          vLineWidth: () => 0,
          fillColor: (index) => (index === 0 ? colors.head : index % 2 === 0 ? colors.zebra : null),
        },
      },
    ],
  };
  await pdfmake.createPdf(definition).write(out);
}
