// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { chunksOf, inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Part } from '../../server/model/rights.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { ofChoice, type Choice } from './hours-figures.ts'
import { ofProjects, within, type Reach, type Scope } from './hours-reach.ts'
import { holdersForPart, holdersOf } from './roles.ts'
import { listHeadcountYears, sumHeadcounts, UNNAMED } from './headcounts.ts'

type Handle = Kysely<Tables>
export type CategoryRow = Omit<Row<'hours_categories'>, 'label'> & { label: { fr?: string; en?: string } }
export type RateRow = Row<'hours_rates'>
export type LevelRow = Omit<Row<'hours_levels'>, 'label'> & { label: { fr?: string; en?: string } }
export type EntryRow = Row<'hours_entries'> & {
  given_name: string
  family_name: string
  category_label: { fr?: string; en?: string }
  /** Null without a level. */
  level_label: { fr?: string; en?: string } | null
  /** Null without an offer. */
  offer_title: { fr?: string; en?: string } | null
  project_name: string | null
  reversed_by: string | null
  /** Since when the person asks that their data is not used; null for most. */
  restricted_at: string | null
  joined_on: string
}

function entries(db: Handle, scope: Scope) {
  const query = db
    .selectFrom('hours_entries as entry')
    .innerJoin('people', 'people.id', 'entry.person_id')
    .innerJoin('hours_categories as category', 'category.id', 'entry.category_id')
    .leftJoin('offers', 'offers.id', 'entry.offer_id')
    .leftJoin('hours_levels as level', 'level.id', 'entry.level_id')
    .leftJoin('hours_projects as project', 'project.id', 'entry.project_id')
    .selectAll('entry')
    .select(['people.given_name', 'people.family_name', 'people.joined_on', 'people.restricted_at'])
    .select(['category.label as category_label', 'level.label as level_label', 'project.name as project_name'])
    .select(sql<string | null>`offers.content ->> 'title'`.as('offer_title'))
    .select((eb) =>
      eb
        .selectFrom('hours_entries as reversing')
        .select('reversing.id')
        .whereRef('reversing.reverses_id', '=', 'entry.id')
        .as('reversed_by'),
    )
  return scope === 'everyone' ? query : query.where(within(scope, 'entry'))
}

type Label = { fr?: string; en?: string }
const read = <T extends { category_label: string; level_label: string | null; offer_title: string | null }>(
  row: T,
) => ({
  ...row,
  category_label: JSON.parse(row.category_label) as Label,
  level_label: row.level_label === null ? null : (JSON.parse(row.level_label) as Label),
  offer_title: row.offer_title === null ? null : (JSON.parse(row.offer_title) as Label),
})

export async function findEntry(db: Handle, id: string, scope: Scope): Promise<EntryRow | undefined> {
  const row = await entries(db, scope).where('entry.id', '=', id).executeTakeFirst()
  return row && read(row)
}

/**
 * Lines that wait for an approval, and of how many people. `oldest`, `newest`: when the first and the last of those
 * was entered that waits since `before` (ISO instants); null when none does.
 */
export async function countWaitingHours(
  db: Handle,
  before: string,
): Promise<{ lines: number; people: number; oldest: string | null; newest: string | null }> {
  const { rows } = await sql<{ lines: number; people: number; oldest: string | null; newest: string | null }>`
    select count(*) as lines, count(distinct person_id) as people,
      min(created_at) filter (where created_at <= ${before}) as oldest,
      max(created_at) filter (where created_at <= ${before}) as newest
    from hours_entries indexed by hours_entries_waiting where state = 'submitted'`.execute(db)
  return rows[0]!
}

export async function findEntryByForm(db: Handle, formId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('hours_entries').select('id').where('form_id', '=', formId).executeTakeFirst()
}

/** Of one person, in one state, for one project, of the people of one team, or several of these at once; all lines when none is given. */
export type EntryFilter = Choice & { state?: Row<'hours_entries'>['state']; personId?: string }

/** Of one person. The plus leaves the index to the person, who has fewer lines than a state has in a year. */
const isInState = (state: Row<'hours_entries'>['state']) => sql<boolean>`+state = ${state}`

function linesFrom({ state, personId, projectId, teamId }: EntryFilter) {
  // The plus as in isInState.
  const isOfFew = personId !== undefined || teamId !== undefined
  const inState = isOfFew ? sql`+t.state = ${state}` : sql`t.state = ${state}`
  // A person, or a team, has fewer lines than a project.
  const ofProject = isOfFew ? sql`+t.project_id = ${projectId}` : sql`t.project_id = ${projectId}`
  // A team has few people: from them to their lines, and not through all lines.
  const lines =
    teamId === undefined
      ? sql`hours_entries t`
      : sql`team_members m cross join hours_entries t on t.person_id = m.person_id`
  return sql`from ${lines} where ${state === undefined ? sql`true` : inState}
      and ${personId === undefined ? sql`true` : sql`t.person_id = ${personId}`}
      and ${projectId === undefined ? sql`true` : ofProject}
      and ${teamId === undefined ? sql`true` : sql`m.team_id = ${teamId}`}`
}

/** Newest day first. */
export function entriesList(db: Handle, filter: EntryFilter): KeyedList<EntryRow> {
  const section: Section = {
    table: 'hours_entries',
    from: linesFrom(filter),
    holds: sql`true`,
    order: [
      { by: sql`t.worked_on`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`entry.rowid`
    const rows = await entries(db, 'everyone')
      .select(number.as('number'))
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows).map(read)
  })
}

/** How many lines wait for an answer, counted up to `most` and one more. */
export function countWaitingEntries(db: Handle, most: number, choice?: Choice): Promise<number> {
  return countUpTo(db, [linesFrom({ ...choice, state: 'submitted' })], most)
}

/** Whether a line of the project, or of somebody of the team, waits for an answer. */
export async function hasWaitingEntries(db: Handle, { kind, id }: Part): Promise<boolean> {
  const { rows } =
    kind === 'project'
      ? await sql`select 1 from hours_entries where project_id = ${id} and state = 'submitted' limit 1`.execute(db)
      : await sql`select 1 from team_members m cross join hours_entries e indexed by hours_entries_person
          on e.person_id = m.person_id where m.team_id = ${id} and +e.state = 'submitted' limit 1`.execute(db)
  return rows.length > 0
}

/** The same, of days from one to another. */
export function countWaitingBetween(db: Handle, days: { from: string; until: string }, most: number): Promise<number> {
  const then = sql`worked_on between ${days.from} and ${days.until}`
  const inState = (state: 'submitted' | 'returned') => sql`from hours_entries where state = ${state} and ${then}`
  const parts = [inState('submitted'), inState('returned'), sql`from kiosk_lines where ${then}`]
  return countUpTo(db, parts, most)
}

/** Whether another line than `exceptId`, waiting or approved, was worked in that year. */
export async function hasOthersInYear(db: Handle, year: string, exceptId = ''): Promise<boolean> {
  const { rows } = await sql`
    select 1 from hours_entries where worked_on between ${`${year}-01-01`} and ${`${year}-12-31`}
      and +state in ('submitted', 'approved') and id <> ${exceptId} limit 1`.execute(db)
  return rows.length > 0
}

export type DayLine = { id: string; personId: string; minutes: number; categoryId: string; offerId: string | null } & {
  projectId: string | null
  formId: string | null
  isReversed: boolean
}

/** What these people have on one day, waiting or approved, and what takes it out. */
export async function listDayLines(db: Handle, day: string, personIds: readonly string[]): Promise<DayLine[]> {
  const { rows } = await sql<Omit<DayLine, 'isReversed'> & { isReversed: number }>`
    select id, person_id as personId, minutes, category_id as categoryId, offer_id as offerId,
      project_id as projectId, form_id as formId,
      reverses_id is not null or exists (select 1 from hours_entries r where r.reverses_id = e.id) as isReversed
    from hours_entries e where person_id in ${inList(personIds)} and worked_on = ${day}
      and +state in ('submitted', 'approved')`.execute(db)
  return rows.map((row) => ({ ...row, isReversed: row.isReversed === 1 }))
}

/** The level that its activity usually has, unless the entry says which. */
const withLevel = ({ level_id, ...entry }: NewRow<'hours_entries'>) => ({
  ...entry,
  level_id: level_id === undefined ? usualLevel(entry.category_id) : sql<string | null>`${level_id}`,
})

const usualLevel = (categoryId: string) =>
  sql<string | null>`(select c.level_id from hours_categories c where c.id = ${categoryId})`

export async function insertEntry(tx: Handle, entry: NewRow<'hours_entries'>): Promise<void> {
  await tx.insertInto('hours_entries').values(withLevel(entry)).execute()
}

export async function insertEntries(tx: Handle, entries: readonly NewRow<'hours_entries'>[]): Promise<void> {
  for (const some of chunksOf(entries)) await tx.insertInto('hours_entries').values(some.map(withLevel)).execute()
}

/** @returns false when it is approved, or no longer counts. */
export async function saveEntryLevel(tx: Handle, id: string, levelId: string | null): Promise<boolean> {
  const result = await tx
    .updateTable('hours_entries')
    .set({ level_id: levelId })
    .where('id', '=', id)
    .where('state', 'in', ['submitted', 'returned'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The rest of an entry never changes. @returns false when it is no longer in the state `from`. */
export async function saveEntryState(
  tx: Handle,
  id: string,
  from: Row<'hours_entries'>['state'],
  change: Pick<Row<'hours_entries'>, 'state'> &
    Partial<Pick<Row<'hours_entries'>, 'decided_at' | 'decided_by' | 'return_reason' | 'rule_id'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('hours_entries')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export type CountedLine = { offerId: string; day: string; channel: string; minutes: number }

/**
 * Says for those of the lines that are approved, for an offer and not counted yet, by which site the person found it:
 * that of their application, 'own' without one; of a reversal, that of the line that it takes out.
 * @returns these lines.
 */
export async function nameChannels(tx: Handle, ids: readonly string[]): Promise<CountedLine[]> {
  const { rows } = await sql<CountedLine>`
    update hours_entries set channel = coalesce(
      (select o.channel from hours_entries o where o.id = hours_entries.reverses_id),
      (select a.channel from applications a
        where a.person_id = hours_entries.person_id and +a.offer_id = hours_entries.offer_id
        order by a.state in ('accepted', 'completed') desc, a.created_at desc, a.id desc limit 1),
      'own')
    where id in ${inList(ids)} and state = 'approved' and offer_id is not null and channel is null
    returning offer_id as offerId, worked_on as day, channel, minutes`.execute(tx)
  return rows
}

type Approved = { personId: string; categoryId: string; levelId: string | null; workedOn: string; minutes: number }
type ApprovedSum = Approved & { projectId: string | null; lines: number }

/**
 * What was approved from one day to another, added up by person, category, level and project; reversals included, and helpers
 * without a name as the person UNNAMED. `workedOn` is the
 * first day, `lines` how many were added up. From an index that holds all that is added up, and not from the many rows of a year at once.
 */
export async function sumApproved(db: Handle, { from, until }: { from: string; until: string }, choice?: Choice) {
  const { rows } = await sql<ApprovedSum>`
    select person_id as personId, category_id as categoryId, level_id as levelId, project_id as projectId, ${from} as workedOn,
      sum(minutes) as minutes, count(*) as lines
    from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on between ${from} and ${until} and ${ofChoice(choice)}
    group by person_id, category_id, level_id, project_id
    order by min(worked_on), category_id, level_id, project_id, person_id`.execute(db)
  const unnamed = await sumHeadcounts(db, { from, until }, choice)
  return [...rows, ...unnamed.map((sum) => ({ ...sum, personId: UNNAMED, workedOn: from }))]
}

/** Of one person; reversals included. */
export async function listApproved(db: Handle, year: number, personId: string): Promise<Approved[]> {
  const rows = await db
    .selectFrom('hours_entries')
    .select(['person_id', 'category_id', 'level_id', 'worked_on', 'minutes'])
    .where(isInState('approved'))
    .where('worked_on', '>=', `${year}-01-01`)
    .where('worked_on', '<=', `${year}-12-31`)
    .where('person_id', '=', personId)
    .execute()
  return rows.map((row) => ({
    personId: row.person_id,
    categoryId: row.category_id,
    levelId: row.level_id,
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
    .where(isInState('submitted'))
    .where('worked_on', '>=', `${year}-01-01`)
    .where('worked_on', '<=', `${year}-12-31`)
    .groupBy(sql`substr(worked_on, 6, 2)`)
    .execute()
  return Array.from({ length: 12 }, (_, month) => rows.find((row) => Number(row.month) === month + 1)?.minutes ?? 0)
}

/** The years in which a line is approved, newest first: each is found by one step in the index. */
export async function listYears(db: Handle): Promise<number[]> {
  const newest = (below: RawBuilder<unknown>) =>
    sql`(select substr(max(worked_on), 1, 4) from hours_entries indexed by hours_entries_sums
      where state = 'approved' and worked_on < ${below})`
  const { rows } = await sql<{ year: string }>`
    with recursive years (year) as (
      select ${newest(sql`'9999'`)} union all select ${newest(sql`years.year`)} from years where year is not null)
    select year from years where year is not null`.execute(db)
  return [...new Set([...rows.map(({ year }) => Number(year)), ...(await listHeadcountYears(db))])].toSorted(
    (a, b) => b - a,
  )
}

export async function listCategories(db: Handle, options: { archived?: boolean } = {}): Promise<CategoryRow[]> {
  let query = db.selectFrom('hours_categories').selectAll()
  if (!options.archived) query = query.where('archived_at', 'is', null)
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map((row) => ({ ...row, label: JSON.parse(row.label) as CategoryRow['label'] }))
}

export async function insertCategory(
  tx: Handle,
  category: { id: string; label: CategoryRow['label']; valued: boolean; level_id?: string | null; created_at: string },
): Promise<void> {
  await tx
    .insertInto('hours_categories')
    .values({ ...category, label: JSON.stringify(category.label), valued: category.valued ? 1 : 0 })
    .execute()
}

export async function archiveCategory(tx: Handle, id: string, at: string | null): Promise<void> {
  await tx.updateTable('hours_categories').set({ archived_at: at }).where('id', '=', id).execute()
}

export async function saveCategoryLevel(tx: Handle, id: string, levelId: string | null): Promise<void> {
  await tx.updateTable('hours_categories').set({ level_id: levelId }).where('id', '=', id).execute()
}

export async function listLevels(db: Handle): Promise<LevelRow[]> {
  const rows = await db.selectFrom('hours_levels').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map((row) => ({ ...row, label: JSON.parse(row.label) as LevelRow['label'] }))
}

export async function insertLevel(
  tx: Handle,
  { id, label, created_at }: { id: string; label: LevelRow['label']; created_at: string },
): Promise<void> {
  await tx
    .insertInto('hours_levels')
    .values({ id, label: JSON.stringify(label), created_at })
    .execute()
}

export async function archiveLevel(tx: Handle, id: string, at: string | null): Promise<void> {
  await tx.updateTable('hours_levels').set({ archived_at: at }).where('id', '=', id).execute()
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

export async function insertRate(tx: Handle, rate: NewRow<'hours_rates'>): Promise<void> {
  await tx.insertInto('hours_rates').values(rate).execute()
}

export async function deleteRate(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('hours_rates').where('id', '=', id).execute()
}

/** Offers that the volunteer was accepted in, also those left since, newest first. @param reach of which projects. */
export async function listOffersOf(
  db: Handle,
  personId: string,
  reach: Reach = 'everyone',
): Promise<{ id: string; title: Label }[]> {
  const rows = await db
    .selectFrom('offers')
    .select(['offers.id', sql<string>`content ->> 'title'`.as('title')])
    .where('offers.id', 'in', (eb) =>
      eb
        .selectFrom('applications')
        .select('applications.offer_id')
        .where('applications.person_id', '=', personId)
        .where(
          sql<boolean>`(+applications.state in ('accepted', 'completed') or (+applications.state in ('withdrawn', 'declined') and ${wasAccepted}))`,
        ),
    )
    .where(ofProjects(reach, 'offers'))
    .orderBy('offers.updated_at', 'desc')
    .execute()
  return rows.map(({ id, title }) => ({ id, title: JSON.parse(title) as Label }))
}

/** Without table statistics SQLite would look through every event of the type. */
const wasAccepted = sql<boolean>`exists (select 1 from events e indexed by events_subject
  where e.subject_id = applications.id and e.type = 'application.accepted')`

/** How many others than this person may approve their line: everywhere, for its project, or for a team of theirs. */
export async function countOtherApprovers(
  db: Handle,
  { person_id, project_id }: Pick<Row<'hours_entries'>, 'person_id' | 'project_id'>,
): Promise<number> {
  const isOfPart = sql<boolean>`(l.project_id = ${project_id}
    or l.team_id in (select m.team_id from team_members m where m.person_id = ${person_id}))`
  const { rows } = await sql<{ count: number }>`select count(*) as count from people p
    where p.id in (select * from ${holdersOf('manage_hours')} union select * from ${holdersForPart('manage_hours', isOfPart)})
      and p.id <> ${person_id} and p.disabled_at is null and p.restricted_at is null`.execute(db)
  return rows[0]!.count
}

export async function listNames(db: Handle, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('people')
    .select(['id', 'given_name', 'family_name'])
    .where('id', 'in', inList(ids))
    .execute()
  return new Map(rows.map((row) => [row.id, `${row.given_name} ${row.family_name}`.trim()]))
}
