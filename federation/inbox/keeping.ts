// SPDX-License-Identifier: AGPL-3.0-or-later
// What was let in is written down before it is answered; what comes in the same breath shares one commit.
import { insertReceived, listOverfull } from '../../db/queries/fed-activities.ts'
import { outsideFence } from '../../db/open.ts'
import type { Deps } from '../../server/deps.ts'
import { transact, type Tx } from '../../server/web/transact.ts'
import type { Peers } from '../peers.ts'
import { setAside, TooMany, type Entry } from './entry.ts'
import { gathering } from './gathering.ts'

const MOST_AT_ONCE = 200
/** So many wait behind one that cannot be understood now; who sends more keeps them for a while. */
const MOST_WAITING = 1000
/** So near to one another, and so many in a row, letters are a rush. */
const BUSY_MS = 10
const MANY = 20

type Letter = { entry: Entry; kept: () => void; lost: (error: unknown) => void }

/** @param onWaiting called when something was kept that has yet to be given its meaning. */
export function createKeeping({ deps, peers }: { deps: Deps; peers: Peers }, onWaiting: () => void) {
  const letters: Letter[] = []
  let lastCame = Number.NEGATIVE_INFINITY
  let inARush = 0
  const isQuiet = () => performance.now() - lastCame > BUSY_MS
  const collect = gathering(
    () => letters.length,
    () => outsideFence(keepAll),
  )

  /** Resolves when the activity is on disk. What comes in the same breath shares one commit. */
  function keep(entry: Entry): Promise<void> {
    return new Promise((kept, lost) => {
      inARush = isQuiet() ? 1 : inARush + 1
      lastCame = performance.now()
      letters.push({ entry, kept, lost })
      collect()
    })
  }

  async function keepAll(): Promise<void> {
    let isAnyWaiting = false
    while (letters.length > 0) {
      const group = letters.splice(0, MOST_AT_ONCE)
      try {
        const { waiting, awake, full } = await transact(deps, (tx) => keepGroup(tx, group), { wakes: false })
        for (const { entry, kept, lost } of group) {
          if (full.has(entry.actor)) lost(new TooMany())
          else kept()
        }
        isAnyWaiting ||= waiting
        if (awake) deps.commits.notify()
      } catch (error) {
        for (const { lost } of group) lost(error)
      }
    }
    if (isAnyWaiting) onWaiting()
  }

  async function keepGroup(tx: Tx, group: Letter[]): Promise<{ waiting: boolean; awake: boolean; full: Set<string> }> {
    const told = await setAside(
      tx,
      group.map(({ entry }) => entry),
    )
    const speakers = new Set(told.filter(({ state }) => state === 'waiting').map(({ actor }) => actor))
    const full = new Set(speakers.size > 0 ? await listOverfull(tx, [...speakers], MOST_WAITING) : [])
    const entries = full.size > 0 ? told.filter(({ actor }) => !full.has(actor)) : told
    await insertReceived(tx, entries)
    const awake = await peers.seen(tx, [...new Set(entries.map(({ host }) => host))])
    return { waiting: entries.some(({ state }) => state === 'waiting'), awake, full }
  }

  /** Many letters come in now, one on the heels of the other. */
  const isRush = (): boolean => inARush > MANY && !isQuiet()

  return { keep, isRush }
}
