// SPDX-License-Identifier: AGPL-3.0-or-later

/** An error of `make` is thrown and not kept: the next call tries again. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
