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

/** Why we have paused this member, in our words; undefined when we have not. */
export async function findPause(db: Handle, uri: string): Promise<string | undefined> {
  const row = await findAffiliationWith(db, uri, 'member')
  return row?.state === 'active' && row.paused_at !== null ? row.pause_reason : undefined
}

/** Undefined for anybody who is not an active member. */
export async function trustIn(db: Handle, uri: string): Promise<Trust | undefined> {
  const row = await findAffiliationWith(db, uri, 'member')
  return row?.state === 'active' ? row.trust : undefined
}
