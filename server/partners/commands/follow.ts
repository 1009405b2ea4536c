// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre follows another centre, or a site of another kind, to see its offers without being its member.
import { findAffiliationWith } from '../../../db/queries/affiliations.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps, Partner } from '../../deps.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { canFollow } from '../../model/relation-policy.ts'
import { next } from '../../model/relation.ts'
import { lookUp } from './look-up.ts'
import { saveRequest } from './request.ts'

/** @returns the id of the relation. @throws Invalid on `address`; Refused when FEDERATION=off; NotFound; Forbidden. */
export async function followSource(deps: Deps, viewer: Viewer, address: string): Promise<string> {
  if (!canFollow(viewer)) throw new Forbidden()
  const { kind } = await getAssociation(deps.db)
  if (kind === 'association') throw new NotFound()
  const partner = await lookUp(deps, address)
  // The offers of an association arrive when it asks to join: it decides where it is a member.
  if (partner.role === 'association') throw new Invalid({ address: 'partners.follow.is_association' })
  return transact(deps, (tx) => save(tx, deps, viewer, partner))
}

async function save(tx: Tx, deps: Deps, viewer: Viewer, partner: Partner): Promise<string> {
  const known = await findAffiliationWith(tx, partner.uri, 'source')
  const state = next('source', known?.state ?? 'none', 'ask')
  if (!state) throw new Invalid({ address: 'partners.follow.already' })
  const id = await saveRequest(tx, deps, known, partner, 'source', state)
  const details = { partner: partner.uri, partner_is: 'source' as const }
  const at = deps.clock.iso()
  await record(tx, { type: 'affiliation.requested', at, actorId: viewer.personId, subject: id, details })
  return id
}
