// SPDX-License-Identifier: AGPL-3.0-or-later
// Lets a loop wait until something happens. A `set` between `clear` and `wait` is not lost.

export type Signal = {
  set(): void
  /** Call before looking for work. */
  clear(): void
  wait(): Promise<void>
}

export function createSignal(): Signal {
  let isSet = false
  let wake = () => {}
  return {
    set() {
      isSet = true
      wake()
    },
    clear() {
      isSet = false
    },
    async wait() {
      if (!isSet) await new Promise<void>((done) => (wake = done))
    },
  }
}
