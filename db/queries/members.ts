// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Kysely } from 'kysely'
import type { Trust } from '../../server/model/relation.ts'
import type { Tables } from '../schema.ts'
import { findAffiliationWith } from './affiliations.ts'

type Handle = Kysely<Tables>

export async function isActiveMember(db: Handle, uri: string): Promise<boolean> {
  return (await trustIn(db, uri)) !== undefined
}

export async function isActiveCentre(db: Handle, uri: string): Promise<boolean> {
  return (await findAffiliationWith(db, uri, 'centre'))?.state === 'active'
}

export async function isActiveSource(db: Handle, uri: string): Promise<boolean> {
  return (await findAffiliationWith(db, uri, 'source'))?.state === 'active'
}

/** Undefined for anybody who is not an active member. */
export async function trustIn(db: Handle, uri: string): Promise<Trust | undefined> {
  const row = await findAffiliationWith(db, uri, 'member')
  return row?.state === 'active' ? row.trust : undefined
}
