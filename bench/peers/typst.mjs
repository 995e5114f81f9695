import { writeFileSync } from 'node:fs';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { colors, columns, fonts, page, readTable } from '../document.mjs';

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  const compiler = NodeCompiler.create({ fontArgs: [{ fontPaths: [fonts.regular, fonts.bold] }] });
  const cell = (text) => `[${text.replace(/[\\#*_`$<>@=~[\]]/g, '\\$&')}]`;
  const mainFileContent = `
#set document(title: "Orders")
#set page(paper: "a4", margin: (x: ${page.margin.side}pt, y: ${page.margin.top}pt), numbering: (n, all) => [Page #n of #all], number-align: right)
#set text(font: "Inter", size: ${page.fontSize}pt, fill: rgb("${colors.ink}"))
#text(size: 18pt, weight: 600)[Orders]
#table(
  columns: (${columns.map(({ width }) => `${width}pt`).join(', ')}),
  align: (${columns.map(({ align }) => align).join(', ')}),
  stroke: none,
  inset: (x: 5pt, y: 4pt),
  fill: (_, y) => if y == 0 { rgb("${colors.head}") } else if calc.even(y) { rgb("${colors.zebra}") },
  table.header(${columns.map(({ header }) => `text(weight: 600)[${header}]`).join(', ')}),
${rows.map((cells) => cells.map(cell).join(',')).join(',\n')},
${totals.map(cell).join(',')}
)`;
  writeFileSync(out, compiler.pdf({ mainFileContent }));
}
