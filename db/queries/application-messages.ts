// SPDX-License-Identifier: AGPL-3.0-or-later
// The conversation about one application. A message of the person is unread until the team says that it has read it.
import { sql, type Kysely } from 'kysely'
import { IN_LINE, WAITING } from '../../server/model/application.ts'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ApplicationMessage = Row<'application_messages'>

/** Ids of applications with a message that the team has not read. */
export const withUnread = sql`select m.application_id from application_messages m indexed by application_messages_unread
  where m.side = 'person' and m.read_at is null`

export async function insertApplicationMessage(tx: Handle, row: NewRow<'application_messages'>): Promise<void> {
  await tx.insertInto('application_messages').values(row).execute()
}

export function findApplicationMessage(db: Handle, id: string): Promise<ApplicationMessage | undefined> {
  return db.selectFrom('application_messages').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What the team wrote at that very instant. */
export function findTeamMessageAt(
  db: Handle,
  applicationId: string,
  at: string,
): Promise<ApplicationMessage | undefined> {
  return db
    .selectFrom('application_messages')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('sent_at', '=', at)
    .where('side', '=', 'team')
    .executeTakeFirst()
}

/** The applications whose person gets a mail when the offer is closed, or cancelled: then those who were to come too. */
const toTellOfEnd = (db: Handle, offerId: string, end: 'closed' | 'cancelled') =>
  db
    .selectFrom('applications')
    .select('id')
    .where('offer_id', '=', offerId)
    .where('state', 'in', [...WAITING, ...IN_LINE, ...(end === 'cancelled' ? (['accepted'] as const) : [])])
    .where('email', '<>', '')

/** Their ids. */
export async function listToTellOfEnd(...about: Parameters<typeof toTellOfEnd>): Promise<string[]> {
  return (await toTellOfEnd(...about).execute()).map(({ id }) => id)
}

export async function hasToTellOfEnd(...about: Parameters<typeof toTellOfEnd>): Promise<boolean> {
  return (
    (
      await toTellOfEnd(...about)
        .limit(1)
        .execute()
    ).length > 0
  )
}

/** The latest message at that instant; '' when there was none. */
export async function findLastMessageAt(db: Handle, applicationId: string, at: string): Promise<string> {
  const found = await db
    .selectFrom('application_messages')
    .select('id')
    .where('application_id', '=', applicationId)
    .where('sent_at', '<=', at)
    .orderBy('sent_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found?.id ?? ''
}

/** The first one first, at most `limit` of the latest. */
export async function listApplicationMessages(
  db: Handle,
  applicationId: string,
  limit: number,
): Promise<ApplicationMessage[]> {
  const rows = await db
    .selectFrom('application_messages')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('sent_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed()
}

/** @param last the latest message that was shown: what came after it stays unread. */
export async function markMessagesRead(tx: Handle, applicationId: string, last: string, at: string): Promise<void> {
  await sql`update application_messages set read_at = ${at}
    where application_id = ${applicationId} and side = 'person' and read_at is null
      and (sent_at, id) <= (select l.sent_at, l.id from application_messages l where l.id = ${last})`.execute(tx)
}

export async function deleteMessagesOf(tx: Handle, applicationIds: readonly string[]): Promise<void> {
  if (applicationIds.length === 0) return
  await tx
    .deleteFrom('application_messages')
    .where('application_id', 'in', inList([...applicationIds]))
    .execute()
}
