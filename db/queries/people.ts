// SPDX-License-Identifier: AGPL-3.0-or-later
// E-mail is a contact, not an identity: several people may share one.
import { sql, type Kysely } from 'kysely'
import { plain } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import type { RoleName } from './sessions.ts'

type Handle = Kysely<Tables>
export type PersonRow = Row<'people'> & { roles: RoleName[] }

async function withRoles(db: Handle, rows: Row<'people'>[]): Promise<PersonRow[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const roles = await db
    .selectFrom('people_roles')
    .select(['person_id', 'role'])
    .where('person_id', 'in', ids)
    .execute()
  return rows.map((row) => ({ ...row, roles: roles.filter((one) => one.person_id === row.id).map(({ role }) => role) }))
}

export async function findPerson(db: Handle, id: string): Promise<PersonRow | undefined> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  return row && (await withRoles(db, [row]))[0]
}

/** In the order they joined. */
export async function listPeopleByEmail(db: Handle, emailKey: string): Promise<PersonRow[]> {
  if (emailKey === '') return []
  return withRoles(
    db,
    await db.selectFrom('people').selectAll().where('email_key', '=', emailKey).orderBy('member_number').execute(),
  )
}

export async function findPersonByNumber(db: Handle, memberNumber: number): Promise<PersonRow | undefined> {
  const row = await db.selectFrom('people').selectAll().where('member_number', '=', memberNumber).executeTakeFirst()
  return row && (await withRoles(db, [row]))[0]
}

/** Numbers are never reused. */
export async function nextMemberNumber(tx: Handle): Promise<number> {
  const fact = await tx
    .selectFrom('instance_facts')
    .select('value')
    .where('key', '=', 'last_member_number')
    .executeTakeFirst()
  const highest = await tx
    .selectFrom('people')
    .select((eb) => eb.fn.max('member_number').as('max'))
    .executeTakeFirst()
  const number = Math.max(Number(fact?.value ?? 1000), Number(highest?.max ?? 1000)) + 1
  await tx
    .insertInto('instance_facts')
    .values({ key: 'last_member_number', value: String(number) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(number) }))
    .execute()
  return number
}

export async function insertPerson(tx: Handle, person: NewRow<'people'>): Promise<void> {
  const search_key = nameKey(person.family_name ?? '', person.given_name ?? '')
  await tx
    .insertInto('people')
    .values({ ...person, search_key })
    .execute()
}

export async function updatePerson(tx: Handle, id: string, changes: Changes<'people'>): Promise<void> {
  const row = await tx
    .updateTable('people')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning(['given_name', 'family_name'])
    .executeTakeFirst()
  if (!row || (changes.given_name === undefined && changes.family_name === undefined)) return
  const search_key = nameKey(row.family_name, row.given_name)
  await tx.updateTable('people').set({ search_key }).where('id', '=', id).execute()
}

/** For search and order, without accents or capitals: "moreau bastien". */
export function nameKey(...names: string[]): string {
  return plain(names.join(' '))
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

export async function grantRole(
  tx: Handle,
  personId: string,
  role: RoleName,
  at: string,
  by: string | null,
): Promise<void> {
  await tx
    .insertInto('people_roles')
    .values({ person_id: personId, role, granted_at: at, granted_by: by })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function revokeRole(tx: Handle, personId: string, role: RoleName): Promise<void> {
  await tx.deleteFrom('people_roles').where('person_id', '=', personId).where('role', '=', role).execute()
}

/** Active people only. */
export async function listPeopleWithRole(db: Handle, roles: RoleName[]): Promise<PersonRow[]> {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('disabled_at', 'is', null)
    .where('id', 'in', (eb) => eb.selectFrom('people_roles').select('person_id').where('role', 'in', roles))
    .orderBy('member_number')
    .execute()
  return withRoles(db, rows)
}

export async function savePersonLocale(db: Handle, id: string, locale: string): Promise<void> {
  await db.updateTable('people').set({ locale }).where('id', '=', id).execute()
}

/** `active`: may sign in; `team`: has a role in the team; `closed`: may not sign in. */
export type PeopleFilter = { q: string; who: 'active' | 'team' | 'invited' | 'closed' }

function peopleFound(db: Handle, { q, who }: PeopleFilter) {
  let found = db.selectFrom('people')
  if (who === 'closed') found = found.where('disabled_at', 'is not', null)
  else found = found.where('disabled_at', 'is', null)
  if (who === 'invited') found = found.where('invited_at', 'is not', null)
  if (who === 'team') {
    found = found.where('id', 'in', (eb) =>
      eb.selectFrom('people_roles').select('person_id').where('role', '!=', 'volunteer'),
    )
  }
  const typed = q.trim()
  if (typed === '') return found
  if (typed.includes('@')) return found.where(startsWith(sql`email_key`, typed.toLowerCase()))
  const number = /^(?:n\s*[°ºo]?\.?\s*|#)?(\d{1,9})$/i.exec(typed)?.[1]
  if (number) return found.where(startsWith(sql`cast(member_number as text)`, number))
  const words = nameKey(typed).split(' ').filter(Boolean)
  if (words.length === 0) return found.where(sql<boolean>`0`)
  return found.where((eb) =>
    eb.or([
      eb.and(words.map((word) => eb(sql`' ' || search_key`, 'like', `% ${word}%`))),
      startsWith(sql`email_key`, typed.toLowerCase()),
    ]),
  )
}

function startsWith(column: ReturnType<typeof sql>, text: string) {
  return sql<boolean>`${column} like ${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`) + '%'} escape '\\'`
}

/** By family name. Every word must begin a name, or the text a member number or an e-mail address. */
export async function searchPeople(
  db: Handle,
  filter: PeopleFilter,
  range: { limit: number; offset: number },
): Promise<PersonRow[]> {
  const rows = await peopleFound(db, filter)
    .selectAll()
    .orderBy('search_key')
    .orderBy('member_number')
    .limit(range.limit)
    .offset(range.offset)
    .execute()
  return withRoles(db, rows)
}

export async function countPeople(db: Handle, filter: PeopleFilter): Promise<number> {
  const row = await peopleFound(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** @returns false when that step, or a later one, was used before: each code works once. */
export async function useTotpStep(db: Handle, id: string, step: number): Promise<boolean> {
  const result = await db
    .updateTable('people')
    .set({ totp_last_step: step })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
