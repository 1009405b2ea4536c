// SPDX-License-Identifier: AGPL-3.0-or-later
// E-mail is a contact, not an identity: several people may share one.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Right } from '../../server/model/rights.ts'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import { nameKey } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import type { Reach } from './hours-reach.ts'
import { peopleOf } from './project-people.ts'
import { holdersOf, isInTeam, listRolesOf, rolesIn, type RolesOf } from './roles.ts'
import type { RoleName } from './sessions.ts'

type Handle = Kysely<Tables>
/** `roles`: those of the product; `given`: those that the association made; `limited`: those for one project. */
export type PersonRow = Row<'people'> & RolesOf

async function withRoles(db: Handle, rows: Row<'people'>[]): Promise<PersonRow[]> {
  if (rows.length === 0) return []
  const roles = await listRolesOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...row, ...rolesIn(roles, row.id) }))
}

export async function findPerson(db: Handle, id: string): Promise<PersonRow | undefined> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  return row && (await withRoles(db, [row]))[0]
}

/** In this order; those who are gone are left out. */
export async function listPeople(db: Handle, ids: readonly string[]): Promise<PersonRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('people').selectAll().where('id', 'in', inList(ids)).execute()
  const found = new Map((await withRoles(db, rows)).map((person) => [person.id, person]))
  return ids.flatMap((id) => found.get(id) ?? [])
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

/** Whoever has one of these rights: active people only, without those whose data may not be used. */
export async function listPeopleWith(db: Handle, ...rights: Right[]): Promise<PersonRow[]> {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('disabled_at', 'is', null)
    .where('restricted_at', 'is', null)
    .where('id', 'in', holdersOf(...rights))
    .orderBy('member_number')
    .execute()
  return withRoles(db, rows)
}

/** Who may keep the desk for help with the site: by a role, then whoever of the team was given the right. */
export async function listHelpers(db: Handle): Promise<PersonRow[]> {
  const chiefs = await listPeopleWith(db, 'help')
  const rows = await db
    .selectFrom('people')
    .selectAll()
    // Written out: a partial index is not used for a value that is bound.
    .where('keeps_help', '=', sql.lit(1))
    .where('disabled_at', 'is', null)
    .where('restricted_at', 'is', null)
    .where(isInTeam(sql`people.id`))
    .orderBy('member_number')
    .execute()
  const known = new Set(chiefs.map(({ id }) => id))
  return [...chiefs, ...(await withRoles(db, rows)).filter(({ id }) => !known.has(id))]
}

export async function savePersonLocale(db: Handle, id: string, locale: string): Promise<void> {
  await db.updateTable('people').set({ locale }).where('id', '=', id).execute()
}

/**
 * `active`: may sign in; `team`: has a role in the team; `closed`: may not sign in; `restricted`: their data may not be
 * used, so that no other list but the one of closed records has them.
 */
/** `of`: people of these projects and teams only. `project`: of these, those of that one. */
export type PeopleFilter = {
  q: string
  of?: Exclude<Reach, 'everyone'>
  project?: string
  who: 'active' | 'team' | 'invited' | 'restricted' | 'closed'
}

/** Every word must begin a name, or the text a member number or an e-mail address. */
function isCalled(q: string): RawBuilder<unknown> {
  const typed = q.trim()
  if (typed === '') return sql`true`
  if (typed.includes('@')) return startsWith(sql`t.email_key`, typed.toLowerCase())
  const number = /^(?:n\s*[°ºo]?\.?\s*|#)?(\d{1,9})$/i.exec(typed)?.[1]
  if (number) return startsWith(sql`cast(t.member_number as text)`, number)
  const words = nameKey(typed).split(' ').filter(Boolean)
  if (words.length === 0) return sql`false`
  const all = words.map((word) => sql`' ' || t.search_key like ${`% ${word}%`}`)
  return sql`(${sql.join(all, sql` and `)} or ${startsWith(sql`t.email_key`, typed.toLowerCase())})`
}

function startsWith(column: RawBuilder<unknown>, text: string): RawBuilder<unknown> {
  return sql`${column} like ${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`) + '%'} escape '\\'`
}

/** The conditions stand here as in the partial indexes. */
const WHO: Record<PeopleFilter['who'], { from: RawBuilder<unknown>; holds: RawBuilder<unknown> }> = {
  active: {
    from: sql`people t indexed by people_active`,
    holds: sql`t.disabled_at is null and t.restricted_at is null`,
  },
  // From the few who have such a role, not through all people.
  team: {
    from: sql`(select person_id from people_roles where role <> 'volunteer' union select person_id from given_roles indexed by given_roles_role
      union select person_id from limited_roles indexed by limited_roles_one) r cross join people t on t.id = r.person_id`,
    holds: sql`t.disabled_at is null and t.restricted_at is null`,
  },
  invited: {
    from: sql`people t indexed by people_invited`,
    holds: sql`t.disabled_at is null and t.restricted_at is null and t.invited_at is not null`,
  },
  restricted: { from: sql`people t indexed by people_restricted`, holds: sql`t.restricted_at is not null` },
  // Without the one that holds the hours of everybody who was erased.
  closed: {
    from: sql`people t indexed by people_closed`,
    holds: sql`t.disabled_at is not null and t.member_number > 0`,
  },
}

const amongThese = (ids: RawBuilder<string>) => sql`${ids} r cross join people t on t.id = r.person_id`

function found({ q, who, of, project }: PeopleFilter) {
  const { from, holds } = WHO[who]
  const ofProject = project === undefined ? undefined : peopleOf({ projects: [project], teams: [] })
  const few = of ? peopleOf(of) : ofProject
  if (few === undefined) return sql`from ${from} where ${holds} and ${isCalled(q)}`
  // From the people of these parts, not through all people.
  const isOfTeam = who === 'team' ? isInTeam(sql`t.id`) : sql`true`
  const isOfProject = of && ofProject ? sql`t.id in ${ofProject}` : sql`true`
  return sql`from ${amongThese(few)} where ${holds} and ${isCalled(q)} and ${isOfTeam} and ${isOfProject}`
}

/** By family name. */
export const peopleList = (db: Handle, filter: PeopleFilter): KeyedList<PersonRow> => listFrom(db, found(filter))

/** By family name, also those whose access is closed. @param ids of whom, as `person_id`. */
export const peopleAmong = (db: Handle, ids: RawBuilder<string>): KeyedList<PersonRow> =>
  listFrom(db, sql`from ${amongThese(ids)} where true`)

function listFrom(db: Handle, from: RawBuilder<unknown>): KeyedList<PersonRow> {
  const section: Section = {
    table: 'people',
    from,
    holds: sql`true`,
    order: [
      { by: sql`t.search_key`, isDown: false },
      { by: sql`t.member_number`, isDown: false },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`people.rowid`
    const rows = await db
      .selectFrom('people')
      .selectAll()
      .select(number.as('number'))
      .where(number, 'in', inList(numbers))
      .execute()
    return withRoles(db, inOrder(numbers, rows))
  })
}

/** Counted up to `most` and one more. */
export function countPeople(db: Handle, filter: PeopleFilter, most: number): Promise<number> {
  return countUpTo(db, [found(filter)], most)
}

/** `since`: when the first role that sees other people's data was given; null for volunteers. */
export async function findFactorState(db: Handle, id: string) {
  return db
    .selectFrom('people')
    .select(['totp_confirmed_at'])
    .select((eb) => [
      sql<string | null>`(select min(granted_at) from (
        select r.granted_at from people_roles r where r.person_id = people.id and r.role <> 'volunteer'
        union all select g.granted_at from given_roles g where g.person_id = people.id
        union all select l.granted_at from limited_roles l where l.person_id = people.id))`.as('since'),
      eb.selectFrom('instance_facts').where('key', '=', 'second_factor_from').select('value').as('required_from'),
    ])
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Sessions and tokens carry the number of when they were made. @returns the new one. */
export async function raiseAccessVersion(tx: Handle, id: string): Promise<number> {
  const row = await tx
    .updateTable('people')
    .set((eb) => ({ access_version: eb('access_version', '+', 1) }))
    .where('id', '=', id)
    .returning('access_version')
    .executeTakeFirstOrThrow()
  return row.access_version
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
