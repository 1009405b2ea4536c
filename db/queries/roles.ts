// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association made, who has them, and who has a right by any role.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import {
  forPart,
  knownRights,
  ROLES,
  RIGHTS_OF_ROLE,
  rolesWith,
  waysTo,
  type LimitedRole,
  type OwnRole,
  type Part,
  type Right,
  type Role,
} from '../../server/model/rights.ts'
import { inList } from '../in-list.ts'
import { nameKey } from '../plain.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type RoleRow = Row<'roles'> & { rights: Right[] }

/** The ids of whoever has one of these rights, also of people whose access is closed. */
export function holdersOf(...rights: Right[]): RawBuilder<string> {
  return sql<string>`(select person_id from people_roles where role in ${inList([...new Set(rights.flatMap(rolesWith))])}
    union select g.person_id from role_rights x cross join given_roles g on g.role_id = x.role_id
    where x.right_name in ${inList(rights.flatMap(waysTo))})`
}

/**
 * The ids of whoever has the right for a part, which has to be one that roles for a project and for a team both give.
 * @param isOfPart of a role `l`, whether its part is one of those that are meant.
 */
export function holdersForPart(right: Right, isOfPart: RawBuilder<boolean>): RawBuilder<string> {
  return sql<string>`(select l.person_id from limited_roles l
    where (l.role in ${inList(rolesWith(right))}
      or l.role_id in (select x.role_id from role_rights x where x.right_name in ${inList(waysTo(right))}))
      and ${isOfPart})`
}

/** Whether a person has the right. @param person the column of their id. */
export function holds(person: RawBuilder<unknown>, right: Right): RawBuilder<boolean> {
  return sql<boolean>`(exists (select 1 from people_roles r where r.person_id = ${person}
      and r.role in ${inList(rolesWith(right))})
    or exists (select 1 from given_roles g cross join role_rights x on x.role_id = g.role_id
      where g.person_id = ${person} and x.right_name in ${inList(waysTo(right))}))`
}

/** Whether a person has a role beside that of a volunteer. @param person the column of their id. */
export function isInTeam(person: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(exists (select 1 from people_roles r where r.person_id = ${person} and r.role <> 'volunteer')
    or exists (select 1 from given_roles g where g.person_id = ${person})
    or exists (select 1 from limited_roles l where l.person_id = ${person}))`
}

/** The ids of all of whom isInTeam is true. */
export const teamMembers = sql<string>`(select person_id from people_roles where role in ${inList(ROLES.filter((role) => role !== 'volunteer'))}
  union select person_id from given_roles union select person_id from limited_roles)`

const rightsIn = (role: RawBuilder<unknown>) =>
  sql<string>`(select coalesce(group_concat(x.right_name), '') from role_rights x where x.role_id = ${role})`

/** The words of `rightsIn`, or of several of them. */
const readRights = (words: string): Right[] => knownRights(words.split(','))

/** All rights that the person of a row has by roles that the association made. @param person the column of their id. */
export const rightsGivenTo = (
  person: RawBuilder<unknown>,
) => sql<string>`(select coalesce(group_concat(x.right_name), '')
  from given_roles g cross join role_rights x on x.role_id = g.role_id where g.person_id = ${person})`

/** @param words of rightsGivenTo. */
export function givenFrom(words: string): Pick<OwnRole, 'rights'>[] {
  return words === '' ? [] : [{ rights: readRights(words) }]
}

export type RolesOf = { roles: Role[]; given: OwnRole[]; limited: LimitedRole[] }

const NO_ROLES: RolesOf = { roles: [], given: [], limited: [] }
export const rolesIn = (found: ReadonlyMap<string, RolesOf>, person: string): RolesOf => found.get(person) ?? NO_ROLES

/** The rights of a role for a part. */
const rightsOfLimited = (role: Role | null, words: string, { kind }: Part): Right[] =>
  forPart(role === null ? readRights(words) : RIGHTS_OF_ROLE[role], kind)

const partOf = (project: string | null, team: string | null): Part =>
  project === null ? { kind: 'team', id: team ?? '' } : { kind: 'project', id: project }

/** Roles of the product, those that the association made in the order of their names, and those for a part. */
export async function listRolesOf(db: Handle, people: readonly string[]): Promise<Map<string, RolesOf>> {
  type Line = { person_id: string; id: string; role: Role | null; name: string; rights: string } & {
    project_id: string | null
    team_id: string | null
    of: string
  }
  const { rows } = await sql<Line>`
    select person_id, '' as id, role, '' as name, '' as rights, null as project_id, null as team_id, '' as "of", '' as name_key
      from people_roles where person_id in ${inList(people)}
    union all select g.person_id, r.id, null, r.name, ${rightsIn(sql`r.id`)}, null, null, '', r.name_key
      from given_roles g cross join roles r on r.id = g.role_id where g.person_id in ${inList(people)}
    union all select l.person_id, l.id, l.role, coalesce(r.name, ''), ${rightsIn(sql`l.role_id`)}, p.id, t.id, coalesce(p.name, t.name), coalesce(p.name_key, t.name_key)
      from limited_roles l left join hours_projects p on p.id = l.project_id left join teams t on t.id = l.team_id
        left join roles r on r.id = l.role_id
      where l.person_id in ${inList(people)}
    order by 9`.execute(db)
  const found = new Map<string, RolesOf>()
  for (const { person_id, id, role, name, rights, project_id: project, team_id: team, of } of rows) {
    const held = found.get(person_id) ?? { roles: [], given: [], limited: [] }
    const part = partOf(project, team)
    if (part.id !== '') held.limited.push({ id, role, name, rights: rightsOfLimited(role, rights, part), part, of })
    else if (role !== null) held.roles.push(role)
    else held.given.push({ id, name, rights: readRights(rights) })
    found.set(person_id, held)
  }
  return found
}

/** The roles for a part that the person of a row has, as text. @param person the column of their id. */
export const limitedOf = (person: RawBuilder<unknown>) => sql<string>`(select json_group_array(json_array(
    l.role, ${rightsIn(sql`l.role_id`)}, l.project_id, l.team_id)) from limited_roles l where l.person_id = ${person})`

/** @param text of limitedOf. */
export function limitedFrom(text: string): Pick<LimitedRole, 'rights' | 'part'>[] {
  const all = JSON.parse(text) as [Role | null, string, string | null, string | null][]
  return all.map(([role, words, project, team]) => {
    const part = partOf(project, team)
    return { rights: rightsOfLimited(role, words, part), part }
  })
}

export async function insertLimited(tx: Handle, row: NewRow<'limited_roles'>): Promise<boolean> {
  const { numInsertedOrUpdatedRows: rows } = await tx
    .insertInto('limited_roles')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (rows ?? 0n) > 0n
}

export async function deleteLimited(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('limited_roles').where('id', '=', id).execute()
}

/** People who have it, once each. */
const heldBy = sql`(select count(*) from (select g.person_id from given_roles g where g.role_id = r.id
  union select l.person_id from limited_roles l where l.role_id = r.id))`

/** In the order of their names, with how many people have each. */
export async function listRoles(db: Handle): Promise<(RoleRow & { people: number })[]> {
  const { rows } = await sql<Row<'roles'> & { words: string; people: number }>`
    select r.*, ${rightsIn(sql`r.id`)} as words, ${heldBy} as people
    from roles r order by r.name_key`.execute(db)
  return rows.map(({ words, ...row }) => ({ ...row, rights: readRights(words) }))
}

export async function findRole(db: Handle, id: string): Promise<(RoleRow & { people: number }) | undefined> {
  const { rows } = await sql<Row<'roles'> & { words: string; people: number }>`
    select r.*, ${rightsIn(sql`r.id`)} as words, ${heldBy} as people
    from roles r where r.id = ${id}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { words, ...role } = row
  return { ...role, rights: readRights(words) }
}

/** However it is written: without regard to capitals, accents and signs. */
export function findRoleNamed(db: Handle, name: string) {
  return db.selectFrom('roles').select('id').where('name_key', '=', nameKey(name)).executeTakeFirst()
}

/** How many people have each role of the product. */
export async function countHolders(db: Handle): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('people_roles')
    .select(['role', sql<number>`count(*)`.as('people')])
    .groupBy('role')
    .execute()
  return new Map(rows.map(({ role, people }) => [role, people]))
}

export async function countRoles(db: Handle): Promise<number> {
  return (
    await db
      .selectFrom('roles')
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow()
  ).count
}

/** A new one, or a new name and other rights. @throws when another one has that name. */
export async function saveRole(
  tx: Handle,
  { id, name, rights, at }: { id: string; name: string; rights: readonly Right[]; at: string },
): Promise<void> {
  const named = { name, name_key: nameKey(name) }
  await tx
    .insertInto('roles')
    .values({ id, ...named, created_at: at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(named))
    .execute()
  await tx.deleteFrom('role_rights').where('role_id', '=', id).execute()
  for (const right of rights) await tx.insertInto('role_rights').values({ role_id: id, right_name: right }).execute()
}

/** Nobody has it any more. */
export async function deleteRole(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('roles').where('id', '=', id).execute()
}

/** @returns false when they have it already. */
export async function giveOwnRole(
  tx: Handle,
  given: { person_id: string; role_id: string; granted_at: string; granted_by: string | null },
) {
  const { numInsertedOrUpdatedRows: rows } = await tx
    .insertInto('given_roles')
    .values(given)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (rows ?? 0n) > 0n
}

/** @returns false when they did not have it. */
export async function takeOwnRole(tx: Handle, personId: string, roleId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('given_roles')
    .where('person_id', '=', personId)
    .where('role_id', '=', roleId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The ids of whoever has a role that the association made, everywhere or for a part. */
export const holdersOfRole = (roleId: string): RawBuilder<string> =>
  sql<string>`(select person_id from given_roles where role_id = ${roleId}
    union select person_id from limited_roles where role_id = ${roleId})`

/**
 * Who may say who has which role. `all`: without those whose access is closed or whose data may not be used.
 * `here`: of these, whoever has come already, and so can come again. @param without the id of somebody who is left out.
 */
export async function countRoleKeepers(db: Handle, without = ''): Promise<{ all: number; here: number }> {
  const { rows } = await sql<{ all: number; here: number }>`select count(*) as "all",
      count(*) filter (where p.invited_at is null
        and (p.email_verified_at is not null or p.password_hash is not null)) as here
    from ${holdersOf('roles')} h cross join people p on p.id = h.person_id
    where p.disabled_at is null and p.restricted_at is null and p.id <> ${without}`.execute(db)
  return rows[0]!
}
