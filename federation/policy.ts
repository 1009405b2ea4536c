// SPDX-License-Identifier: AGPL-3.0-or-later
// May we speak with this host? The one place that everybody asks: gate, door, queue, inbox.
import type { Deps } from '../server/deps.ts'
import { modeIn, policyMark, readPolicy } from '../server/peers/in-force.ts'
import { silenceOf, type Policy, type Silence } from '../server/peers/rules.ts'
import type { Handle } from '../server/web/transact.ts'

/** A command beside the server rings no bell here: after a second the mark is looked at anyway, after ten all is read. */
const LOOK_AFTER = 1_000
const READ_AFTER = 10_000

export function openPolicy(deps: Deps) {
  let kept: { policy: Policy; mark: string; readAt: number; lookedAt: number; rung: number } | undefined
  let looking: { policy: Promise<Policy>; rung: number } | undefined
  let rung = 0
  const close = deps.commits.onCommit(() => (rung += 1))

  /**
   * What holds now. Between two commits nothing is asked; after one, a single row tells whether somebody decided. Who
   * comes during a look waits for it; what was seen before the last commit is not taken for the truth.
   */
  function current(): Policy | Promise<Policy> {
    const now = deps.clock.now().getTime()
    if (kept?.rung === rung && Math.abs(now - kept.lookedAt) < LOOK_AFTER) return kept.policy
    if (looking?.rung !== rung) looking = { policy: look(rung, now), rung }
    return looking.policy
  }

  async function look(asOf: number, now: number): Promise<Policy> {
    try {
      const mark = await policyMark(deps.db)
      // Whom we speak with changes with each relation while only members are spoken with.
      const isTrue = kept?.mark === mark && modeIn(mark) === 'open' && Math.abs(now - kept.readAt) < READ_AFTER
      const read = kept && isTrue ? kept : { policy: await readPolicy(deps.db, deps), mark, readAt: now }
      if (!kept || kept.rung <= asOf) kept = { ...read, lookedAt: now, rung: asOf }
      return read.policy
    } finally {
      if (looking?.rung === asOf) looking = undefined
    }
  }

  async function among(tx: Handle, hosts: readonly string[], fits: (silence: Silence | undefined) => boolean) {
    const policy = await readPolicy(tx, deps)
    return new Set(hosts.filter((host) => fits(silenceOf(policy, host))))
  }

  return {
    /** Why nothing passes between us and this host, in either direction; undefined when it may. */
    async silenceWith(host: string): Promise<Silence | undefined> {
      return silenceOf(await current(), host)
    },
    /** Those of the hosts that nothing may be sent to, as the transaction sees it. */
    silentAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (silence) => silence !== undefined),
    blockedAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (silence) => silence === 'blocked'),
    close,
  }
}

export type PeerPolicy = ReturnType<typeof openPolicy>
