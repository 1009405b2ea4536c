// SPDX-License-Identifier: AGPL-3.0-or-later
// One row per offer and centre. Approval belongs to (centre, offer, revision), never to the offer alone.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type SubmissionRow = Row<'submissions'>
export type SubmissionLine = SubmissionRow & { centre_name: string | null; centre_url: string | null }

export async function findSubmission(
  db: Handle,
  offerId: string,
  centreUri: string,
): Promise<SubmissionRow | undefined> {
  return db
    .selectFrom('submissions')
    .selectAll()
    .where('offer_id', '=', offerId)
    .where('centre_uri', '=', centreUri)
    .executeTakeFirst()
}

/** Oldest first, with the name we know each centre by. */
export async function listSubmissions(db: Handle, offerId: string): Promise<SubmissionLine[]> {
  return db
    .selectFrom('submissions')
    .leftJoin('affiliations', (join) =>
      join
        .onRef('affiliations.partner_uri', '=', 'submissions.centre_uri')
        .on('affiliations.partner_is', '=', sql.lit('centre')),
    )
    .selectAll('submissions')
    .select(['affiliations.partner_name as centre_name', 'affiliations.partner_url as centre_url'])
    .where('offer_id', '=', offerId)
    .orderBy('submitted_at')
    .orderBy('centre_uri')
    .execute()
}

/** Centres that said no twice or more to the text that they got last. */
export async function listRefusedTwice(db: Handle, offerId: string): Promise<string[]> {
  const { rows } = await sql<{ centre_uri: string }>`
    select s.centre_uri from submissions s
    join events e on e.subject_id = s.offer_id and e.type = 'submission.decided'
      and json_extract(e.details, '$.centre') = s.centre_uri and json_extract(e.details, '$.decision') = 'refused'
      and json_extract(e.details, '$.revision') = s.revision
    where s.offer_id = ${offerId} and s.state = 'refused' group by s.centre_uri having count(*) > 1`.execute(db)
  return rows.map((row) => row.centre_uri)
}

/** For a first or a repeated submission; what was accepted before stays known. */
export async function saveSubmission(tx: Handle, row: NewRow<'submissions'>): Promise<void> {
  const { state, revision, submitted_at } = row
  await tx
    .insertInto('submissions')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['offer_id', 'centre_uri'])
        .doUpdateSet({ state, revision, submitted_at, reason_code: null, note: '', decided_at: null }),
    )
    .execute()
}

export async function updateSubmission(
  tx: Handle,
  key: Pick<SubmissionRow, 'offer_id' | 'centre_uri'>,
  changes: Changes<'submissions'>,
): Promise<void> {
  await tx
    .updateTable('submissions')
    .set(changes)
    .where('offer_id', '=', key.offer_id)
    .where('centre_uri', '=', key.centre_uri)
    .execute()
}

/** What an active centre says of itself: `territory` are codes of places, none when it names none. */
export type Centre = {
  id: string
  uri: string
  name: string
  url: string
  territory: string[]
  /** How many days it shows an offer of which we say nothing more; null without a limit. */
  member_days: number | null
  contact_name: string
  contact_phone: string
  contact_hours: string
  /** Since when the centre has paused us, and why; null when it has not. */
  paused_at: string | null
  pause_reason: string
}

export async function listActiveCentres(db: Handle): Promise<Centre[]> {
  const rows = await db
    .selectFrom('affiliations')
    .leftJoin('fed_actors as actor', 'actor.uri', 'affiliations.partner_uri')
    .select(['affiliations.id', 'partner_uri as uri', 'partner_name as name', 'partner_url as url'])
    .select(['affiliations.paused_at', 'affiliations.pause_reason', 'actor.member_days'])
    .select([
      sql<string>`coalesce(actor.territory, '[]')`.as('territory'),
      sql<string>`coalesce(actor.contact_name, '')`.as('contact_name'),
      sql<string>`coalesce(actor.contact_phone, '')`.as('contact_phone'),
      sql<string>`coalesce(actor.contact_hours, '')`.as('contact_hours'),
    ])
    .where('partner_is', '=', 'centre')
    .where('affiliations.state', '=', 'active')
    .orderBy('affiliations.search_key')
    .execute()
  return rows.map((row) => ({ ...row, territory: JSON.parse(row.territory) as string[] }))
}

export type AskedCentre = { id: string; name: string; url: string; requested_at: string }

/** Centres that have not answered our request yet. */
export function listAskedCentres(db: Handle): Promise<AskedCentre[]> {
  return db
    .selectFrom('affiliations')
    .select(['id', 'partner_name as name', 'partner_url as url', 'requested_at'])
    .where('partner_is', '=', 'centre')
    .where('state', 'in', ['asking', 'requested'])
    .orderBy('requested_at')
    .execute()
}

export type PastCentre = { id: string; name: string; state: 'refused' | 'ended' }

/** Centres that said no, or that we belonged to; the last of them. */
export async function listPastCentres(db: Handle, most: number): Promise<PastCentre[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select(['id', 'partner_name as name', 'state'])
    .where('partner_is', '=', 'centre')
    .where('state', 'in', ['refused', 'ended'])
    .orderBy('requested_at', 'desc')
    .limit(most)
    .execute()
  return rows.map((row) => ({ ...row, state: row.state === 'refused' ? 'refused' : 'ended' }))
}

export async function listCentreNames(db: Handle): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('affiliations')
    .select(['partner_uri', 'partner_name'])
    .where('partner_is', '=', 'centre')
    .execute()
  return new Map(rows.map((row) => [row.partner_uri, row.partner_name]))
}

/** Offers online about which a centre asks something, and which one has refused, or hides for the time being. */
export type AnswersToRead = { questions: number; refused: number; suspended: number }

export async function countAnswersToRead(db: Handle): Promise<AnswersToRead> {
  const count = (state: 'changes_requested' | 'refused' | 'suspended') =>
    sql<number>`count(distinct case when submissions.state = ${state} then offer_id end)`
  return db
    .selectFrom('submissions')
    .innerJoin('offers', 'offers.id', 'submissions.offer_id')
    .select([
      count('changes_requested').as('questions'),
      count('refused').as('refused'),
      count('suspended').as('suspended'),
    ])
    .where('submissions.state', 'in', ['changes_requested', 'refused', 'suspended'])
    .where('offers.state', '=', 'published')
    .executeTakeFirstOrThrow()
}

export type CentreAnswer = { centre: string; state: Exclude<Row<'submissions'>['state'], 'withdrawn'> }

/** What each centre says about these offers, by offer; what was withdrawn is left out. */
export async function listAnswersAbout(db: Handle, offers: readonly string[]): Promise<Map<string, CentreAnswer[]>> {
  const { rows } = await sql<CentreAnswer & { offer: string }>`
    select s.offer_id as offer, s.state,
      coalesce((select partner_name from affiliations a where a.partner_is = 'centre' and a.partner_uri = s.centre_uri
        order by a.id desc limit 1), s.centre_uri) as centre
    from submissions s where s.offer_id in ${inList(offers)} and s.state <> 'withdrawn' order by s.offer_id, centre`.execute(
    db,
  )
  return Map.groupBy(rows, ({ offer }) => offer)
}
