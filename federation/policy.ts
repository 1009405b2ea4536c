// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../server/deps.ts'
import { modeIn, policyMark, readPolicy } from '../server/peers/in-force.ts'
import { whyNotAllowed, type Policy, type NotAllowed } from '../server/peers/rules.ts'
import type { Handle } from '../server/web/transact.ts'

/** Milliseconds. Another process may change the policy, so its mark is read after 1 s and all of it after 10 s. */
const CHECK_AFTER = 1_000
const READ_AFTER = 10_000

export function openPolicy(deps: Deps) {
  /** `commits`: how many there had been when this was read. */
  let cached: { policy: Policy; mark: string; readAt: number; checkedAt: number; commits: number } | undefined
  let reading: { policy: Promise<Policy>; commits: number } | undefined
  let commits = 0
  const close = deps.commits.onCommit(() => (commits += 1))

  /** Reads nothing between two commits. Callers share a read under way, unless a commit came after it began. */
  function current(): Policy | Promise<Policy> {
    const now = deps.clock.now().getTime()
    if (cached?.commits === commits && Math.abs(now - cached.checkedAt) < CHECK_AFTER) return cached.policy
    if (reading?.commits !== commits) reading = { policy: readIfChanged(commits, now), commits }
    return reading.policy
  }

  async function readIfChanged(asOf: number, now: number): Promise<Policy> {
    try {
      const mark = await policyMark(deps.db)
      // In `members`, each new relation changes the policy without changing the mark.
      const isTrue = cached?.mark === mark && modeIn(mark) === 'open' && Math.abs(now - cached.readAt) < READ_AFTER
      const read = cached && isTrue ? cached : { policy: await readPolicy(deps.db, deps), mark, readAt: now }
      if (!cached || cached.commits <= asOf) cached = { ...read, checkedAt: now, commits: asOf }
      return read.policy
    } finally {
      if (reading?.commits === asOf) reading = undefined
    }
  }

  async function among(tx: Handle, hosts: readonly string[], fits: (refusal: NotAllowed | undefined) => boolean) {
    const policy = await readPolicy(tx, deps)
    return new Set(hosts.filter((host) => fits(whyNotAllowed(policy, host))))
  }

  return {
    /** In either direction; undefined when the host is allowed. */
    async refusalFor(host: string): Promise<NotAllowed | undefined> {
      return whyNotAllowed(await current(), host)
    },
    /** Reads the policy in the transaction. */
    refusedAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (refusal) => refusal !== undefined),
    blockedAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (refusal) => refusal === 'blocked'),
    close,
  }
}

export type PeerPolicy = ReturnType<typeof openPolicy>
