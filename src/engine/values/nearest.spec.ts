import { didYouMean } from './nearest';

describe('didYouMean', () => {
  it.each([
    ['tabel', ['text', 'table'], 'table'],
    ['ID', ['id', 'it'], 'id'],
    ['amuont', ['account', 'amount'], 'amount'],
    ['decimel2', ['decimal1', 'decimal2'], 'decimal2'],
  ])('finds what %s stands for', (name, known, expected) => {
    expect(didYouMean(name, known)).toBe(`Did you mean \`${expected}\`?`);
  });

  it.each([
    ['A6', ['A3', 'A4', 'A5']],
    ['decimal9', ['decimal0', 'decimal1']],
    ['x', ['a', 'b']],
    ['weight', ['cost', 'name']],
  ])('does not guess what %s stands for', (name, known) => {
    expect(didYouMean(name, known)).toBeUndefined();
  });
});
