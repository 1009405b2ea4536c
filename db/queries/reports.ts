// SPDX-License-Identifier: AGPL-3.0-or-later
// What visitors report about offers: ours (`home`), and those of members (`member`).
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { isSentBy } from '../sent-by.ts'

type Handle = Kysely<Tables>
export type ReportRow = Row<'offer_reports'>

export async function insertReport(tx: Handle, row: NewRow<'offer_reports'>): Promise<void> {
  await tx.insertInto('offer_reports').values(row).execute()
}

export function findReport(db: Handle, id: string): Promise<ReportRow | undefined> {
  return db.selectFrom('offer_reports').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function saveReport(tx: Handle, id: string, changes: Changes<'offer_reports'>): Promise<void> {
  await tx.updateTable('offer_reports').set(changes).where('id', '=', id).execute()
}

export const REPORT_FILTERS = ['open', 'done'] as const
export type ReportFilter = { show: (typeof REPORT_FILTERS)[number] }

function partsOf({ show }: ReportFilter): Section[] {
  const isOpen = show === 'open'
  const holds = isOpen ? sql`t.state = 'open'` : sql`t.state <> 'open'`
  const index = sql.ref(isOpen ? 'offer_reports_open' : 'offer_reports_done')
  return [
    {
      table: 'offer_reports',
      from: sql`from offer_reports t indexed by ${index} where ${holds}`,
      holds,
      order: [
        isOpen ? { by: sql`t.created_at`, isDown: false } : { by: sql`t.updated_at`, isDown: true },
        { by: sql`t.id`, isDown: false },
      ],
    },
  ]
}

/** Those that wait longest come first; of those that are decided, the latest. */
export function reportsList(db: Handle, filter: ReportFilter): KeyedList<ReportRow> {
  return keyedList(db, partsOf(filter), async (numbers) => {
    const number = sql<number>`offer_reports.rowid`
    const rows = await db
      .selectFrom('offer_reports')
      .selectAll()
      .select(number.as('number'))
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

/** Counted up to `most` and one more. */
export function countReports(db: Handle, filter: ReportFilter, most: number): Promise<number> {
  return countUpTo(
    db,
    partsOf(filter).map(({ from }) => from),
    most,
  )
}

/** About the same offer, the oldest first. */
export function listOpenAbout(db: Handle, offerUri: string, most: number): Promise<ReportRow[]> {
  return db
    .selectFrom('offer_reports')
    .selectAll()
    .where('offer_uri', '=', offerUri)
    .where('state', '=', 'open')
    .orderBy('created_at')
    .limit(most)
    .execute()
}

/** Of these ids, those about this offer. */
export function listOpenAmong(
  db: Handle,
  offerUri: string,
  ids: readonly string[],
  most: number,
): Promise<ReportRow[]> {
  return db
    .selectFrom('offer_reports')
    .selectAll()
    .where('id', 'in', inList(ids))
    .where('offer_uri', '=', offerUri)
    .where('state', '=', 'open')
    .limit(most)
    .execute()
}

/** With the mails about it. */
export async function deleteReport(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('tokens').where('subject_id', '=', id).execute()
  await tx.deleteFrom('mails').where('about', '=', `report:${id}`).execute()
  await tx.deleteFrom('offer_reports').where('id', '=', id).execute()
}

/** The next few whose last news is older. */
export async function listReportsDue(db: Handle, before: string, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('offer_reports')
    .select('id')
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

export async function listReportsOf(db: Handle, person: { id: string; email: string }): Promise<string[]> {
  const rows = await db.selectFrom('offer_reports').select('id').where(isSentBy(person)).execute()
  return rows.map(({ id }) => id)
}
