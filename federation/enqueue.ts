// SPDX-License-Identifier: AGPL-3.0-or-later
// Queues an activity for inboxes: only those we may write to, and a limited number per host.
import { findKind } from '../db/queries/fed-activities.ts'
import { countPerHost, endRestOf, insertDeliveries, listRefusing } from '../db/queries/fed-deliveries.ts'
import { DAY, later } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { isStoppable, MOST_REFUSED, REFUSED_FOR } from '../server/peers/refusals.ts'
import type { Handle } from '../server/web/transact.ts'
import { readDestination } from './addresses.ts'
import { isSameOrigin } from './origins.ts'
import type { PeerPolicy } from './policy.ts'

/** A server may be away for a month; what we send is not personal, so it need not end sooner. */
const LIFE = 30 * DAY
/** A host that never answers must not fill the disk. */
const MOST_PER_HOST = 10_000
/** Something arrived there so lately that it is asked again at once for what is new. */
const ALIVE_WITHIN = DAY

/** `orderKey`: activities with the same key arrive in order; usually the id of the object. */
export type Outgoing = { activityId: string; orderKey: string }

/** @param inboxes few enough for one transaction: fan-out.ts gives a hundred or two at a time. */
export async function enqueue(
  db: Handle,
  { deps, policy }: { deps: Deps; policy: PeerPolicy },
  { activityId, orderKey }: Outgoing,
  inboxes: string[],
): Promise<void> {
  const allowed = new Set(deps.config.federationAllowHosts)
  const usable = inboxes
    .filter((inbox) => isUsable(deps, inbox, allowed))
    .map((inbox) => ({ inbox, host: new URL(inbox).host }))
  const hosts = [...new Set(usable.map(({ host }) => host))]
  const counts = await countPerHost(db, hosts)
  const refused = await policy.refusedAmong(db, hosts)
  const refusing = await refusingAmong(db, deps, activityId, hosts)
  const left = usable.filter(({ host }) => {
    if (refused.has(host) || refusing.has(host)) return false
    const count = (counts.get(host) ?? 0) + 1
    counts.set(host, count)
    return count <= MOST_PER_HOST
  })
  const full = hosts.filter((host) => (counts.get(host) ?? 0) > MOST_PER_HOST)
  if (full.length > 0) deps.log.warn('the queue for these hosts is full', { hosts: full.slice(0, 20).join(' ') })
  const now = deps.clock.iso()
  const rest = { activity_id: activityId, order_key: orderKey, state: 'waiting' as const, not_before: now }
  const row = { ...rest, created_at: now, ends_at: later(now, LIFE) }
  await insertDeliveries(
    db,
    left.map((to) => ({ ...row, ...to })),
  )
  await endRestOf(db, hosts, now, later(now, -ALIVE_WITHIN))
}

/** Hosts that have refused this kind of activity again and again. */
async function refusingAmong(
  db: Handle,
  { clock }: Deps,
  activityId: string,
  hosts: string[],
): Promise<ReadonlySet<string>> {
  const kind = await findKind(db, activityId)
  if (!isStoppable(kind)) return new Set()
  return listRefusing(db, hosts, { kind, most: MOST_REFUSED, since: later(clock.iso(), -REFUSED_FOR) })
}

function isUsable({ config, log }: Deps, inbox: string, allowed: ReadonlySet<string>): boolean {
  if (isSameOrigin(inbox, config.publicUrl)) return false
  const destination = readDestination(inbox, allowed)
  if (!destination.ok) log.warn('an inbox cannot be written to', { reason: destination.reason })
  return destination.ok
}
