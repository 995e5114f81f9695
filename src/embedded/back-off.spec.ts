import { backOff } from './back-off';

test('doubles from a quarter of a second to fifteen', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(backOff)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect(backOff(10_000)).toBe(15_000);
});
