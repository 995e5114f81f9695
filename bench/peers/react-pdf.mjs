import { createElement as h } from 'react';
import { Document, Font, Page, Text, View, renderToFile } from '@react-pdf/renderer';
import { colors, columns, fonts, page, readTable } from '../document.mjs';

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  Font.register({ family: 'Inter', fonts: [{ src: fonts.regular }, { src: fonts.bold, fontWeight: 600 }] });
  const line = (cells, key, style, fixed = false) =>
    h(
      View,
      { key, fixed, wrap: false, style: { flexDirection: 'row', height: page.rowHeight, ...style } },
      cells.map((text, index) =>
        h(
          Text,
          { key: index, style: { width: columns[index].width, padding: '3 5', textAlign: columns[index].align } },
          text,
        ),
      ),
    );
  const style = {
    fontFamily: 'Inter',
    fontSize: page.fontSize,
    color: colors.ink,
    paddingVertical: page.margin.top,
    paddingHorizontal: page.margin.side,
  };
  const footer = ({ pageNumber, totalPages }) => `Page ${pageNumber} of ${totalPages}`;
  const bold = { fontWeight: 600, backgroundColor: colors.head };
  await renderToFile(
    h(
      Document,
      { title: 'Orders' },
      h(
        Page,
        { size: 'A4', style },
        h(Text, { style: { fontSize: 18, fontWeight: 600 } }, 'Orders'),
        line(
          columns.map((column) => column.header),
          'header',
          bold,
          true,
        ),
        rows.map((cells, index) => line(cells, index, index % 2 === 1 ? { backgroundColor: colors.zebra } : {})),
        line(totals, 'totals', bold),
        h(Text, { fixed: true, render: footer, style: { position: 'absolute', bottom: 22, right: page.margin.side } }),
      ),
    ),
    out,
  );
}
