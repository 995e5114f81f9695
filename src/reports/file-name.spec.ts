import { contentDisposition, toFileName } from './file-name';

describe('toFileName', () => {
  it.each([
    ['a plain name', 'Invoice 8812', 'Invoice 8812.pdf'],
    ['a name with the extension', 'Invoice.PDF', 'Invoice.pdf'],
    ['nothing', undefined, 'sales.pdf'],
    ['nothing but forbidden characters', '../"\\\u0007', 'sales.pdf'],
    ['a path', '../../etc/passwd', 'etcpasswd.pdf'],
    ['a header', 'a\r\nSet-Cookie: x', 'aSet-Cookie: x.pdf'],
    ['a direction override', 'gpj\u202efdp', 'gpjfdp.pdf'],
    ['letters in two parts', 'Cafe\u0301', 'Café.pdf'],
    ['an emoji', '🦅 report', '🦅 report.pdf'],
    ['half an emoji', '\ud83e', '\ufffd.pdf'],
  ])('makes a safe name of %s', (_case, wanted, expected) => {
    expect(toFileName(wanted, 'sales', 'pdf')).toBe(expected);
  });

  it('keeps to 150 characters and cuts none in half', () => {
    const name = toFileName('🦅'.repeat(200), 'sales', 'pdf');
    expect(name.length).toBeLessThanOrEqual(150);
    expect(name.isWellFormed()).toBe(true);
  });
});

describe('contentDisposition', () => {
  it('gives the name twice: for old clients and whole', () => {
    expect(contentDisposition('Łódź (1).pdf', 'attachment')).toBe(
      `attachment; filename="__d_ (1).pdf"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA%20%281%29.pdf`,
    );
  });
});
