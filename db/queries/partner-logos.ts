// SPDX-License-Identifier: AGPL-3.0-or-later
// Our copies of the logos of members and sources.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `upload_id`: of the copy we have, if there is one. */
export type WantedLogo = { partner_uri: string; icon_url: string; icon_alt: string; upload_id: string | null }
export type PartnerLogo = Pick<Row<'uploads'>, 'id' | 'width' | 'height'> & { alt: string }

/** Partners whose offers we show, as their document says they look, where our copy is another one or is due. */
export async function listWantedLogos(db: Handle, now: string, limit: number): Promise<WantedLogo[]> {
  const { rows } = await sql<WantedLogo>`
    select actor.uri as partner_uri, actor.icon_url, actor.icon_alt, logo.upload_id
    from affiliations partner
      join fed_actors actor on actor.uri = partner.partner_uri
      left join partner_logos logo on logo.partner_uri = partner.partner_uri
    where partner.partner_is in ('member', 'source') and partner.state = 'active' and actor.icon_url is not null
      and (logo.partner_uri is null or logo.source_url <> actor.icon_url or logo.alt <> actor.icon_alt
        or logo.due_at <= ${now})
    group by actor.uri
    limit ${limit}`.execute(db)
  return rows
}

/** Copies that nobody needs any more: the relation has ended, or the partner has no logo now. */
export async function listUnwantedLogos(
  db: Handle,
  limit: number,
): Promise<Pick<Row<'partner_logos'>, 'partner_uri' | 'upload_id'>[]> {
  return db
    .selectFrom('partner_logos')
    .select(['partner_uri', 'upload_id'])
    .where(
      sql<boolean>`not exists (select 1 from affiliations partner
        join fed_actors actor on actor.uri = partner.partner_uri
        where partner.partner_uri = partner_logos.partner_uri and partner.partner_is in ('member', 'source')
          and partner.state = 'active' and actor.icon_url is not null)`,
    )
    .limit(limit)
    .execute()
}

export async function saveLogo(tx: Handle, row: NewRow<'partner_logos'>): Promise<void> {
  await tx
    .insertInto('partner_logos')
    .values(row)
    .onConflict((conflict) => conflict.column('partner_uri').doUpdateSet(row))
    .execute()
}

export async function deleteLogo(tx: Handle, partnerUri: string): Promise<void> {
  await tx.deleteFrom('partner_logos').where('partner_uri', '=', partnerUri).execute()
}

/** By partner; those without a copy are left out. */
export async function findPartnerLogos(
  db: Handle,
  partnerUris: readonly string[],
): Promise<ReadonlyMap<string, PartnerLogo>> {
  const rows = await db
    .selectFrom('partner_logos')
    .innerJoin('uploads', 'uploads.id', 'partner_logos.upload_id')
    .select(['partner_uri', 'uploads.id', 'width', 'height', 'alt'])
    .where('partner_uri', 'in', inList(partnerUris))
    .execute()
  return new Map(rows.map(({ partner_uri, ...logo }) => [partner_uri, logo]))
}
