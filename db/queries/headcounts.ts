// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours of helpers whose names are not known: so many people, so long each.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList } from '../keyset.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { ofChoiceUnnamed, type Choice } from './hours-figures.ts'
import { ofProjects, type Reach } from './hours-reach.ts'

type Handle = Kysely<Tables>

/** Stands in sums for the helpers without a name, all together. */
export const UNNAMED = ''

type Label = { fr?: string; en?: string }
export type HeadcountRow = Row<'hours_headcounts'> & {
  category_label: Label
  /** Null without an offer. */
  offer_title: Label | null
  project_name: string | null
  reversed_by: string | null
}

const rows = (db: Handle) =>
  db
    .selectFrom('hours_headcounts as line')
    .innerJoin('hours_categories as category', 'category.id', 'line.category_id')
    .leftJoin('offers', 'offers.id', 'line.offer_id')
    .leftJoin('hours_projects as project', 'project.id', 'line.project_id')
    .selectAll('line')
    .select(['category.label as category_label', 'project.name as project_name'])
    .select(sql<string | null>`offers.content ->> 'title'`.as('offer_title'))
    .select((eb) =>
      eb
        .selectFrom('hours_headcounts as reversing')
        .select('reversing.id')
        .whereRef('reversing.reverses_id', '=', 'line.id')
        .as('reversed_by'),
    )

const read = <T extends { category_label: string; offer_title: string | null }>(row: T) => ({
  ...row,
  category_label: JSON.parse(row.category_label) as Label,
  offer_title: row.offer_title === null ? null : (JSON.parse(row.offer_title) as Label),
})

export async function findHeadcount(db: Handle, id: string, reach: Reach): Promise<HeadcountRow | undefined> {
  const row = await rows(db).where('line.id', '=', id).where(ofProjects(reach, 'line')).executeTakeFirst()
  return row && read(row)
}

export async function findHeadcountByForm(db: Handle, formId: string): Promise<Row<'hours_headcounts'> | undefined> {
  return db.selectFrom('hours_headcounts').selectAll().where('form_id', '=', formId).executeTakeFirst()
}

/** With the level that its activity usually has. */
export async function insertHeadcount(tx: Handle, line: NewRow<'hours_headcounts'>): Promise<void> {
  const level_id = sql<string | null>`(select c.level_id from hours_categories c where c.id = ${line.category_id})`
  await tx
    .insertInto('hours_headcounts')
    .values({ ...line, level_id: line.level_id === undefined ? level_id : line.level_id })
    .execute()
}

/** Newest day first. */
export function headcountsList(db: Handle, { projectId }: { projectId?: string } = {}): KeyedList<HeadcountRow> {
  const section = {
    table: 'hours_headcounts',
    from: sql`from hours_headcounts t where ${projectId === undefined ? sql`true` : sql`t.project_id = ${projectId}`}`,
    holds: sql`true`,
    order: [
      { by: sql`t.worked_on`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  } as const
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`line.rowid`
    const found = await rows(db).select(number.as('number')).where(number, 'in', inList(numbers)).execute()
    return inOrder(numbers, found).map(read)
  })
}

type HeadcountSum = {
  categoryId: string
  levelId: string | null
  projectId: string | null
  minutes: number
  lines: number
}

/** By category, level and project; lines taken out included. Days are included. */
export async function sumHeadcounts(db: Handle, { from, until }: { from: string; until: string }, choice?: Choice) {
  const { rows: sums } = await sql<HeadcountSum>`
    select category_id as categoryId, level_id as levelId, project_id as projectId,
      sum(people * minutes) as minutes, count(*) as lines
    from hours_headcounts where worked_on between ${from} and ${until} and ${ofChoiceUnnamed(choice)}
    group by category_id, level_id, project_id order by category_id, level_id, project_id`.execute(db)
  return sums
}

/** The years with a line, newest first. */
export async function listHeadcountYears(db: Handle): Promise<number[]> {
  const { rows: years } = await sql<{ year: string }>`
    select distinct substr(worked_on, 1, 4) as year from hours_headcounts indexed by hours_headcounts_day
    order by year desc`.execute(db)
  return years.map(({ year }) => Number(year))
}
