// SPDX-License-Identifier: AGPL-3.0-or-later
// What goes when we stop speaking with some sites: counted before, done in one transaction after.
import { listLiveAffiliations, type AffiliationRow } from '../../db/queries/affiliations.ts'
import {
  countDeliveriesByHost,
  countOffersBySender,
  countUnsettledByActor,
  deleteDeliveriesTo,
  ignoreUnsettledOf,
  listFollowerHosts,
} from '../../db/queries/peers.ts'
import { actorUri } from '../association/address.ts'
import type { Deps } from '../deps.ts'
import { removeAllOf } from '../moderation/commands.ts'
import { settleEnd } from '../partners/commands.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { hostOf, type Silence } from './rules.ts'

export type Consequences = {
  relations: AffiliationRow[]
  /** Offers that leave the site, and offers that leave the queue of the moderators. */
  offers: number
  unread: number
  deliveries: number
  followers: number
  /** Received, without a meaning yet. */
  messages: number
  senders: string[]
  queues: string[]
  actors: string[]
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

/** @param isOut true for the hosts we would no longer speak with. */
export async function consequencesOf(
  db: Handle,
  deps: Pick<Deps, 'config'>,
  isOut: (host: string) => boolean,
): Promise<Consequences> {
  const relations = (await listLiveAffiliations(db)).filter((row) => isOut(hostOf(row.partner_uri)))
  const senders = (await countOffersBySender(db)).filter(({ uri }) => isOut(hostOf(uri)))
  const queues = (await countDeliveriesByHost(db)).filter(({ host }) => isOut(host))
  const actors = (await countUnsettledByActor(db)).filter(({ actor }) => isOut(hostOf(actor)))
  const followers = (await listFollowerHosts(db, actorUri(deps))).filter(({ host }) => isOut(host))
  return {
    relations,
    offers: sum(senders.map(({ online }) => online)),
    unread: sum(senders.map(({ waiting }) => waiting)),
    deliveries: sum(queues.map(({ count }) => count)),
    followers: sum(followers.map(({ count }) => count)),
    messages: sum(actors.map(({ parked, waiting }) => parked + waiting)),
    senders: senders.map(({ uri }) => uri),
    queues: queues.map(({ host }) => host),
    actors: actors.map(({ actor }) => actor),
  }
}

/** Ends relations, takes offers off the site and out of the queue, drops what waits in both directions. */
export async function fallSilent(
  tx: Tx,
  deps: Deps,
  { relations, senders, queues, actors }: Consequences,
  how: { why: Silence; actorId: string | null },
): Promise<void> {
  for (const row of relations)
    await settleEnd(tx, deps, row, { byUs: true, actorId: how.actorId, ...(how.why === 'blocked' && { why: how.why }) })
  for (const uri of senders) await removeAllOf(tx, deps, uri)
  await deleteDeliveriesTo(tx, queues)
  await ignoreUnsettledOf(tx, actors, how.why)
}
