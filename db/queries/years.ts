// SPDX-License-Identifier: AGPL-3.0-or-later
// Years of hours: what is typed about them, their statements, and the lines of those.
import { sql, type Kysely } from 'kysely'
import { sumHeadcounts } from './headcounts.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }
/** Both days included. */
export type Days = { from: string; until: string }
export type YearRow = Row<'hours_years'>
export type StatementRow = Row<'hours_statements'>
/** Of the rate of a line. */
export type Basis = { method?: string; base?: number | null; times?: number | null; source?: string; decision?: string }
export type StatementLine = Omit<Row<'hours_statement_lines'>, 'category_label' | 'level_label' | 'basis'> & {
  category_label: Label
  level_label: Label | null
  basis: Basis
}
/** One that takes back another has `reverses_id`; `reversed_by`: the one that takes this one back. */
export type ShownStatement = StatementRow & { reversed_by: string | null; reverses_number: number | null } & {
  created_name: string | null
  posted_name: string | null
}

export function findYear(db: Handle, { from, until }: Days): Promise<YearRow | undefined> {
  return db
    .selectFrom('hours_years')
    .selectAll()
    .where('from_day', '=', from)
    .where('until_day', '=', until)
    .executeTakeFirst()
}

export async function saveYear(tx: Handle, row: NewRow<'hours_years'>): Promise<void> {
  const { from_day: _from, until_day: _until, ...changes } = row
  await tx
    .insertInto('hours_years')
    .values(row)
    .onConflict((conflict) => conflict.columns(['from_day', 'until_day']).doUpdateSet(changes))
    .execute()
}

const name = (id: string) =>
  sql<string | null>`(select trim(p.given_name || ' ' || p.family_name) from people p where p.id = ${sql.ref(id)})`

function statements(db: Handle) {
  return db
    .selectFrom('hours_statements as s')
    .selectAll('s')
    .select((eb) => [
      eb.selectFrom('hours_statements as r').select('r.id').whereRef('r.reverses_id', '=', 's.id').as('reversed_by'),
      eb
        .selectFrom('hours_statements as o')
        .select('o.number')
        .whereRef('o.id', '=', 's.reverses_id')
        .as('reverses_number'),
      name('s.created_by').as('created_name'),
      name('s.posted_by').as('posted_name'),
    ])
}

/** Newest first: one or two a year. */
export function listStatements(db: Handle): Promise<ShownStatement[]> {
  return statements(db).orderBy('s.created_at', 'desc').orderBy('s.id', 'desc').execute()
}

export function findStatement(db: Handle, id: string): Promise<ShownStatement | undefined> {
  return statements(db).where('s.id', '=', id).executeTakeFirst()
}

/** The one that keeps some of these days as they are. */
export function findInForce(db: Handle, { from, until }: Days): Promise<StatementRow | undefined> {
  return db
    .selectFrom('hours_statements')
    .selectAll()
    .where('is_in_force', '=', sql.lit(1))
    .where('from_day', '<=', until)
    .where('until_day', '>=', from)
    .executeTakeFirst()
}

export async function isDayClosed(db: Handle, day: string): Promise<boolean> {
  return (await findInForce(db, { from: day, until: day })) !== undefined
}

/** Whose hours do not change any more. */
export function listInForce(db: Handle): Promise<StatementRow[]> {
  return db.selectFrom('hours_statements').selectAll().where('is_in_force', '=', sql.lit(1)).execute()
}

export async function insertStatement(tx: Handle, row: NewRow<'hours_statements'>): Promise<void> {
  await tx.insertInto('hours_statements').values(row).execute()
}

export async function nextStatementNumber(tx: Handle): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    select coalesce(max(number), 0) + 1 as number from hours_statements`.execute(tx)
  return rows[0]!.number
}

/** While it is closing: how far it has come. */
export async function saveProgress(
  tx: Handle,
  id: string,
  progress: { next_day?: string; next_person?: string; people?: number },
): Promise<void> {
  await tx.updateTable('hours_statements').set(progress).where('id', '=', id).execute()
}

export async function endClosing(tx: Handle, id: string, end: { number: number; closed_at: string }): Promise<void> {
  await tx
    .updateTable('hours_statements')
    .set({ ...end, state: 'closed' })
    .where('id', '=', id)
    .execute()
}

/** Only while it is closing; SQLite refuses it afterwards. */
export async function deleteStatement(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('hours_statement_lines').where('statement_id', '=', id).execute()
  await tx.deleteFrom('hours_statement_projects').where('statement_id', '=', id).execute()
  await tx.deleteFrom('hours_statements').where('id', '=', id).execute()
}

/** Statements that are closing begin anew, because lines of a day that was added up have moved. */
export async function restartClosings(tx: Handle): Promise<void> {
  const closing = sql`(select id from hours_statements where state = 'closing')`
  await sql`delete from hours_statement_lines where statement_id in ${closing}`.execute(tx)
  await sql`delete from hours_statement_projects where statement_id in ${closing}`.execute(tx)
  await sql`update hours_statements set next_day = from_day, next_person = '', people = 0
    where state = 'closing'`.execute(tx)
}

export async function endForce(tx: Handle, id: string): Promise<void> {
  await tx.updateTable('hours_statements').set({ is_in_force: 0 }).where('id', '=', id).execute()
}

/** @returns false when it was posted before. */
export async function savePosting(
  tx: Handle,
  id: string,
  posting: { posted_at: string; posted_by: string | null; posted_as: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('hours_statements')
    .set(posting)
    .where('id', '=', id)
    .where('posted_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The last day up to which about `most` approved lines were worked, `from` at least and `until` at most. */
export async function endOfPart(db: Handle, { from, until }: Days, most: number): Promise<string> {
  const { rows } = await sql<{ day: string }>`
    select worked_on as day from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on between ${from} and ${until}
    order by worked_on limit 1 offset ${most}`.execute(db)
  const day = rows[0]?.day
  if (day === undefined) return until
  const { rows: before } = await sql<{ day: string | null }>`
    select max(worked_on) as day from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on >= ${from} and worked_on < ${day}`.execute(db)
  return before[0]!.day ?? day
}

export type LevelSum = { categoryId: string; levelId: string | null; projectId: string | null; minutes: number }

/** Approved minutes from one day to another, by activity, level and project; reversals included, then helpers without a name. */
export async function sumByLevel(db: Handle, { from, until }: Days): Promise<LevelSum[]> {
  const { rows } = await sql<LevelSum>`
    select category_id as categoryId, level_id as levelId, project_id as projectId, sum(minutes) as minutes
    from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on between ${from} and ${until}
    group by category_id, level_id, project_id`.execute(db)
  return [...rows, ...(await sumHeadcounts(db, { from, until }))]
}

type Part = Omit<
  NewRow<'hours_statement_lines'>,
  'category_label' | 'level_label' | 'project_name' | 'cents' | 'basis'
> & {
  project_id: string | null
  basis: Basis
}

/** Added to the line of the same project, activity, level and rate, when there is one. */
export async function addToLine(tx: Handle, part: Part): Promise<void> {
  await sql`insert into hours_statement_lines
      (statement_id, project_id, category_id, level_id, cents_per_hour, is_valued, basis, minutes)
    values (${part.statement_id}, ${part.project_id}, ${part.category_id}, ${part.level_id}, ${part.cents_per_hour}, ${part.is_valued},
      ${JSON.stringify(part.basis)}, ${part.minutes})
    on conflict (statement_id, coalesce(project_id, ''), category_id, coalesce(level_id, ''), coalesce(cents_per_hour, -1))
    do update set minutes = minutes + excluded.minutes`.execute(tx)
}

/** Lines that come to nothing are left out, and each gets the names that its project, activity and level have now. */
export async function settleLines(tx: Handle, statementId: string): Promise<void> {
  await tx
    .deleteFrom('hours_statement_lines')
    .where('statement_id', '=', statementId)
    .where('minutes', '=', 0)
    .execute()
  await sql`update hours_statement_lines set
      category_label = (select c.label from hours_categories c where c.id = category_id),
      level_label = (select l.label from hours_levels l where l.id = level_id),
      project_name = (select p.name from hours_projects p where p.id = project_id)
    where statement_id = ${statementId}`.execute(tx)
}

export async function saveCents(
  tx: Handle,
  line: Pick<StatementLine, 'statement_id' | 'project_id' | 'category_id' | 'level_id' | 'cents_per_hour'>,
  cents: number,
): Promise<void> {
  await sql`update hours_statement_lines set cents = ${cents} where statement_id = ${line.statement_id}
    and coalesce(project_id, '') = ${line.project_id ?? ''}
    and category_id = ${line.category_id} and coalesce(level_id, '') = ${line.level_id ?? ''}
    and coalesce(cents_per_hour, -1) = ${line.cents_per_hour ?? -1}`.execute(tx)
}

/** In the order of projects, activities, levels and rates; hours without a project come last. */
export async function listStatementLines(db: Handle, statementId: string): Promise<StatementLine[]> {
  const rows = await db
    .selectFrom('hours_statement_lines as line')
    .innerJoin('hours_categories as category', 'category.id', 'line.category_id')
    .leftJoin('hours_projects as project', 'project.id', 'line.project_id')
    .selectAll('line')
    .where('line.statement_id', '=', statementId)
    .orderBy(sql`project.name_key is null`)
    .orderBy('project.name_key')
    .orderBy('category.created_at')
    .orderBy('line.category_id')
    .orderBy('line.level_id')
    .orderBy('line.cents_per_hour')
    .execute()
  return rows.map((row) => ({
    ...row,
    category_label: JSON.parse(row.category_label) as Label,
    level_label: row.level_label === null ? null : (JSON.parse(row.level_label) as Label),
    basis: JSON.parse(row.basis) as Basis,
  }))
}

/** The same lines with the opposite sign, for the statement that takes another back. */
export async function copyLinesReversed(tx: Handle, from: string, to: string): Promise<void> {
  await sql`insert into hours_statement_lines
      (statement_id, project_id, category_id, level_id, cents_per_hour, project_name, category_label, level_label,
        is_valued, basis, minutes, cents)
    select ${to}, project_id, category_id, level_id, cents_per_hour, project_name, category_label, level_label,
      is_valued, basis, -minutes, -cents
    from hours_statement_lines where statement_id = ${from}`.execute(tx)
  await sql`insert into hours_statement_projects (statement_id, project_id, people)
    select ${to}, project_id, people from hours_statement_projects where statement_id = ${from}`.execute(tx)
}

/** Whose approved hours do not come to nothing then: what was taken out again is no hours. As a statement of hours counts them. */
const hasHours = ({ from, until }: Days) => sql<boolean>`coalesce((
  select sum(e.minutes) from hours_entries e indexed by hours_entries_person
  where e.person_id = p.id and e.worked_on between ${from} and ${until} and +e.state = 'approved'), 0) <> 0`

export type PersonSum = { personId: string; projectId: string | null; minutes: number }

/**
 * Of the next people by id behind `after`: their approved minutes then, project by project; reversals included.
 * @returns `last`: the last id that was looked at; null at the end.
 */
export async function sumPeoplePart(
  db: Handle,
  { from, until }: Days,
  after: string,
  most: number,
): Promise<{ sums: PersonSum[]; last: string | null }> {
  const some = sql`(select id, member_number from people where id > ${after} order by id limit ${most})`
  const { rows: looked } = await sql<{ count: number; last: string | null }>`
    select count(*) as count, max(id) as last from ${some}`.execute(db)
  const { rows: sums } = await sql<PersonSum>`
    select p.id as personId, e.project_id as projectId, sum(e.minutes) as minutes
    from ${some} p cross join hours_entries e indexed by hours_entries_person
    where p.member_number > 0 and e.person_id = p.id and e.worked_on between ${from} and ${until}
      and +e.state = 'approved'
    group by p.id, e.project_id`.execute(db)
  return { sums, last: looked[0]!.count < most ? null : looked[0]!.last }
}

/** While it is closing. `projectId` null: hours without a project. */
export async function addProjectPeople(
  tx: Handle,
  statementId: string,
  projectId: string | null,
  people: number,
): Promise<void> {
  await sql`insert into hours_statement_projects (statement_id, project_id, people)
    values (${statementId}, ${projectId}, ${people})
    on conflict (statement_id, coalesce(project_id, '')) do update set people = people + excluded.people`.execute(tx)
}

/** How many people gave hours, by project; none in a statement of before there were projects. */
export function listProjectPeople(db: Handle, statementId: string): Promise<Row<'hours_statement_projects'>[]> {
  return db.selectFrom('hours_statement_projects').selectAll().where('statement_id', '=', statementId).execute()
}

/** The people with approved hours then, by member number; those behind the person with the id `after`. */
export async function listPeopleWithHours(db: Handle, days: Days, after: string, most: number) {
  const { rows } = await sql<{ id: string; given_name: string; family_name: string; member_number: number }>`
    select p.id, p.given_name, p.family_name, p.member_number from people p
    where p.member_number > coalesce((select a.member_number from people a where a.id = ${after}), 0)
      and ${hasHours(days)}
    order by p.member_number limit ${most}`.execute(db)
  return rows
}

/** Approved lines of one person, in the order of days. */
export async function listHoursOf(db: Handle, personId: string, { from, until }: Days) {
  const { rows } = await sql<{
    worked_on: string
    minutes: number
    category_label: string
    level_label: string | null
    note: string
    title: string | null
  }>`select e.worked_on, e.minutes, c.label as category_label, l.label as level_label, e.note,
      o.content ->> 'title' as title
    from hours_entries e indexed by hours_entries_person
    join hours_categories c on c.id = e.category_id
    left join hours_levels l on l.id = e.level_id
    left join offers o on o.id = e.offer_id
    where e.person_id = ${personId} and e.worked_on between ${from} and ${until} and +e.state = 'approved'
    order by e.worked_on, e.id`.execute(db)
  return rows
}
