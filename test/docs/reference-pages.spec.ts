import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './reference-pages';

const root = join(__dirname, '..', '..');

describe('reference pages', () => {
  it.each(Object.entries(referencePages))('%s says what the source says', (path, render) => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(join(root, path), render());
    expect(readFileSync(join(root, path), 'utf8')).toBe(render());
  });
});
