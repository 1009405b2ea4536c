// SPDX-License-Identifier: AGPL-3.0-or-later

/** @returns a function that does one piece of work after the other, in the order of asking. */
export function singleSlot(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
