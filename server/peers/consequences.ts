// SPDX-License-Identifier: AGPL-3.0-or-later
import { listLiveAffiliations, type AffiliationRow } from '../../db/queries/affiliations.ts'
import { countDeliveriesOf, countFollowersOf, deleteDeliveriesOf } from '../../db/queries/known-peers.ts'
import { countOffersBySender, countUnsettledByActor, ignoreUnsettledOf } from '../../db/queries/peers.ts'
import { actorUri } from '../web/addresses.ts'
import type { Deps } from '../deps.ts'
import { removeItemsOf } from '../moderation/commands/withdraw.ts'
import { settleEnd } from '../partners/commands/end.ts'
import type { Handle, Tx } from '../web/transact.ts'
import type { Among } from './known.ts'
import { hostOf, type NotAllowed } from './rules.ts'

export type Consequences = {
  relations: AffiliationRow[]
  /** `offers` leave the site, `unread` leave the queue of the moderators. */
  offers: number
  unread: number
  deliveries: number
  followers: number
  /** Received, waiting or parked. */
  messages: number
  senders: string[]
  actors: string[]
  out: Among
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

export async function consequencesOf(db: Handle, deps: Pick<Deps, 'config'>, out: Among): Promise<Consequences> {
  const { sight, filter, has } = out
  const relations = (await listLiveAffiliations(db)).filter((row) => has(hostOf(row.partner_uri)))
  const senders = (await countOffersBySender(db)).filter(({ uri }) => has(hostOf(uri)))
  const actors = (await countUnsettledByActor(db)).filter(({ actor }) => has(hostOf(actor)))
  return {
    relations,
    offers: sum(senders.map(({ online }) => online)),
    unread: sum(senders.map(({ waiting }) => waiting)),
    deliveries: await countDeliveriesOf(db, sight, filter),
    followers: await countFollowersOf(db, actorUri(deps), sight, filter),
    messages: sum(actors.map(({ parked, waiting }) => parked + waiting)),
    senders: senders.map(({ uri }) => uri),
    actors: actors.map(({ actor }) => actor),
    out,
  }
}

export async function endContact(
  tx: Tx,
  deps: Deps,
  { relations, senders, actors, out }: Consequences,
  how: { why: NotAllowed; actorId: string | null },
): Promise<void> {
  for (const row of relations)
    await settleEnd(tx, deps, row, { byUs: true, actorId: how.actorId, ...(how.why === 'blocked' && { why: how.why }) })
  for (const uri of senders) await removeItemsOf(tx, deps, uri)
  await deleteDeliveriesOf(tx, out.sight, out.filter)
  await ignoreUnsettledOf(tx, actors, how.why)
}
