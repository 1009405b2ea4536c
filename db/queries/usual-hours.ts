// SPDX-License-Identifier: AGPL-3.0-or-later
// What people usually record, and the question of one month about it.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'
import { isLiving } from './hours-quick.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }
export type UsualRow = Row<'usual_hours'>
export type Usual = {
  personId: string
  categoryId: string
  offerId: string | null
  minutes: number
  /** How often, and the last day (YYYY-MM-DD). */
  count: number
  last: string
}

type Span = { from: string; until: string }

/**
 * Of the next people by id behind `after`: what each recorded twice or more in these days, with the same activity,
 * offer and length, unless they recorded something in `quiet` too; what was most often comes first. Activities that are
 * archived are left out, and what came in with a file: nobody recorded it here.
 * @returns `last`: the last id that was looked at; null at the end.
 */
export async function listUsualPart(
  db: Handle,
  { from, until }: Span,
  quiet: Span,
  after: string,
  most: number,
): Promise<{ usual: Usual[]; last: string | null }> {
  const some = sql`(select id, member_number, disabled_at, restricted_at, email from people where id > ${after}
    order by id limit ${most})`
  const { rows: looked } = await sql<{ count: number; last: string | null }>`
    select count(*) as count, max(id) as last from ${some}`.execute(db)
  const { rows: usual } = await sql<Usual>`
    select p.id as personId, e.category_id as categoryId, e.offer_id as offerId, e.minutes, count(*) as count,
      max(e.worked_on) as last
    from ${some} p cross join hours_entries e indexed by hours_entries_person
      cross join hours_categories c on c.id = e.category_id
    where c.archived_at is null and p.member_number > 0 and p.disabled_at is null and p.restricted_at is null and p.email <> ''
      and e.person_id = p.id and e.worked_on between ${from} and ${until} and ${isLiving} and e.import_id is null
      and not exists (select 1 from hours_entries q indexed by hours_entries_person
        where q.person_id = p.id and q.worked_on between ${quiet.from} and ${quiet.until}
          and +q.state in ('submitted', 'approved'))
    group by p.id, e.category_id, e.offer_id, e.minutes having count(*) > 1
    order by p.id, count(*) desc, max(e.worked_on) desc, e.category_id`.execute(db)
  return { usual, last: looked[0]!.count < most ? null : looked[0]!.last }
}

/** @returns false when that person was asked about that month already. */
export async function insertUsual(tx: Handle, row: NewRow<'usual_hours'>): Promise<boolean> {
  const result = await tx
    .insertInto('usual_hours')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export type ShownUsual = UsualRow & { category_label: Label; offer_title: Label | null; is_open: number }

/** `is_open` 0: the activity can no longer be chosen. */
export async function findUsual(db: Handle, personId: string, month: string): Promise<ShownUsual | undefined> {
  const row = await db
    .selectFrom('usual_hours as u')
    .innerJoin('hours_categories as c', 'c.id', 'u.category_id')
    .leftJoin('offers as o', 'o.id', 'u.offer_id')
    .selectAll('u')
    .select(['c.label', sql<string | null>`o.content ->> 'title'`.as('title')])
    .select(sql<number>`c.archived_at is null`.as('is_open'))
    .where('u.person_id', '=', personId)
    .where('u.month', '=', month)
    .executeTakeFirst()
  if (!row) return undefined
  const { label, title, ...rest } = row
  return {
    ...rest,
    category_label: JSON.parse(label) as Label,
    offer_title: title === null ? null : (JSON.parse(title) as Label),
  }
}

/** For which project the last such line was; '' for none, and for one that is archived. */
export async function findUsualProject(
  db: Handle,
  { person_id, category_id, offer_id, minutes }: Pick<UsualRow, 'person_id' | 'category_id' | 'offer_id' | 'minutes'>,
): Promise<string> {
  const { rows } = await sql<{ id: string | null }>`
    select p.id from hours_entries e indexed by hours_entries_person
    left join hours_projects p on p.id = e.project_id and p.archived_at is null
    where e.person_id = ${person_id} and +e.category_id = ${category_id} and +e.offer_id is ${offer_id}
      and e.minutes = ${minutes} and ${isLiving}
    order by e.worked_on desc, e.id desc limit 1`.execute(db)
  return rows[0]?.id ?? ''
}

export async function noteRecorded(tx: Handle, { person_id, month }: UsualRow, at: string): Promise<void> {
  await tx
    .updateTable('usual_hours')
    .set({ recorded_at: at })
    .where('person_id', '=', person_id)
    .where('month', '=', month)
    .execute()
}

/** @param month YYYY-MM; it stays, with those behind it. */
export async function deleteUsualBefore(tx: Handle, month: string): Promise<void> {
  await tx.deleteFrom('usual_hours').where('month', '<', month).execute()
}

/** Minutes of a person that were approved, reversals included. */
export async function sumApprovedOf(db: Handle, personId: string): Promise<number> {
  const { rows } = await sql<{ minutes: number | null }>`
    select sum(minutes) as minutes from hours_entries indexed by hours_entries_person
    where person_id = ${personId} and +state = 'approved'`.execute(db)
  return rows[0]?.minutes ?? 0
}
