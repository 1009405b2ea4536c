// SPDX-License-Identifier: AGPL-3.0-or-later

/** Makes a value at the first call and gives the same one ever after. A fault of `make` is thrown, and not kept. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
