// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { LimitedRole, OwnRole } from '../../server/model/rights.ts'
import type { NewRow, Tables } from '../schema.ts'
import { givenFrom, holdersOfRole, limitedFrom, limitedOf, rightsGivenTo } from './roles.ts'

type Handle = Kysely<Tables>
export type RoleName = Tables['people_roles']['role']
export type SessionRow = {
  id_hash: string
  person_id: string | null
  person_name: string
  roles: RoleName[]
  /** What they may do by roles that the association made. */
  given: Pick<OwnRole, 'rights'>[]
  /** What they may do for one project or team only. */
  limited: Pick<LimitedRole, 'rights' | 'part'>[]
  content: Record<string, unknown>
  seen_at: string
  expires_at: string
  access_version: number
  keeps_help: boolean
  validates_cec: boolean
}

/** Undefined when it is over or ended, when the person is disabled, or when their access was ended since it began. */
export async function findSession(db: Handle, idHash: string, now: string): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('sessions')
    .leftJoin('people', 'people.id', 'sessions.person_id')
    .select(['id_hash', 'person_id', 'content', 'seen_at', 'expires_at', 'given_name', 'family_name', 'disabled_at'])
    .select(['keeps_help', 'validates_cec'])
    .select(['sessions.access_version as began', 'people.access_version as valid'])
    .select((eb) =>
      eb
        .selectFrom('people_roles')
        .whereRef('people_roles.person_id', '=', 'sessions.person_id')
        .select((sub) => sub.fn<string | null>('group_concat', ['role']).as('roles'))
        .as('roles'),
    )
    .select([rightsGivenTo(sql`sessions.person_id`).as('given'), limitedOf(sql`sessions.person_id`).as('limited')])
    .where('id_hash', '=', idHash)
    .where('sessions.expires_at', '>', now)
    .executeTakeFirst()
  if (!row || row.disabled_at || (row.person_id && row.began !== row.valid)) return undefined
  return {
    id_hash: row.id_hash,
    person_id: row.person_id,
    person_name: [row.given_name, row.family_name].filter(Boolean).join(' '),
    roles: row.roles ? (row.roles.split(',') as RoleName[]) : [],
    given: givenFrom(row.given),
    limited: limitedFrom(row.limited),
    content: JSON.parse(row.content) as Record<string, unknown>,
    seen_at: row.seen_at,
    expires_at: row.expires_at,
    access_version: row.began,
    keeps_help: row.keeps_help === 1,
    validates_cec: row.validates_cec === 1,
  }
}

export async function insertSession(db: Handle, session: NewRow<'sessions'>): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

export async function updateSession(db: Handle, idHash: string, content: string): Promise<void> {
  await db.updateTable('sessions').set({ content }).where('id_hash', '=', idHash).execute()
}

export async function touchSession(db: Handle, idHash: string, seenAt: string): Promise<void> {
  await db.updateTable('sessions').set({ seen_at: seenAt }).where('id_hash', '=', idHash).execute()
}

export async function deleteSession(db: Handle, idHash: string): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute()
}

export async function keepSession(db: Handle, idHash: string, accessVersion: number): Promise<void> {
  await db.updateTable('sessions').set({ access_version: accessVersion }).where('id_hash', '=', idHash).execute()
}

export async function deleteSessionsOf(db: Handle, personId: string, exceptHash?: string): Promise<void> {
  let query = db.deleteFrom('sessions').where('person_id', '=', personId)
  if (exceptHash) query = query.where('id_hash', '!=', exceptHash)
  await query.execute()
}

/** Of everybody who has a role that the association made. @param exceptId whose sessions stay. */
export async function deleteSessionsOfHolders(tx: Handle, roleId: string, exceptId: string): Promise<void> {
  await sql`delete from sessions where person_id in ${holdersOfRole(roleId)} and person_id <> ${exceptId}`.execute(tx)
}

/** Keeps the one named and the `most - 1` that were used last. */
export async function deleteSessionsBeyond(db: Handle, personId: string, idHash: string, most: number): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('id_hash', 'in', (eb) =>
      eb
        .selectFrom('sessions')
        .select('id_hash')
        .where('person_id', '=', personId)
        .where('id_hash', '<>', idHash)
        .orderBy('seen_at', 'desc')
        .limit(-1)
        .offset(most - 1),
    )
    .execute()
}

export function listSessionsOf(db: Handle, personId: string, now: string) {
  return db
    .selectFrom('sessions')
    .select(['id_hash', 'device', 'created_at', 'seen_at'])
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .orderBy('seen_at', 'desc')
    .execute()
}

export async function deleteExpiredSessions(db: Handle, now: string, most: number): Promise<number> {
  const result = await db
    .deleteFrom('sessions')
    .where('id_hash', 'in', (eb) =>
      eb.selectFrom('sessions').select('id_hash').where('expires_at', '<=', now).orderBy('expires_at').limit(most),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Forms that were kept for somebody who did not come back to them since. @returns how many, at most `most`. */
export async function deleteKeptForms(db: Handle, before: string, most: number): Promise<number> {
  const { numAffectedRows } = await sql`update sessions set content = json_remove(content, '$.form')
    where id_hash in (select id_hash from sessions where instr(content, '"form":') > 0 and seen_at <= ${before}
      limit ${most})`.execute(db)
  return Number(numAffectedRows ?? 0)
}
