// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type CategoryRow = Omit<Row<'hours_categories'>, 'label'> & { label: { fr?: string; en?: string } }
export type RateRow = Row<'hours_rates'>
export type EntryRow = Row<'hours_entries'> & {
  given_name: string
  family_name: string
  category_label: { fr?: string; en?: string }
  offer_content: string | null
  reversed_by: string | null
}

export type Scope = { personId: string } | 'everyone'

function entries(db: Handle, scope: Scope) {
  const query = db
    .selectFrom('hours_entries as entry')
    .innerJoin('people', 'people.id', 'entry.person_id')
    .innerJoin('hours_categories as category', 'category.id', 'entry.category_id')
    .leftJoin('offers', 'offers.id', 'entry.offer_id')
    .selectAll('entry')
    .select([
      'people.given_name',
      'people.family_name',
      'category.label as category_label',
      'offers.content as offer_content',
    ])
    .select((eb) =>
      eb
        .selectFrom('hours_entries as reversing')
        .select('reversing.id')
        .whereRef('reversing.reverses_id', '=', 'entry.id')
        .as('reversed_by'),
    )
  return scope === 'everyone' ? query : query.where('entry.person_id', '=', scope.personId)
}

const read = <T extends { category_label: string }>(row: T) => ({
  ...row,
  category_label: JSON.parse(row.category_label) as { fr?: string; en?: string },
})

export async function findEntry(db: Handle, id: string, scope: Scope): Promise<EntryRow | undefined> {
  const row = await entries(db, scope).where('entry.id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function findEntryByForm(db: Handle, formId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('hours_entries').select('id').where('form_id', '=', formId).executeTakeFirst()
}

export type EntryFilter = {
  states?: Row<'hours_entries'>['state'][]
  from?: string
  until?: string
  personId?: string
  limit: number
  offset: number
}

/** Newest day first. */
export async function listEntries(db: Handle, scope: Scope, filter: EntryFilter): Promise<EntryRow[]> {
  let query = entries(db, scope)
  if (filter.states) query = query.where('entry.state', 'in', filter.states)
  if (filter.from) query = query.where('entry.worked_on', '>=', filter.from)
  if (filter.until) query = query.where('entry.worked_on', '<=', filter.until)
  if (filter.personId) query = query.where('entry.person_id', '=', filter.personId)
  const rows = await query
    .orderBy('entry.worked_on', 'desc')
    .orderBy('entry.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return rows.map(read)
}

export async function countEntries(db: Handle, states: Row<'hours_entries'>['state'][]): Promise<number> {
  const row = await db
    .selectFrom('hours_entries')
    .select(sql<number>`count(*)`.as('count'))
    .where('state', 'in', states)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function hasTwin(
  db: Handle,
  twin: { personId: string; workedOn: string; minutes: number; categoryId: string },
  exceptId?: string,
): Promise<boolean> {
  let query = db
    .selectFrom('hours_entries')
    .select('id')
    .where('person_id', '=', twin.personId)
    .where('worked_on', '=', twin.workedOn)
    .where('minutes', '=', twin.minutes)
    .where('category_id', '=', twin.categoryId)
    .where('state', 'in', ['submitted', 'approved'])
  if (exceptId) query = query.where('id', '!=', exceptId)
  return (await query.executeTakeFirst()) !== undefined
}

export async function insertEntry(tx: Handle, entry: NewRow<'hours_entries'>): Promise<void> {
  await tx.insertInto('hours_entries').values(entry).execute()
}

/** The rest of an entry never changes. @returns false when it is no longer in the state `from`. */
export async function saveEntryState(
  tx: Handle,
  id: string,
  from: Row<'hours_entries'>['state'],
  change: Pick<Row<'hours_entries'>, 'state'> &
    Partial<Pick<Row<'hours_entries'>, 'decided_at' | 'decided_by' | 'return_reason'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('hours_entries')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Reversals included. */
export async function listApproved(db: Handle, year: number, scope: Scope) {
  let query = db
    .selectFrom('hours_entries')
    .select(['person_id', 'category_id', 'worked_on', 'minutes'])
    .where('state', '=', 'approved')
    .where('worked_on', '>=', `${year}-01-01`)
    .where('worked_on', '<=', `${year}-12-31`)
  if (scope !== 'everyone') query = query.where('person_id', '=', scope.personId)
  const rows = await query.execute()
  return rows.map((row) => ({
    personId: row.person_id,
    categoryId: row.category_id,
    workedOn: row.worked_on,
    minutes: row.minutes,
  }))
}

/** Minutes that wait for an answer; index 0 is January. */
export async function waitingByMonth(db: Handle, year: number, personId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('hours_entries')
    .select([sql<string>`substr(worked_on, 6, 2)`.as('month'), sql<number>`sum(minutes)`.as('minutes')])
    .where('person_id', '=', personId)
    .where('state', '=', 'submitted')
    .where('worked_on', '>=', `${year}-01-01`)
    .where('worked_on', '<=', `${year}-12-31`)
    .groupBy(sql`substr(worked_on, 6, 2)`)
    .execute()
  return Array.from({ length: 12 }, (_, month) => rows.find((row) => Number(row.month) === month + 1)?.minutes ?? 0)
}

/** All years from the first entry to the last, newest first. */
export async function listYears(db: Handle): Promise<number[]> {
  const row = await db
    .selectFrom('hours_entries')
    .select([sql<string | null>`min(worked_on)`.as('first'), sql<string | null>`max(worked_on)`.as('last')])
    .executeTakeFirstOrThrow()
  if (!row.first || !row.last) return []
  const [first, last] = [Number(row.first.slice(0, 4)), Number(row.last.slice(0, 4))]
  return Array.from({ length: last - first + 1 }, (_, back) => last - back)
}

export async function listCategories(db: Handle, options: { archived?: boolean } = {}): Promise<CategoryRow[]> {
  let query = db.selectFrom('hours_categories').selectAll()
  if (!options.archived) query = query.where('archived_at', 'is', null)
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map((row) => ({ ...row, label: JSON.parse(row.label) as CategoryRow['label'] }))
}

export async function insertCategory(
  tx: Handle,
  category: { id: string; label: CategoryRow['label']; valued: boolean; created_at: string },
): Promise<void> {
  await tx
    .insertInto('hours_categories')
    .values({ ...category, label: JSON.stringify(category.label), valued: category.valued ? 1 : 0 })
    .execute()
}

export async function archiveCategory(tx: Handle, id: string, at: string | null): Promise<void> {
  await tx.updateTable('hours_categories').set({ archived_at: at }).where('id', '=', id).execute()
}

/** Last used first. */
export async function recentCategories(db: Handle, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('hours_entries')
    .select(['category_id', sql<string>`max(worked_on)`.as('last')])
    .where('person_id', '=', personId)
    .groupBy('category_id')
    .orderBy('last', 'desc')
    .execute()
  return rows.map(({ category_id }) => category_id)
}

export function listRates(db: Handle): Promise<RateRow[]> {
  return db.selectFrom('hours_rates').selectAll().orderBy('valid_from', 'desc').execute()
}

export async function hasRate(db: Handle, categoryId: string | null, validFrom: string): Promise<boolean> {
  const query = db.selectFrom('hours_rates').select('id').where('valid_from', '=', validFrom)
  const found =
    categoryId === null ? query.where('category_id', 'is', null) : query.where('category_id', '=', categoryId)
  return (await found.executeTakeFirst()) !== undefined
}

export async function insertRate(tx: Handle, rate: NewRow<'hours_rates'>): Promise<void> {
  await tx.insertInto('hours_rates').values(rate).execute()
}

/** Offers that the volunteer was accepted in, newest first, at most 20. */
export function listOffersOf(db: Handle, personId: string): Promise<{ id: string; content: string }[]> {
  return db
    .selectFrom('offers')
    .select(['offers.id', 'offers.content'])
    .where('offers.id', 'in', (eb) =>
      eb
        .selectFrom('applications')
        .select('applications.offer_id')
        .where('applications.person_id', '=', personId)
        .where('applications.state', '=', 'accepted'),
    )
    .orderBy('offers.updated_at', 'desc')
    .limit(20)
    .execute()
}

/** By name, at most 1000. */
export function listActivePeople(
  db: Handle,
): Promise<{ id: string; given_name: string; family_name: string; member_number: number }[]> {
  return db
    .selectFrom('people')
    .select(['id', 'given_name', 'family_name', 'member_number'])
    .where('disabled_at', 'is', null)
    .orderBy('family_name')
    .orderBy('given_name')
    .limit(1000)
    .execute()
}

export async function countOtherApprovers(db: Handle, personId: string): Promise<number> {
  const row = await db
    .selectFrom('people')
    .select(sql<number>`count(*)`.as('count'))
    .where('id', '!=', personId)
    .where('disabled_at', 'is', null)
    .where('id', 'in', (eb) =>
      eb.selectFrom('people_roles').select('person_id').where('role', 'in', ['coordinator', 'administrator']),
    )
    .executeTakeFirstOrThrow()
  return row.count
}

export async function listNames(db: Handle, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('people')
    .select(['id', 'given_name', 'family_name'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, `${row.given_name} ${row.family_name}`.trim()]))
}
