import { splitTemplate } from './template';

describe('splitTemplate', () => {
  it.each([
    ['plain', [{ text: 'plain' }]],
    ['a ${ b } c', [{ text: 'a ' }, { source: 'b' }, { text: ' c' }]],
    ['${"}"}', [{ source: '"}"' }]],
    ["${'it\\'s }'}", [{ source: "'it\\'s }'" }]],
    ['${{"a": 1}["a"]}', [{ source: '{"a": 1}["a"]' }]],
    ['$${literal} $5', [{ text: '${literal} $5' }]],
    ['', []],
  ])('splits %s', (template, expected) => {
    expect(splitTemplate(template)).toEqual(expected);
  });

  it.each(['${', 'a ${b', '${"}'])('finds %s not closed', (template) => {
    expect(splitTemplate(template)).toBeUndefined();
  });
});
