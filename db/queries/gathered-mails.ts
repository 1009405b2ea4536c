// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices that wait for each other: those of one bundle leave as one mail.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Tables } from '../schema.ts'
import type { MailRow } from './mails.ts'

type Handle = Kysely<Tables>
export type GatheredLine = Pick<MailRow, 'kind' | 'line' | 'link'>
export type Gathered = { lines: GatheredLine[]; counts: Map<string, number>; reply: Reply | undefined }
export type Reply = { name: string; address: string }

/** The newest notice of a bundle, whatever became of it. */
export function findLastOf(db: Handle, bundle: string): Promise<Pick<MailRow, 'not_before'> | undefined> {
  return db
    .selectFrom('mails')
    .select('not_before')
    .where('bundle', '=', bundle)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** True when another notice of the bundle is due and was not tried yet. */
export async function hasCompany(tx: Handle, mail: MailRow, now: string): Promise<boolean> {
  const found = await tx
    .selectFrom('mails')
    .select('id')
    .where('bundle', '=', mail.bundle)
    .where('to_email', '=', mail.to_email)
    // The plus leaves the index to the bundle.
    .where(sql<boolean>`+state = 'queued'`)
    .where('attempts', '=', 0)
    .where('not_before', '<=', now)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Of one person, of these kinds, and in no mail yet. */
export async function deleteWaitingNotices(tx: Handle, personId: string, kinds: readonly string[]): Promise<void> {
  const bundles = ['daily', 'weekly', ...kinds].map((last) => `${personId} ${last}`)
  await tx
    .deleteFrom('mails')
    .where('bundle', 'in', inList(bundles))
    .where('kind', 'in', inList([...kinds]))
    .where(sql<boolean>`+state = 'queued'`)
    .execute()
}

/** In one mail: a few milliseconds of writing. What is beyond has a mail of its own. */
const MOST_GATHERED = 500

/** Marks what is due of the bundle, and `first`, as part of the mail `id`. */
export async function markGathered(tx: Handle, first: MailRow, id: string, now: string): Promise<void> {
  const due = tx
    .selectFrom('mails')
    .select('id')
    .where('bundle', '=', first.bundle)
    .where('to_email', '=', first.to_email)
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .where('not_before', '<=', now)
    .where('id', '<>', first.id)
    .orderBy('id')
    .limit(MOST_GATHERED - 1)
  await tx
    .updateTable('mails')
    .set({ state: 'gathered', gathered_in: id, lease_until: null, attempts: 0 })
    .where((eb) => eb.or([eb('id', '=', first.id), eb('id', 'in', due)]))
    .execute()
}

/** @param most lines of each kind, in the order of the events. `reply` is there when all have the same. */
export async function readGathered(tx: Handle, id: string, most: number): Promise<Gathered> {
  const { rows } = await sql<{ kind: string; count: number; least: string; greatest: string; name: string }>`
    select kind, count(*) as count, min(reply_email) as least, max(reply_email) as greatest, max(reply_name) as name
    from mails where gathered_in = ${id} group by kind order by min(id)`.execute(tx)
  const lines: GatheredLine[] = []
  for (const { kind } of rows)
    lines.push(
      ...(await tx
        .selectFrom('mails')
        .select(['kind', 'line', 'link'])
        .where('gathered_in', '=', id)
        .where('kind', '=', kind)
        .orderBy('id')
        .limit(most)
        .execute()),
    )
  const addresses = new Set(rows.flatMap(({ least, greatest }) => [least, greatest]))
  const [address = ''] = addresses
  const reply = addresses.size === 1 && address !== '' ? { name: rows[0]!.name, address } : undefined
  return { lines, counts: new Map(rows.map(({ kind, count }) => [kind, count])), reply }
}

export async function insertGathering(tx: Handle, mail: NewRow<'mails'>): Promise<MailRow> {
  return tx.insertInto('mails').values(mail).returningAll().executeTakeFirstOrThrow()
}
