// SPDX-License-Identifier: AGPL-3.0-or-later
// People of the association. E-mail is a contact, not an identity: several people may share one.
import type { Kysely } from 'kysely'
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

/** Everybody of that mailbox, in the order they joined. */
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

/** The next member number; numbers are never reused. */
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
  await tx.insertInto('people').values(person).execute()
}

export async function updatePerson(tx: Handle, id: string, changes: Changes<'people'>): Promise<void> {
  await tx.updateTable('people').set(changes).where('id', '=', id).execute()
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

/** Active people holding one of the roles. */
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
