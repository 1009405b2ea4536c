// SPDX-License-Identifier: AGPL-3.0-or-later

/** The same column of numbers with space for `size` of them. */
export function grown<T extends Int32Array | Float64Array | Uint16Array | Uint32Array>(column: T, size: number): T {
  const larger = new (column.constructor as new (size: number) => T)(size)
  larger.set(column)
  return larger
}
