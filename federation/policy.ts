// SPDX-License-Identifier: AGPL-3.0-or-later
// May anything pass between us and this host? Inbox endpoint, HTTP client, both queues and the handlers all ask here.
import type { Deps } from '../server/deps.ts'
import { modeIn, policyMark, readPolicy } from '../server/peers/in-force.ts'
import { silenceOf, type Policy, type Silence } from '../server/peers/rules.ts'
import type { Handle } from '../server/web/transact.ts'

/** A command beside the server notifies nobody here: after a second the mark is read anyway, after ten everything. */
const LOOK_AFTER = 1_000
const READ_AFTER = 10_000

export function openPolicy(deps: Deps) {
  /** `commits`: how many there had been when this was read. */
  let kept: { policy: Policy; mark: string; readAt: number; lookedAt: number; commits: number } | undefined
  let looking: { policy: Promise<Policy>; commits: number } | undefined
  let commits = 0
  const close = deps.commits.onCommit(() => (commits += 1))

  /**
   * What holds now. Between two commits nothing is read; after one, a single row tells whether somebody decided. Who
   * comes while it is read waits for it; what was read before the last commit is not used.
   */
  function current(): Policy | Promise<Policy> {
    const now = deps.clock.now().getTime()
    if (kept?.commits === commits && Math.abs(now - kept.lookedAt) < LOOK_AFTER) return kept.policy
    if (looking?.commits !== commits) looking = { policy: look(commits, now), commits }
    return looking.policy
  }

  async function look(asOf: number, now: number): Promise<Policy> {
    try {
      const mark = await policyMark(deps.db)
      // While only members are spoken with, each new relation changes the policy too.
      const isTrue = kept?.mark === mark && modeIn(mark) === 'open' && Math.abs(now - kept.readAt) < READ_AFTER
      const read = kept && isTrue ? kept : { policy: await readPolicy(deps.db, deps), mark, readAt: now }
      if (!kept || kept.commits <= asOf) kept = { ...read, lookedAt: now, commits: asOf }
      return read.policy
    } finally {
      if (looking?.commits === asOf) looking = undefined
    }
  }

  async function among(tx: Handle, hosts: readonly string[], fits: (refusal: Silence | undefined) => boolean) {
    const policy = await readPolicy(tx, deps)
    return new Set(hosts.filter((host) => fits(silenceOf(policy, host))))
  }

  return {
    /** Why nothing passes between us and this host, in either direction; undefined when it may. */
    async refusalFor(host: string): Promise<Silence | undefined> {
      return silenceOf(await current(), host)
    },
    /** Those of the hosts that nothing may be sent to, as the transaction sees it. */
    refusedAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (refusal) => refusal !== undefined),
    blockedAmong: (tx: Handle, hosts: readonly string[]) => among(tx, hosts, (refusal) => refusal === 'blocked'),
    close,
  }
}

export type PeerPolicy = ReturnType<typeof openPolicy>
