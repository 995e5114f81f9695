import { readPreferences } from './prefer';

describe('readPreferences', () => {
  const read = (prefer?: string) => readPreferences(prefer === undefined ? {} : { prefer });

  it.each([
    ['wait=10', 10],
    ['Wait=10', 10],
    ['wait = 10', 10],
    ['wait=1', 1],
    ['wait=55', 55],
    ['wait=56', 55],
    ['wait=99999999999999999999', 55],
    ['respond-async, wait=10', 10],
    ['return=minimal;foo="a,b;wait=3", wait=7', 7],
    ['handling="a, wait=3", wait=7', 7],
    ['wait=10;x=1', 10],
    ['wait=10, wait=20', 10],
    [',, wait=10', 10],
  ])('takes the wait from %j', (prefer, seconds) => {
    expect(read(prefer).wait).toBe(seconds);
  });

  it.each([
    '',
    'wait',
    'wait=',
    'wait=0',
    'wait=-1',
    'wait=1.5',
    'wait=1e1',
    'wait=ten',
    'wait="10"',
    'wait=x, wait=10',
    'wait =',
    'wait 10',
    'waiting=10',
    '"wait=10"',
    'wait=10 20',
    '="',
    '"wait=10',
  ])('takes no wait from %j', (prefer) => {
    expect(read(prefer)).not.toHaveProperty('wait');
  });

  it('knows whether an answer at once is preferred', () => {
    expect(read('respond-async').respondAsync).toBe(true);
    expect(read('wait=5, Respond-Async').respondAsync).toBe(true);
    expect(read('respond-asynchronously').respondAsync).toBe(false);
    expect(read().respondAsync).toBe(false);
  });

  it('reads several header lines as one', () => {
    expect(readPreferences({ prefer: ['respond-async', 'wait=4'] })).toEqual({ respondAsync: true, wait: 4 });
  });

  it('is linear in the length of the header', () => {
    for (const part of ['"', '"\\', ',', ';', '= ', 'a'])
      expect(read(part.repeat(16_000))).toEqual({ respondAsync: false });
  });
});
