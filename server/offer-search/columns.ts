// SPDX-License-Identifier: AGPL-3.0-or-later

/** The same column of numbers with space for `least` of them, and for a quarter more than before. */
export function grown<T extends Int32Array | Float64Array | Uint16Array | Uint32Array>(column: T, least: number): T {
  const size = Math.max(least, Math.ceil(column.length * 1.25))
  const larger = new (column.constructor as new (size: number) => T)(size)
  larger.set(column)
  return larger
}
