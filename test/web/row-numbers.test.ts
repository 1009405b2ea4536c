// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { RowNumbers } from '../../server/web/row-numbers.ts'

it('keeps many numbers in their order, as large as SQLite gives them, and frees their memory', () => {
  const numbers = new RowNumbers()
  const all = Array.from({ length: 200_000 }, (_, at) => at * 3)
  for (const number of [...all, Number.MAX_SAFE_INTEGER]) numbers.add(number)
  expect(numbers.length).toBe(200_001)
  const slices = Array.from({ length: 2_001 }, (_, part) => numbers.slice(part * 100, (part + 1) * 100))
  expect(slices.flat()).toEqual([...all, Number.MAX_SAFE_INTEGER])
  const held = process.memoryUsage().arrayBuffers
  numbers.free()
  expect(held - process.memoryUsage().arrayBuffers).toBeGreaterThan(1_500_000)
  expect(numbers.slice(0, 10)).toEqual([])
})
