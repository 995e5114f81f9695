/** Compares pages with pictures of how they looked, drawn by PDFium: the same pixels on every machine. */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

const folder = join(__dirname, 'pictures');
const folderOfDifferent = join(__dirname, '../../node_modules/.cache/pressroom/pictures');

/** Of 255 levels of grey: what nobody sees. */
const TOLERANCE = 8;

const isUpdate = process.env.UPDATE_PICTURES === '1';

/**
 * Fails for a page that differs from its picture, and says where the picture of today is to be found. `npm run
 * golden:update` makes it the picture to compare with.
 * @param pages counted from 1
 */
export async function expectLook(name: string, pdf: Uint8Array, pages: readonly number[]): Promise<void> {
  for (const [index, picture] of (await draw(pdf, pages)).entries()) {
    const file = `${name}-${pages[index]!}.png`;
    if (isUpdate) writePicture(folder, file, picture);
    const differing = countDifferences(picture, PNG.sync.read(readFileSync(join(folder, file))));
    if (differing === 0) continue;
    const path = writePicture(folderOfDifferent, file, picture);
    throw new Error(`${file} differs in ${differing} pixels; how the page looks now: ${path}`);
  }
}

/** A pixel for a point, in grey. */
async function draw(pdf: Uint8Array, pages: readonly number[]): Promise<PNG[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pictures: PNG[] = [];
    for (const page of pages) {
      const { width, height, data } = await document.getPage(page - 1).render({ colorSpace: 'Gray', render: 'bitmap' });
      const picture = new PNG({ width, height });
      for (const [index, level] of data.entries()) picture.data.set([level, level, level, 255], 4 * index);
      pictures.push(picture);
    }
    document.destroy();
    return pictures;
  } finally {
    library.destroy();
  }
}

/** All of them where the sizes differ. */
function countDifferences(a: PNG, b: PNG): number {
  if (a.width !== b.width || a.height !== b.height) return a.width * a.height;
  let count = 0;
  for (let index = 0; index < a.data.length; index += 4) {
    if (Math.abs(a.data[index]! - b.data[index]!) > TOLERANCE) count += 1;
  }
  return count;
}

function writePicture(into: string, file: string, picture: PNG): string {
  mkdirSync(into, { recursive: true });
  const path = join(into, file);
  writeFileSync(path, PNG.sync.write(picture, { colorType: 0, filterType: 0, deflateLevel: 9, deflateStrategy: 0 }));
  return path;
}
