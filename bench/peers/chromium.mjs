/** Chromium without a window, driven as most services do it: one page of HTML, printed. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { colors, columns, fonts, page, readTable } from '../document.mjs';

const executablePath = '/usr/bin/chromium';

const inches = (points) => `${points / 72}in`;

export const missing = existsSync(executablePath) ? undefined : `there is no ${executablePath}`;

export async function render(rowFile, out) {
  const { rows, totals } = await readTable(rowFile);
  const line = (cells, tag) => `<tr>${cells.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
  const alignments = columns
    .map(({ width, align }, index) => `tr > :nth-child(${index + 1}) { width: ${width}pt; text-align: ${align} }`)
    .join('\n');
  const html = `<!doctype html><meta charset="utf-8"><title>Orders</title><style>
@font-face { font-family: Inter; src: url(${pathToFileURL(fonts.regular)}) }
@font-face { font-family: Inter; font-weight: 600; src: url(${pathToFileURL(fonts.bold)}) }
body { font: ${page.fontSize}pt Inter; color: ${colors.ink}; margin: 0 }
table { border-collapse: collapse; table-layout: fixed; width: 100% }
tr { height: ${page.rowHeight}pt; break-inside: avoid } th, tfoot td { font-weight: 600; background: ${colors.head} }
td, th { padding: 0 5pt } tbody tr:nth-child(even) { background: ${colors.zebra} } tfoot { display: table-row-group }
${alignments}</style><h1>Orders</h1><table><thead>${line(
    columns.map((column) => column.header),
    'th',
  )}</thead>
<tbody>${rows.map((cells) => line(cells, 'td')).join('\n')}</tbody><tfoot>${line(totals, 'td')}</tfoot></table>`;
  await writeFile(`${out}.html`, html);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(`${out}.html`).href, { timeout: 0 });
    await tab.pdf({
      path: out,
      format: 'A4',
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<div style="font-size:7.5pt;width:100%;text-align:right;margin-right:36pt">Page <span class="pageNumber"></span> of <span class="totalPages"></span></div>',
      margin: {
        top: inches(page.margin.top),
        bottom: inches(page.margin.top),
        left: inches(page.margin.side),
        right: inches(page.margin.side),
      },
      timeout: 0,
    });
  } finally {
    await browser.close();
  }
}
