// SPDX-License-Identifier: AGPL-3.0-or-later
import { findFact, saveFact } from '../../db/queries/association.ts'
import { listDecidedPeers, listPartnersInContact } from '../../db/queries/peers.ts'
import { later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { hostOf, CONTACT_AFTER_END, type Mode, type Policy } from './rules.ts'

/** `members 0193…`: the mode, and an id that changes with each decision. Without it the mode is `open`. */
const FACT = 'peer_policy'

type Known = Pick<Deps, 'clock' | 'config'>

export async function readPolicy(db: Handle, deps: Known): Promise<Policy> {
  const mode = modeIn(await policyMark(db))
  const decided = await listDecidedPeers(db)
  const partners =
    mode === 'members' ? await listPartnersInContact(db, later(deps.clock.iso(), -CONTACT_AFTER_END)) : []
  const allowed = decided.filter(({ isAllowed }) => isAllowed).map(({ host }) => host)
  return {
    mode,
    blocked: new Set(decided.filter(({ isBlocked }) => isBlocked).map(({ host }) => host)),
    allowed: new Set([new URL(deps.config.publicUrl).host, ...allowed, ...partners.map(hostOf)]),
  }
}

/** The policy as it would be in the mode `members`, to show which sites it would leave out. */
export async function readPolicyOfMembers(db: Handle, deps: Known): Promise<Policy> {
  const policy = await readPolicy(db, deps)
  const partners = await listPartnersInContact(db, later(deps.clock.iso(), -CONTACT_AFTER_END))
  return { ...policy, mode: 'members', allowed: new Set([...policy.allowed, ...partners.map(hostOf)]) }
}

/** Changes with each decision about a site; '' before the first. */
export async function policyMark(db: Handle): Promise<string> {
  return (await findFact(db, FACT)) ?? ''
}

export function modeIn(mark: string): Mode {
  return mark.startsWith('members ') ? 'members' : 'open'
}

/** Records a decision, so that policies kept in memory are read again. @param mode unchanged when left out. */
export async function markPolicy(tx: Tx, deps: Pick<Deps, 'newId'>, mode?: Mode): Promise<void> {
  await saveFact(tx, FACT, `${mode ?? modeIn(await policyMark(tx))} ${deps.newId()}`)
}
