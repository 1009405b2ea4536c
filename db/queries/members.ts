// SPDX-License-Identifier: AGPL-3.0-or-later
// Is this actor one of ours right now?
import type { Kysely } from 'kysely'
import type { Trust } from '../../server/model/relation.ts'
import type { Tables } from '../schema.ts'
import { findAffiliationWith } from './affiliations.ts'

type Handle = Kysely<Tables>

/** True when the association of this actor is a member of ours. */
export async function isActiveMember(db: Handle, uri: string): Promise<boolean> {
  return (await trustIn(db, uri)) !== undefined
}

/** True when we belong to the centre of this actor. */
export async function isActiveCentre(db: Handle, uri: string): Promise<boolean> {
  return (await findAffiliationWith(db, uri, 'centre'))?.state === 'active'
}

/** True when we follow this site for its offers. */
export async function isActiveSource(db: Handle, uri: string): Promise<boolean> {
  return (await findAffiliationWith(db, uri, 'source'))?.state === 'active'
}

/** How far we trust this member; undefined for anybody who is not an active member. */
export async function trustIn(db: Handle, uri: string): Promise<Trust | undefined> {
  const row = await findAffiliationWith(db, uri, 'member')
  return row?.state === 'active' ? row.trust : undefined
}
