// SPDX-License-Identifier: AGPL-3.0-or-later
// What a decision hides is hidden in its transaction; the federation reads the event and does the rest.
import { findPeer, savePeer } from '../../db/queries/fed-actors.ts'
import { forgetFailed, retryHost } from '../../db/queries/peers.ts'
import type { Deps } from '../deps.ts'
import { operate, type By } from '../operator/commands/operate.ts'
import { Invalid, NotFound, Refused } from '../web/errors.ts'
import type { Tx } from '../web/transact.ts'
import { consequencesOf, endContact, type Consequences } from './consequences.ts'
import { markPolicy, readPolicy } from './in-force.ts'
import { leftOutBy, under } from './known.ts'
import { blockedBy, domainContains, whyNotAllowed, type Policy } from './rules.ts'

/** Also deliveries that had been given up. @throws NotFound when there are none. */
export async function retryDeliveries(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'deliveries.retried' }, async (tx) => {
    if ((await retryHost(tx, host, deps.clock.iso())) === 0) throw new NotFound()
    return { host }
  })
}

export async function forgetDeliveries(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'deliveries.forgotten' }, async (tx) => {
    const deliveries = await forgetFailed(tx, host)
    if (deliveries === 0) throw new NotFound()
    return { host, deliveries }
  })
}

/** Only deliveries wait; activities of the site are still accepted. */
export async function pausePeer(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'peer.paused' }, async (tx) => {
    const notAllowed = whyNotAllowed(await readPolicy(tx, deps), host)
    if (notAllowed) throw new Refused('peers.refused.silent')
    if ((await findPeer(tx, host))?.paused_at) throw new Refused('peers.refused.paused')
    await savePeer(tx, host, { paused_at: deps.clock.iso() })
    return { host }
  })
}

export async function resumePeer(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'peer.resumed' }, async (tx) => {
    if (!(await findPeer(tx, host))?.paused_at) throw new Refused('peers.refused.not_paused')
    await savePeer(tx, host, { paused_at: null })
    return { host }
  })
}

/** And all names under it. @param note at most 500 characters. @throws Invalid for our own host, Refused if blocked. */
export async function blockDomain(deps: Deps, by: By, { host, note }: { host: string; note: string }): Promise<void> {
  const fault = ownHostFault(deps, host)
  if (fault) throw fault
  await operate(deps, by, { type: 'peer.blocked' }, async (tx, actorId) => {
    if (blockedBy(await readPolicy(tx, deps), host)) throw new Refused('peers.refused.blocked')
    const gone = await consequencesOf(tx, deps, under(host))
    await savePeer(tx, host, { ...RESTED, state: 'blocked', blocked_at: deps.clock.iso(), allowed_at: null, note })
    await markPolicy(tx, deps)
    await endContact(tx, deps, gone, { why: 'blocked', actorId })
    return { host, ...counted(gone) }
  })
}

/** What the block removed does not come back by itself. */
export async function unblockDomain(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'peer.unblocked' }, async (tx) => {
    if ((await findPeer(tx, host))?.state !== 'blocked') throw new NotFound()
    await savePeer(tx, host, { ...RESTED, state: 'ok', blocked_at: null, note: '' })
    await markPolicy(tx, deps)
    return { host }
  })
}

/** In the mode `members` too. @throws Refused under a blocked domain, where it would change nothing. */
export async function allowPeer(deps: Deps, by: By, host: string): Promise<void> {
  const fault = ownHostFault(deps, host)
  if (fault) throw fault
  await operate(deps, by, { type: 'peer.allowed' }, async (tx) => {
    if (blockedBy(await readPolicy(tx, deps), host)) throw new Refused('peers.refused.blocked')
    await savePeer(tx, host, { allowed_at: deps.clock.iso() })
    await markPolicy(tx, deps)
    return { host }
  })
}

/** Removes a site from the list kept by hand. A partner stays allowed. */
export async function leaveOut(deps: Deps, by: By, host: string): Promise<void> {
  await operate(deps, by, { type: 'peer.left_out' }, async (tx, actorId) => {
    if (!(await findPeer(tx, host))?.allowed_at) throw new NotFound()
    await savePeer(tx, host, { allowed_at: null })
    return { host, ...(await settlePolicy(tx, deps, actorId, undefined)) }
  })
}

export async function restrictToMembers(deps: Deps, by: By): Promise<void> {
  await operate(deps, by, { type: 'peers.restricted' }, async (tx, actorId) => {
    if ((await readPolicy(tx, deps)).mode === 'members') throw new Refused('peers.refused.restricted')
    return settlePolicy(tx, deps, actorId, 'members')
  })
}

export async function openToAll(deps: Deps, by: By): Promise<void> {
  await operate(deps, by, { type: 'peers.opened' }, async (tx) => {
    if ((await readPolicy(tx, deps)).mode === 'open') throw new Refused('peers.refused.open')
    await markPolicy(tx, deps, 'open')
    return {}
  })
}

async function settlePolicy(tx: Tx, deps: Deps, actorId: string | null, mode: Policy['mode'] | undefined) {
  await markPolicy(tx, deps, mode)
  const gone = await consequencesOf(tx, deps, leftOutBy(await readPolicy(tx, deps)))
  await endContact(tx, deps, gone, { why: 'left_out', actorId })
  return counted(gone)
}

/** Failures noted before no longer apply after a block or its end. */
const RESTED = { failures: 0, first_failed_at: null, next_probe_at: null, last_error: null, paused_at: null }

/** A block of a domain above ours would block ourselves. */
export function ownHostFault(deps: Pick<Deps, 'config'>, host: string): Invalid | undefined {
  return domainContains(host, new URL(deps.config.publicUrl).host)
    ? new Invalid({ host: 'peers.host.ours' })
    : undefined
}

function counted({ relations, offers, unread, deliveries, messages }: Consequences) {
  return { relations: relations.length, offers, unread, deliveries, messages }
}
